// Design conditions of a generated climate: quantiles of thirty years.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/weather/climate.hpp"
#include "models/weather/moist_air.hpp"

namespace wattershed {
namespace {

constexpr int kYears = 30, kFirstYear = 2001;
constexpr double kNear = 0.25;         // [K]: hours this near a condition are coincident with it
constexpr double kWettestPercent = 4;  // of the hours, by enthalpy: these hold the wettest 2 % by wet bulb
constexpr double kZeroCelsius = 273.15;

/// Values that are exceeded by rising percentages of all; what was found before bounds the next search.
class Quantiles {
 public:
  explicit Quantiles(std::vector<double>& values) : values_(values) {}
  /// The value that `percent` of the values exceed; to be asked for by rising `percent`.
  double exceeded_by(double percent) {
    const auto rank = static_cast<std::ptrdiff_t>(percent / 100 * static_cast<double>(values_.size()));
    std::nth_element(values_.begin() + begin_, values_.begin() + rank, values_.end(), std::greater<>());
    begin_ = rank;
    return values_[static_cast<std::size_t>(rank)];
  }

 private:
  std::vector<double>& values_;
  std::ptrdiff_t begin_ = 0;
};

/// Mean of `of` over the hours whose `key` is near a value.
template <class Hours, class Key, class Of>
double mean_near(const Hours& hours, double value, Key key, Of of) {
  double sum = 0, count = 0;
  for (const auto& hour : hours) {
    if (std::abs(key(hour) - value) > kNear) continue;
    sum += of(hour);
    ++count;
  }
  return sum / count;  // the hour that gave the value is among them
}

}  // namespace

DesignConditions ClimateGenerator::design_conditions() const {
  const double pressure_pa = moist_air::standard_pressure(climate_.elevation).si();
  std::vector<HourlyAir> hours;
  std::vector<double> maxima, minima;
  for (int y = kFirstYear; y < kFirstYear + kYears; ++y) {
    const std::vector<HourlyAir> marks = air_of_year(y, 0, 0, "climate design");
    const auto [least, most] =
        std::minmax_element(marks.begin() + 1, marks.end(),
                            [](const HourlyAir& a, const HourlyAir& b) { return a.dry_bulb < b.dry_bulb; });
    maxima.push_back(most->dry_bulb);
    minima.push_back(least->dry_bulb);
    hours.insert(hours.end(), marks.begin() + 1, marks.end());
  }

  DesignConditions design;
  design.source = fmt::format("{} generated years of {}", kYears, climate_.title);
  design.pressure = Pressure(pressure_pa);
  const TemperatureNormals& normals = climate_.temperature;
  std::size_t hottest = 0;
  for (std::size_t m = 1; m < kMonths; ++m)
    if (normals.daily_max[m] - normals.daily_max[hottest] + (normals.daily_min[m] - normals.daily_min[hottest]) >
        TemperatureDelta(0))
      hottest = m;
  design.hottest_month = static_cast<int>(hottest) + 1;
  design.daily_range = normals.daily_max[hottest] - normals.daily_min[hottest];

  const auto humidity_ratio = [&](const HourlyAir& air) {
    return moist_air::humidity_ratio_from_dew_point(air.dew_point + kZeroCelsius, pressure_pa);
  };
  const auto wet_bulb = [&](const HourlyAir& air) {
    return moist_air::wet_bulb_k(air.dry_bulb + kZeroCelsius, humidity_ratio(air), pressure_pa) - kZeroCelsius;
  };
  std::vector<double> dry_bulbs(hours.size());
  std::transform(hours.begin(), hours.end(), dry_bulbs.begin(), [](const HourlyAir& air) { return air.dry_bulb; });
  Quantiles dry_bulb_quantiles(dry_bulbs);
  for (std::size_t i = 0; i < design_percents.size(); ++i) {
    const double dry = dry_bulb_quantiles.exceeded_by(design_percents[i]);
    const double wet = mean_near(
        hours, dry, [](const HourlyAir& air) { return air.dry_bulb; }, wet_bulb);
    design.dry_bulb[i] = AirState{Temperature::celsius(dry), Temperature::celsius(wet)};
  }
  design.heating_dry_bulb[1] = Temperature::celsius(dry_bulb_quantiles.exceeded_by(99));
  design.heating_dry_bulb[0] = Temperature::celsius(dry_bulb_quantiles.exceeded_by(99.6));

  // The wet bulb is dear; enthalpy orders the hours nearly alike, so only the hours with the most of it are solved.
  struct WetHour {
    double wet_bulb, dry_bulb;
  };
  std::vector<double> enthalpies(hours.size());
  std::transform(hours.begin(), hours.end(), enthalpies.begin(), [&](const HourlyAir& air) {
    const double vapour_pa = 611.2 * std::exp(17.62 * air.dew_point / (243.12 + air.dew_point));
    return 1.006 * air.dry_bulb + 0.622 * vapour_pa / (pressure_pa - vapour_pa) * (2501 + 1.86 * air.dry_bulb);
  });
  std::vector<double> order = enthalpies;
  const double wettest = Quantiles(order).exceeded_by(kWettestPercent);
  std::vector<WetHour> wet_hours;
  for (std::size_t i = 0; i < hours.size(); ++i)
    if (enthalpies[i] >= wettest) wet_hours.push_back({wet_bulb(hours[i]), hours[i].dry_bulb});
  std::sort(wet_hours.begin(), wet_hours.end(),
            [](const WetHour& a, const WetHour& b) { return a.wet_bulb > b.wet_bulb; });
  for (std::size_t i = 0; i < design_percents.size(); ++i) {
    const auto rank = static_cast<std::size_t>(design_percents[i] / 100 * static_cast<double>(hours.size()));
    const double wet = wet_hours[rank].wet_bulb;
    const double dry = mean_near(
        wet_hours, wet, [](const WetHour& hour) { return hour.wet_bulb; },
        [](const WetHour& hour) { return hour.dry_bulb; });
    design.wet_bulb[i] = AirState{Temperature::celsius(dry), Temperature::celsius(wet)};
  }

  const auto mean = [](const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  };
  const auto deviation = [&](const std::vector<double>& values) {
    double squares = 0;
    for (double value : values) squares += (value - mean(values)) * (value - mean(values));
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
  };
  design.mean_highest = Temperature::celsius(mean(maxima));
  design.deviation_highest = TemperatureDelta(deviation(maxima));
  design.mean_lowest = Temperature::celsius(mean(minima));
  for (std::size_t i = 0; i < design_years.size(); ++i) {
    design.extreme_dry_bulb[i] = extreme_of_years(*design.mean_highest, *design.deviation_highest, design_years[i]);
    design.extreme_lowest[i] =
        extreme_of_years(*design.mean_lowest, -TemperatureDelta(deviation(minima)), design_years[i]);
  }
  return design;
}

}  // namespace wattershed
