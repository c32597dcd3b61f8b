#include "models/weather/weather.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

#include "models/weather/moist_air.hpp"

namespace wattershed {
namespace {

using namespace std::chrono;

constexpr std::int64_t kNanosecondsPerHour = 3'600'000'000'000;
constexpr std::size_t kCommonMarks = 365 * 24 + 1, kLeapMarks = 366 * 24 + 1;
constexpr std::int64_t kLeapDay = 31 + 28;  // 29 February, counted from 0

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

WeatherMark weather_mark(Temperature dry_bulb, Temperature dew_point, Pressure pressure) {
  const double t_k = dry_bulb.si(), p_pa = pressure.si();
  const double vapour_pa = moist_air::saturation_pressure_pa(std::min(dew_point.si(), t_k));
  const double wet_k = moist_air::wet_bulb_k(t_k, moist_air::humidity_ratio(vapour_pa, p_pa), p_pa);
  return {t_k, wet_k, std::log(vapour_pa), p_pa};
}

Weather::Weather(Station station, DesignConditions design, int first_year,
                 const std::vector<std::vector<WeatherMark>>& years)
    : station_(std::move(station)), design_(std::move(design)), first_year_(first_year), count_(years.size()) {
  assert(!years.empty());
  std::vector<Marks> given;
  for (const std::vector<WeatherMark>& marks : years)
    given.push_back(std::make_shared<const std::vector<WeatherMark>>(marks));
  marks_ = [given = std::move(given)](std::size_t index) { return given[index]; };
}

Weather::Weather(Station station, DesignConditions design, int first_year, std::size_t years,
                 std::function<std::vector<WeatherMark>(int year)> make)
    : station_(std::move(station)),
      design_(std::move(design)),
      first_year_(first_year),
      count_(years),
      marks_([first_year, make = std::move(make)](std::size_t index) {
        return std::make_shared<const std::vector<WeatherMark>>(make(first_year + static_cast<int>(index)));
      }) {
  assert(years > 0);
}

const std::vector<WeatherMark>& Weather::marks_of(std::size_t index) const {
  if (held_[0].index == index) return *held_[0].marks;
  std::swap(held_[0], held_[1]);
  if (held_[0].index != index) held_[0] = {index, marks_(index)};
  const std::vector<WeatherMark>& marks = *held_[0].marks;
  assert(marks.size() == kCommonMarks || marks.size() == kLeapMarks);
  return marks;
}

Outdoors Weather::at(Time utc) const {
  const std::int64_t local_ns = (utc.time_since_epoch() + station_.utc_offset).count();
  const std::int64_t hour_since_epoch = floor_div(local_ns, kNanosecondsPerHour);
  const std::int64_t day_since_epoch = floor_div(hour_since_epoch, 24);
  const sys_days day{days(static_cast<days::rep>(day_since_epoch))};
  const year calendar_year = year_month_day(day).year();

  const auto count = static_cast<std::int64_t>(count_);
  std::int64_t index = static_cast<int>(calendar_year) - first_year_;
  if (index < 0 || index >= count) index -= floor_div(index, count) * count;
  const std::vector<WeatherMark>& marks = marks_of(static_cast<std::size_t>(index));
  const bool leap = marks.size() == kLeapMarks;

  std::int64_t day_of_year = (day - sys_days(calendar_year / January / 1)).count();
  if (day_of_year >= kLeapDay && calendar_year.is_leap() != leap) day_of_year += leap ? 1 : -1;
  const std::int64_t hour = day_of_year * 24 + (hour_since_epoch - day_since_epoch * 24);

  const WeatherMark* const before = &marks[static_cast<std::size_t>(hour)];
  const WeatherMark* const after = before + 1;
  const double share = static_cast<double>(local_ns - hour_since_epoch * kNanosecondsPerHour) /
                       static_cast<double>(kNanosecondsPerHour);
  const auto between = [share](double a, double b) { return a + share * (b - a); };
  const double pressure_pa = between(before->pressure_pa, after->pressure_pa);
  const double vapour_pa = std::exp(between(before->log_vapour_pressure, after->log_vapour_pressure));
  const double t_k = between(before->dry_bulb_k, after->dry_bulb_k);
  const double w = moist_air::humidity_ratio(vapour_pa, pressure_pa);
  // A straight line between the wet bulbs misses by up to 0.5 K within an hour; one step of Newton mends it.
  const double guess_k = between(before->wet_bulb_k, after->wet_bulb_k);
  return {Temperature(t_k), Temperature(moist_air::wet_bulb_from_guess_k(t_k, w, pressure_pa, guess_k)), w,
          Pressure(pressure_pa)};
}

std::span<const WeatherMark> Weather::hours_of_year(std::size_t index) const {
  assert(index < count_);
  return std::span(marks_of(index)).subspan(1);
}

std::string fixed_time_zone(Duration utc_offset) {
  const std::int64_t offset_min = duration_cast<minutes>(utc_offset).count();
  if (offset_min == 0) return "UTC";
  if (offset_min % 60 == 0 && offset_min >= -12 * 60 && offset_min <= 14 * 60)
    return "Etc/GMT" + std::string(offset_min > 0 ? "-" : "+") + std::to_string(std::abs(offset_min / 60));
  // Places without daylight saving today. Tehran gave it up in 2022.
  constexpr std::array<std::pair<int, const char*>, 8> places{{{210, "Asia/Tehran"},
                                                               {270, "Asia/Kabul"},
                                                               {330, "Asia/Kolkata"},
                                                               {345, "Asia/Kathmandu"},
                                                               {390, "Asia/Yangon"},
                                                               {525, "Australia/Eucla"},
                                                               {570, "Australia/Darwin"},
                                                               {-570, "Pacific/Marquesas"}}};
  for (const auto& [place_min, name] : places)
    if (place_min == offset_min) return name;
  return "UTC";
}

Length distance_between(double latitude_a, double longitude_a, double latitude_b, double longitude_b) {
  constexpr double earth_radius_m = 6371e3, radians = std::numbers::pi / 180;
  const double lat = std::sin((latitude_b - latitude_a) * radians / 2);
  const double lon = std::sin((longitude_b - longitude_a) * radians / 2);
  const double haversine = lat * lat + std::cos(latitude_a * radians) * std::cos(latitude_b * radians) * lon * lon;
  return Length(2 * earth_radius_m * std::asin(std::min(1.0, std::sqrt(haversine))));
}

}  // namespace wattershed
