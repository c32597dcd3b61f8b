/// The cooling plant in its site: hears the heat, steps the plant, publishes its powers, water and temperatures.
///
///   every minute   plant.step(heat given since, demand now, outdoor air now) → signals that stand until the next step
///
/// Heat is taken from meters, not from samples, so that the plant's books close with the site's. The inlet air of the
/// racks is told to the floor only when it has moved by a quarter of a kelvin: a smaller change moves server fans by
/// less than half a percent of their power.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/cooling/plant/plant.hpp"
#include "models/facility/part/parameters.hpp"
#include "models/weather/weather.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/kernel/meter.hpp"
#include "sim/kernel/process.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

class PlantRoom {
 public:
  static constexpr Duration period = std::chrono::minutes(1);
  static constexpr double inlet_quantum_k = 0.25;
  static constexpr int overloaded_steps = 10;

  struct Heat {
    Signal<Power> liquid, air;
    Signal<double> air_flow;  ///< through the racks [m3/s]
  };
  /// `settings_path` is what stands before its set-points among the parameters ("site.cooling.system.").
  PlantRoom(Simulation& simulation, std::unique_ptr<Plant> plant, const Weather& weather, Parameters& parameters,
            std::string settings_path);

  /// What the plant is to follow; wired after its own outputs, which the site's distribution needs first.
  void follow(const Heat& heat);
  /// The heat swings with every step: the plant runs for the mean of the last minute, not for what stands.
  void follow_means() { follows_means_ = true; }
  /// Called with the new inlet temperature when it has moved.
  void on_inlet(std::function<void(Temperature)> listener) { on_inlet_ = std::move(listener); }
  /// The process that steps the plant: the caller spawns it.
  Process run();
  /// Brings the books up to now; nothing is published. At the end of a run.
  void close();

  [[nodiscard]] const Plant& plant() const { return *plant_; }
  /// Time without chillers, and with chillers beside the economizer, since the start [s].
  [[nodiscard]] double free_time_s() const { return free_->integral(simulation_.now()); }
  /// How often the plant became overloaded.
  [[nodiscard]] std::uint64_t overloads() const { return overloads_; }
  /// What the plant's models were used for, up to the end.
  [[nodiscard]] const std::vector<ValidityTally>& tallies() const { return tallies_; }
  [[nodiscard]] double partial_time_s() const { return partial_->integral(simulation_.now()); }

  Signal<Power> cooling, compressors, pumps, cdu_pumps, fans, rejected;
  Signal<MassFlow> makeup, evaporation, drift, blowdown;
  Signal<Temperature> dry_bulb, wet_bulb, supply_air, return_air, rack_inlet;
  Signal<Temperature> chilled_water_supply, chilled_water_return;
  Signal<Temperature> facility_water_supply, facility_water_return, coolant_supply, coolant_return;
  Signal<Temperature> condenser_water_supply, condenser_water_return;
  Signal<double> economizer;  ///< 1: no chiller runs, ½: chillers and economizer, 0: chillers only
  Signal<double> overloaded;

 private:
  [[nodiscard]] PlantDemand demand() const;
  [[nodiscard]] PlantDemand demand_after(const PlantLoad& load) const;
  [[nodiscard]] PlantLoad take_load();
  void take_settings();
  void publish(const Outdoors& outdoors);
  void count_what_lies_outside();

  Simulation& simulation_;
  Circuit& circuit_;
  std::unique_ptr<Plant> plant_;
  std::vector<ValidityTally> tallies_;
  const Weather& weather_;
  Parameters& parameters_;
  std::string settings_path_;
  Heat heat_;
  const Meter* liquid_ = nullptr;
  const Meter* air_ = nullptr;
  Signal<double> is_free_, is_partial_;
  const Meter* free_ = nullptr;
  const Meter* partial_ = nullptr;
  double liquid_taken_j_ = 0, air_taken_j_ = 0;
  Time stepped_{};
  bool follows_means_ = false;
  Temperature told_inlet_{};
  int missed_steps_ = 0;  // on end, with a set-point missed
  std::uint64_t overloads_ = 0;
  std::function<void(Temperature)> on_inlet_;
};

}  // namespace wattershed
