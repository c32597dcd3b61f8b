/// The other half of `units.hpp`: names of dimensions, and values as text.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <span>

#include "sim/units/unit_table.hpp"
#include "sim/units/units.hpp"

namespace wattershed {

namespace {

/// A unit to show a value in, from this size (in the unit itself) upwards.
struct Step {
  const char* unit = nullptr;
  double from = 1;
  bool exact_only = false;  ///< only for `format_exact`, where it makes the shorter text
};

struct Description {
  Dimension dimension;
  const char* si;
  const char* name;
  const char* example;
  std::array<Step, 9> steps;  ///< small to large; the first is used below its size too
};

constexpr Dimension carbon_per_token{.token = -1, .carbon = 1};
constexpr Dimension water_per_token{.mass = 1, .token = -1};
constexpr Dimension money_per_token{.money = 1, .token = -1};
constexpr Dimension money_per_power{.length = -2, .mass = -1, .time = 3, .money = 1};
constexpr Dimension energy_per_token{.length = 2, .mass = 1, .time = -2, .token = -1};

const Description descriptions[] = {
    {Dimension{}, "1", "a number", "1.3", {}},
    {Length::dimension, "m", "a length", "337 m", {{{"mm"}, {"m"}, {"km"}, {"ft", 1, true}}}},
    {Area::dimension, "m2", "an area", "2500 m2", {{{"m2"}, {"ft2", 1, true}}}},
    {Volume::dimension, "m3", "a volume", "50 m3", {{{"L"}, {"m3"}, {"gal", 1, true}}}},
    {Mass::dimension, "kg", "a mass", "500 kg", {{{"g"}, {"kg"}, {"t"}, {"kt"}, {"lb", 1, true}}}},
    {TimeSpan::dimension, "s", "a time", "40 min", {{{"us"}, {"ms"}, {"s"}, {"min"}, {"h"}, {"day"}, {"year"}}}},
    {Frequency::dimension,
     "s-1",
     "a rate",
     "900 /s",
     {{{"/year"}, {"/day", 1, true}, {"/h", 1, true}, {"/s", 0.01}, {"Hz", 1, true}}}},
    {Pressure::dimension,
     "Pa",
     "a pressure",
     "150 kPa",
     {{{"Pa"}, {"kPa"}, {"MPa"}, {"bar", 1, true}, {"psi", 1, true}, {"inH2O", 1, true}}}},
    {Energy::dimension,
     "J",
     "an energy",
     "500 kWh",
     {{{"J"}, {"Wh"}, {"kWh"}, {"MWh"}, {"GWh"}, {"TWh", 10}, {"kJ", 1, true}, {"MJ", 1, true}, {"MMBtu", 1, true}}}},
    {Power::dimension, "W", "a power", "40 MW", {{{"W"}, {"kW"}, {"MW"}, {"GW"}, {"TR", 1, true}, {"hp", 1, true}}}},
    {PowerVariance::dimension, "W2", "a variance of power", "4 kW2", {{{"W2"}, {"kW2"}, {"MW2"}}}},
    {PowerRamp::dimension, "W s-1", "a power ramp", "2 MW/s", {{{"W/s"}, {"kW/s"}, {"MW/s"}, {"MW/min", 1, true}}}},
    {ApparentPower::dimension, "VA", "an apparent power", "1800 MVA", {{{"VA"}, {"kVA"}, {"MVA"}}}},
    {Voltage::dimension, "V", "a voltage", "69 kV", {{{"V"}, {"kV"}}}},
    {Current::dimension, "A", "a current", "400 A", {{{"A"}, {"kA"}}}},
    {MassFlow::dimension,
     "kg s-1",
     "a mass flow",
     "12 kg/s",
     {{{"kg/s"}, {"t/s", 10}, {"gpm", 1, true}, {"L/s", 1, true}, {"L/min", 1, true}}}},
    {VolumeFlow::dimension,
     "m3 s-1",
     "a volume flow",
     "3 m3/s",
     {{{"L/s"}, {"m3/s"}, {"L/min", 1, true}, {"gpm", 1, true}, {"cfm", 1, true}}}},
    {TemperatureDelta::dimension, "K", "a temperature difference", "7 K", {{{"K"}}}},
    {HeatCapacity::dimension, "J K-1", "a heat capacity", "50 kJ/K", {{{"J/K"}, {"kJ/K"}, {"MJ/K"}, {"GJ/K"}}}},
    {Conductance::dimension, "W K-1", "a thermal conductance", "30 kW/K", {{{"W/K"}, {"kW/K"}, {"MW/K"}}}},
    {SpecificEnergy::dimension,
     "J kg-1",
     "an energy per mass",
     "43 MJ/kg",
     {{{"J/kg"}, {"kJ/kg"}, {"MJ/kg"}, {"kWh/kg", 1, true}}}},
    {Carbon::dimension, "kg", "an amount of greenhouse gas", "150 kg", {{{"g"}, {"kg"}, {"t"}, {"kt"}, {"Mt"}}}},
    {CarbonRate::dimension,
     "kg s-1",
     "a rate of emission",
     "2 kg/h",
     {{{"g/s"}, {"kg/s"}, {"kg/h", 1, true}, {"t/year", 1, true}}}},
    {CarbonIntensity::dimension, "kg J-1", "a carbon intensity", "429 g/kWh", {{{"g/kWh"}, {"kg/kWh", 10}}}},
    {WaterIntensity::dimension, "kg J-1", "a water intensity", "1.8 L/kWh", {{{"L/kWh"}}}},
    {Money::dimension, "USD", "an amount of money", "250 kUSD", {{{"USD"}, {"kUSD"}, {"MUSD"}, {"GUSD"}}}},
    {MoneyRate::dimension,
     "USD s-1",
     "an expense over time",
     "40 USD/h",
     {{{"USD/year"}, {"kUSD/year"}, {"MUSD/year"}, {"USD/s", 1, true}, {"USD/h", 1, true}, {"USD/month", 1, true}}}},
    {EnergyPrice::dimension,
     "USD J-1",
     "a price of energy or of demand",
     "0.052 USD/kWh' or '14.50 USD/kW/month",
     {{{"USD/MWh"}, {"USD/kWh", 1, true}, {"USD/kW/month", 1, true}, {"USD/MMBtu", 1, true}}}},
    {WaterPrice::dimension,
     "USD kg-1",
     "a price by mass or of water",
     "2 USD/m3",
     {{{"USD/m3"}, {"USD/kg", 1, true}, {"USD/kgal", 1, true}, {"USD/t", 1, true}}}},
    {Tokens::dimension,
     "token",
     "a number of tokens",
     "500 token",
     {{{"token"}, {"ktoken", 10}, {"Mtoken"}, {"Gtoken"}, {"Ttoken"}}}},
    {TokenRate::dimension,
     "token s-1",
     "a token rate",
     "1200 token/s",
     {{{"token/s"}, {"ktoken/s", 10}, {"Mtoken/s"}}}},
    {Information::dimension,
     "byte",
     "an amount of data",
     "80 GB",
     {{{"B"}, {"kB"}, {"MB"}, {"GB"}, {"TB"}, {"PB"}, {"MiB", 1, true}, {"GiB", 1, true}}}},
    {Bandwidth::dimension,
     "byte s-1",
     "a data rate",
     "50 GB/s",
     {{{"B/s"}, {"kB/s"}, {"MB/s"}, {"GB/s"}, {"TB/s"}, {"Gbit/s", 1, true}}}},
    {carbon_per_token,
     "kg token-1",
     "an amount of greenhouse gas per token",
     "0.1 mg/token",
     {{{"ug/token"}, {"mg/token"}, {"g/token"}}}},
    {water_per_token, "kg token-1", "an amount of water per token", "2 mL/token", {{{"mL/token"}, {"L/token"}}}},
    {money_per_token, "USD token-1", "a price of tokens", "2 USD/Mtoken", {{{"USD/Mtoken"}}}},
    {money_per_power, "USD W-1", "a price of power", "9 USD/W", {{{"USD/W"}, {"USD/kW", 1, true}}}},
    {energy_per_token, "J token-1", "an energy per token", "0.4 J/token", {{{"J/token"}, {"kJ/token"}}}},
    {Carbon::dimension - Mass::dimension, "1", "an amount of greenhouse gas per mass", "2 kg/kg", {{{"kg/kg"}}}},
    {Carbon::dimension - Power::dimension,
     "kg W-1",
     "an amount of greenhouse gas per power",
     "60 kg/kW",
     {{{"kg/kW"}}}},
    {Mass::dimension - Volume::dimension, "kg m-3", "a density", "1.2 kg/m3", {{{"kg/m3"}}}},
    {Conductance::dimension - Area::dimension,
     "W m-2 K-1",
     "a heat transfer coefficient",
     "30 W/m2/K",
     {{{"W/m2/K"}, {"kW/m2/K"}}}},
};

const Description* find(Dimension d) {
  for (const Description& description : descriptions) {
    if (description.dimension == d) return &description;
  }
  return nullptr;
}

/// "kg s-1" for any dimension, from base units; carbon is written as its mass.
std::string base_units(Dimension d) {
  // A volt-ampere holds the dimension of power, which is taken out again.
  const int va = d.apparent;
  d.length -= 2 * va;
  d.mass -= va;
  d.time += 3 * va;
  struct Factor {
    const char* symbol;
    int exponent;
  };
  const Factor factors[] = {{"USD", d.money}, {"token", d.token},        {"byte", d.information},
                            {"VA", va},       {"kg", d.mass + d.carbon}, {"m", d.length},
                            {"A", d.current}, {"K", d.temperature},      {"s", d.time}};
  std::string text;
  for (const bool positive : {true, false}) {
    for (const Factor& factor : factors) {
      if (factor.exponent == 0 || (factor.exponent > 0) != positive) continue;
      if (!text.empty()) text += ' ';
      text += factor.symbol;
      if (factor.exponent != 1) text += std::to_string(factor.exponent);
    }
  }
  return text.empty() ? "1" : text;
}

/// The shortest digits that read back to the same double.
std::string shortest(double value) {
  char buffer[40];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, result.ptr};
}

/// Digits with an exponent only where there would be many zeros.
std::string rounded_digits(double value, int figures) {
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, figures);
  return {buffer, result.ptr};
}

