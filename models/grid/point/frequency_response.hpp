/// Frequency of an interconnection after a change of load: the system frequency response of Anderson and Mirheydar,
/// with secondary control that takes the lasting offset back.
///
///   2H·dω/dt = P_m − P_L − D·ω,    P_m = K_m·(1 + F_H·T_R·s)/(1 + T_R·s)·(P_s − ω/R)
///   dP_s/dt = −K_i·ω,              K_i = 3·(D + K_m/R)/(K_m·restored_in)      (secondary control; absent: P_s = 0)
///   |G(jω)| = |1/(2H·jω + D + K_m·(1/R + K_i/jω)·(1 + jω·F_H·T_R)/(1 + jω·T_R))|
///
/// ω is the deviation of frequency in per unit of nominal, powers in per unit of the system's size. More load is a
/// positive deviation and lowers the frequency. `restored_in` is the time in which the offset falls to 5 % (three
/// time constants of its slow pole).
/// Inputs    load beyond the balanced one [W], constant over an advance
/// Outputs   frequency [Hz]: at the end, its mean and its extremes over the advance
/// Source    P. M. Anderson and M. Mirheydar, "A low-order system frequency response model", IEEE Trans. Power
///           Systems 5(3), 1990; secondary control by an integrator: P. Kundur, "Power System Stability and
///           Control", 11.1
/// Valid     one frequency for the whole system, seconds to minutes; no dead band, no limit of a valve; changes whose
///           nadir stays above the first stage of load shedding (`frequency_domain`): below it the answer goes on as
///           a straight line, nothing is shed; reheat steam turbines. Local swings between machines: models/grid/network/rotor_swing.hpp
/// Accuracy  advances are exact (matrix exponential) for any step; means exact; extremes within 1e-6 of themselves
#pragma once

#include <array>
#include <complex>
#include <optional>
#include <string_view>

#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

using FrequencyRamp = Quantity<Dimension{.time = -2}>;  ///< [Hz/s]

/// `site.grid.system`.
struct GridSystem {
  static constexpr std::string_view catalog_kind = "grid-systems";
  Power size{};  ///< of the units that run: what the per unit is of [W]
  Frequency frequency = 60_Hz;
  Duration inertia{};      ///< H [s]
  Share droop;             ///< R [1]
  double gain = 0.95;      ///< K_m: share of the units with a governor, times their reserve
  Share reheat_share;      ///< F_H: of the turbine's power that is there at once
  Duration reheat_time{};  ///< T_R [s]
  double damping = 1;      ///< D: load that goes with the frequency [1]
  std::optional<Duration> restored_in = std::chrono::minutes(10);
  void visit(Fields& f);
};

/// A step of load in closed form, without secondary control. Deviations from nominal.
struct FrequencyStep {
  double natural_rate = 0;     ///< ω_n [rad/s]
  double damping_ratio = 0;    ///< ζ, below 1
  Frequency nadir{};           ///< the extreme; negative for more load
  double nadir_at_s = 0;       ///< time of it [s]
  Frequency settled{};         ///< where it comes to rest
  FrequencyRamp first_ramp{};  ///< at the step: the steepest
};
/// Nothing where ζ ≥ 1: there the closed form does not hold (advance a FrequencyResponse instead).
std::optional<FrequencyStep> frequency_step(const GridSystem& system, Power step);
/// Deviation at a time after the step, by the same closed form; ζ must be below 1.
Frequency frequency_after(const GridSystem& system, Power step, Duration time);
/// Changes of load, of the size of the system, whose nadir as a step stays within `first_shedding` of nominal; where
/// the closed form has none (ζ ≥ 1), where it comes to rest.
Domain<1> frequency_domain(const GridSystem& system);
inline constexpr Frequency first_shedding{0.5};

/// Response to a sinusoidal load of amplitude 1 W: amplitude and phase of the frequency [Hz/W].
std::complex<double> frequency_gain(const GridSystem& system, Frequency forcing);

/// What the frequency did in an advance [Hz].
struct FrequencySpan {
  Frequency mean{}, lowest{}, highest{};
};

/// The state of one system. A plain value: a copy goes its own way. Nothing is allocated after construction.
class FrequencyResponse {
 public:
  /// At rest at nominal frequency. The system must be stable (visit() refuses secondary control that is too quick).
  explicit FrequencyResponse(const GridSystem& system);

  /// Lets `span` pass under a constant deviation of load. A repeated span costs a small matrix times a vector.
  FrequencySpan advance(Power deviation, Duration span);
  [[nodiscard]] Frequency frequency() const { return Frequency(nominal_hz_ * (1 + state_[0])); }
  /// The slope of the frequency were the load's deviation this.
  [[nodiscard]] FrequencyRamp ramp(Power deviation) const;
  [[nodiscard]] Frequency nominal() const { return Frequency(nominal_hz_); }

 private:
  // ω, the slow part of the turbine, P_s, ∫ω dt; then the deviation of load, constant over a step.
  static constexpr std::size_t states = 4;
  using State = std::array<double, states>;
  struct Step {
    double seconds = 0;
    std::array<std::array<double, states + 1>, states> transition{};
  };
  [[nodiscard]] Step step_of(double seconds) const;
  [[nodiscard]] State after(const Step& step, double load) const;
  [[nodiscard]] double slope(const State& state, double load) const;
  void take(const Step& step, double load, double& lowest, double& highest);

  std::array<std::array<double, states + 1>, states> rate_{};  // dx/dt of the states by states and load
  double nominal_hz_, size_w_;
  double transient_s_;  // after this under one load only the slowest pole is left
  State state_{};
  Step fine_;  // so short that a cubic between its ends finds an extreme
  Step last_;
};

}  // namespace wattershed
