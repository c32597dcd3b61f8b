#include "models/cooling/plant/heat_books.hpp"

#include <algorithm>

namespace wattershed {

int HeatBooks::add_rejection(int from) {
  const int flow = add_one_way(from, LoopNetwork::outside);
  rejections_.push_back(flow);
  return flow;
}

int HeatBooks::add_one_way(int from, int to) {
  const int flow = network.add_flow(from, to);
  one_way_.push_back(flow);
  return flow;
}

void HeatBooks::open() {
  stored_at_start_j_ = network.stored().si();
  load_j_ = motors_j_ = rejected_j_ = evaporation_kg_ = drift_kg_ = blowdown_kg_ = Sum();
}

Power HeatBooks::advance(double seconds, const PlantLoad& load, Power motors, Power motor_heat_in_loops) {
  network.advance(seconds);
  for (bool again = true; again;) {
    again = false;
    for (int flow : one_way_)
      if (network.energy(flow).si() < 0) {
        if (!again) network.undo();
        again = true;
        network.set_flow(flow, LinearForm());
      }
    if (again) network.advance(seconds);
  }
  double rejected_j = std::max((motors - motor_heat_in_loops).si(), 0.0) * seconds;  // rounding may be below zero
  for (int flow : rejections_) rejected_j += network.energy(flow).si();
  load_j_ += load.liquid.si();
  load_j_ += load.air.si();
  motors_j_ += motors.si() * seconds;
  rejected_j_ += rejected_j;
  return Power(rejected_j / seconds);
}

void HeatBooks::add_water(double seconds, const PlantWater& water) {
  evaporation_kg_ += water.evaporation.si() * seconds;
  drift_kg_ += water.drift.si() * seconds;
  blowdown_kg_ += water.blowdown.si() * seconds;
}

PlantTotals HeatBooks::totals() const {
  return {.from_load = Energy(load_j_.value()),
          .from_motors = Energy(motors_j_.value()),
          .rejected = Energy(rejected_j_.value()),
          .stored = Energy(network.stored().si() - stored_at_start_j_),
          .evaporation = Mass(evaporation_kg_.value()),
          .drift = Mass(drift_kg_.value()),
          .blowdown = Mass(blowdown_kg_.value())};
}

Power heat_to_take(const LoopNetwork& network, int node, Power incoming, Temperature wanted, double step_s) {
  return incoming + network.capacity(node) * (network.temperature(node) - wanted) / TimeSpan(std::max(600.0, step_s));
}

Conductance exchange_per_kelvin(const HeatExchanger& exchanger, Conductance hot, Conductance cold) {
  const HeatExchangerState state =
      run_heat_exchanger(exchanger, Temperature::celsius(1), hot, Temperature::celsius(0), cold);
  return Conductance(state.effectiveness * state.smaller_capacity_rate.si());
}

}  // namespace wattershed
