#include "sim/base/sealed_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <system_error>
#include <vector>

namespace wattershed {
namespace {

constexpr std::size_t piece_size = std::size_t{1} << 16;
constexpr std::string_view pattern = "\nwattershed-seal crc32 ######## bytes ################\n";

using Table = std::array<std::array<std::uint32_t, 256>, 8>;

/// Row 0: what a byte does to the remainder; row k: the same, k bytes further on.
constexpr Table make_table() {
  constexpr std::uint32_t polynomial = 0xEDB88320;
  Table table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) remainder = (remainder >> 1U) ^ ((remainder & 1U) != 0 ? polynomial : 0);
    table[0][byte] = remainder;
  }
  for (std::size_t row = 1; row < 8; ++row)
    for (std::size_t byte = 0; byte < 256; ++byte)
      table[row][byte] = (table[row - 1][byte] >> 8U) ^ table[0][table[row - 1][byte] & 0xFFU];
  return table;
}
constexpr Table table = make_table();

class File {
 public:
  File(const std::filesystem::path& path, int mode) : descriptor_(::open(path.c_str(), mode | O_CLOEXEC)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  explicit operator bool() const { return descriptor_ >= 0; }

  /// Up to `size` bytes from `offset`; fewer at the end and where reading fails.
  std::string_view read(std::uint64_t offset, std::size_t size) {
    buffer_.resize(size);
    std::size_t got = 0;
    while (got < size) {
      const ssize_t n = ::pread(descriptor_, buffer_.data() + got, size - got, static_cast<off_t>(offset + got));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      got += static_cast<std::size_t>(n);
    }
    return {buffer_.data(), got};
  }
  bool write(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      offset += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

 private:
  int descriptor_;
  std::vector<char> buffer_;
};

/// Of the first `size` bytes; nothing where they cannot be read.
std::optional<std::uint32_t> checksum(File& file, std::uint64_t size) {
  std::uint32_t sum = 0;
  for (std::uint64_t offset = 0; offset < size;) {
    const std::string_view bytes =
        file.read(offset, static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, size - offset)));
    if (bytes.empty()) return std::nullopt;
    sum = crc32(bytes, sum);
    offset += bytes.size();
  }
  return sum;
}

std::string seal_text(std::uint32_t sum, std::uint64_t size) {
  std::array<char, pattern.size() + 1> text{};
  std::snprintf(text.data(), text.size(), "\nwattershed-seal crc32 %08x bytes %016llu\n", sum,
                static_cast<unsigned long long>(size));
  return text.data();
}

/// Whether it has been a seal, which may be damaged: most letters of the pattern are there.
bool is_like_seal(std::string_view end) {
  std::size_t letters = 0, found = 0;
  for (std::size_t i = 0; i < pattern.size() && i < end.size(); ++i) {
    if (pattern[i] == '#') continue;
    ++letters;
    if (pattern[i] == end[i]) ++found;
  }
  return end.size() == pattern.size() && 2 * found > letters;
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t before) {
  std::uint32_t sum = ~before;
  const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };
  while (bytes.size() >= 8) {
    sum ^= at(0) | at(1) << 8U | at(2) << 16U | at(3) << 24U;
    sum = table[7][sum & 0xFFU] ^ table[6][(sum >> 8U) & 0xFFU] ^ table[5][(sum >> 16U) & 0xFFU] ^
          table[4][sum >> 24U] ^ table[3][at(4)] ^ table[2][at(5)] ^ table[1][at(6)] ^ table[0][at(7)];
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) sum = (sum >> 8U) ^ table[0][(sum ^ static_cast<unsigned char>(c)) & 0xFFU];
  return ~sum;
}

std::string seal_file(const std::filesystem::path& path) {
  File file(path, O_RDWR | O_NOFOLLOW);
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (!file || error) return std::generic_category().message(errno);
  const std::optional<std::uint32_t> sum = checksum(file, size);
  if (sum && file.write(size, seal_text(*sum, size))) return {};
  return std::generic_category().message(errno);
}

Seal seal_of(const std::filesystem::path& path) {
  File file(path, O_RDONLY | O_NONBLOCK);
  std::error_code error;
  const std::uint64_t whole = std::filesystem::file_size(path, error);
  if (!file || error || whole < pattern.size()) return Seal::none;
  const std::uint64_t size = whole - pattern.size();
  const std::string end(file.read(size, pattern.size()));
  if (!is_like_seal(end)) return Seal::none;
  const std::optional<std::uint32_t> sum = checksum(file, size);
  return sum && end == seal_text(*sum, size) ? Seal::whole : Seal::broken;
}

}  // namespace wattershed
