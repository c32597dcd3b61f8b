// compiles
#include "sim/units/quantity.hpp"
using namespace wattershed;

void take(Power) {}
void use() {
  take(40_MW + 2_kW);
  const Energy energy = 40_MW * std::chrono::hours(3);
  const Carbon carbon = energy * 429_g_per_kWh + 2_kgCO2;
  const Mass water = energy * 1.8_L_per_kWh + 3_kg;
  const TemperatureDelta range = 37_degC - 27_degC;
  const Temperature warmer = 27_degC + range;
  const bool hot = warmer > 30_degC && carbon > 1_kgCO2 && water > 1_kg;
  static_cast<void>(hot);
}
