#include "models/weather/epw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "models/weather/epw_header.hpp"
#include "models/weather/epw_row.hpp"
#include "models/weather/moist_air.hpp"
#include "sim/base/text.hpp"
#include "sim/input/text_file.hpp"

namespace wattershed {
namespace {

using namespace std::chrono;

constexpr TextKind kFile{"year of weather", 64U << 20U};
constexpr std::size_t kLongestGap = 6;  // hours that are filled
constexpr int kMostHeaderLines = 40;    // EPW has eight
constexpr double kLeastRelative = 0.5;  // [%], below which dew points are beyond the formulas

enum : std::size_t {
  dry_bulb = EpwRow::dry_bulb,
  dew_point = EpwRow::dew_point,
  relative_humidity = EpwRow::relative_humidity,
  pressure = EpwRow::pressure
};

class Reader {
 public:
  explicit Reader(const std::string& file) { epw_.file = file; }

  EpwFile read(std::string_view text) {
    text = plain_text(text, epw_.file);
    while (!text.empty()) {
      const std::string_view line = trimmed(next_line(text));
      ++line_number_;
      if (in_header_)
        header(line);
      else if (!line.empty())
        row(line);
    }
    finish();
    return std::move(epw_);
  }

 private:
  [[nodiscard]] Place place(std::size_t line, std::size_t column = 0) const {
    return {epw_.file, static_cast<int>(line), static_cast<int>(column)};
  }
  [[nodiscard]] InputError error(std::string message) const { return {place(line_number_), std::move(message)}; }

  void header(std::string_view line) {
    const std::vector<std::string_view> cells = split_fields(line);
    const std::string_view name = cells.empty() ? std::string_view{} : cells.front();
    if (line_number_ == 1) {
      if (name != "LOCATION")
        throw error("this is no EnergyPlus weather file: its first line does not begin with LOCATION");
      epw_.station = read_location(cells, place(line_number_));
    } else if (name == "DESIGN CONDITIONS") {
      epw_.design = read_design_conditions(cells, epw_.warnings);
    } else if (name == "DATA PERIODS") {
      const std::optional<double> per_hour = cells.size() > 2 ? read_real(cells[2]) : std::nullopt;
      if (per_hour && *per_hour != 1)
        throw error(fmt::format("the file has {} rows an hour; only one can be read", printable(cells[2])));
      in_header_ = false;
    } else if (line_number_ >= kMostHeaderLines) {
      throw error("the header does not end: no line begins with DATA PERIODS");
    }
  }

  void row(std::string_view line) {
    const EpwRow row = read_epw_row(line, place(line_number_));
    check_order(row.slot());
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i].push_back(row.values[i]);
    lines_.push_back(line_number_);
  }

  // The hour that follows the one before, by month, day and hour of a year that may have a 29 February.
  void check_order(std::int64_t slot) {
    constexpr std::int64_t leap_day = 59 * 24;
    std::int64_t expected = last_slot_ + 1;
    if (expected == leap_day && slot >= leap_day + 24) expected += 24;  // 1 March after 28 February
    const auto written = [](std::int64_t s) {
      const year_month_day at(sys_days(year(2000) / January / 1) + days(s / 24));
      return fmt::format("{}/{} hour {}", static_cast<unsigned>(at.month()), static_cast<unsigned>(at.day()),
                         s % 24 + 1);
    };
    if (slot > expected)
      throw error(fmt::format("{} hours are missing before {}: the row before should be {}", slot - expected,
                              written(slot), written(slot - 1)));
    if (slot < expected)
      throw error(fmt::format("the row is out of order: {} comes after {}", written(slot), written(last_slot_)));
    last_slot_ = slot;
  }

  void finish() {
    if (line_number_ == 0) throw error("the file is empty");
    if (in_header_) throw error("the file ends within its header: no line begins with DATA PERIODS");
    if (last_slot_ != 366 * 24 - 1)
      throw error(
          fmt::format("the file ends after {} hours; a year has 8760, or 8784 with 29 February", values_[0].size()));
    dew_points_from_relative();
    for (std::size_t i : {dry_bulb, dew_point, pressure}) fill_gaps(i);
    std::size_t saturated = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const auto air = Temperature::celsius(values_[dry_bulb][i]), dew = Temperature::celsius(values_[dew_point][i]);
      if (dew > air + TemperatureDelta(0.05)) ++saturated;
      epw_.hours.push_back(weather_mark(air, dew, Pressure(values_[pressure][i])));
    }
    if (saturated > 0)
      epw_.warnings.push_back(fmt::format(
          "{}: {} hours have a dew point above the dry bulb; their air counts as saturated", epw_.file, saturated));
    epw_.design.pressure = moist_air::standard_pressure(epw_.station.elevation);
    stand_ins();
  }

