#include "models/cooling/machines/pre_cooler.hpp"

#include <algorithm>
#include <cassert>

#include "models/weather/moist_air.hpp"

namespace wattershed {

PreCooledAir pre_cooled(const Outdoors& outdoors, Share effectiveness) {
  assert(effectiveness.si() >= 0 && effectiveness.si() <= 1);
  PreCooledAir result{.air = outdoors};
  const TemperatureDelta depression = outdoors.dry_bulb - outdoors.wet_bulb;
  if (!(effectiveness.si() > 0) || !(depression.si() > 0)) return result;
  result.air.dry_bulb = outdoors.dry_bulb - effectiveness.si() * depression;
  const double humidity = moist_air::humidity_ratio_from_wet_bulb(result.air.dry_bulb.si(), outdoors.wet_bulb.si(),
                                                                  outdoors.pressure.si());
  result.air.humidity_ratio = std::max(humidity, outdoors.humidity_ratio);
  result.water_per_dry_air = result.air.humidity_ratio - outdoors.humidity_ratio;
  return result;
}

Share celdek_effectiveness(double speed_m_per_s, Length depth) {
  const double v = speed_m_per_s, d = depth.si(), v2 = v * v, v3 = v2 * v, d2 = d * d, d3 = d2 * d;
  const double e = 0.792714 + 0.958569 * d - 0.25193 * v - 1.03215 * d2 + 0.0262659 * v2 + 0.914869 * d * v -
                   1.48241 * v * d2 - 0.018992 * v3 * d + 1.13137 * d3 * v + 0.0327622 * v3 * d2 - 0.145384 * d3 * v2;
  return Share(std::clamp(e, 0.0, 1.0));
}

}  // namespace wattershed
