#include "sim/output/output_path.hpp"

#include <unistd.h>

#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

#include "sim/base/problem.hpp"

namespace wattershed {

namespace fs = std::filesystem;

namespace {

bool is_hdf5(const fs::path& path) {
  constexpr std::string_view signature("\x89HDF\r\n\x1a\n", 8);
  std::array<char, signature.size()> head{};
  std::ifstream(path, std::ios::binary).read(head.data(), head.size());
  return std::string_view(head.data(), head.size()) == signature;
}

}  // namespace

void refuse_output(const fs::path& path, const std::string& reason) {
  throw InputError(Place{path.string()}, reason);
}

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
  if (fs::is_directory(path, error))
    refuse_output(path, "the output is a folder; name a file in it, for example 'run.h5'");
  if (fs::is_regular_file(path, error) && fs::file_size(path, error) > 0 && !is_hdf5(path)) {
    refuse_output(path, "exists and is no HDF5 file: choose another output path, or remove it first");
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    refuse_output(path,
                  "no permission to write into the folder '" + folder.string() + "'; choose another output path");
  }
}

}  // namespace wattershed
