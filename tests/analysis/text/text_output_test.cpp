#include "analysis/text/text_output.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "sim/base/problem.hpp"
#include "tests/analysis/command/called.hpp"

using namespace wattershed;
using wattershed::test::Folder;
using wattershed::test::text_of;
namespace fs = std::filesystem;

TEST_SUITE("fast") {
  TEST_CASE("a file appears when it is whole") {
    const Folder folder;
    const std::string file = folder.file("out.csv", "one\nold\n");
    write_text(file, {}, [&](const TextWriter& write) {
      write("one,");
      CHECK(text_of(file) == "one\nold\n");
      write("two\n");
    });
    CHECK(text_of(file) == "one,two\n");
    CHECK_FALSE(fs::exists(file + ".part"));
  }

  TEST_CASE("what is not finished leaves the older file, and nothing beside it") {
    const Folder folder;
    const std::string file = folder.file("out.csv", "one,old");
    CHECK_THROWS_AS(write_text(file, {},
                               [](const TextWriter& write) {
                                 write("one,");
                                 throw std::logic_error("refused");
                               }),
                    std::logic_error);
    CHECK(text_of(file) == "one,old");
    CHECK_FALSE(fs::exists(file + ".part"));
  }

  TEST_CASE("what is not a table like it is refused, at its place and at that of the part") {
    const Folder folder;
    const std::string file = folder / "out.csv";
    for (const std::string& at : {file, file + ".part"}) {
      CAPTURE(at);
      for (const char* foreign : {"mine", "one\ttwo", "\none,two", "One,two"}) {
        CAPTURE(foreign);
        std::ofstream(at) << foreign;
        CHECK_THROWS_WITH_AS(write_text(file, "one,two\n"),
                             doctest::Contains("exists and is no table that begins with 'one'"), InputError);
        CHECK(text_of(at) == foreign);
        fs::remove(at);
      }
      const std::string precious = folder.file("precious", "one,two\n");
      fs::create_symlink(precious, at);
      CHECK_THROWS_WITH_AS(write_text(file, "one,three\n"), doctest::Contains("is a link"), InputError);
      CHECK(text_of(precious) == "one,two\n");
      fs::remove(at);
      fs::create_directory(at);
      CHECK_THROWS_WITH_AS(write_text(file, "one,three\n"), doctest::Contains("is a folder"), InputError);
      fs::remove(at);
    }
    std::ofstream(file + ".part") << "one,killed";
    fs::create_hard_link(file + ".part", folder / "second_name");
    write_text(file, "one,three\n");
    CHECK(text_of(file) == "one,three\n");
    CHECK(text_of(folder / "second_name") == "one,killed");
  }

  TEST_CASE("without a name a text goes to standard output, one that is whole already nowhere") {
    std::string out;
    write_text(
        "", [&](std::string_view text) { out += text; }, [](const TextWriter& write) { write("one"); });
    CHECK(out == "one");
    write_text("", "two");
  }

  TEST_CASE("a folder that is not there is bad input, a full device an error that leaves the device") {
    const Folder folder;
    CHECK_THROWS_AS(write_text(folder / "no/out.csv", "one"), InputError);
    const std::string full = folder / "full";  // a link: removing it would not harm the device
    fs::create_symlink("/dev/full", full);
    CHECK_THROWS_AS(write_text(full, "one"), std::runtime_error);
    CHECK(fs::is_symlink(full));
  }

  TEST_CASE("the file that is read is not written over, by whatever name") {
    const Folder folder;
    const std::string file = folder.file("run.h5", "run");
    fs::create_symlink(file, folder / "link.h5");
    CHECK_THROWS_WITH_AS(refuse_same_file(file, folder / "link.h5", "the run file"),
                         doctest::Contains("is the run file itself: choose another output path"), InputError);
    refuse_same_file(file, folder / "other.csv", "the run file");
    refuse_same_file(file, "", "the run file");
  }
}
