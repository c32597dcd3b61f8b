// Networks with machines, for tests of swings.
#pragma once

#include <cstdint>
#include <vector>

#include "models/grid/case/machine.hpp"
#include "models/grid/network/power_flow.hpp"

namespace wattershed::test {

inline GridBus swing_bus(std::int64_t number, BusType type, double mw = 0, double mvar = 0) {
  GridBus made;
  made.number = number;
  made.type = type;
  made.load_mw = mw;
  made.load_mvar = mvar;
  return made;
}
inline GridUnit swing_unit(std::size_t at, double mw, double set_point) {
  GridUnit made;
  made.bus = at;
  made.p_mw = mw;
  made.set_point_pu = set_point;
  made.highest_mvar = 1e3;
  made.lowest_mvar = -1e3;
  return made;
}
inline GridBranch swing_line(std::size_t from, std::size_t to, double r, double x, double b = 0) {
  GridBranch made;
  made.from = from;
  made.to = to;
  made.resistance_pu = r;
  made.reactance_pu = x;
  made.charging_pu = b;
  return made;
}
inline Machine swing_machine(std::int64_t bus, double inertia_s, double reactance, double damping = 0) {
  Machine made;
  made.bus = bus;
  made.inertia = from_seconds(inertia_s);
  made.transient_reactance = reactance;
  made.damping = damping;
  return made;
}

/// Machine 1 feeds machine 2 (which takes) over a line without loss; bus 3 stands between them.
inline GridCase two_machines(double mw = 60) {
  GridCase grid;
  grid.buses = {swing_bus(1, BusType::slack), swing_bus(2, BusType::voltage_controlled), swing_bus(3, BusType::load)};
  grid.units = {swing_unit(0, mw, 1.02), swing_unit(1, -mw, 1.0)};
  grid.branches = {swing_line(0, 2, 0, 0.2), swing_line(2, 1, 0, 0.3)};
  return grid;
}

/// Three machines on a ring with loads and losses, one bus more with a load of 90 + j30.
inline GridCase ring_of_three() {
  GridCase grid;
  grid.buses = {swing_bus(10, BusType::slack, 40, 10), swing_bus(20, BusType::voltage_controlled, 20, 5),
                swing_bus(30, BusType::voltage_controlled, 70, 20), swing_bus(40, BusType::load, 90, 30)};
  grid.units = {swing_unit(0, 80, 1.03), swing_unit(1, 90, 1.02), swing_unit(2, 50, 1.01)};
  grid.branches = {swing_line(0, 1, 0.01, 0.12, 0.03), swing_line(1, 2, 0.02, 0.2, 0.04),
                   swing_line(2, 3, 0.01, 0.15, 0.02), swing_line(3, 0, 0.015, 0.1, 0.02)};
  return grid;
}
inline std::vector<Machine> machines_of_three(double damping = 0) {
  return {swing_machine(10, 8, 0.2, damping), swing_machine(20, 4, 0.25, damping),
          swing_machine(30, 3, 0.3, damping)};
}

/// On 100 MVA. H and x'd of the New England system: the data of ANDES's ieee39_full (M on 1000 MVA, so H = 5·M).
inline std::vector<Machine> new_england_machines(double damping_over_inertia = 0) {
  const double inertia_s[] = {42.0, 30.3, 35.8, 28.6, 26.0, 34.8, 26.4, 24.3, 34.5, 500};
  const double reactance[] = {.031, .0697, .0531, .0436, .132, .05, .049, .057, .057, .006};
  std::vector<Machine> machines;
  for (int k = 0; k < 10; ++k)
    machines.push_back(swing_machine(30 + k, inertia_s[k], reactance[k], damping_over_inertia * inertia_s[k]));
  return machines;
}
/// On 100 MVA, from memory of the WSCC nine-bus system.
inline std::vector<Machine> wscc_machines() {
  return {swing_machine(1, 23.64, 0.0608), swing_machine(2, 6.4, 0.1198), swing_machine(3, 3.01, 0.1813)};
}

}  // namespace wattershed::test
