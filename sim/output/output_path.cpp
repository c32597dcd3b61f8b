#include "sim/output/output_path.hpp"

#include <unistd.h>

#include <string_view>
#include <system_error>

#include "sim/base/output_place.hpp"
#include "sim/base/problem.hpp"

namespace wattershed {

namespace fs = std::filesystem;

namespace {

/// By the marks in its first pages: what a killed or a damaged run has left is ours too, and HDF5 need not read it. A run
/// that has not yet begun has the signature alone, and nothing in it that could be lost.
bool is_run_file(std::string_view head) {
  constexpr std::string_view signature("\x89HDF\r\n\x1a\n", 8), mark = "wattershed-run";
  constexpr std::size_t holds_nothing = 512;  // [byte] a superblock and the header of an empty root
  return head.starts_with(signature) && (head.size() < holds_nothing || head.find(mark) != std::string_view::npos);
}

}  // namespace

void refuse_output(const fs::path& path, const std::string& reason) {
  throw InputError(Place{path.string()}, reason);
}

std::string fault_of_run_file(const fs::path& path) { return fault_of_output(path, "run file", is_run_file); }

void check_output_path(const fs::path& path) {
  if (!path.has_filename()) refuse_output(path, "the output is a folder; name a file in it, for example 'run.h5'");
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  fs::path part;
  for (const fs::path& name : folder) {
    part /= name;
    std::error_code error;
    const fs::file_status status = fs::status(part, error);
    if (fs::exists(status) && !fs::is_directory(status)) {
      refuse_output(path, "'" + part.string() + "' is a file, not a folder; choose another output path");
    }
  }
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    refuse_output(
        path, "the folder '" + folder.string() + "' does not exist; make it first, or choose another output path");
  }
  for (const fs::path& each : {path, part_of(path)})
    if (const std::string fault = fault_of_run_file(each); !fault.empty()) refuse_output(each, fault);
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    refuse_output(path,
                  "no permission to write into the folder '" + folder.string() + "'; choose another output path");
  }
}

fs::path part_of(fs::path path) {
  path += ".part";
  return path;
}

}  // namespace wattershed
