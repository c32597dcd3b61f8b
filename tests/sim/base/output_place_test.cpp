// What stands at a path that is to be written.
#include "sim/base/output_place.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace wattershed;
namespace fs = std::filesystem;

namespace {

bool begins_with_ours(std::string_view head) { return head.starts_with("ours"); }

std::string fault_at(const fs::path& path) { return fault_of_output(path, "thing", begins_with_ours); }

/// An empty folder that goes away with its contents.
struct Scratch {
  Scratch() : path(fs::temp_directory_path() / ("output_place_" + std::to_string(::getpid()))) {
    fs::create_directory(path);
  }
  ~Scratch() { fs::remove_all(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  fs::path path;
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("only nothing, an empty file and one of ours may be replaced") {
    const Scratch folder;
    const fs::path at = folder.path / "at";
    CHECK(fault_at(at).empty());
    CHECK(fault_at(folder.path / "no" / "at").empty());  // who opens it says what is missing
    std::ofstream(at) << "";
    CHECK(fault_at(at).empty());
    std::ofstream(at) << "ours, of long ago";
    CHECK(fault_at(at).empty());
    std::ofstream(at) << "theirs";
    CHECK(fault_at(at) == "exists and is no thing: choose another output path, or remove it first");
  }

  TEST_CASE("what is no regular file is refused, and a link to one of ours too") {
    const Scratch folder;
    const fs::path ours = folder.path / "ours", at = folder.path / "at";
    std::ofstream(ours) << "ours";
    for (const fs::path& target : {ours, folder.path / "nothing", folder.path}) {
      fs::create_symlink(target, at);
      CHECK(fault_at(at).starts_with("is a link"));
      fs::remove(at);
    }
    fs::create_directory(at);
    CHECK(fault_at(at).starts_with("is a folder"));
    fs::remove(at);
    REQUIRE(::mkfifo(at.c_str(), 0600) == 0);
    CHECK(fault_at(at).starts_with("is a pipe"));  // and nobody waited for its other end
    CHECK(is_stream(at));
    fs::create_symlink(at, folder.path / "to_pipe");
    CHECK(is_stream(folder.path / "to_pipe"));
    CHECK_FALSE(is_stream(ours));
    CHECK_FALSE(is_stream(folder.path));
    CHECK_FALSE(is_stream(folder.path / "nothing"));
  }

  TEST_CASE("so much of a long file is looked at") {
    const Scratch folder;
    const fs::path at = folder.path / "at";
    std::ofstream(at) << "ours" << std::string(2 * looked_at, 'x');
    std::size_t seen = 0;
    CHECK(fault_of_output(at, "thing", [&](std::string_view head) {
            seen = head.size();
            return begins_with_ours(head);
          }).empty());
    CHECK(seen == looked_at);
  }
}
