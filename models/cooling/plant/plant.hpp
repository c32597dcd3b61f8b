/// A whole cooling system, as the site drives it: heat in, power, water and temperatures out, one step at a time.
///
///   plant.start(demand, outdoors);                                  // settled: no transient of the start
///   every step:  plant.step(length, load_since, demand, outdoors);  // 60 s by default
///                publish plant.powers(), plant.water(), plant.readings(), plant.heat_rejected()
///
/// At the end t of a step the plant
///   1. advances its temperatures over the step, exactly, with the flows, speeds and powers that it published at the
///      step's beginning, the outdoor air of that moment and the exact heat that the load gave since;
///   2. decides flows, speeds, machines and mode for the coming step from its temperatures, the demand and the
///      outdoor air of now.
/// So `powers()` are those of the coming step, while `water()` and `heat_rejected()` are the exact means of the step
/// that has ended: one step late. Both are zero-order holds, and energies and totals lose nothing.
///
/// Inputs   heat given to the coolant and to room air since the last step [J], standing demand [W], [m3/s], outdoor air
/// Outputs  motor powers [W], water flows [kg/s], temperatures [K], mode, heat rejected [W]
/// Books    heat of the load + own powers = rejected + stored, each from its own meter (`PlantTotals`)
/// Valid    steps up to a few minutes; control has no dynamics of its own within a step
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "models/weather/outdoors.hpp"
#include "sim/units/quantity.hpp"
#include "sim/units/time.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// Heat that the site gave since the last step. The plant knows the heat of its own motors itself.
struct PlantLoad {
  Energy liquid;  ///< into the coolant of cold plates and rear doors
  Energy air;     ///< into room air: servers, losses indoors, lighting, other
};

/// What stands now, for decisions about the coming step.
struct PlantDemand {
  Power liquid;
  Power air;
  VolumeFlow it_air_flow;  ///< through the racks, as standard air of 1.2 kg/m3; zero: follows `air`
};

/// Motor inputs during the coming step [W].
struct PlantPowers {
  Power compressors;
  Power pumps;           ///< chilled, condenser, facility water
  Power cdu_pumps;       ///< technology coolant
  Power room_fans;       ///< CRAH, fan coils
  Power rejection_fans;  ///< towers, dry coolers, air-cooled condensers
  [[nodiscard]] Power pumps_and_cdus() const { return pumps + cdu_pumps; }
  [[nodiscard]] Power fans() const { return room_fans + rejection_fans; }
  [[nodiscard]] Power total() const { return compressors + pumps + cdu_pumps + room_fans + rejection_fans; }
};

/// Water during the step that has ended [kg/s].
struct PlantWater {
  MassFlow evaporation, drift, blowdown;
  [[nodiscard]] MassFlow makeup() const { return evaporation + drift + blowdown; }
};

/// How the heat is being moved in the coming step.
enum class PlantMode {
  mechanical,  ///< chillers only
  partial,     ///< the economizer first, chillers for the rest
  free,        ///< no chiller runs
};
std::string_view to_string(PlantMode mode);

/// Temperatures now, and the mode of the coming step. What a system does not have is absent, from its
/// construction on.
struct PlantReadings {
  Temperature supply_air, return_air;
  Temperature rack_inlet;  ///< supply air with what recirculates
  Temperature chilled_water_supply, chilled_water_return;
  std::optional<Temperature> coolant_supply, coolant_return;                  ///< technology coolant at the CDUs
  std::optional<Temperature> facility_water_supply, facility_water_return;    ///< liquid systems
  std::optional<Temperature> condenser_water_supply, condenser_water_return;  ///< tower behind chillers
  PlantMode mode = PlantMode::mechanical;
  double rejection_fan_speed = 0;  ///< ratio to design, 0..1
  int chillers_running = 0;
  /// A set-point is missed by over 1 K with everything at its limit: the loops warm up until they balance.
  bool overloaded = false;
};

/// What may change during a run; taken at the next step.
struct PlantSettings {
  Temperature supply_air;
  Temperature chilled_water;   ///< supply
  Temperature facility_water;  ///< supply; liquid systems
  double cycles_of_concentration = 5;
};

/// Sums since the start, each from its own meter, so that the sum rule can fail.
struct PlantTotals {
  Energy from_load;    ///< as given
  Energy from_motors;  ///< integral of `powers().total()`
  Energy rejected;     ///< to outdoor air: by towers, coolers, condensers, the fans' own heat, plant rooms
  Energy stored;       ///< in loops and room, against the start
  Mass evaporation, drift, blowdown;
  /// (in − rejected − stored) / in, 0 before anything came in.
  [[nodiscard]] double residual() const;
};

