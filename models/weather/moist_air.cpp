#include "models/weather/moist_air.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace wattershed::moist_air {
namespace {

constexpr double kZeroCelsius = 273.15;
constexpr double kTriplePoint = 273.16;
constexpr double kLeastHumidityRatio = 1e-7;
constexpr double kColdest = kZeroCelsius - 100;
constexpr double kHottest = kZeroCelsius + 200;
constexpr double kTolerance = 1e-7;   // [K]
constexpr int kMostSteps = 60;        // bisection alone needs 32 from 300 K to the tolerance
constexpr double kLargestStep = 0.5;  // [K]: one step of Newton as long as this ends within 0.005 K
constexpr double kMolarRatio = 0.621945;

/// ln of the saturation pressure [Pa], and its slope [1/K].
struct LogPressure {
  double value, slope;
};

LogPressure over_ice(double t_k) {
  constexpr double c1 = -5674.5359, c2 = 6.3925247, c3 = -9.677843e-3, c4 = 6.2215701e-7, c5 = 2.0747825e-9,
                   c6 = -9.484024e-13, c7 = 4.1635019;
  const double inverse = 1 / t_k;
  return {c1 * inverse + c2 + t_k * (c3 + t_k * (c4 + t_k * (c5 + t_k * c6))) + c7 * std::log(t_k),
          (-c1 * inverse + c7) * inverse + c3 + t_k * (2 * c4 + t_k * (3 * c5 + t_k * 4 * c6))};
}

LogPressure over_water(double t_k) {
  constexpr double c1 = -5800.2206, c2 = 1.3914993, c3 = -4.8640239e-2, c4 = 4.1764768e-5, c5 = -1.4452093e-8,
                   c6 = 6.5459673;
  const double inverse = 1 / t_k;
  return {c1 * inverse + c2 + t_k * (c3 + t_k * (c4 + t_k * c5)) + c6 * std::log(t_k),
          (-c1 * inverse + c6) * inverse + c3 + t_k * (2 * c4 + t_k * 3 * c5)};
}

LogPressure log_saturation(double t_k) { return t_k <= kTriplePoint ? over_ice(t_k) : over_water(t_k); }

const double kSaturationAtZero_pa = std::exp(over_ice(kZeroCelsius).value);

double floored(double humidity_ratio) { return std::max(humidity_ratio, kLeastHumidityRatio); }

/// Humidity ratio at saturation and its slope [1/K].
struct Saturated {
  double humidity_ratio, slope;
};

Saturated saturated(double t_k, double pressure_pa) {
  const LogPressure log_pressure = log_saturation(t_k);
  const double p_ws = std::exp(log_pressure.value);
  assert(p_ws < pressure_pa);
  const double rest = pressure_pa - p_ws;
  return {kMolarRatio * p_ws / rest, kMolarRatio * pressure_pa * p_ws * log_pressure.slope / (rest * rest)};
}

/// The root of a rising function within [low, high]: Newton's steps, halving where they leave the bracket.
template <class ValueAndSlope>
double solve_rising(double low, double high, double guess, ValueAndSlope function) {
  double x = std::clamp(guess, low, high);
  for (int i = 0; i < kMostSteps; ++i) {
    const auto [value, slope] = function(x);
    (value > 0 ? high : low) = x;
    double next = x - value / slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (std::abs(next - x) < kTolerance) return next;
    x = next;
  }
  return x;
}

struct ValueAndSlope {
  double value, slope;
};

/// Humidity ratio by the psychrometer over ice or water, and its slope in the wet bulb; temperatures in degC.
template <bool ice>
ValueAndSlope psychrometer(double t, double wet_bulb, const Saturated& at_wet_bulb) {
  constexpr double evaporation = ice ? 2830 : 2501, evaporation_slope = ice ? 0.24 : 2.326;
  constexpr double water_slope = ice ? 2.1 : 4.186;
  const double heat = evaporation - evaporation_slope * wet_bulb;
  const double above = heat * at_wet_bulb.humidity_ratio - 1.006 * (t - wet_bulb);
  const double below = evaporation + 1.86 * t - water_slope * wet_bulb;
  const double w = above / below;
  const double above_slope = heat * at_wet_bulb.slope - evaporation_slope * at_wet_bulb.humidity_ratio + 1.006;
  return {w, (above_slope + w * water_slope) / below};
}

/// Whether the wet bulb of that air is over water. Around zero both formulas have a solution; the wick is taken to be
/// frozen then.
bool over_water_at(double t, double w, double pressure_pa) {
  const double frozen = kMolarRatio * kSaturationAtZero_pa / (pressure_pa - kSaturationAtZero_pa);
  return t >= 0 && w >= psychrometer<true>(t, 0, {frozen, 0}).value;
}

template <bool ice>
double solve_wet_bulb(double t_k, double w, double pressure_pa, double low, double high, double guess) {
  return solve_rising(low, high, guess, [=](double x) {
    ValueAndSlope at = psychrometer<ice>(t_k - kZeroCelsius, x - kZeroCelsius, saturated(x, pressure_pa));
    at.value -= w;
    return at;
  });
}

}  // namespace

