#include "models/grid/market/hourly_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>

#include "sim/base/text.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/input/csv_table.hpp"
#include "sim/units/units.hpp"

namespace wattershed {
namespace {

using namespace std::chrono;

constexpr std::size_t kHours = 366 * 24;
constexpr double kLargestValue = 1e9;
constexpr TextKind kFile{"hourly series", 64U << 20U};

/// Hour of a leap year (0..8783) by month, day and hour.
std::size_t slot_of(Time t) {
  const auto day = floor<days>(t);
  const year_month_day date(day);
  const auto in_leap_year = sys_days(year(2000) / date.month() / date.day()) - sys_days(year(2000) / January / 1);
  return static_cast<std::size_t>(in_leap_year.count()) * 24 +
         static_cast<std::size_t>(duration_cast<hours>(t - day).count());
}

/// Factor to SI by the end of a column's name, or nothing.
struct ColumnUnit {
  std::string_view ending;
  double factor;
};
constexpr ColumnUnit kCarbonUnits[] = {{"g_per_kwh", 1e-3 / 3.6e6}, {"kg_per_mwh", 1.0 / 3.6e9}};
constexpr ColumnUnit kPriceUnits[] = {{"usd_per_mwh", 1.0 / 3.6e9}, {"usd_per_kwh", 1.0 / 3.6e6}};

class Reader {
 public:
  Reader(const FileName& file, const char* what, std::string_view prefix, std::span<const ColumnUnit> units,
         bool may_be_negative)
      : table_(read_csv(file, kFile)),
        what_(what),
        prefix_(prefix),
        units_(units),
        may_be_negative_(may_be_negative) {}

  /// Where several columns fit and none is named, the one with one of `words` in its name is taken.
  HourlySeries read(const std::optional<std::string>& column, std::initializer_list<std::string_view> words = {}) {
    choose_columns(column, words);
    for (std::size_t row = 0; row < table_.rows.size(); ++row) take(row);
    return HourlySeries(finished(), table_.names[value_column_]);
  }

 private:
  [[nodiscard]] InputError header_error(std::string message) const {
    return {table_.header_place(), std::move(message)};
  }

  void choose_columns(const std::optional<std::string>& wanted, std::initializer_list<std::string_view> words) {
    const std::optional<std::size_t> time = table_.index_of("timestamp_utc");
    if (!time) throw header_error("no column timestamp_utc in the header");
    time_column_ = *time;
    std::vector<std::string> names, fitting;
    for (std::size_t i = 0; i < table_.names.size(); ++i) {
      const std::string& name = table_.names[i];
      names.push_back(printable(name));
      if (factor_of(name) == 0 || (wanted ? name != *wanted : !name.starts_with(prefix_))) continue;
      fitting.push_back(names.back());
      value_column_ = i;
    }
    if (fitting.size() > 1 && !wanted) choose_by_word(words, fitting);
    if (fitting.size() == 1) {
      factor_ = factor_of(table_.names[value_column_]);
      return;
    }
    if (wanted && !table_.index_of(*wanted))
      throw header_error(fmt::format("no column '{}'{}; the file has {}", *wanted, did_you_mean(*wanted, names),
                                     fmt::join(names, ", ")));
    if (wanted)
      throw header_error(
          fmt::format("the name of column '{}' does not end with a unit of {}: {}", *wanted, what_, unit_names()));
    if (fitting.empty())
      throw header_error(
          fmt::format("no column of {} ({}…{}); name one with `column:`", what_, prefix_, unit_names()));
    throw header_error(
        fmt::format("several columns of {}: {}; choose with `column:`", what_, fmt::join(fitting, ", ")));
  }

  void choose_by_word(std::initializer_list<std::string_view> words, std::vector<std::string>& fitting) {
    std::vector<std::string> said;
    std::size_t column = 0;
    for (std::size_t i = 0; i < table_.names.size(); ++i) {
      const std::string& name = table_.names[i];
      const bool says = std::any_of(words.begin(), words.end(),
                                    [&](std::string_view word) { return name.find(word) != std::string::npos; });
      if (!says || factor_of(name) == 0 || !name.starts_with(prefix_)) continue;
      said.push_back(printable(name));
      column = i;
    }
    if (said.size() != 1) return;
    fitting = std::move(said);
    value_column_ = column;
  }

