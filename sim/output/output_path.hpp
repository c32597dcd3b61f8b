/// A path that a run file may be written to, looked at before anything is simulated, with its `.part`.
///
/// Errors  InputError: below a file or an absent folder, without permission, or where something stands that is not a
///         run file of ours (output_place.hpp): a folder, a link, a device, a scenario or a trace given by mistake
#pragma once

#include <filesystem>
#include <string>

namespace wattershed {

/// Throws InputError, with the way out, unless `path` and its `.part` can be written.
void check_output_path(const std::filesystem::path& path);
/// What forbids to put a run file in the place of what stands at `path`; empty where nothing does.
std::string fault_of_run_file(const std::filesystem::path& path);
/// Where a run file is written until it is closed.
std::filesystem::path part_of(std::filesystem::path path);
/// Throws the InputError of that path.
[[noreturn]] void refuse_output(const std::filesystem::path& path, const std::string& reason);

}  // namespace wattershed
