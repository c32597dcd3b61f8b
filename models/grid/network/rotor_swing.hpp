/// Swings of the machines of a network while the loads of sites move: the classical model in time.
///
///   dδ/dt = ω0·ω,  2H·dω/dt = P_0 + P_g − P_e − D·ω,  T·dP_g/dt = −ω/R − P_g (with a droop),  P_e = Re(E·conj(I))
///   fourth-order Runge-Kutta at a fixed step; the sites' loads are of constant power, solved with the network in
///   every stage (network_reduction.hpp)
///   centre of inertia  Σ H·ω/Σ H;   local frequency at a site  f0·(1 + Σ w_i·ω_i), w = Re(T·E/Σ T·E)
///
/// Inputs    load of each site, constant over an advance [W], [VA]
/// Outputs   speeds, the centre's frequency, frequency and voltage at each site
/// Source    Anderson and Fouad, ch. 2; local frequency: F. Milano and A. Ortega, "Frequency divider", IEEE Trans.
///           Power Systems 32(2), 2017
/// Valid     electromechanical swings of 0.1–3 Hz, seconds to minutes. Without a droop or damping a lasting change of
///           load moves the centre for ever. A jump of the load turns the local voltage's angle at once; that is not
///           in the local frequency.
/// Accuracy  energy of a lossless network is kept to 1e-9 at 1 ms; a step of 10 ms resolves 3 Hz to 1e-5
#pragma once

#include <complex>
#include <optional>
#include <span>
#include <vector>

#include "models/grid/network/network_reduction.hpp"

namespace wattershed {

struct SiteLoad {
  Power active{};
  ApparentPower reactive{};
};

class RotorSwing {
 public:
  /// At rest in the solved flow. `step` is the longest of an integration step.
  explicit RotorSwing(ReducedNetwork network, Frequency nominal = 60_Hz,
                      Duration step = std::chrono::milliseconds(5));

  /// Lets `span` pass with these loads, one a site in the order of the network; allocates nothing. False when a
  /// site's bus has no voltage at which its load could stand (collapse): the state is then that of the last good
  /// step.
  bool advance(std::span<const SiteLoad> loads, Duration span);

  [[nodiscard]] std::size_t machines() const { return network_.machines.size(); }
  [[nodiscard]] std::size_t sites() const { return network_.sites.size(); }
  /// Angle of a machine against the turning reference [rad], and its frequency.
  [[nodiscard]] double angle_rad(std::size_t machine) const { return state_[machine]; }
  [[nodiscard]] Frequency machine_frequency(std::size_t machine) const;
  [[nodiscard]] Frequency centre_frequency() const;
  [[nodiscard]] Frequency site_frequency(std::size_t site) const;
  /// Of nominal [1].
  [[nodiscard]] double site_voltage(std::size_t site) const { return std::abs(voltage_[site]); }
  /// What a machine gives now.
  [[nodiscard]] Power electrical_power(std::size_t machine) const;
  /// Pushes a machine out of its rest, for studies of a free swing: adds to its angle [rad] and speed [1].
  void disturb(std::size_t machine, double angle_rad, double speed_pu);
  [[nodiscard]] const ReducedNetwork& network() const { return network_; }

 private:
  bool solve_network(const std::vector<double>& state);
  bool slopes(const std::vector<double>& state, std::vector<double>& slope);

  ReducedNetwork network_;
  double nominal_hz_, step_s_;
  std::vector<double> emf_;                               // size of E
  std::vector<std::complex<double>> load_;                // of each site, now [p.u.]
  std::vector<double> state_;                             // δ, ω, P_g of all machines
  std::vector<std::complex<double>> e_, open_, voltage_;  // E; sites without and with their currents
  std::vector<std::complex<double>> injected_;            // at the sites
  std::vector<double> electrical_;                        // P_e
  std::vector<double> stage_, first_, second_, third_, fourth_;
};

}  // namespace wattershed
