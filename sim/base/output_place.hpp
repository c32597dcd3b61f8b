/// A path that is about to be written, and what stands there already: only what is the program's own is replaced, and
/// nothing through a link.
///
///   run.h5: is a pipe, and would be lost: choose another output path
///   table.csv: exists and is no table like this one: choose another output path, or remove it first
///
/// Replaced  nothing, an empty file, and a regular file whose beginning says that it is one of ours
/// Refused   a link, a folder, a device, a pipe, a socket, a file that cannot be read, a foreign file: InputError
/// Valid     for what stands there at the moment of the look; who opens the path then does so without following links
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace wattershed {

/// Whether a file that begins with these bytes (up to `looked_at` of them) is one of ours.
using IsOwn = std::function<bool(std::string_view head)>;
inline constexpr std::size_t looked_at = std::size_t{1} << 20;  ///< [byte]

/// What forbids to replace what stands at `path`, as the end of a sentence ("is a pipe, and …"); empty where nothing
/// does. `kind` is what is going to be written ("run file").
std::string fault_of_output(const std::filesystem::path& path, std::string_view kind, const IsOwn& is_own);

/// A pipe, a terminal or another device of characters, perhaps behind a link: what is written in place.
bool is_stream(const std::filesystem::path& path);

}  // namespace wattershed
