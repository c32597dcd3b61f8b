#include "models/cooling/system/omissions.hpp"

namespace wattershed {
namespace {

bool imposed(const Cooling& cooling) { return cooling.system.imposed(); }
bool plant(const Cooling& cooling) { return !cooling.system.imposed(); }
bool has_towers(const Cooling& cooling) {
  return cooling.system.type == CoolingType::air_chiller_tower || cooling.system.type == CoolingType::dlc_tower;
}

constexpr OmissionRule<Cooling> of_cooling[]{
    {{"cooling's answer to weather and load: its power and water are a fixed share of the IT's",
      "a plant: cooling.system with a design, and weather"},
     imposed},
    {{"humidity of the rooms: coils run dry, nothing humidifies or dries the air",
      "set-points of humidity, the outdoor air that comes in, humidifiers"},
     plant},
    {{"air in the rooms: every rack sees one inlet temperature, without hot spots or short circuits of air",
      "a flow model of the rooms, or measured inlets"},
     plant},
    {{"failures of the plant's machines: each runs when it is asked to",
      "rates of failure and repair of each machine"},
     plant},
    {{"machines that stand by: what they take at rest, and turns between them",
      "power at rest and the rule of rotation of each bank"},
     [](const Cooling& c) { return plant(c) && c.design.redundancy != Redundancy::n; }},
    {{"dynamics of control and start: valves, speeds and machines are where they should be within a minute",
      "start-up times and controllers of machines and valves"},
     plant},
    {{"freezing, glycol and fouling: water stays water, and surfaces stay as new",
      "the loops' mixtures, and the growth of their fouling"},
     plant},
    {{"air around the coolers: wind, and discharged air that comes back to their inlets",
      "wind, and the layout of the coolers with a flow study"},
     plant},
    {{"bringing and treating of make-up water: energy, chemicals, sewage",
      "energy and money of a cubic metre at the site's supplier and its treatment"},
     [](const Cooling& c) { return has_towers(c) || (imposed(c) && c.system.wue > WaterIntensity{}); }},
};

}  // namespace

std::vector<Omission> cooling_omissions(const Cooling& cooling) { return touched(of_cooling, cooling); }

}  // namespace wattershed
