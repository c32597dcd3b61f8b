// Text files: what can be read, what is refused and how that is said, lines out of pieces.
#include "sim/input/text_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace wattershed;

namespace {

constexpr TextKind small{"list of ten", 10};

/// A folder that lasts as long as the test.
struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("wattershed_text_file_" + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  [[nodiscard]] FileName named(const std::string& name) const { return {name, path / name, {"s.yaml", 3, 4}}; }
  [[nodiscard]] FileName write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path / name, std::ios::binary) << bytes;
    return named(name);
  }
};

template <class F>
std::string said(F f) {
  try {
    f();
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the bytes of a file, up to the limit of its kind") {
    const Folder folder;
    CHECK(read_bytes(folder.write("ten", "0123456789"), small) == "0123456789");
    CHECK(read_bytes(folder.write("none", ""), small).empty());
    const std::string large(600'000, 'x');
    CHECK(read_bytes(folder.write("large", large), {"text", 1 << 20}) == large);
    std::size_t pieces = 0, bytes = 0;
    read_pieces(folder.named("large"), {"text", 1 << 20}, [&](std::string_view piece) {
      ++pieces;
      bytes += piece.size();
    });
    CHECK(pieces > 1);
    CHECK(bytes == large.size());
  }

  TEST_CASE("a pipe that another of two threads fills is read to its end, and no further than the limit") {
    const Folder folder;
    for (const bool fits : {true, false}) {
      CAPTURE(fits);
      const FileName pipe = folder.named(fits ? "pipe" : "long");
      REQUIRE(::mkfifo(pipe.path.c_str(), 0600) == 0);
      std::thread writer([&] { std::ofstream(pipe.path) << (fits ? "piped" : "more than ten"); });
      std::string read;
      const std::string message = said([&] { read = read_bytes(pipe, small); });
      writer.join();
      CHECK(read == (fits ? "piped" : ""));
      CHECK(message ==
            (fits ? "nothing" : "s.yaml:3:4: cannot read 'long': it is over 0 MB; no list of ten is that large"));
    }
  }

  TEST_CASE("what cannot be read is refused where it was named") {
    const Folder folder;
    CHECK(said([&] { read_bytes(folder.named("no.csv"), small); }) ==
          "s.yaml:3:4: cannot read 'no.csv': no such file");
    CHECK(said([&] { read_bytes(folder.named("."), small); }) == "s.yaml:3:4: cannot read '.': it is a folder");
    CHECK(said([&] { read_bytes(folder.write("a", std::string(11, 'x')), small); }) ==
          "s.yaml:3:4: cannot read 'a': it is over 0 MB; no list of ten is that large");
    CHECK(said([&] {
            read_bytes(folder.write("b", std::string((1 << 20) + 1, 'x')), {"list", 1 << 20});
          }) == "s.yaml:3:4: cannot read 'b': it is over 1 MiB; no list is that large");
    CHECK(said([&] { read_bytes(folder.named("a/b"), small); }) == "s.yaml:3:4: cannot read 'a/b': no such file");
    const std::string long_name(300, 'n');
    CHECK(said([&] { read_bytes(folder.named(long_name), small); }) ==
          "s.yaml:3:4: cannot read '" + long_name + "': File name too long");
    // One that the command line names has no other place.
    CHECK(said([] { read_bytes(file_name("/dev/null"), small); }) == "cannot read '/dev/null': it is a device");
    CHECK(said([] { read_bytes(file_name("/dev/zero"), small); }) == "cannot read '/dev/zero': it is a device");
  }

  TEST_CASE("plain text: without a byte order mark, neither UTF-16 nor zero bytes") {
    CHECK(plain_text("\xEF\xBB\xBFname\r\n", "a") == "name\r\n");
    CHECK(plain_text("", "a").empty());
    CHECK(plain_text("Lule\xE5", "a") == "Lule\xE5");
    CHECK(said([] { plain_text("\xFF\xFE", "a"); }) == "a:1:1: this is UTF-16; save the file as UTF-8");
    CHECK(said([] { plain_text(std::string_view("\xFE\xFF\0n", 4), "a"); }) ==
          "a:1:1: this is UTF-16; save the file as UTF-8");
    CHECK(said([] { plain_text(std::string_view("a\nbc\0d", 6), "a"); }) ==
          "a:2:3: a zero byte: this is no text file");
    CHECK(said([] { plain_text(std::string_view("\0", 1), "a"); }) == "a:1:1: a zero byte: this is no text file");
  }

  TEST_CASE("lines are the same however the text comes in pieces") {
    const std::string text = "\xEF\xBB\xBF; first\r\n\r\nsecond\n" + std::string(3000, 'x') + "\nlast";
    const std::vector<std::string> whole{"; first", "", "second", std::string(3000, 'x'), "last"};
    std::mt19937 random(3);
    for (int round = 0; round < 50; ++round) {
      LineCutter cutter("a");
      std::vector<std::string> lines;
      const auto take = [&](std::string_view line) {
        lines.emplace_back(line);
        CHECK(cutter.number() == static_cast<int>(lines.size()));
      };
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = 1 + random() % (round == 0 ? 1 : 4000);
        cutter.feed(std::string_view(text).substr(at, size), take);
        at += size;
      }
      cutter.finish(take);
      CHECK(lines == whole);
    }
  }

  TEST_CASE("lines refuse what is no text") {
    const auto cut = [](std::string_view text) {
      return said([&] {
        LineCutter cutter("a");
        cutter.feed(text, [](std::string_view) {});
        cutter.finish([](std::string_view) {});
      });
    };
    CHECK(cut("x\n" + std::string(65'536, 'x') + "\n") == "nothing");
    CHECK(cut("x\n" + std::string(65'537, 'x') + "\n") ==
          "a:2: a line of more than 65536 characters; is this a text file?");
    CHECK(cut(std::string(70'000, '\0')) == "a:1: a line of more than 65536 characters; is this a text file?");
    CHECK(cut(std::string_view("x\nab\0\n", 6)) == "a:2:3: a zero byte: this is no text file");
    CHECK(cut(std::string_view("x\n\0", 3)) == "a:2:1: a zero byte: this is no text file");
    CHECK(cut("\xFF\xFEx") == "a:1:1: this is UTF-16; save the file as UTF-8");
  }
}
