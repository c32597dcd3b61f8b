/// Values as people read them on a screen: three figures, a unit that keeps the number handy, litres or gallons.
#pragma once

#include <string>

namespace wattershed {

inline constexpr double kLitresPerGallon = 3.785411784;

/// Three figures, thousands separated: 1,347 / 57.6 / 0.31.
std::string figures(double value);
/// A whole number, thousands separated; a very large one with three figures.
std::string count(double value);

/// A value in the largest of its units that keeps it above one.
struct Scaled {
  double value;
  const char* unit;
};
std::string show(const Scaled& scaled);
Scaled power(double w);
Scaled energy(double j);
Scaled carbon(double kg, bool us);
Scaled water(double kg, bool us);
Scaled money(double usd);
Scaled file_size(double bytes);
std::string temperature(double k, bool us);

/// Up to twelve marks for a share of one.
std::string bar(double share);
std::string percent(double share);
/// A length of time: 5 s, 90 min, 2.4 h, 3 d.
std::string span(double s);

}  // namespace wattershed