std::string with_commas(std::string digits) {
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  std::size_t point = digits.find('.');
  if (point == std::string::npos) point = digits.size();
  for (std::size_t at = point; at > first + 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string joined(const std::string& number, const std::string& unit) {
  return unit.empty() || unit == "1" ? number : number + ' ' + unit;
}

/// SI value of one of a unit.
double worth(const char* unit, Dimension d) { return parse_si(std::string("1 ") + unit, d); }

/// The step that shows `si` best: the largest one that the value fills.
const char* human_unit(double si, const Description& description) {
  const char* best = nullptr;
  // What would round up to the next unit counts as filling it: 999.96 kW is 1 MW.
  const double size = std::abs(si) * 1.0005;
  for (const Step& step : description.steps) {
    if (step.unit == nullptr || step.exact_only) continue;
    if (best == nullptr || (std::isfinite(si) && size >= step.from * worth(step.unit, description.dimension))) {
      best = step.unit;
    }
  }
  return best;
}

/// Three figures, four from a thousand on, more only where the number is larger; no zeros at the end.
std::string human_number(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (value == 0) return "0";
  const double size = std::abs(value);
  if (size >= 1e15 || size < 1e-4) return rounded_digits(value, 3);
  char buffer[64];
  const int decimals = size >= 999.5 ? 0 : 2 - static_cast<int>(std::floor(std::log10(size * 1.0000001)));
  const auto result =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, std::max(0, decimals));
  std::string digits(buffer, result.ptr);
  if (digits.find('.') != std::string::npos) {
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
  }
  return with_commas(digits);
}

}  // namespace

