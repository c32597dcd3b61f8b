#include "sim/units/unit_table.hpp"

#include <array>
#include <cmath>

namespace wattershed {

namespace {

constexpr Dimension one{};
constexpr Dimension information{.information = 1};
constexpr Dimension carbon{.carbon = 1};

/// Which prefixes a unit takes.
enum class Prefixes { none, large, all };

struct Row {
  std::string_view symbol;
  double numerator;
  double denominator;
  Dimension dimension;
  Prefixes prefixes = Prefixes::none;
  int volumes = 0;
  TemperatureScale temperature = TemperatureScale::none;
};

// Sources of the factors: SI Brochure (9th ed.) for SI and the units accepted beside it; NIST SP 811 appendix B for
// the US customary units (exact: inch, pound, US gallon 231 in3; Btu is the International Table Btu; inH2O is the
// conventional one at 1000 kg/m3 and standard gravity; hp is 550 ft lbf/s). TR is 12,000 Btu/h. A year is the mean
// Gregorian year of 365.2425 days and a month its twelfth.
constexpr auto rows = std::to_array<Row>({
    {"W", 1, 1, Power::dimension, Prefixes::all},
    {"Wh", 3600, 1, Energy::dimension, Prefixes::all},
    {"J", 1, 1, Energy::dimension, Prefixes::all},
    {"V", 1, 1, Voltage::dimension, Prefixes::all},
    {"VA", 1, 1, ApparentPower::dimension, Prefixes::all},
    {"var", 1, 1, ApparentPower::dimension, Prefixes::all},
    {"VAr", 1, 1, ApparentPower::dimension, Prefixes::all},
    {"A", 1, 1, Current::dimension, Prefixes::all},
    {"Hz", 1, 1, Frequency::dimension, Prefixes::all},
    {"Pa", 1, 1, Pressure::dimension, Prefixes::all},
    {"bar", 100000, 1, Pressure::dimension, Prefixes::all},
    {"m", 1, 1, Length::dimension, Prefixes::all},
    {"g", 1, 1000, Mass::dimension, Prefixes::all},
    {"t", 1000, 1, Mass::dimension, Prefixes::large},
    {"L", 1, 1000, Volume::dimension, Prefixes::all, 1},
    {"l", 1, 1000, Volume::dimension, Prefixes::all, 1},
    {"s", 1, 1, TimeSpan::dimension, Prefixes::all},
    {"min", 60, 1, TimeSpan::dimension},
    {"h", 3600, 1, TimeSpan::dimension},
    {"d", 86400, 1, TimeSpan::dimension},
    {"second", 1, 1, TimeSpan::dimension},
    {"seconds", 1, 1, TimeSpan::dimension},
    {"minute", 60, 1, TimeSpan::dimension},
    {"minutes", 60, 1, TimeSpan::dimension},
    {"hour", 3600, 1, TimeSpan::dimension},
    {"hours", 3600, 1, TimeSpan::dimension},
    {"day", 86400, 1, TimeSpan::dimension},
    {"days", 86400, 1, TimeSpan::dimension},
    {"week", 604800, 1, TimeSpan::dimension},
    {"weeks", 604800, 1, TimeSpan::dimension},
    {"month", 2629746, 1, TimeSpan::dimension},
    {"months", 2629746, 1, TimeSpan::dimension},
    {"year", 31556952, 1, TimeSpan::dimension},
    {"years", 31556952, 1, TimeSpan::dimension},
    {"K", 1, 1, TemperatureDelta::dimension, Prefixes::all, 0, TemperatureScale::kelvin},
    {"degC", 1, 1, TemperatureDelta::dimension, Prefixes::none, 0, TemperatureScale::celsius},
    {"degF", 5, 9, TemperatureDelta::dimension, Prefixes::none, 0, TemperatureScale::fahrenheit},
    // trades
    {"TR", 1055055852620.0, 300000000, Power::dimension},
    {"hp", 745.69987158227022, 1, Power::dimension},
    {"Btu", 105505585262.0, 100000000, Energy::dimension},
    {"kBtu", 105505585262.0, 100000, Energy::dimension},
    {"MMBtu", 105505585262.0, 100, Energy::dimension},
    {"gal", 3785411784.0, 1000000000000.0, Volume::dimension, Prefixes::none, 1},
    {"kgal", 3785411784.0, 1000000000.0, Volume::dimension, Prefixes::none, 1},
    {"Mgal", 3785411784.0, 1000000.0, Volume::dimension, Prefixes::none, 1},
    {"gpm", 3785411784.0, 60000000000000.0, VolumeFlow::dimension, Prefixes::none, 1},
    {"cfm", 28316846592.0, 60000000000000.0, VolumeFlow::dimension},  // air: never a volume of water
    {"psi", 44482216152605.0, 6451600000.0, Pressure::dimension},
    {"inH2O", 24908891, 100000, Pressure::dimension},
    {"in", 254, 10000, Length::dimension},
    {"ft", 3048, 10000, Length::dimension},
    {"lb", 45359237, 100000000, Mass::dimension},
    {"short_ton", 90718474, 100000, Mass::dimension},
    {"rpm", 1, 60, Frequency::dimension},
    // money, counts, information
    {"USD", 1, 1, Money::dimension, Prefixes::large},
    {"token", 1, 1, Tokens::dimension, Prefixes::large},
    {"tokens", 1, 1, Tokens::dimension, Prefixes::large},
    {"B", 1, 1, information, Prefixes::large},
    {"byte", 1, 1, information},
    {"KiB", 1024, 1, information},
    {"MiB", 1048576, 1, information},
    {"GiB", 1073741824, 1, information},
    {"TiB", 1099511627776.0, 1, information},
    {"bit", 1, 8, information, Prefixes::large},
    {"FLOP", 1, 1, one, Prefixes::large},
    {"FLOPS", 1, 1, Frequency::dimension, Prefixes::large},
    {"%", 1, 100, one},
    {"percent", 1, 100, one},
    // greenhouse gas by name; a plain mass is taken as carbon where carbon is wanted
    {"gCO2", 1, 1000, carbon, Prefixes::all},
    {"gCO2e", 1, 1000, carbon, Prefixes::all},
    {"tCO2", 1000, 1, carbon, Prefixes::large},
    {"tCO2e", 1000, 1, carbon, Prefixes::large},
    {"lbCO2", 45359237, 100000000, carbon},
    {"lbCO2e", 45359237, 100000000, carbon},
});

struct Prefix {
  std::string_view symbol;
  double numerator;
  double denominator;
};

// In the order in which suggestions are made.
constexpr auto prefixes = std::to_array<Prefix>({{"k", 1e3, 1},
                                                 {"M", 1e6, 1},
                                                 {"G", 1e9, 1},
                                                 {"T", 1e12, 1},
                                                 {"m", 1, 1e3},
                                                 {"P", 1e15, 1},
                                                 {"E", 1e18, 1},
                                                 {"Z", 1e21, 1},
                                                 {"u", 1, 1e6},
                                                 {"n", 1, 1e9},
                                                 {"p", 1, 1e12},
                                                 {"h", 1e2, 1},
                                                 {"c", 1, 1e2},
                                                 {"d", 1, 1e1}});

Unit unit_of_row(const Row& row) {
  return {{row.numerator, row.denominator}, row.dimension, row.volumes, row.temperature};
}

bool takes(const Row& row, const Prefix& prefix) {
  if (row.prefixes == Prefixes::all) return true;
  return row.prefixes == Prefixes::large && prefix.numerator >= 1e3;
}

/// The fraction in lower terms where one side divides the other: "kg" is 1 and not 1000/1000.
UnitScale reduced(UnitScale s) {
  if (s.numerator >= s.denominator && std::fmod(s.numerator, s.denominator) == 0) {
    return {s.numerator / s.denominator, 1};
  }
  if (s.numerator < s.denominator && std::fmod(s.denominator, s.numerator) == 0) {
    return {1, s.denominator / s.numerator};
  }
  return s;
}

}  // namespace

double UnitScale::apply(double value) const {
  if (denominator == 1) return value * numerator;
  if (numerator == 1) return value / denominator;
  const double scaled = value * numerator / denominator;
  // Where the product leaves the range of a double although the quotient would not.
  return std::isfinite(scaled) ? scaled : value * (numerator / denominator);
}

UnitScale UnitScale::times(UnitScale other) const {
  return reduced({numerator * other.numerator, denominator * other.denominator});
}

UnitScale UnitScale::to_the(int exponent) const {
  UnitScale base = exponent < 0 ? UnitScale{denominator, numerator} : *this;
  UnitScale result;
  for (int i = 0; i < std::abs(exponent); ++i) result = result.times(base);
  return result;
}

std::optional<Unit> find_unit(std::string_view symbol) {
  for (const Row& row : rows) {
    if (row.symbol == symbol) return unit_of_row(row);
  }
  for (const Prefix& prefix : prefixes) {
    if (!symbol.starts_with(prefix.symbol)) continue;
    const std::string_view rest = symbol.substr(prefix.symbol.size());
    for (const Row& row : rows) {
      if (row.symbol != rest || !takes(row, prefix)) continue;
      Unit unit = unit_of_row(row);
      unit.scale = unit.scale.times({prefix.numerator, prefix.denominator});
      if (unit.temperature != TemperatureScale::none) unit.temperature = TemperatureScale::none;
      return unit;
    }
  }
  return std::nullopt;
}

std::vector<std::string> unit_symbols() {
  std::vector<std::string> symbols;
  symbols.reserve(rows.size());
  for (const Row& row : rows) symbols.emplace_back(row.symbol);
  return symbols;
}

std::vector<std::string> common_unit_symbols() {
  std::vector<std::string> symbols;
  for (std::size_t p = 0; p < 5; ++p) {
    for (const Row& row : rows) {
      if (takes(row, prefixes[p])) symbols.push_back(std::string(prefixes[p].symbol) + std::string(row.symbol));
    }
    if (p == 1) {  // after kilo and mega, before giga
      for (const Row& row : rows) symbols.emplace_back(row.symbol);
    }
  }
  return symbols;
}

}  // namespace wattershed
