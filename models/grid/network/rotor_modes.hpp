/// The swings of a network to first order about its rest: modes, and the response to a load that oscillates.
///
///   dx/dt = A·x + B·u,  x: angles against the last machine, speeds, governors;  u: loads of the sites
///   modes      eigenvalues λ = −ζ·ω_n ± jω:  frequency ω/2π, damping ratio ζ = −Re λ/|λ|
///   part of a machine in a mode   |left·right eigenvector| at its speed, adding up to 1
///   response   x(jω) = (jω − A)⁻¹·B·u
///   one mode   amplification over the static deflection 1/√((1 − r²)² + (2ζr)²), r = f/f_n; 1/(2ζ) at resonance
///
/// Inputs    a reduced network; sites of constant power
/// Outputs   per mode frequency [Hz], damping ratio, participation; amplitudes per watt
/// Source    P. Kundur, "Power System Stability and Control", ch. 12
/// Valid     small swings: angles between machines within a few degrees of rest
/// Accuracy  eigenvalues of a dense matrix (QR), tested against the simulation in time
#pragma once

#include <complex>
#include <vector>

#include "models/grid/network/network_reduction.hpp"

namespace wattershed {

struct RotorMode {
  Frequency frequency{};
  double damping_ratio = 0;
  std::vector<double> participation;        ///< of each machine, adds up to 1
  std::vector<std::complex<double>> shape;  ///< speed of each machine, the largest is 1
};

/// Amplitude and phase per watt of an oscillating load at one site.
struct RotorResponse {
  std::vector<std::complex<double>> angle_rad;     ///< of each machine against the centre of inertia [rad/W]
  std::vector<std::complex<double>> machine_hz;    ///< frequency of each machine [Hz/W]
  std::complex<double> centre_hz;                  ///< of the centre of inertia [Hz/W]
  std::vector<std::complex<double>> site_hz;       ///< local frequency at each site [Hz/W]
  std::vector<std::complex<double>> site_voltage;  ///< size of the voltage at each site [1/W]
};

/// A network linearised once, to be asked many times.
class LinearRotorSwing {
 public:
  explicit LinearRotorSwing(const ReducedNetwork& network, Frequency nominal = 60_Hz);

  /// The oscillating modes, slowest first.
  [[nodiscard]] std::vector<RotorMode> modes() const;
  /// To a sinusoidal load at a site. `power_factor` 1: active power only; below 1 lagging reactive power goes along.
  [[nodiscard]] RotorResponse response(Frequency forcing, std::size_t site, double power_factor = 1) const;
  /// The largest swing of a machine against the centre of inertia [Hz/W]: what a limit on forced oscillation is
  /// about.
  [[nodiscard]] double oscillation_gain(Frequency forcing, std::size_t site) const;

 private:
  [[nodiscard]] std::size_t states() const { return 3 * machines_ - 1; }
  std::size_t machines_, sites_;
  double nominal_hz_, base_w_;
  std::vector<double> inertia_s_;
  // By rows; inputs are P of all sites, then Q.
  std::vector<double> rate_;              // A
  std::vector<double> input_;             // B
  std::vector<double> voltage_by_state_;  // size of the sites' voltages
  std::vector<double> voltage_by_input_;
  std::vector<double> frequency_weight_;  // of the machines in a site's frequency
};

}  // namespace wattershed
