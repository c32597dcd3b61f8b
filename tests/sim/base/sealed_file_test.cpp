// A sealed file: its checksum against the definition, bit by bit; any change of any byte is found.
#include "sim/base/sealed_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/sim/output/run_file_fixture.hpp"

using namespace wattershed;
using namespace wattershed::test;
namespace fs = std::filesystem;

namespace {

/// ISO 3309 as it stands there: a division of polynomials, a bit at a time.
std::uint32_t slow_crc32(std::string_view bytes) {
  std::uint32_t remainder = 0xFFFFFFFF;
  for (const char c : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      const bool in = (static_cast<unsigned char>(c) >> bit & 1) != 0;
      const bool out = (remainder & 1U) != 0;
      remainder >>= 1U;
      if (in != out) remainder ^= 0xEDB88320;
    }
  }
  return ~remainder;
}

std::string some_bytes(std::size_t count) {
  std::string bytes;
  std::uint32_t state = 7;
  while (bytes.size() < count) {
    state = state * 1'664'525U + 1'013'904'223U;
    bytes += static_cast<char>(state >> 24);
  }
  return bytes;
}

std::string contents_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the checksum is the one of the standard, in pieces as in one") {
    CHECK(crc32("123456789") == 0xCBF43926);
    CHECK(crc32("") == 0);
    const std::string bytes = some_bytes(300);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      const std::string_view text = std::string_view(bytes).substr(0, length);
      REQUIRE(crc32(text) == slow_crc32(text));
      REQUIRE(crc32(text.substr(length / 3), crc32(text.substr(0, length / 3))) == crc32(text));
    }
  }

  TEST_CASE("a seal is one line, and says whether a byte has changed, wherever it stands") {
    const TemporaryFolder folder;
    const fs::path path = folder / "file";
    const std::string contents = some_bytes(200);
    write(path, contents);
    CHECK(seal_of(path) == Seal::none);
    REQUIRE(seal_file(path).empty());
    const std::string sealed = contents_of(path);
    CHECK(sealed.starts_with(contents));
    CHECK(sealed.substr(contents.size(), 23) == "\nwattershed-seal crc32 ");
    CHECK(sealed.ends_with(" bytes 0000000000000200\n"));
    CHECK(seal_of(path) == Seal::whole);
    for (std::size_t at = 0; at < sealed.size(); ++at) {
      for (const int change : {1, 0x80, 0xFF}) {
        std::string changed = sealed;
        changed[at] = static_cast<char>(changed[at] ^ change);
        write(path, changed);
        REQUIRE(seal_of(path) == Seal::broken);
      }
    }
  }

  TEST_CASE("a file that is cut, longer, empty, large or not there") {
    const TemporaryFolder folder;
    const fs::path path = folder / "file";
    CHECK(seal_of(path) == Seal::none);
    CHECK_FALSE(seal_file(path).empty());
    write(path, "");
    REQUIRE(seal_file(path).empty());
    CHECK(seal_of(path) == Seal::whole);
    const std::string sealed = contents_of(path);
    for (std::size_t length = 0; length < sealed.size(); ++length) {
      write(path, sealed.substr(0, length));
      REQUIRE(seal_of(path) == Seal::none);
    }
    write(path, "x" + sealed);
    CHECK(seal_of(path) == Seal::broken);
    write(path, sealed + "x");
    CHECK(seal_of(path) != Seal::whole);
    write(path, some_bytes(300'000));  // over many pieces
    REQUIRE(seal_file(path).empty());
    CHECK(seal_of(path) == Seal::whole);
    std::string large = contents_of(path);
    std::swap(large[65'535], large[65'536]);
    write(path, large);
    CHECK(seal_of(path) == Seal::broken);
    fs::create_symlink(path, folder / "link");
    CHECK_FALSE(seal_file(folder / "link").empty());
  }
}
