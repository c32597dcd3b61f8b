#include "models/grid/case/scenario.hpp"

#include <fmt/format.h>

#include <cmath>
#include <unordered_map>

#include "models/grid/case/machine.hpp"
#include "models/grid/case/matpower_case.hpp"
#include "models/grid/point/nominal_frequency.hpp"
#include "sim/base/problem.hpp"

namespace wattershed {
namespace {

constexpr double mega = 1e6;

void voltage_bounds(Fields& f, std::optional<double>& lowest, std::optional<double>& highest) {
  f.optional("lowest_voltage", lowest,
             {.help = "lowest voltage, per unit of nominal", .at_most = 2, .above = 0, .example = "0.95"});
  f.optional("highest_voltage", highest,
             {.help = "highest voltage, per unit of nominal", .at_most = 2, .above = 0, .example = "1.05"});
  if (lowest && highest && *lowest >= *highest)
    f.fault("lowest_voltage", "lowest_voltage must be below highest_voltage");
}

using Places = std::unordered_map<std::int64_t, std::size_t>;

Places places_of(const std::vector<NetworkBus>& buses) {
  Places places;
  for (std::size_t i = 0; i < buses.size(); ++i) places.emplace(buses[i].number, i);
  return places;
}

/// The tables as a case; what they name must be there.
GridCase from_tables(const Network& network, const Places& places, std::string name) {
  GridCase grid;
  grid.file = std::move(name);
  grid.base_mva = network.base.si() / mega;
  for (const NetworkBus& bus : network.buses) {
    GridBus made;
    made.number = bus.number;
    made.type = bus.number == network.slack ? BusType::slack : BusType::load;
    made.load_mw = bus.load.si() / mega;
    made.load_mvar = bus.reactive_load.si() / mega;
    made.shunt_mw = bus.shunt.si() / mega;
    made.shunt_mvar = bus.reactive_shunt.si() / mega;
    made.base_kv = bus.nominal ? bus.nominal->si() / 1e3 : 0;
    made.highest_pu = bus.highest_voltage.value_or(network.highest_voltage.value_or(0));
    made.lowest_pu = bus.lowest_voltage.value_or(network.lowest_voltage.value_or(0));
    grid.buses.push_back(made);
  }
  for (const NetworkUnit& unit : network.units) {
    GridUnit made;
    made.bus = places.at(unit.bus);
    made.p_mw = unit.power.si() / mega;
    made.set_point_pu = unit.voltage;
    made.highest_mvar = unit.most_reactive ? unit.most_reactive->si() / mega : HUGE_VAL;
    made.lowest_mvar = unit.least_reactive ? unit.least_reactive->si() / mega : -HUGE_VAL;
    // Both zero would mean that none is given, in a case.
    if (unit.most_power || unit.least_power) {
      made.highest_mw = unit.most_power ? unit.most_power->si() / mega : HUGE_VAL;
      made.lowest_mw = unit.least_power ? unit.least_power->si() / mega : -HUGE_VAL;
    }
    made.in_service = unit.in_service;
    BusType& type = grid.buses[made.bus].type;
    if (unit.in_service && type == BusType::load) type = BusType::voltage_controlled;
    grid.units.push_back(made);
  }
  for (const NetworkBranch& branch : network.branches)
    grid.branches.push_back({.from = places.at(branch.from),
                             .to = places.at(branch.to),
                             .resistance_pu = branch.resistance,
                             .reactance_pu = branch.reactance,
                             .charging_pu = branch.charging,
                             .rating_mva = branch.rating ? branch.rating->si() / mega : 0,
                             .ratio = branch.ratio,
                             .shift_deg = branch.shift,
                             .in_service = branch.in_service});
  return grid;
}

/// What the tables say of each other. Faults where they disagree.
void hold_together(const Network& network, Fields& f) {
  const Places places = places_of(network.buses);
  bool whole = true;
  const auto fault = [&](std::string_view field, std::string message) {
    f.fault(field, std::move(message));
    whole = false;
  };
  if (places.size() < network.buses.size()) fault("buses", "two buses have the same number");
  if (!places.contains(network.slack))
    fault("slack", fmt::format("there is no bus {}; the slack bus is one of 'buses'", network.slack));
  bool slack_unit = false;
  for (const NetworkUnit& unit : network.units) {
    if (!places.contains(unit.bus)) fault("units", fmt::format("a unit at bus {}, which is not there", unit.bus));
    slack_unit = slack_unit || (unit.bus == network.slack && unit.in_service);
  }
  if (!slack_unit) fault("units", fmt::format("no unit in service stands at the slack bus {}", network.slack));
  for (const NetworkBranch& branch : network.branches)
    for (const std::int64_t end : {branch.from, branch.to})
      if (!places.contains(end))
        fault("branches", fmt::format("a branch from {} to {}: there is no bus {}", branch.from, branch.to, end));
  for (const auto& [name, machine] : network.machines)
    if (!places.contains(machine.bus))
      fault("machines", fmt::format("machine '{}' at bus {}, which is not there", name, machine.bus));
  if (!whole) return;
  std::size_t bus = 0;
  if (const std::string reason = why_unsolvable(from_tables(network, places, "network"), bus); !reason.empty())
    fault("branches", reason);
}

}  // namespace

void NetworkBus::visit(Fields& f) {
  f.required("number", number, {.help = "number that others name it by", .at_least = 1, .at_most = 1e9});
  f.optional("load", load, {.help = "constant load", .example = "97.6 MW"});
  f.optional("reactive_load", reactive_load, {.help = "constant reactive load", .example = "44.2 Mvar"});
  f.optional("shunt", shunt, {.help = "drawn by a constant conductance at 1 p.u.", .example = "1 MW"});
  f.optional("reactive_shunt", reactive_shunt,
             {.help = "supplied by a constant susceptance at 1 p.u.", .example = "19 Mvar"});
  f.optional("nominal", nominal, {.help = "nominal voltage", .above = 0, .example = "345 kV"});
  voltage_bounds(f, lowest_voltage, highest_voltage);
}

void NetworkUnit::visit(Fields& f) {
  f.required("bus", bus, {.help = "number of its bus"});
  f.optional("power", power, {.help = "what it gives; at the slack bus, what is missing", .example = "250 MW"});
  f.optional("voltage", voltage,
             {.help = "voltage that it holds at its bus, per unit", .at_most = 2, .above = 0, .example = "1.03"});
  f.optional("least_reactive", least_reactive, {.help = "lowest reactive power", .example = "-100 Mvar"});
  f.optional("most_reactive", most_reactive, {.help = "highest reactive power", .example = "240 Mvar"});
  f.optional("least_power", least_power, {.help = "lowest power", .example = "0 MW"});
  f.optional("most_power", most_power, {.help = "highest power", .example = "687 MW"});
  f.optional("in_service", in_service, {.help = "whether it runs"});
  if (least_reactive && most_reactive && *least_reactive > *most_reactive)
    f.fault("least_reactive", "least_reactive is above most_reactive");
}

void NetworkBranch::visit(Fields& f) {
  f.required("from", from, {.help = "number of the bus at its tap"});
  f.required("to", to, {.help = "number of the bus at its other end"});
  f.optional("resistance", resistance, {.help = "series resistance, per unit", .example = "0.0035"});
  f.required("reactance", reactance, {.help = "series reactance, per unit", .example = "0.0411"});
  f.optional("charging", charging, {.help = "charging susceptance of the whole line, per unit", .example = "0.69"});
  f.optional("ratio", ratio,
             {.help = "of the tap in front of `from`", .at_most = 10, .above = 0, .example = "1.025"});
  f.optional("shift", shift,
             {.help = "angle of the tap in degrees", .at_least = -180, .at_most = 180, .example = "-30"});
  f.optional("rating", rating, {.help = "what it may carry for long", .above = 0, .example = "600 MVA"});
  f.optional("in_service", in_service, {.help = "whether it is connected"});
  if (from == to) f.fault("to", "a branch joins two buses");
  if (std::hypot(resistance, reactance) < 1e-12)
    f.fault("reactance", "a branch needs an impedance, for example a reactance of 1e-5");
}

void Network::visit(Fields& f) {
  f.alternatives({"case", "buses"}, true);
  f.optional("title", title, {.help = "what it stands for"});
  f.optional("case", case_file, {.help = "a MATPOWER case file (.m)"});
  f.optional("base", base,
             {.help = "what per unit is of",
              .above = 0,
              .source = "the usual base of such tables",
              .kind = ValueKind::assumed,
              .example = "100 MVA"});
  f.optional("slack", slack, {.help = "number of the bus that closes the balance", .at_least = 1});
  voltage_bounds(f, lowest_voltage, highest_voltage);
  visit_nominal_frequency(f, frequency);
  f.optional("damping", damping,
             {.help = "D/2H of machines without a damping of their own: speeds die out as exp(-damping·t)",
              .at_least = 0,
              .at_most = most_damping_rate,
              .example = "0.25 /s"});
  f.optional("buses", buses, {.help = "nodes, with what is drawn there"});
  f.optional("units", units, {.help = "generating units"});
  f.optional("branches", branches, {.help = "lines and transformers"});
  f.optional("machines", machines, {.help = "dynamic data of units, for swings between them"});
  if (!case_file) return hold_together(*this, f);
  for (const char* name : {"base", "slack", "lowest_voltage", "highest_voltage", "units", "branches"})
    if (f.written(name)) f.fault(name, fmt::format("the case file has its own; leave '{}' away", name));
}

GridCase grid_case(const Network& network, std::string name) {
  if (network.case_file) {
    GridCase grid = read_matpower_case(*network.case_file);
    for (const auto& [machine, data] : network.machines) {
      bool there = false;
      for (const GridBus& bus : grid.buses) there = there || bus.number == data.bus;
      if (!there)
        throw InputError(network.case_file->place, fmt::format("machine '{}' at bus {}, which {} does not have",
                                                               machine, data.bus, network.case_file->written));
    }
    return grid;
  }
  return from_tables(network, places_of(network.buses), std::move(name));
}

std::vector<Machine> machines_of(const Network& network) {
  std::vector<Machine> machines;
  for (const auto& [name, machine] : network.machines) {
    machines.push_back(machine);
    if (network.damping && machine.damping == 0)
      machines.back().damping = 2 * seconds(machine.inertia) * network.damping->si();
  }
  return machines;
}

}  // namespace wattershed
