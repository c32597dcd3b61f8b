/// A file that says of itself whether it still is what was written: its last line, the seal, has a checksum of all bytes
/// before it.
///
///   …contents…\nwattershed-seal crc32 1c291ca3 bytes 0000000000782123\n
///
/// The checksum is CRC-32 (ISO 3309: polynomial 0x04C11DB7 reflected, all ones before and after), as zlib and Python's
/// `zlib.crc32` have it; `bytes` is the length of the contents. It finds every change within four bytes in a row, and any
/// other but for one in 4e9. Against damage, not against malice.
///
/// Source  ISO 3309:1993; the check value of "123456789" is cbf43926
/// Cost    that of zlib's crc32, under a nanosecond a byte; memory 64 KiB
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace wattershed {

/// CRC-32 of the bytes behind those that gave `before`; 0 begins.
std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0);

/// Puts a seal behind the contents. Empty, or the system's reason why it could not; the file may then end with part of one.
std::string seal_file(const std::filesystem::path& path);

enum class Seal {
  none,    ///< the file does not end with a seal, or cannot be read
  whole,   ///< and is as it was sealed
  broken,  ///< and has been changed since: contents or seal
};
Seal seal_of(const std::filesystem::path& path);

}  // namespace wattershed