double saturation_pressure_pa(double t_k) { return std::exp(log_saturation(t_k).value); }

double humidity_ratio(double vapour_pressure_pa, double pressure_pa) {
  assert(vapour_pressure_pa < pressure_pa);
  return floored(kMolarRatio * vapour_pressure_pa / (pressure_pa - vapour_pressure_pa));
}

double humidity_ratio_from_relative(double t_k, double relative, double pressure_pa) {
  return humidity_ratio(relative * saturation_pressure_pa(t_k), pressure_pa);
}

double humidity_ratio_from_wet_bulb(double t_k, double wet_bulb, double pressure_pa) {
  const Saturated at_wet_bulb = saturated(wet_bulb, pressure_pa);
  const double t = t_k - kZeroCelsius, t_wet = wet_bulb - kZeroCelsius;
  return floored(
      (t_wet >= 0 ? psychrometer<false>(t, t_wet, at_wet_bulb) : psychrometer<true>(t, t_wet, at_wet_bulb)).value);
}

double humidity_ratio_from_dew_point(double dew_point, double pressure_pa) {
  return humidity_ratio(saturation_pressure_pa(dew_point), pressure_pa);
}

double saturation_humidity_ratio(double t_k, double pressure_pa) {
  return humidity_ratio(saturation_pressure_pa(t_k), pressure_pa);
}

double relative_humidity(double t_k, double humidity_ratio, double pressure_pa) {
  const double w = floored(humidity_ratio);
  return pressure_pa * w / (kMolarRatio + w) / saturation_pressure_pa(t_k);
}

double wet_bulb_k(double t_k, double humidity_ratio, double pressure_pa) {
  const double w = floored(humidity_ratio);
  const Saturated at_dry_bulb = saturated(t_k, pressure_pa);
  if (w >= at_dry_bulb.humidity_ratio) return t_k;
  // A first guess: the wet bulb if saturation were a straight line between here and there.
  const double t = t_k - kZeroCelsius;
  const double deficit = at_dry_bulb.humidity_ratio - w;
  const double guess = t_k - deficit / (0.8 * at_dry_bulb.slope + 1.006 / 2501);
  if (over_water_at(t, w, pressure_pa)) return solve_wet_bulb<false>(t_k, w, pressure_pa, kZeroCelsius, t_k, guess);
  return solve_wet_bulb<true>(t_k, w, pressure_pa, kColdest, std::min(t_k, kZeroCelsius), guess);
}

