#include "models/compute/rack_ranges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace wattershed {
namespace {

constexpr double any = std::numeric_limits<double>::infinity();

Bound bound_of(const std::optional<PowerSupply>& supply) {
  const std::optional<Domain<1>> domain = supply ? supply_domain(*supply) : std::nullopt;
  return domain ? domain->bounds[0] : Bound{"", "1", -any, any};
}

bool has_fans(const Rack& rack) { return rack.server.parts && rack.server.parts->fans; }

}  // namespace

RackDomain rack_domain(const Rack& rack) {
  const bool fans = has_fans(rack);
  const Bound anything{"", "1", -any, any};
  const auto& parts = rack.server.parts;
  return {"rack",
          {{accelerator_domain.bounds[0], bound_of(parts ? parts->power_supply : std::nullopt), bound_of(rack.shelf),
            fans ? server_fan_domain.bounds[0] : anything, fans ? server_fan_domain.bounds[1] : anything,
            imposed_domain.bounds[0]}},
          ""};
}

RackState rack_state(const RackDomain& domain, const ServerAsked& asked, Temperature inlet) {
  const auto farther = [&](RackInput input, double one, double other) {
    return domain.bounds[index(input)].farther(one, other);
  };
  RackState state;
  state.at = {asked.accelerator,
              farther(RackInput::supply, asked.supply_least, asked.supply_most),
              farther(RackInput::shelf, asked.shelf_least, asked.shelf_most),
              inlet.si(),
              asked.fan_speed,
              asked.work};
  for (std::size_t i = 0; i < rack_inputs; ++i) state.at[i] = domain.bounds[i].rounded(state.at[i]);
  state.outside = domain.outside(state.at);
  return state;
}

void add_to(RackState& state, const RackState& other, const RackDomain& domain) {
  if (other.outside == 0) return;
  state.at = state.outside == 0 ? other.at : domain.farther(state.at, other.at);
  state.outside |= other.outside;
}

RackRanges::RackRanges(const std::vector<const Rack*>& types, bool imposed)
    : accelerators_(accelerator_domain, types.size()) {
  for (const Rack* rack : types) {
    const auto& parts = rack->server.parts;
    of_server_.push_back(add_supply(parts ? parts->power_supply : std::nullopt));
    of_shelf_.push_back(add_supply(rack->shelf));
    if (has_fans(*rack) && !fans_) fans_.emplace(server_fan_domain, types.size());
  }
  if (imposed) imposed_.emplace(imposed_domain, types.size());
}

std::optional<RackRanges::SupplyPlace> RackRanges::add_supply(const std::optional<PowerSupply>& supply) {
  const std::optional<Domain<1>> found = supply ? supply_domain(*supply) : std::nullopt;
  if (!found) return std::nullopt;
  const Bound& bound = found->bounds[0];
  auto at = std::find_if(supplies_.begin(), supplies_.end(),
                         [&](const Supplies& kind) { return kind.low == bound.low && kind.high == bound.high; });
  if (at == supplies_.end()) {
    Domain<1> domain = *found;
    const std::string name =
        fmt::format("power supplies of {:.4g} to {:.4g} % load", 100 * bound.low, 100 * bound.high);
    domain.model = name;
    at = supplies_.insert(at, {bound.low, bound.high, ValidityTally(domain, 0)});
  }
  return SupplyPlace{static_cast<std::size_t>(at - supplies_.begin()), at->tally.add_machine()};
}

void RackRanges::saw(Time now, std::size_t type, const RackState& state) {
  const auto tell = [&](ValidityTally& tally, RackInput first, std::size_t count, std::size_t machine) {
    const std::uint32_t mask = (1U << count) - 1;
    tally.saw(now, state.outside >> index(first) & mask, std::span(state.at).subspan(index(first), count), machine);
  };
  tell(accelerators_, RackInput::accelerator, 1, type);
  const auto tell_supply = [&](const std::optional<SupplyPlace>& place, RackInput input) {
    if (place) tell(supplies_[place->kind].tally, input, 1, place->machine);
  };
  tell_supply(of_server_[type], RackInput::supply);
  tell_supply(of_shelf_[type], RackInput::shelf);
  if (fans_) tell(*fans_, RackInput::inlet, 2, type);
  if (imposed_) tell(*imposed_, RackInput::work, 1, type);
}

void RackRanges::close(Time now) {
  accelerators_.close(now);
  for (Supplies& kind : supplies_) kind.tally.close(now);
  if (fans_) fans_->close(now);
  if (imposed_) imposed_->close(now);
}

std::vector<RangeUse> RackRanges::uses() const {
  std::vector<RangeUse> rows;
  if (of_server_.empty()) return rows;
  add_uses(rows, accelerators_);
  for (const Supplies& kind : supplies_) add_uses(rows, kind.tally);
  if (fans_) add_uses(rows, *fans_);
  if (imposed_) add_uses(rows, *imposed_);
  return rows;
}

}  // namespace wattershed
