#include "models/weather/climate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>

#include "models/weather/moist_air.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/kernel/random.hpp"

namespace wattershed {
namespace {

using namespace std::chrono;

constexpr std::array<std::size_t, 13> kMonthBegins{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
constexpr double kPeakSolar_h = 15;                  // of the dry bulb, solar time
constexpr double kLeastSwing = 0.2, kMostSwing = 2;  // share of the mean swing that a day may have

std::size_t month_of(std::size_t day) {
  return static_cast<std::size_t>(std::upper_bound(kMonthBegins.begin(), kMonthBegins.end(), day) -
                                  kMonthBegins.begin()) -
         1;
}

double length_of(std::size_t month) { return static_cast<double>(kMonthBegins[month + 1] - kMonthBegins[month]); }

/// 0..364 by date; 29 February counts as the 28th.
std::size_t day_in_course(std::size_t day, bool leap) { return leap && day >= 59 ? day - 1 : day; }

/// Straight lines between the middles of months whose values are such that the means of the months are `means`.
std::array<double, 365> course_through(const std::array<double, 12>& means) {
  std::array<double, 12> nodes = means;
  std::array<double, 365> course{};
  for (int i = 0; i < 40; ++i) {
    std::array<double, 12> sums{};
    for (std::size_t day = 0; day < course.size(); ++day) {
      const std::size_t month = month_of(day);
      const double from_middle =
          static_cast<double>(day) + 0.5 - 0.5 * static_cast<double>(kMonthBegins[month] + kMonthBegins[month + 1]);
      const std::size_t other = (month + (from_middle < 0 ? 11 : 1)) % 12;
      const double apart = 0.5 * (length_of(month) + length_of(other));
      course[day] = nodes[month] + (nodes[other] - nodes[month]) * std::abs(from_middle) / apart;
      sums[month] += course[day];
    }
    for (std::size_t month = 0; month < 12; ++month) nodes[month] += means[month] - sums[month] / length_of(month);
  }
  return course;
}

/// Hours after midnight, solar time; the sun's declination after Cooper 1969.
double sunrise_solar_h(double latitude_deg, std::size_t day) {
  constexpr double radians = std::numbers::pi / 180;
  const double declination = 23.45 * std::sin(360.0 * (285.0 + static_cast<double>(day)) / 365.0 * radians);
  const double cosine = -std::tan(std::clamp(latitude_deg, -89.0, 89.0) * radians) * std::tan(declination * radians);
  return 12 - std::acos(std::clamp(cosine, -1.0, 1.0)) / radians / 15;
}

/// From `from` to `to` along half a cosine, `share` of the way in time.
double along_cosine(double from, double to, double share) {
  return to + (from - to) * 0.5 * (1 + std::cos(std::numbers::pi * share));
}

/// Saturation pressure over ice or water after Magnus [hPa]: for the search of a humidity, where 1 % does.
double magnus(double celsius) {
  return 6.112 * std::exp(celsius > 0 ? 17.62 * celsius / (243.12 + celsius) : 22.46 * celsius / (272.62 + celsius));
}

/// Standard time is the earlier of the clocks of January and July, in the north as in the south.
Duration standard_offset(const TimeZone& zone) {
  Duration least = hours(24);
  for (const month m : {January, July}) {
    const Time t = sys_days(year(2025) / m / 15);
    least = std::min(least, zone.to_local(t).time_since_epoch() - t.time_since_epoch());
  }
  return least;
}

void check_months(Fields& f, std::string_view name, std::size_t size) {
  if (size != 12) f.fault(name, fmt::format("a year has 12 months, January first; here are {} values", size));
}

double mean_of(Temperature a, Temperature b) { return 0.5 * (a.celsius() + b.celsius()); }

}  // namespace

void TemperatureNormals::visit(Fields& f) {
  f.required("daily_max", daily_max,
             {.help = "monthly means of the days' highest dry bulb, January first", .at_least = 200, .at_most = 330});
  f.required("daily_min", daily_min,
             {.help = "monthly means of the days' lowest dry bulb, January first", .at_least = 200, .at_most = 330});
  check_months(f, "daily_max", daily_max.size());
  check_months(f, "daily_min", daily_min.size());
  for (std::size_t i = 0; i < std::min(daily_max.size(), daily_min.size()); ++i)
    if (daily_max[i] <= daily_min[i])
      f.fault("daily_min", fmt::format("the daily minimum of month {} is not below the maximum", i + 1));
}

void HumidityNormals::visit(Fields& f) {
  f.required("relative", relative,
             {.help = "monthly means of the relative humidity, January first", .at_least = 0.02, .at_most = 0.98});
  f.optional("dew_point", dew_point,
             {.help = "monthly means of the dew point, for comparison", .at_least = 200, .at_most = 310});
  check_months(f, "relative", relative.size());
  if (!dew_point.empty()) check_months(f, "dew_point", dew_point.size());
}

void DayToDay::visit(Fields& f) {
  constexpr std::string_view source = "a mild continental place";
  f.optional("winter", winter,
             {.help = "standard deviation of a day's mean dry bulb, coldest month",
              .at_least = 0,
              .at_most = 12,
              .source = source,
              .example = "5 K"});
  f.optional("summer", summer,
             {.help = "standard deviation of a day's mean dry bulb, hottest month",
              .at_least = 0,
              .at_most = 12,
              .source = source,
              .example = "2.5 K"});
  f.optional("persistence", persistence,
             {.help = "correlation of a day's anomaly with the day before",
              .at_least = 0,
              .at_most = 0.95,
              .source = "0.56 to 0.72 in four EPW files",
              .kind = ValueKind::modelled});
  f.optional("range", range,
             {.help = "standard deviation of a day's swing, as a share of its mean",
              .at_least = 0,
              .at_most = 0.5,
              .source = "0.19 to 0.37 in the summers of four EPW files",
              .kind = ValueKind::modelled});
  f.optional("dew_point", dew_point,
             {.help = "standard deviation of a day's dew point beside what follows the dry bulb",
              .at_least = 0,
              .at_most = 12,
              .source = source,
              .example = "3 K"});
  f.optional("dew_point_follows", dew_point_follows,
             {.help = "how far the dew point moves with the dry bulb's anomaly, K per K",
              .at_least = -2,
              .at_most = 2,
              .source = source});
}

void Climate::visit(Fields& f) {
  f.optional("title", title, {.help = "city and country"});
  f.optional("zone", zone, {.help = "ASHRAE climate zone"});
  f.required("latitude", latitude, {.help = "degrees north", .at_least = -90, .at_most = 90});
  f.required("longitude", longitude, {.help = "degrees east", .at_least = -180, .at_most = 180});
  f.required("elevation", elevation,
             {.help = "above sea level", .at_least = -500, .at_most = 6000, .example = "337 m"});
  f.required("time_zone", time_zone, {.help = "IANA name", .example = "America/Phoenix"});
  f.required("temperature", temperature, {.help = "monthly normals of the dry bulb"});
  f.required("humidity", humidity, {.help = "monthly normals of humidity"});
  f.optional("day_to_day", day_to_day, {.help = "how days differ from the season's mean"});
  try {
    TimeZone known(time_zone);
  } catch (const std::exception&) {
    f.fault("time_zone", "unknown time zone '" + time_zone + "'; it is an IANA name, for example America/Phoenix");
  }
}

ClimateGenerator::ClimateGenerator(const Climate& climate) : climate_(climate) {
  station_ = {climate.title, climate.latitude, climate.longitude, climate.elevation, {}, climate.time_zone};
  station_.utc_offset = standard_offset(TimeZone(climate.time_zone));
  // The sun's clock against the wall's.
  const double late_h = std::clamp(seconds(station_.utc_offset) / 3600 - climate.longitude / 15, -2.5, 2.5);
  peak_h_ = kPeakSolar_h + late_h;
  for (std::size_t day = 0; day < kDays; ++day)
    sunrise_h_[day] = std::clamp(sunrise_solar_h(climate.latitude, day), 3.0, 9.0) + late_h;

  Months means{};
  for (std::size_t m = 0; m < kMonths; ++m)
    means[m] = mean_of(climate.temperature.daily_max[m], climate.temperature.daily_min[m]);
  const Course mean = course_through(means);
  const auto [coldest, hottest] = std::minmax_element(mean.begin(), mean.end());
  const double winter = climate.day_to_day.winter.si(), summer = climate.day_to_day.summer.si();
  for (std::size_t day = 0; day < kDays; ++day)
    deviation_[day] = winter + (summer - winter) * (mean[day] - *coldest) / std::max(*hottest - *coldest, 1e-9);
  calibrate();
}

std::vector<ClimateGenerator::Draw> ClimateGenerator::draws(int calendar_year, std::uint64_t seed, std::uint64_t run,
                                                            std::string_view stream) {
  Random random(seed, run, fmt::format("{}.{}", stream, calendar_year));
  std::vector<Draw> draws(std::chrono::year(calendar_year).is_leap() ? kDays + 1 : kDays);
  for (Draw& draw : draws) {
    draw.temperature = random.normal(0, 1);
    draw.dew_point = random.normal(0, 1);
    draw.range = random.normal(0, 1);
  }
  return draws;
}

void ClimateGenerator::generate(std::span<const Draw> draws, std::size_t warm_up, std::size_t days,
                                std::vector<HourlyAir>& marks) const {
  const DayToDay& varies = climate_.day_to_day;
  const double rho = varies.persistence.si(), fresh = std::sqrt(1 - rho * rho);
  struct Day {
    double highest, lowest, dew_point, sunrise_h;
  };
  // The days of the year with one before and one after.
  std::vector<Day> sequence(days + 2);
  double temperature = 0, moisture = 0;
  for (std::size_t i = 0; i < warm_up + days + 1; ++i) {
    temperature = rho * temperature + fresh * draws[i].temperature;
    moisture = rho * moisture + fresh * draws[i].dew_point;
    if (i + 1 < warm_up) continue;
    const std::size_t at = i + 1 - warm_up;  // 0 is the day before the year
    const std::size_t day = at == 0 ? kDays - 1 : at == days + 1 ? 0 : day_in_course(at - 1, days > kDays);
    const double anomaly = deviation_[day] * temperature;
    const double share = std::clamp(1 + varies.range.si() * draws[i].range, kLeastSwing, kMostSwing);
    const double middle = 0.5 * (highest_[day] + lowest_[day]) + anomaly;
    const double half = 0.5 * (highest_[day] - lowest_[day]) * share;
    sequence[at] = {middle + half, middle - half,
                    dew_point_[day] + varies.dew_point_follows * anomaly + varies.dew_point.si() * moisture,
                    sunrise_h_[day]};
  }
  marks.clear();
  marks.reserve(days * 24 + 1);
  for (std::size_t d = 1; d <= days; ++d) {
    const Day &before = sequence[d - 1], &today = sequence[d], &after = sequence[d + 1];
    const std::size_t last = d == days ? 24 : 23;
    for (std::size_t hour = 0; hour <= last; ++hour) {
      const auto h = static_cast<double>(hour);
      double dry_bulb;
      if (h < today.sunrise_h)
        dry_bulb = along_cosine(before.highest, today.lowest, (h + 24 - peak_h_) / (today.sunrise_h + 24 - peak_h_));
      else if (h < peak_h_)
        dry_bulb = along_cosine(today.lowest, today.highest, (h - today.sunrise_h) / (peak_h_ - today.sunrise_h));
      else
        dry_bulb = along_cosine(today.highest, after.lowest, (h - peak_h_) / (after.sunrise_h + 24 - peak_h_));
      // A day's dew point is that of its noon.
      const double dew_point = hour < 12 ? before.dew_point + (today.dew_point - before.dew_point) * (h + 12) / 24
                                         : today.dew_point + (after.dew_point - today.dew_point) * (h - 12) / 24;
      marks.push_back({dry_bulb, std::min(dew_point, dry_bulb)});
    }
  }
}

void ClimateGenerator::calibrate() {
  constexpr int rounds = 4;
  Months highest{}, lowest{}, dew_point{}, target_highest{}, target_lowest{};
  for (std::size_t m = 0; m < kMonths; ++m) {
    target_highest[m] = highest[m] = climate_.temperature.daily_max[m].celsius();
    target_lowest[m] = lowest[m] = climate_.temperature.daily_min[m].celsius();
    const double mean_k = 273.15 + 0.5 * (highest[m] + lowest[m]);
    dew_point[m] = moist_air::saturation_temperature_k(climate_.humidity.relative[m].si() *
                                                       moist_air::saturation_pressure_pa(mean_k)) -
                   273.15;
  }
  // Four years, each also with its draws turned round, so that the anomalies themselves cancel.
  std::vector<std::vector<Draw>> samples;
  for (int sample : {1, 3, 5, 7}) {
    std::vector<Draw> upright = draws(sample, 0, 0, "climate calibration");
    const std::vector<Draw> second = draws(sample + 1, 0, 0, "climate calibration");
    upright.resize(kDays);
    upright.insert(upright.end(), second.begin(), second.end());
    upright.push_back(upright.front());
    std::vector<Draw> turned = upright;
    for (Draw& draw : turned) draw = {-draw.temperature, -draw.dew_point, -draw.range};
    samples.push_back(std::move(upright));
    samples.push_back(std::move(turned));
  }
  std::vector<HourlyAir> marks;
  for (int round = 0; round <= rounds; ++round) {
    highest_ = course_through(highest);
    lowest_ = course_through(lowest);
    dew_point_ = course_through(dew_point);
    if (round == rounds) return;
    Months sum_highest{}, sum_lowest{}, sum_relative{};
    for (const std::vector<Draw>& sample : samples) {
      generate(sample, kDays, kDays, marks);
      for (std::size_t day = 0; day < kDays; ++day) {
        const std::size_t m = month_of(day);
        double most = -1e9, least = 1e9;
        for (std::size_t hour = 1; hour <= 24; ++hour) {
          const HourlyAir& air = marks[day * 24 + hour];
          most = std::max(most, air.dry_bulb);
          least = std::min(least, air.dry_bulb);
          if (hour % 2 == 0) sum_relative[m] += magnus(air.dew_point) / magnus(air.dry_bulb);
        }
        sum_highest[m] += most;
        sum_lowest[m] += least;
      }
    }
    for (std::size_t m = 0; m < kMonths; ++m) {
      const double days = length_of(m) * static_cast<double>(samples.size());
      highest[m] += target_highest[m] - sum_highest[m] / days;
      lowest[m] += target_lowest[m] - sum_lowest[m] / days;
      // A kelvin of dew point is about 6.5 % of the humidity. The step is bounded: where nights are saturated the
      // humidity hardly answers.
      const double relative = sum_relative[m] / (12 * days);
      dew_point[m] += std::clamp(std::log(climate_.humidity.relative[m].si() / relative) / 0.065, -4.0, 4.0);
    }
  }
}

std::vector<ClimateGenerator::HourlyAir> ClimateGenerator::air_of_year(int calendar_year, std::uint64_t seed,
                                                                       std::uint64_t run,
                                                                       std::string_view stream) const {
  std::vector<Draw> all = draws(calendar_year - 1, seed, run, stream);
  const std::size_t warm_up = all.size();
  const std::vector<Draw> own = draws(calendar_year, seed, run, stream);
  all.insert(all.end(), own.begin(), own.end());
  all.push_back(draws(calendar_year + 1, seed, run, stream).front());
  std::vector<HourlyAir> marks;
  generate(all, warm_up, own.size(), marks);
  return marks;
}

std::vector<WeatherMark> ClimateGenerator::year(int calendar_year, std::uint64_t seed, std::uint64_t run,
                                                std::string_view stream) const {
  const Pressure pressure = moist_air::standard_pressure(climate_.elevation);
  std::vector<WeatherMark> marks;
  for (const HourlyAir& air : air_of_year(calendar_year, seed, run, stream))
    marks.push_back(weather_mark(Temperature::celsius(air.dry_bulb), Temperature::celsius(air.dew_point), pressure));
  return marks;
}

Weather weather_from_climate(const Climate& climate, Time start, Time end, std::uint64_t seed, std::uint64_t run,
                             std::string_view stream) {
  const auto generator = std::make_shared<const ClimateGenerator>(climate);
  const auto year_of = [&](Time t) {
    return static_cast<int>(year_month_day(floor<days>(t + generator->station().utc_offset)).year());
  };
  const int first = year_of(start);
  const auto count = static_cast<std::size_t>(year_of(end) - first + 1);
  return {generator->station(), generator->design_conditions(), first, count,
          [generator, seed, run, name = std::string(stream)](int y) { return generator->year(y, seed, run, name); }};
}

}  // namespace wattershed
