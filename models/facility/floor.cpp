#include "models/facility/floor.hpp"

#include <algorithm>

namespace wattershed {

Floor::Floor(Circuit& circuit, std::vector<Type> types) : circuit_(circuit), types_(std::move(types)) {
  for (std::size_t type = 0; type < types_.size(); ++type) {
    first_.push_back(racks_.size());
    standing_.push_back(0);
    for (std::int64_t i = 0; i < types_[type].most; ++i) {
      names_.push_back(types_[type].name + "." + std::to_string(i));
      loads_.push_back(circuit_.signal<Load>("rack " + names_.back()));
      racks_.push_back({.type = type});
      const RackId id = cluster_.add_rack(types_[type].rack.accelerators(), type);
      cluster_.set_available(id, false);
    }
  }
  busy_ = circuit_.signal<double>("busy accelerators");
  installed_ = circuit_.signal<double>("installed accelerators");
  for (std::size_t type = 0; type < types_.size(); ++type) set_count(type, types_[type].rack.count);
}

void Floor::set_count(std::size_t type, std::int64_t count) {
  count = std::min(count, types_[type].most);
  for (std::int64_t i = 0; i < types_[type].most; ++i) {
    const std::size_t rack = first_[type] + static_cast<std::size_t>(i);
    if (racks_[rack].stands == (i < count)) continue;
    racks_[rack].stands = i < count;
    cluster_.set_available(RackId{static_cast<std::uint32_t>(rack)}, i < count);
    update(rack);
  }
  standing_[type] = count;
  circuit_.set(installed_, static_cast<double>(cluster_.in_service()));
}

Power Floor::job_power(RackId rack, std::int64_t count, const Intensity& intensity) const {
  const Rack& type = types_[racks_[index(rack)].type].rack;
  const Power each = intensity.power ? *intensity.power : power_at(type, *intensity.utilisation);
  return static_cast<double>(count) * each;
}

void Floor::occupy(const Allocation& allocation, const Intensity& intensity) { change(allocation, intensity, +1); }
void Floor::vacate(const Allocation& allocation, const Intensity& intensity) { change(allocation, intensity, -1); }

void Floor::change(const Allocation& allocation, const Intensity& intensity, int sign) {
  for (const RackShare& share : allocation) {
    State& state = racks_[index(share.rack)];
    state.busy += sign * share.count;
    state.jobs += static_cast<double>(sign) * job_power(share.rack, share.count, intensity);
    if (state.busy == 0) state.jobs = Power{};  // so that rounding never outlives the last job
    update(index(share.rack));
  }
  circuit_.set(busy_, circuit_.get(busy_) + static_cast<double>(sign * accelerators(allocation)));
}

void Floor::update(std::size_t rack) {
  const State& state = racks_[rack];
  const Rack& type = types_[state.type].rack;
  Power power = state.jobs;
  if (state.stands || state.busy > 0)
    power += type.overhead_power + static_cast<double>(type.accelerators() - state.busy) * type.idle_share();
  circuit_.set(loads_[rack], Load{power, PowerVariance{}});
}

}  // namespace wattershed
