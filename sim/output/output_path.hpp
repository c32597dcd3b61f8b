/// A path that a run file may be written to, looked at before anything is simulated.
///
/// Errors  InputError: a folder, below a file or an absent folder, without permission, or of a file with something in
///         it that is no HDF5 (a scenario or a trace given as the output by mistake must not be lost)
#pragma once

#include <filesystem>
#include <string>

namespace wattershed {

/// Throws InputError, with the way out, unless `path` can be written.
void check_output_path(const std::filesystem::path& path);
/// Throws the InputError of that path.
[[noreturn]] void refuse_output(const std::filesystem::path& path, const std::string& reason);

}  // namespace wattershed
