/// One row of hours of an EnergyPlus weather file: when it is, and what is read of its 35 cells.
///
/// Inputs   a line of the file, without its end
/// Outputs  month, day and hour (1 to 24); dry bulb and dew point [degC], relative humidity [%], station pressure [Pa],
///          each NaN where it is missing
/// Source   EnergyPlus, Auxiliary Programs, "EPW data dictionary"; bounds are its own, but 60 degC for its 70: above,
///          water boils at the lowest pressure
/// Errors   InputError with line and column: fewer than 10 cells, a cell that is no number or beyond any weather, a day
///          that no year has
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "sim/base/problem.hpp"

namespace wattershed {

struct EpwRow {
  enum : std::size_t { dry_bulb, dew_point, relative_humidity, pressure };
  static constexpr std::array<const char*, 4> names{"dry bulb", "dew point", "relative humidity", "station pressure"};

  int month = 1, day = 1, hour = 1;
  std::array<double, 4> values{};  ///< in the order of the names

  /// Hours since 1 January of a year that has a 29 February.
  [[nodiscard]] int slot() const;
};

/// `place`: of the line in its file.
EpwRow read_epw_row(std::string_view line, const Place& place);

}  // namespace wattershed
