/// A file as somebody names it.
#pragma once

#include <filesystem>
#include <string>

#include "sim/base/problem.hpp"

namespace wattershed {

/// As written, resolved, and where it was written (nowhere on the command line).
struct FileName {
  std::string written;
  std::filesystem::path path;
  Place place;
};
/// One that the command line names.
inline FileName file_name(const std::filesystem::path& path) { return {path.string(), path, {}}; }

}  // namespace wattershed