/// What the models of one kind were asked for the coming step: of several machines what lies farthest outside.
struct SeenState {
  std::uint32_t outside = 0;   ///< of its domain
  std::array<double, 2> at{};  ///< its inputs [SI]
};

/// The one interface of all plants.
class Plant {
 public:
  virtual ~Plant() = default;

  /// Sets every temperature to the steady solution of these conditions; totals begin at zero.
  void start(const PlantDemand& demand, const Outdoors& outdoors);
  /// One step, see above. `length` > 0.
  void step(Duration length, const PlantLoad& load, const PlantDemand& demand, const Outdoors& outdoors);

  [[nodiscard]] const PlantPowers& powers() const { return powers_; }
  [[nodiscard]] const PlantWater& water() const { return water_; }
  [[nodiscard]] const PlantReadings& readings() const { return readings_; }
  /// Mean over the step that has ended [W].
  [[nodiscard]] Power heat_rejected() const { return heat_rejected_; }
  [[nodiscard]] virtual PlantTotals totals() const = 0;
  /// A tally for each of its models that has a range, and what these see in the coming step, in the same order.
  [[nodiscard]] virtual std::vector<ValidityTally> tallies() const = 0;
  [[nodiscard]] std::span<const SeenState> seen() const { return seen_; }

  PlantSettings settings;

 protected:
  PlantPowers powers_;
  PlantWater water_;
  PlantReadings readings_;
  Power heat_rejected_{};
  std::vector<SeenState> seen_;
  /// A further kind has been asked that.
  template <std::size_t N>
  void saw(const Domain<N>& domain, const std::array<double, N>& at) {
    static_assert(N <= std::tuple_size_v<decltype(SeenState::at)>);
    SeenState& state = seen_.emplace_back();
    state.outside = domain.outside(at);
    std::copy(at.begin(), at.end(), state.at.begin());
  }

 private:
  /// Forgets what control remembers of earlier steps.
  virtual void reset() = 0;
  /// Decides flows, speeds, machines and mode for the coming step; the one that ended took `seconds`.
  virtual void decide(double seconds, const PlantDemand& demand, const Outdoors& outdoors) = 0;
  /// Takes the temperatures and the books over a step with what was decided at its beginning.
  virtual void advance(double seconds, const PlantLoad& load) = 0;
  /// The books begin at zero with the temperatures of now.
  virtual void open_books() = 0;
};

// ---- sizing ----------------------------------------------------------------------------------------------------

/// Machines in reserve, idle until needed.
enum class Redundancy { n, n_plus_1, n_plus_2, two_n };
constexpr std::array<std::string_view, 4> enum_names(Redundancy) { return {"N", "N+1", "N+2", "2N"}; }
/// Machines to install when `needed` carry the design load.
int installed_machines(int needed, Redundancy redundancy);

/// The most that the plant must carry.
struct DesignLoad {
  Power liquid, air;
  VolumeFlow it_air_flow;  ///< zero: follows from `air` and the system's design rise
};
/// The outdoor air that it must carry it in.
struct DesignWeather {
  Outdoors dry;  ///< the dry-bulb condition: dry coolers, air-cooled condensers
  Outdoors wet;  ///< the wet-bulb condition: towers
};

/// A derived rating, for `explain`.
struct Rating {
  std::string name;  ///< "chillers.capacity"
  double value = 0;  ///< [SI]
  std::string unit;  ///< of SI: "W", "kg/s", "m3/s", "W/K", "1"
  std::string note;  ///< how it came about
};
/// A parameter with which no plant works.
struct SizingProblem {
  std::string key;  ///< of the system ("facility_water"), or empty
  std::string message;
};
/// The same, thrown by the constructors of plants.
struct SizingError : std::runtime_error {
  explicit SizingError(SizingProblem found) : std::runtime_error(found.message), problem(std::move(found)) {}
  SizingProblem problem;
};
/// `plant` is null when there are problems.
struct SizedPlant {
  std::unique_ptr<Plant> plant;
  std::vector<Rating> ratings;
  std::vector<SizingProblem> problems;
};

/// A sized plant from what `make` builds, which also appends its ratings; what sizing throws becomes its problems.
SizedPlant sized_by(const std::function<std::unique_ptr<Plant>(std::vector<Rating>& ratings)>& make);

}  // namespace wattershed
