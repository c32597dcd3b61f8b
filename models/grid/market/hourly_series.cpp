#include "models/grid/market/hourly_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <span>
#include <string_view>

#include "sim/calendar/calendar.hpp"
#include "sim/units/units.hpp"

namespace wattershed {
namespace {

using namespace std::chrono;

constexpr std::size_t kHours = 366 * 24;
constexpr double kLargestValue = 1e9;
constexpr std::uintmax_t kLargestFile = 64u << 20;

/// Hour of a leap year (0..8783) by month, day and hour.
std::size_t slot_of(Time t) {
  const auto day = floor<days>(t);
  const year_month_day date(day);
  const auto in_leap_year = sys_days(year(2000) / date.month() / date.day()) - sys_days(year(2000) / January / 1);
  return static_cast<std::size_t>(in_leap_year.count()) * 24 +
         static_cast<std::size_t>(duration_cast<hours>(t - day).count());
}

/// Splits a line at commas; a cell in double quotes loses them.
std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t comma = line.find(',');
    std::string_view cell = line.substr(0, comma);
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    cells.push_back(cell);
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
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
      : file_(file), what_(what), prefix_(prefix), units_(units), may_be_negative_(may_be_negative) {}

  HourlySeries read(const std::optional<std::string>& column) {
    std::error_code error;
    if (std::filesystem::is_directory(file_.path, error))
      throw InputError(file_.place, fmt::format("cannot read '{}': it is a folder", file_.written));
    if (!std::filesystem::is_regular_file(file_.path, error))
      throw InputError(file_.place, fmt::format("cannot read '{}': no such file", file_.written));
    if (std::filesystem::file_size(file_.path, error) > kLargestFile)
      throw InputError(file_.place, fmt::format("'{}' is larger than 64 MiB: not an hourly series", file_.written));
    std::ifstream in(file_.path);
    if (!in) throw InputError(file_.place, fmt::format("cannot read '{}'", file_.written));
    std::string line;
    while (std::getline(in, line)) {
      ++line_number_;
      const std::string_view text = trimmed(line);
      if (text.empty() || text.front() == '#') continue;
      if (value_column_ < 0)
        header(text, column);
      else
        row(text);
    }
    if (value_column_ < 0) throw InputError(place(), "the file has no header row with timestamp_utc");
    return HourlySeries(finished());
  }

 private:
  [[nodiscard]] Place place(int column = 0) const { return {file_.written, line_number_, column}; }

