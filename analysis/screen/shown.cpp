#include "analysis/screen/shown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

namespace wattershed {
namespace {

constexpr double kKilogramsPerShortTon = 907.18474;

/// A value in the largest of the units that keeps it above one.
Scaled scale(double si, std::initializer_list<std::pair<double, const char*>> units) {
  Scaled best{si / units.begin()->first, units.begin()->second};
  for (const auto& [factor, name] : units)
    if (std::abs(si) >= factor) best = {si / factor, name};
  return best;
}

}  // namespace

std::string figures(double value) {
  const double size = std::abs(value);
  if (size != 0 && (size < 1e-3 || size >= 1e9)) return fmt::format("{:.3g}", value);
  const int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
  std::string text = fmt::format("{:.{}f}", value, decimals);
  const std::size_t point = text.find('.');
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t at = point == std::string::npos ? text.size() : point; at > first + 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string count(double value) {
  if (std::abs(value) >= 1e9 || value != std::floor(value)) return figures(value);
  std::string text = fmt::format("{:.0f}", value);
  for (std::size_t at = text.size(); at > (text[0] == '-' ? 4U : 3U);) text.insert(at -= 3, ",");
  return text;
}

std::string show(const Scaled& scaled) { return figures(scaled.value) + " " + scaled.unit; }
Scaled power(double w) { return scale(w, {{1, "W"}, {1e3, "kW"}, {1e6, "MW"}, {1e9, "GW"}}); }
Scaled energy(double j) { return scale(j, {{3.6e3, "Wh"}, {3.6e6, "kWh"}, {3.6e9, "MWh"}, {3.6e12, "GWh"}}); }
Scaled carbon(double kg, bool us) {
  if (us) return scale(kg, {{0.45359237, "lb"}, {kKilogramsPerShortTon, "short tons"}});
  return scale(kg, {{1e-3, "g"}, {1, "kg"}, {1e3, "t"}, {1e6, "kt"}, {1e9, "Mt"}});
}
Scaled water(double kg, bool us) {
  if (us)
    return scale(kg, {{kLitresPerGallon, "gal"}, {kLitresPerGallon * 1e3, "kgal"}, {kLitresPerGallon * 1e6, "Mgal"}});
  return scale(kg, {{1, "L"}, {1e3, "m3"}});
}
Scaled file_size(double bytes) { return scale(bytes, {{1, "B"}, {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}}); }
Scaled money(double usd) { return scale(usd, {{1, "USD"}, {1e6, "MUSD"}, {1e9, "billion USD"}}); }
std::string temperature(double k, bool us) {
  return us ? fmt::format("{:.1f} degF", k * 1.8 - 459.67) : fmt::format("{:.1f} degC", k - 273.15);
}

std::string bar(double share) {
  return std::string(static_cast<std::size_t>(std::lround(std::max(0.0, share) * 12)), '#');
}

std::string percent(double share) {
  return fmt::format("{:.{}f} %", share * 100, std::abs(share) < 0.1 && share != 0 ? 1 : 0);
}

std::string span(double s) {
  if (s < 120) return fmt::format("{:.3g} s", s);
  if (s < 7200) return fmt::format("{:.3g} min", s / 60);
  if (s < 172800) return fmt::format("{:.3g} h", s / 3600);
  return fmt::format("{} d",
                     s / 86400 == std::floor(s / 86400) ? fmt::format("{:.0f}", s / 86400) : figures(s / 86400));
}

}  // namespace wattershed