  void take(std::size_t row) {
    const Time t = timestamp(row);
    const Place time_place = table_.place(row, time_column_), value_place = table_.place(row, value_column_);
    if (row > 0 && t <= last_time_)
      throw InputError(time_place,
                       fmt::format("{} is not after the row before it ({})", format_utc(t), format_utc(last_time_)));
    if (row > 0 && t != last_time_ + hours(1))
      throw InputError(time_place,
                       fmt::format("hours are missing between {} and {}", format_utc(last_time_), format_utc(t)));
    if (const std::string& cell = table_.text(row, value_column_); !cell.empty()) {
      last_value_ = table_.number(row, value_column_);
      if (last_value_ < 0 && !may_be_negative_)
        throw InputError(value_place, fmt::format("{} cannot be negative ({})", what_, printable(cell)));
      if (std::abs(last_value_) > kLargestValue)
        throw InputError(value_place,
                         fmt::format("{} is beyond any {} (at most {:g})", printable(cell), what_, kLargestValue));
    } else if (row == 0) {
      throw InputError(value_place, "the first row has no value, so there is nothing to repeat");
    }
    double& hour = hours_[slot_of(t)];
    if (!std::isnan(hour))
      throw InputError(time_place, fmt::format("{} is covered twice: the file must hold one year", format_utc(t)));
    hour = last_value_ * factor_;
    last_time_ = t;
  }

  // "2022-01-01T00:00:00Z", also with a space, without seconds, or with +00:00.
  [[nodiscard]] Time timestamp(std::size_t row) const {
    const std::string_view text = table_.text(row, time_column_);
    std::string_view digits = text;
    for (std::string_view ending : {"Z", "+00:00", "+0000"})
      if (digits.ends_with(ending)) {
        digits.remove_suffix(ending.size());
        break;
      }
    try {
      const LocalTime local = parse_local_time(digits);
      const Time t{local.time_since_epoch()};
      if (t != floor<hours>(t)) throw std::invalid_argument("not a full hour");
      return t;
    } catch (const std::exception&) {
      throw InputError(table_.place(row, time_column_),
                       fmt::format("{} is not a UTC hour such as 2022-01-01T00:00:00Z", in_quotes(text)));
    }
  }

  std::vector<double> finished() {
    const std::size_t leap = slot_of(sys_days(year(2000) / February / 29));
    for (std::size_t hour = 0; hour < 24; ++hour)
      if (std::isnan(hours_[leap + hour])) hours_[leap + hour] = hours_[leap - 24 + hour];
    const auto hole = std::find_if(hours_.begin(), hours_.end(), [](double v) { return std::isnan(v); });
    if (hole != hours_.end()) {
      const Time t = sys_days(year(2000) / January / 1) + hours(hole - hours_.begin());
      throw InputError(table_.rows.empty() ? table_.header_place() : table_.place(table_.rows.size() - 1),
                       fmt::format("the file does not cover the year: {} hours, and none for {} UTC",
                                   table_.rows.size(), format_utc(t).substr(5, 8) + ":00"));
    }
    return hours_;
  }

  [[nodiscard]] double factor_of(std::string_view name) const {
    for (const ColumnUnit& unit : units_)
      if (name.ends_with(unit.ending)) return unit.factor;
    return 0;
  }
  [[nodiscard]] std::string unit_names() const {
    std::vector<std::string_view> names;
    for (const ColumnUnit& unit : units_) names.push_back(unit.ending);
    return fmt::format("{}", fmt::join(names, " or "));
  }

  CsvTable table_;
  const char* what_;
  std::string_view prefix_;
  std::span<const ColumnUnit> units_;
  bool may_be_negative_;
  std::vector<double> hours_ = std::vector<double>(kHours, std::numeric_limits<double>::quiet_NaN());
  std::size_t time_column_ = 0, value_column_ = 0;
  double factor_ = 0, last_value_ = 0;
  Time last_time_{};
};

}  // namespace

double HourlySeries::at(Time t) const { return hours_[slot_of(t)]; }

HourlySeries read_carbon_csv(const FileName& file, const std::optional<std::string>& column, CarbonColumn wanted) {
  Reader reader(file, "carbon intensity", "ci_", kCarbonUnits, false);
  switch (wanted) {
    case CarbonColumn::direct:
      return reader.read(column, {"direct"});
    case CarbonColumn::life_cycle:
      return reader.read(column, {"lca", "lifecycle", "life_cycle"});
    case CarbonColumn::only:
      break;
  }
  return reader.read(column);
}
HourlySeries read_price_csv(const FileName& file, const std::optional<std::string>& column) {
  return Reader(file, "price", "", kPriceUnits, true).read(column);
}

Time next_hour(Time t) { return floor<hours>(t) + hours(1); }

}  // namespace wattershed
