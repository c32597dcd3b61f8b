/// What a run file gives back of a value: numbers cut to the type of their column, text up to its first zero byte.
///
/// HDF5 converts so when it writes; a run that is kept elsewhere (memory_sink.hpp) cuts with these, so that both are
/// read alike, bit for bit.
///
///   whole numbers  toward zero, at the ends of 64 bits where they are beyond; there is no −0
///   flags          the same between 0 and 255
///   float32        to the nearest, infinite from the first double above the largest float on
///
/// Source  HDF5 1.10, conversions between native types
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace wattershed {

inline std::int64_t stored_integer(double value) {
  constexpr double end = 0x1p63;
  if (value >= end) return std::numeric_limits<std::int64_t>::max();
  if (!(value > -end)) return std::numeric_limits<std::int64_t>::min();  // what is no number too
  return static_cast<std::int64_t>(value);
}

inline std::uint8_t stored_flag(double value) {
  if (value >= 255) return 255;
  if (!(value > 0)) return 0;
  return static_cast<std::uint8_t>(value);
}

inline float stored_single(double value) {
  constexpr float most = std::numeric_limits<float>::max(), infinite = std::numeric_limits<float>::infinity();
  if (value > static_cast<double>(most)) return infinite;
  if (value < -static_cast<double>(most)) return -infinite;
  return static_cast<float>(value);
}

inline std::string stored_text(std::string_view text) { return std::string(text.substr(0, text.find('\0'))); }

}  // namespace wattershed