std::string unit_of(Dimension d) {
  const Description* description = find(d);
  return description ? description->si : base_units(d);
}

std::string describe(Dimension d) {
  const Description* description = find(d);
  if (description == nullptr) {
    const std::string unit = base_units(d);
    return "a quantity in '" + unit + "', for example '3 " + unit + "'";
  }
  return std::string(description->name) + ", for example '" + description->example + "'";
}

std::string format_human(double si, Dimension d) {
  const Description* description = find(d);
  if (description == nullptr || description->steps[0].unit == nullptr) return joined(human_number(si), unit_of(d));
  const char* unit = human_unit(si == 0 ? worth(description->si, d) : si, *description);
  return joined(human_number(si / worth(unit, d)), unit);
}

std::string format_exact(double si, Dimension d) {
  const std::string unit_si = unit_of(d);
  // Carbon per mass is no bare number, although its unit cancels.
  std::string in_si = joined(shortest(si), unit_si == "1" && d != Dimension{} ? "kg/kg" : unit_si);
  const Description* description = find(d);
  constexpr double largest = 1e280;  // beyond, a number in another unit may leave the range
  if (description == nullptr || description->steps[0].unit == nullptr || !(std::abs(si) < largest)) return in_si;

  std::string best = in_si;
  std::size_t best_size = std::string::npos;
  // A candidate counts only when it reads back to the same double. The unit that people would choose goes first;
  // another must save some digits.
  const auto consider = [&](const char* unit) {
    constexpr std::size_t worth_a_change = 3;
    const double value = si / worth(unit, d);
    for (const int figures : {15, 16, 17}) {
      const std::string digits = rounded_digits(value, figures);
      double near = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), near);
      const std::string number = shortest(near);
      const std::string text = joined(number, unit);
      if (!std::isfinite(near) || parse_si(text, d) != si) continue;
      if (best_size == std::string::npos || number.size() + worth_a_change <= best_size) {
        best = text;
        best_size = number.size();
      }
      return;
    }
  };
  consider(human_unit(si == 0 ? worth(description->si, d) : si, *description));
  for (const Step& step : description->steps) {
    if (step.unit != nullptr) consider(step.unit);
  }
  return best;
}

}  // namespace wattershed
