#include "models/grid/network/network_reduction.hpp"

#include <fmt/format.h>

#include <Eigen/Sparse>
#include <Eigen/SparseLU>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "models/grid/network/admittance.hpp"

namespace wattershed {
namespace {

using Complex = std::complex<double>;

/// A unit that takes part, with its machine's values on the case's base.
struct Pair {
  std::size_t unit, bus;
  double reactance;
  ReducedMachine machine;
};

std::vector<Pair> pair_up(const GridCase& grid, std::span<const Machine> machines) {
  std::vector<Pair> pairs;
  std::vector<bool> used(machines.size(), false);
  std::vector<std::size_t> next(grid.buses.size(), 0);  // of the machines: where to look on
  for (std::size_t u = 0; u < grid.units.size(); ++u) {
    const GridUnit& unit = grid.units[u];
    const std::int64_t number = grid.buses[unit.bus].number;
    std::size_t& at = next[unit.bus];
    while (at < machines.size() && machines[at].bus != number) ++at;
    const bool found = at < machines.size();
    if (found) used[at] = true;
    if (takes_part(grid, unit)) {
      if (!found)
        throw std::invalid_argument(
            fmt::format("unit {} of the case, at bus {}, is in service and has no machine; give machines a further "
                        "one with bus: {}, its inertia and transient_reactance",
                        u + 1, number, number));
      const Machine& machine = machines[at];
      const double base_va = grid.base_mva * 1e6, scale = machine.base ? machine.base->si() / base_va : 1;
      const double inertia_s = seconds(machine.inertia) * scale, reactance = machine.transient_reactance / scale;
      if (!(inertia_s > 0) || !(reactance > 0))
        throw std::invalid_argument(
            fmt::format("the machine at bus {} needs an inertia and a transient_reactance above 0", number));
      ReducedMachine made;
      made.unit = u;
      made.bus = unit.bus;
      made.inertia_s = inertia_s;
      made.damping = machine.damping * scale;
      made.inverse_droop = machine.droop ? scale / machine.droop->si() : 0;
      made.governor_s = seconds(machine.governor_time);
      pairs.push_back({u, unit.bus, reactance, made});
    }
    if (found) ++at;
  }
  for (std::size_t k = 0; k < machines.size(); ++k)
    if (!used[k])
      throw std::invalid_argument(fmt::format(
          "machine {} stands at bus {}, where the case has no unit for it; take it out or correct its bus", k + 1,
          machines[k].bus));
  return pairs;
}

Complex voltage_at(const PowerFlow& flow, std::size_t bus) {
  return std::polar(flow.buses[bus].voltage_pu, flow.buses[bus].angle_deg * std::numbers::pi / 180);
}

/// What each unit gives in the solved flow [p.u.].
std::vector<Complex> shares(const GridCase& grid, const PowerFlow& flow, const std::vector<Pair>& pairs) {
  struct Sum {
    double scheduled = 0, susceptance = 0;
    int count = 0;
  };
  std::vector<Sum> sums(grid.buses.size());
  for (const Pair& pair : pairs) {
    Sum& sum = sums[pair.bus];
    sum.scheduled += grid.units[pair.unit].p_mw;
    sum.susceptance += 1 / pair.reactance;
    ++sum.count;
  }
  std::vector<Complex> result;
  for (const Pair& pair : pairs) {
    const Sum& sum = sums[pair.bus];
    const double p_mw = flow.buses[pair.bus].injection_mw + grid.buses[pair.bus].load_mw;
    const double q_mvar = flow.buses[pair.bus].injection_mvar + grid.buses[pair.bus].load_mvar;
    // Off the slack bus nothing is left over and each unit gives what it is scheduled for.
    const double own_mw = grid.units[pair.unit].p_mw, rest_mw = p_mw - sum.scheduled;
    const double part = sum.scheduled != 0 ? own_mw / sum.scheduled : 1.0 / sum.count;
    result.emplace_back((own_mw + rest_mw * part) / grid.base_mva,
                        q_mvar / pair.reactance / sum.susceptance / grid.base_mva);
  }
  return result;
}

}  // namespace

void check_machines_fit(const GridCase& grid, std::span<const Machine> machines) {
  static_cast<void>(pair_up(grid, machines));
}

ReducedNetwork reduce_network(const GridCase& grid, const PowerFlow& flow, std::span<const Machine> machines,
                              std::span<const NetworkSite> sites) {
  if (!flow.converged)
    throw std::invalid_argument("machines need a solved power flow to start from, and this one has no solution: " +
                                flow.reason);
  const std::vector<Pair> pairs = pair_up(grid, machines);
  if (pairs.empty()) throw std::invalid_argument("the network has no unit in service, so nothing that swings");
  ReducedNetwork network;
  network.base_w = grid.base_mva * 1e6;

  const std::size_t buses = grid.buses.size();
  std::vector<Complex> load(buses);
  for (std::size_t i = 0; i < buses; ++i) load[i] = Complex(grid.buses[i].load_mw, grid.buses[i].load_mvar);
  for (const NetworkSite& site : sites) {
    if (site.bus >= buses || grid.buses[site.bus].type == BusType::isolated)
      throw std::invalid_argument("a site stands at a bus that is not in the network or is isolated");
    const Complex drawn(site.active.si() / network.base_w, site.reactive.si() / network.base_w);
    load[site.bus] -= drawn * grid.base_mva;
    network.sites.push_back({site.bus, drawn, voltage_at(flow, site.bus)});
  }

  // Y of the live buses with loads and machines on the diagonal; isolated ones stand alone with 1.
  const AdmittanceMatrix matrix = admittance_matrix(grid);
  std::vector<Eigen::Triplet<Complex>> entries;
  for (std::size_t i = 0; i < buses; ++i) {
    const auto row = static_cast<int>(i);
    if (grid.buses[i].type == BusType::isolated) {
      entries.emplace_back(row, row, 1);
      continue;
    }
    for (std::size_t k = matrix.row_start[i]; k < matrix.row_start[i + 1]; ++k)
      entries.emplace_back(row, static_cast<int>(matrix.column[k]), matrix.value[k]);
    const double size = flow.buses[i].voltage_pu;
    entries.emplace_back(row, row, std::conj(load[i]) / (grid.base_mva * size * size));
  }
  for (const Pair& pair : pairs)
    entries.emplace_back(static_cast<int>(pair.bus), static_cast<int>(pair.bus), 1.0 / Complex(0, pair.reactance));
  Eigen::SparseMatrix<Complex> whole(static_cast<int>(buses), static_cast<int>(buses));
  whole.setFromTriplets(entries.begin(), entries.end());
  Eigen::SparseLU<Eigen::SparseMatrix<Complex>> solver(whole);
  if (solver.info() != Eigen::Success)
    throw std::invalid_argument(
        "the network with its loads as admittances is singular; look for branches or loads "
        "that cancel each other");

  const std::vector<Complex> given = shares(grid, flow, pairs);
  const std::size_t n = pairs.size(), m = sites.size();
  network.admittance.resize(n * n);
  network.from_site.resize(n * m);
  network.to_site.resize(m * n);
  network.impedance.resize(m * m);
  for (std::size_t i = 0; i < n; ++i) {
    ReducedMachine machine = pairs[i].machine;
    const Complex v = voltage_at(flow, pairs[i].bus);
    machine.emf = v + Complex(0, pairs[i].reactance) * std::conj(given[i] / v);
    machine.mechanical = given[i].real();
    network.machines.push_back(machine);
  }
  // Voltages of all buses by 1 p.u. of one E or of one site's current.
  Eigen::VectorXcd source(static_cast<Eigen::Index>(buses));
  const auto unit_response = [&](std::size_t bus, Complex current) {
    source.setZero();
    source[static_cast<Eigen::Index>(bus)] = current;
    return Eigen::VectorXcd(solver.solve(source));
  };
  for (std::size_t j = 0; j < n; ++j) {
    const Eigen::VectorXcd v = unit_response(pairs[j].bus, 1.0 / Complex(0, pairs[j].reactance));
    for (std::size_t i = 0; i < n; ++i)
      network.admittance[i * n + j] =
          ((i == j ? 1.0 : 0.0) - v[static_cast<Eigen::Index>(pairs[i].bus)]) / Complex(0, pairs[i].reactance);
    for (std::size_t k = 0; k < m; ++k) network.to_site[k * n + j] = v[static_cast<Eigen::Index>(sites[k].bus)];
  }
  for (std::size_t l = 0; l < m; ++l) {
    const Eigen::VectorXcd v = unit_response(sites[l].bus, 1);
    for (std::size_t i = 0; i < n; ++i)
      network.from_site[i * m + l] = -v[static_cast<Eigen::Index>(pairs[i].bus)] / Complex(0, pairs[i].reactance);
    for (std::size_t k = 0; k < m; ++k) network.impedance[k * m + l] = v[static_cast<Eigen::Index>(sites[k].bus)];
  }
  return network;
}

NetworkEquivalent network_equivalent(const GridCase& grid, const PowerFlow& flow, std::span<const Machine> machines,
                                     const NetworkSite& site) {
  const ReducedNetwork network = reduce_network(grid, flow, machines, {&site, 1});
  Complex open;
  for (std::size_t i = 0; i < network.machines.size(); ++i) open += network.to_site[i] * network.machines[i].emf;
  const Complex z = network.impedance[0];
  return {TheveninImpedance::of(z.real(), z.imag(), ApparentPower(network.base_w)), std::abs(open)};
}

}  // namespace wattershed
