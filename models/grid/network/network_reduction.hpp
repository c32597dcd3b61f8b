/// A solved network seen from its machines and from the buses of sites: everything else is taken out (Kron).
///
///   machine   E_i = V + j·x'd·I of the solved flow, constant in size;  load P + jQ → admittance (P − jQ)/|V|²
///   reduced   I = Y·E + F·J,   V_site = T·E + Z·J;    J: currents injected at the sites' buses
///   a site    J_k = −conj(S_k/V_k): its load S_k is of constant power, solved with the network and not reduced
///
/// Inputs    a case, its solved AC flow, a machine for every unit in service, the part of the load that is a site's
/// Outputs   Y, F, T, Z in per unit of the case's base; internal voltages; mechanical powers
/// Shares    of several units at a bus: P as scheduled (the slack bus's: in proportion to the schedule, equal where
///           that adds up to nothing), Q in proportion to 1/x'd
/// Source    Anderson and Fouad, "Power System Control and Stability", ch. 2; W. Sauer and M. Pai, "Power System
///           Dynamics and Stability", ch. 7
/// Valid     as the classical model (machine.hpp); loads other than sites draw less as the voltage falls
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "models/grid/case/machine.hpp"
#include "models/grid/network/power_flow.hpp"
#include "models/grid/point/grid_point.hpp"

namespace wattershed {

/// A site in the network: the part of its bus's load in the solved case that is the site's.
struct NetworkSite {
  std::size_t bus = 0;  ///< place in GridCase::buses
  Power active{};
  ApparentPower reactive{};
};

struct ReducedMachine {
  std::size_t unit = 0, bus = 0;                                         ///< places in the case
  double inertia_s = 0, damping = 0, inverse_droop = 0, governor_s = 1;  ///< per unit of the case's base
  std::complex<double> emf;                                              ///< E at the solved flow [1]
  double mechanical = 0;                                                 ///< P_m: what it gives there [1]
};

struct ReducedSite {
  std::size_t bus = 0;
  std::complex<double> load, voltage;  ///< S and V at the solved flow [1]
};

/// n machines, m sites; matrices by rows.
struct ReducedNetwork {
  double base_w = 0;
  std::vector<ReducedMachine> machines;
  std::vector<ReducedSite> sites;
  std::vector<std::complex<double>> admittance;  ///< Y, n × n
  std::vector<std::complex<double>> from_site;   ///< F, n × m
  std::vector<std::complex<double>> to_site;     ///< T, m × n
  std::vector<std::complex<double>> impedance;   ///< Z, m × m
};

/// Throws std::invalid_argument where the machines do not fit the units of the case, as reduce_network() would.
void check_machines_fit(const GridCase& grid, std::span<const Machine> machines);

/// Throws std::invalid_argument when the flow has not converged, a unit in service has no machine, a machine has no
/// unit, or a site stands at no live bus.
ReducedNetwork reduce_network(const GridCase& grid, const PowerFlow& flow, std::span<const Machine> machines,
                              std::span<const NetworkSite> sites);

/// The network as one source behind one impedance, as a site sees it.
struct NetworkEquivalent {
  TheveninImpedance impedance;
  double source = 1;  ///< E: voltage of the bus without the site, of its nominal [1]
};
/// Machines behind x'd, other loads as admittances: what a swing of the site's load meets within a second.
/// Throws as reduce_network.
NetworkEquivalent network_equivalent(const GridCase& grid, const PowerFlow& flow, std::span<const Machine> machines,
                                     const NetworkSite& site);

}  // namespace wattershed
