/// A year of hourly values from a CSV, laid onto whatever year is simulated.
///
/// The file has a column `timestamp_utc` (start of the hour) and one column per quantity, whose name ends with its
/// unit: `ci_g_per_kwh`, `price_usd_per_mwh`. A simulated hour takes the value with its UTC month, day and hour;
/// 29 February repeats the 28th when the file has none. A blank cell repeats the one before.
/// Inputs   the file, which column
/// Outputs  carbon intensity [kg/J] or price [USD/J] by the hour
/// Errors   InputError with file:line:column: a missing column, a row out of order, a missing hour, not a number,
///          a negative carbon intensity
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/input/schema.hpp"

namespace wattershed {

/// Values by hour of a leap year [SI].
class HourlySeries {
 public:
  /// `hours` has 366·24 values.
  explicit HourlySeries(std::vector<double> hours, std::string column = {})
      : hours_(std::move(hours)), column_(std::move(column)) {}
  /// The value of the hour that `t` lies in.
  [[nodiscard]] double at(Time t) const;
  /// The name of the column that they were read from.
  [[nodiscard]] const std::string& column() const { return column_; }

 private:
  std::vector<double> hours_;
  std::string column_;
};

/// Reads a column of carbon intensity; without `column` the file must have exactly one `ci_*g_per_kwh`, or one of them
/// must say in its name that it counts what is wanted: `direct` (what scope 2 is: emissions where the power is made), or
/// life-cycle (`lca`, `lifecycle`, `life_cycle`).
enum class CarbonColumn { only, direct, life_cycle };
HourlySeries read_carbon_csv(const FileName& file, const std::optional<std::string>& column,
                             CarbonColumn wanted = CarbonColumn::only);
/// Reads a column of prices; without `column` the file must have exactly one `*usd_per_mwh` or `*usd_per_kwh`.
HourlySeries read_price_csv(const FileName& file, const std::optional<std::string>& column);

/// The next full hour in UTC after `t`.
Time next_hour(Time t);

}  // namespace wattershed