  // The dew point of every hour that has a relative humidity; the column itself serves where that is missing.
  void dew_points_from_relative() {
    std::size_t count = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const double t = values_[dry_bulb][i], relative = values_[relative_humidity][i];
      if (std::isnan(relative) && !std::isnan(values_[dew_point][i])) ++count;
      if (std::isnan(t) || std::isnan(relative)) continue;
      const double vapour_pa =
          std::max(relative, kLeastRelative) / 100 * moist_air::saturation_pressure_pa(t + 273.15);
      values_[dew_point][i] = std::min(t, moist_air::saturation_temperature_k(vapour_pa) - 273.15);
    }
    if (count > 0)
      epw_.warnings.push_back(
          fmt::format("{}: {} missing relative humidities taken from the dew point", epw_.file, count));
  }

  // Straight lines over short gaps; the year is a ring, so that one over New Year is filled, too.
  void fill_gaps(std::size_t column) {
    std::vector<double>& values = values_[column];
    const std::size_t n = values.size();
    const auto missing = [&](std::size_t i) { return std::isnan(values[i % n]); };
    const auto first = std::find_if(values.begin(), values.end(), [](double v) { return !std::isnan(v); });
    if (first == values.end())
      throw InputError(place(lines_.front()), fmt::format("no row has a {}", EpwRow::names[column]));
    const auto begin = static_cast<std::size_t>(first - values.begin());
    std::size_t filled = 0;
    for (std::size_t i = begin; i < begin + n;) {
      if (!missing(i)) {
        ++i;
        continue;
      }
      std::size_t length = 1;
      while (missing(i + length)) ++length;  // ends: values[begin] is there
      if (length > kLongestGap)
        throw InputError(place(lines_[i % n]),
                         fmt::format("{} is missing for {} hours from here; at most {} are filled",
                                     EpwRow::names[column], length, kLongestGap));
      const double before = values[(i - 1) % n], after = values[(i + length) % n];
      for (std::size_t k = 0; k < length; ++k)
        values[(i + k) % n] =
            before + (after - before) * static_cast<double>(k + 1) / static_cast<double>(length + 1);
      filled += length;
      i += length;
    }
    if (filled > 0)
      epw_.warnings.push_back(fmt::format("{}: {} missing values of the {} filled along straight lines", epw_.file,
                                          filled, EpwRow::names[column]));
  }

  // What goes with a temperature that a scenario gives, when the header does not say.
  void stand_ins() {
    std::vector<std::size_t> order(epw_.hours.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::size_t few = order.size() * 4 / 1000;
    const auto top_by = [&](auto key) {
      std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(few), order.end(),
                        [&](std::size_t a, std::size_t b) {
                          const double x = key(epw_.hours[a]), y = key(epw_.hours[b]);
                          return x != y ? x > y : a < b;
                        });
    };
    double sum = 0;
    top_by([](const WeatherMark& hour) { return hour.dry_bulb_k; });
    for (std::size_t i = 0; i < few; ++i) {
      const WeatherMark& hour = epw_.hours[order[i]];
      sum += moist_air::humidity_ratio(std::exp(hour.log_vapour_pressure), hour.pressure_pa);
    }
    epw_.design.hot_humidity_ratio = sum / static_cast<double>(few);
    sum = 0;
    top_by([](const WeatherMark& hour) { return hour.wet_bulb_k; });
    for (std::size_t i = 0; i < few; ++i) sum += epw_.hours[order[i]].dry_bulb_k - epw_.hours[order[i]].wet_bulb_k;
    epw_.design.humid_depression = TemperatureDelta(sum / static_cast<double>(few));
  }

  EpwFile epw_;
  bool in_header_ = true;
  std::size_t line_number_ = 0;
  std::int64_t last_slot_ = -1;
  std::array<std::vector<double>, 4> values_;
  std::vector<std::size_t> lines_;  // of the rows
};

}  // namespace

EpwFile parse_epw(std::string_view text, const std::string& file) { return Reader(file).read(text); }

EpwFile read_epw(const FileName& file) { return parse_epw(read_bytes(file, kFile), file.written); }

Weather weather_from_epw(EpwFile file) {
  std::vector<WeatherMark> marks;
  marks.reserve(file.hours.size() + 1);
  marks.push_back(file.hours.back());  // 0:00 on 1 January is 24:00 on 31 December
  marks.insert(marks.end(), file.hours.begin(), file.hours.end());
  return {std::move(file.station), std::move(file.design), 2000, {std::move(marks)}};
}

}  // namespace wattershed