double wet_bulb_from_guess_k(double t_k, double humidity_ratio, double pressure_pa, double guess_k) {
  const double t = t_k - kZeroCelsius;
  double guess = guess_k - kZeroCelsius;
  const double w = floored(humidity_ratio);
  // Around zero the guess may lie on the wrong side of the jump from one formula to the other.
  bool water = guess > 0;
  if (std::abs(guess) < 1.2) {
    water = over_water_at(t, w, pressure_pa);
    guess = water ? std::max(guess, 0.0) : std::min(guess, 0.0);
  }
  const Saturated at_guess = saturated(guess + kZeroCelsius, pressure_pa);
  const ValueAndSlope at = water ? psychrometer<false>(t, guess, at_guess) : psychrometer<true>(t, guess, at_guess);
  const double step = (w - at.value) / at.slope;
  if (std::abs(step) > kLargestStep) return wet_bulb_k(t_k, w, pressure_pa);
  return std::min(t_k, guess + kZeroCelsius + step);
}

double saturation_temperature_k(double vapour_pressure_pa) {
  const double target = std::log(vapour_pressure_pa);
  const bool ice = target <= over_ice(kTriplePoint).value;
  // Magnus' formula stands within a kelvin of the answer.
  const double magnus = target - std::log(611.2);
  const double guess = kZeroCelsius + (ice ? 272.62 * magnus / (22.46 - magnus) : 243.12 * magnus / (17.62 - magnus));
  const double low = ice ? kColdest : kTriplePoint, high = ice ? kTriplePoint : kHottest;
  return solve_rising(low, high, guess, [=](double x) {
    LogPressure at = ice ? over_ice(x) : over_water(x);
    at.value -= target;
    return at;
  });
}

double dew_point_k(double t_k, double humidity_ratio, double pressure_pa) {
  const double w = floored(humidity_ratio);
  return std::min(t_k, saturation_temperature_k(pressure_pa * w / (kMolarRatio + w)));
}

double enthalpy_j_per_kg(double t_k, double humidity_ratio) {
  const double t = t_k - kZeroCelsius;
  return 1006 * t + floored(humidity_ratio) * (2501e3 + 1860 * t);
}

double saturated_enthalpy_j_per_kg(double t_k, double pressure_pa) {
  return enthalpy_j_per_kg(t_k, saturation_humidity_ratio(t_k, pressure_pa));
}

double saturation_temperature_at_enthalpy_k(double enthalpy, double pressure_pa) {
  // ln(h + 20 kJ/kg) is nearly straight in t from 0 to 50 degC at sea level; below, dry air carries most of it.
  const double guess =
      kZeroCelsius + (enthalpy > 0 ? std::log((enthalpy + 20e3) / 29.5e3) / 0.0455 : (enthalpy - 9.5e3) / 1300);
  // Saturated air has no finite enthalpy at its boiling point: stay where 95 % of the pressure is vapour.
  double boiling = 0.95 * pressure_pa >= saturation_pressure_pa(kHottest) ? kHottest : 0;
  if (guess > kZeroCelsius + 40 && boiling == 0) boiling = saturation_temperature_k(0.95 * pressure_pa);
  const double high = boiling != 0 ? boiling : kZeroCelsius + 60;
  return solve_rising(kColdest, high, guess, [=](double x) {
    const Saturated at = saturated(x, pressure_pa);
    const double t = x - kZeroCelsius;
    return ValueAndSlope{1006 * t + at.humidity_ratio * (2501e3 + 1860 * t) - enthalpy,
                         1006 + 1860 * at.humidity_ratio + at.slope * (2501e3 + 1860 * t)};
  });
}

double specific_volume_m3_per_kg(double t_k, double humidity_ratio, double pressure_pa) {
  return 287.042 * t_k * (1 + 1.607858 * floored(humidity_ratio)) / pressure_pa;
}

double density_kg_per_m3(double t_k, double humidity_ratio, double pressure_pa) {
  return (1 + floored(humidity_ratio)) / specific_volume_m3_per_kg(t_k, humidity_ratio, pressure_pa);
}

Pressure standard_pressure(Length elevation) {
  return Pressure(101325 * std::pow(1 - 2.25577e-5 * elevation.si(), 5.2559));
}

}  // namespace wattershed::moist_air
