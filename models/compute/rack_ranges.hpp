/// How long the models within the racks of a site are outside of what they were made for.
///
/// A rack type has one state: by input what lies farthest outside of all that stands on its racks. Supplies of servers
/// and of shelves are one kind; those whose points begin or end elsewhere are kinds of their own.
///
/// Inputs   what each draw asked of its server (`ServerAsked`), inlet air
/// Outputs  rows of time outside, by kind and input
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/compute/server_draw.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// The inputs of all models within a rack, as one domain; of what a rack does not have every value is inside.
enum class RackInput : std::uint8_t { accelerator, supply, shelf, inlet, fan_speed, work };
inline constexpr std::size_t rack_inputs = 6;
constexpr std::size_t index(RackInput input) { return static_cast<std::size_t>(input); }
using RackDomain = Domain<rack_inputs>;

RackDomain rack_domain(const Rack& rack);

/// A state of everything that stands on the racks of one type.
struct RackState {
  std::uint32_t outside = 0;  ///< of its domain
  std::array<double, rack_inputs> at{};
};
RackState rack_state(const RackDomain& domain, const ServerAsked& asked, Temperature inlet);
/// Both at the same time.
void add_to(RackState& state, const RackState& other, const RackDomain& domain);

class RackRanges {
 public:
  /// `imposed`: jobs have powers imposed on them.
  RackRanges(const std::vector<const Rack*>& types, bool imposed);

  /// The state of a type from now on.
  void saw(Time now, std::size_t type, const RackState& state);
  void close(Time now);
  [[nodiscard]] std::vector<RangeUse> uses() const;

 private:
  struct Supplies {
    double low = 0, high = 0;
    ValidityTally tally;
  };
  struct SupplyPlace {
    std::size_t kind = 0, machine = 0;
  };
  [[nodiscard]] std::optional<SupplyPlace> add_supply(const std::optional<PowerSupply>& supply);

  ValidityTally accelerators_;
  std::vector<Supplies> supplies_;
  std::vector<std::optional<SupplyPlace>> of_server_, of_shelf_;  // by type
  std::optional<ValidityTally> fans_, imposed_;
};

}  // namespace wattershed
