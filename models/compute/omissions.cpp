#include "models/compute/omissions.hpp"

#include <algorithm>

namespace wattershed {
namespace {

struct RackRow {
  const Named<Rack>& racks;
  bool has_plant;
};

bool any_liquid(const RackRow& row) {
  return std::any_of(row.racks.begin(), row.racks.end(), [](const auto& entry) {
    return entry.second.liquid_share.value_or(entry.second.server.liquid_share) > Share(0);
  });
}

constexpr OmissionRule<RackRow> of_racks[]{
    {{"hardware that protects itself: in air or coolant that is too warm it neither slows down nor stops",
      "temperatures at which each server slows down and stops, and by how much"},
     [](const RackRow& row) { return row.has_plant && !row.racks.empty(); }},
    {{"leakage of the chips: their power does not follow the temperature of the coolant",
      "power of the accelerator over its coolant's temperature"},
     [](const RackRow& row) { return row.has_plant && any_liquid(row); }},
    {{"differences between accelerators of one kind: all draw the same at the same work",
      "the spread of power and speed over a measured fleet"},
     [](const RackRow& row) { return !row.racks.empty(); }},
    {{"storage and network outside of the racks: their power and its heat",
      "an inventory of that equipment, as site.other or as racks of its own"},
     [](const RackRow& row) { return !row.racks.empty(); }},
};

}  // namespace

std::vector<Omission> rack_omissions(const Named<Rack>& racks, bool has_plant) {
  return touched(of_racks, RackRow{racks, has_plant});
}

}  // namespace wattershed
