/// A transmission network as a scenario names it: of the catalog, written out, or a MATPOWER case; and the machines
/// behind its units.
///
///   network: {use: new-england-39}      network: {case: FILE.m, machines: {a: {bus: 30, inertia: 42 s, …}}}
///
/// Per unit of `base` and of the buses' nominal voltages. A bus with units in service holds the voltage of the last
/// of them; the slack bus closes the balance. What the equations are stands in power_flow.hpp and machine.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/grid/case/grid_case.hpp"
#include "models/grid/case/machine.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

struct NetworkBus {
  std::int64_t number = 0;  ///< unique
  Power load{};             ///< constant power [W]
  ApparentPower reactive_load{};
  Power shunt{};                   ///< drawn at 1 p.u. by a constant conductance
  ApparentPower reactive_shunt{};  ///< supplied at 1 p.u. by a constant susceptance
  std::optional<Voltage> nominal;
  std::optional<double> lowest_voltage, highest_voltage;  ///< instead of the network's [1]
  void visit(Fields& f);
};

struct NetworkUnit {
  std::int64_t bus = 0;
  Power power{};
  double voltage = 1;  ///< set point [1]
  std::optional<ApparentPower> least_reactive, most_reactive;
  std::optional<Power> least_power, most_power;
  bool in_service = true;
  void visit(Fields& f);
};

struct NetworkBranch {
  std::int64_t from = 0, to = 0;
  double resistance = 0, reactance = 0, charging = 0;  ///< [1]
  double ratio = 1;                                    ///< of an ideal tap at `from`
  double shift = 0;                                    ///< of that tap [degrees]
  std::optional<ApparentPower> rating;                 ///< long term
  bool in_service = true;
  void visit(Fields& f);
};

struct Network {
  static constexpr std::string_view catalog_kind = "networks";
  std::string title;
  std::optional<FileName> case_file;  ///< `case`: a MATPOWER case instead of the tables here
  ApparentPower base{100e6};
  std::int64_t slack = 1;  ///< number of its bus
  std::optional<double> lowest_voltage, highest_voltage;
  Frequency frequency = 60_Hz;       ///< nominal
  std::optional<Frequency> damping;  ///< D/2H of machines that bring no damping of their own [1/s]
  std::vector<NetworkBus> buses;
  std::vector<NetworkUnit> units;
  std::vector<NetworkBranch> branches;
  Named<Machine> machines;
  void visit(Fields& f);
};

/// Reads the case, or puts the tables together; `name` is what messages call it. Throws InputError.
GridCase grid_case(const Network& network, std::string name);

/// The machines in the order of the network, those without a damping of their own with the network's.
std::vector<Machine> machines_of(const Network& network);

}  // namespace wattershed
