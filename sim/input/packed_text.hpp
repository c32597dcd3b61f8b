/// A text file that may be packed by gzip: read as what it holds, piece by piece, whatever its name ends in.
///
/// Accepted  what text_file.hpp accepts; a gzip file of one member or several, one after the other
/// Refused   what text_file.hpp refuses, more bytes unpacked than its kind has, a file that is damaged or cut short:
///           InputError
/// Source    RFC 1952; zlib
#pragma once

#include <functional>
#include <string_view>

#include "sim/input/text_file.hpp"

namespace wattershed {

/// Whether a file that begins so is packed by gzip.
constexpr bool is_gzip(std::string_view start) { return start.starts_with("\x1f\x8b"); }

/// The bytes of a file as read_pieces gives them, unpacked where it is packed.
void read_unpacked(const FileName& file, const TextKind& kind, const std::function<void(std::string_view)>& take);

}  // namespace wattershed