  void header(std::string_view text, const std::optional<std::string>& wanted) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<std::string> names;
    for (std::string_view cell : split(text)) names.emplace_back(trimmed(cell));
    const auto at = std::find(names.begin(), names.end(), "timestamp_utc");
    if (at == names.end()) throw InputError(place(1), "no column timestamp_utc in the header");
    time_column_ = static_cast<int>(at - names.begin());
    std::vector<std::string> fitting;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (factor_of(names[i]) == 0 || (wanted ? names[i] != *wanted : !names[i].starts_with(prefix_))) continue;
      fitting.push_back(names[i]);
      value_column_ = static_cast<int>(i);
    }
    if (fitting.size() == 1) {
      factor_ = factor_of(fitting.front());
      return;
    }
    if (wanted && std::find(names.begin(), names.end(), *wanted) == names.end())
      throw InputError(place(1), fmt::format("no column '{}'{}; the file has {}", *wanted,
                                             did_you_mean(*wanted, names), fmt::join(names, ", ")));
    if (wanted)
      throw InputError(place(1), fmt::format("the name of column '{}' does not end with a unit of {}: {}", *wanted,
                                             what_, unit_names()));
    if (fitting.empty())
      throw InputError(place(1),
                       fmt::format("no column of {} ({}…{}); name one with `column:`", what_, prefix_, unit_names()));
    throw InputError(
        place(1), fmt::format("several columns of {}: {}; choose with `column:`", what_, fmt::join(fitting, ", ")));
  }

  void row(std::string_view text) {
    const auto cells = split(text);
    const int needed = std::max(time_column_, value_column_);
    if (static_cast<int>(cells.size()) <= needed)
      throw InputError(place(1), fmt::format("the row has {} cells, the header promises more", cells.size()));
    const Time t = timestamp(trimmed(cells[static_cast<std::size_t>(time_column_)]));
    if (rows_ > 0 && t <= last_time_)
      throw InputError(place(1),
                       fmt::format("{} is not after the row before it ({})", format_utc(t), format_utc(last_time_)));
    if (rows_ > 0 && t != last_time_ + hours(1))
      throw InputError(place(1),
                       fmt::format("hours are missing between {} and {}", format_utc(last_time_), format_utc(t)));
    const std::string_view cell = trimmed(cells[static_cast<std::size_t>(value_column_)]);
    double value = last_value_;
    if (!cell.empty()) {
      const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
      if (error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(value))
        throw InputError(place(static_cast<int>(cell.data() - text.data()) + 1),
                         fmt::format("'{}' is not a number", cell.substr(0, 40)));
      if (value < 0 && !may_be_negative_)
        throw InputError(place(static_cast<int>(cell.data() - text.data()) + 1),
                         fmt::format("{} cannot be negative ({})", what_, cell));
      if (std::abs(value) > kLargestValue)
        throw InputError(place(static_cast<int>(cell.data() - text.data()) + 1),
                         fmt::format("{} is beyond any {} (at most {:g})", cell, what_, kLargestValue));
    } else if (rows_ == 0) {
      throw InputError(place(1), "the first row has no value, so there is nothing to repeat");
    }
    const std::size_t slot = slot_of(t);
    if (!std::isnan(hours_[slot]))
      throw InputError(place(1), fmt::format("{} is covered twice: the file must hold one year", format_utc(t)));
    hours_[slot] = value * factor_;
    last_time_ = t;
    last_value_ = value;
    ++rows_;
  }

  // "2022-01-01T00:00:00Z", also with a space, without seconds, or with +00:00.
  Time timestamp(std::string_view text) const {
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
      throw InputError(place(1),
                       fmt::format("'{}' is not a UTC hour such as 2022-01-01T00:00:00Z", text.substr(0, 40)));
    }
  }

  std::vector<double> finished() {
    const std::size_t leap = slot_of(sys_days(year(2000) / February / 29));
    for (std::size_t hour = 0; hour < 24; ++hour)
      if (std::isnan(hours_[leap + hour])) hours_[leap + hour] = hours_[leap - 24 + hour];
    const auto hole = std::find_if(hours_.begin(), hours_.end(), [](double v) { return std::isnan(v); });
    if (hole != hours_.end()) {
      const Time t = sys_days(year(2000) / January / 1) + hours(hole - hours_.begin());
      throw InputError(place(), fmt::format("the file does not cover the year: {} hours, and none for {} UTC", rows_,
                                            format_utc(t).substr(5, 8) + ":00"));
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

  const FileName& file_;
  const char* what_;
  std::string_view prefix_;
  std::span<const ColumnUnit> units_;
  bool may_be_negative_;
  std::vector<double> hours_ = std::vector<double>(kHours, std::numeric_limits<double>::quiet_NaN());
  int line_number_ = 0, time_column_ = -1, value_column_ = -1, rows_ = 0;
  double factor_ = 0, last_value_ = 0;
  Time last_time_{};
};

}  // namespace

double HourlySeries::at(Time t) const { return hours_[slot_of(t)]; }

HourlySeries read_carbon_csv(const FileName& file, const std::optional<std::string>& column) {
  return Reader(file, "carbon intensity", "ci_", kCarbonUnits, false).read(column);
}
HourlySeries read_price_csv(const FileName& file, const std::optional<std::string>& column) {
  return Reader(file, "price", "", kPriceUnits, true).read(column);
}

Time next_hour(Time t) { return floor<hours>(t) + hours(1); }

}  // namespace wattershed
