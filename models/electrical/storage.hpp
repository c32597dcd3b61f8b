/// A store of energy (battery, supercapacitor) beside a load that smooths what the grid must give.
///
///   command      T = A(load) + (target − s)·energy/return_time                   s: state of charge
///   grid         G = T within ± ramp·dt of the grid power before it, b = G − load within ± power and what is stored
///   stored       dE/dt = η_c·b  (b > 0),  b/η_d  (b < 0);   loss = b − dE/dt ≥ 0
///   balance      load + dE/dt + loss = G
///
/// A is the moving average of the load over `window` (gain |sinc(f·window)|), a first-order average with `window` as
/// its time constant (gain 1/√(1 + (2π·f·window)²)), or the load itself ("none": the ramp limit alone). Inside the
/// deadband about the target nothing is returned.
/// With a response time the store follows its command with a first-order lag, and a step of the load reaches the grid
/// for about so long. Without one it stands in line with the load (its converter holds the grid power and the store
/// takes the rest): then the ramp limit is kept as long as the store has power and energy left.
/// Inputs    load [W], constant over a step; length of the step [s]
/// Outputs   grid power, battery power dE/dt (charging positive), loss [W]; state of charge [1]; times without enough
///           power or energy [s]
/// Source    efficiencies as in the simple battery of the LBNL Buildings library (C-rate clamp, constant efficiency);
///           moving average of storage in Choukse et al., arXiv 2508.14318; values in the catalog
/// Valid     a ramp limit alone (no average) follows the median of a load that is faster than the ramp, not its mean,
///           and drifts to the end of its charge: give it an average. Steps shorter than the window and the response
///           time (`storage_domain`): what is quicker than a step is averaged. Power and charge beyond their limits are
///           not given, which `StorageTally` counts; no self-discharge, no ageing, no auxiliary load
/// Accuracy  balance to rounding; a moving average is exact for loads that are constant over its bins. Grid power is
///           held over a step: between any two steps it changes by at most ramp · time from start to start, inside
///           one step's length by up to ramp · step
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/sum.hpp"
#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

enum class SmoothingFilter { moving_average, first_order, none };
constexpr std::array<std::string_view, 3> enum_names(SmoothingFilter) {
  return {"moving-average", "first-order", "none"};
}

/// What the store is asked to do for the grid.
struct Smoothing {
  SmoothingFilter filter = SmoothingFilter::moving_average;
  Duration window = std::chrono::seconds(10);
  std::optional<PowerRamp> ramp_up;    ///< of grid power [W/s]; none: no limit
  std::optional<PowerRamp> ramp_down;  ///< as a positive number [W/s]
  Share state_of_charge = 50_percent;  ///< where it returns to
  Duration return_time = std::chrono::minutes(10);
  Share deadband;  ///< of the state of charge, to each side of the target
  void visit(Fields& f);
};

using PowerPrice = Quantity<Dimension{.length = -2, .mass = -1, .time = 3, .money = 1}>;  ///< [USD/W]

struct Battery {
  static constexpr std::string_view catalog_kind = "batteries";
  Power power{};    ///< largest at its terminals, charging and discharging [W]
  Energy energy{};  ///< from 0 to 100 % of charge [J]
  Share charge_efficiency = 97_percent;
  Share discharge_efficiency = 97_percent;
  Duration response{0};  ///< time constant from command to power
  Share lowest = 0_percent;
  Share highest = 100_percent;              ///< state of charge
  std::optional<EnergyPrice> price_energy;  ///< [USD/J] of `energy`
  std::optional<PowerPrice> price_power;    ///< [USD/W] of `power`
  std::optional<CarbonIntensity> embodied;  ///< of making it, by `energy` [kg CO2e/J]
  std::optional<Smoothing> smoothing;       ///< none: it stands idle
  void visit(Fields& f);

  [[nodiscard]] double round_trip() const { return charge_efficiency.si() * discharge_efficiency.si(); }
  [[nodiscard]] Energy usable() const { return energy * (highest.si() - lowest.si()); }
  /// Of power and energy together; nothing when neither has a price.
  [[nodiscard]] std::optional<Money> price() const;
};

/// What a store in steps is made for.
inline constexpr Domain<2> storage_domain{
    "battery in steps",
    {{{"step over window of the average", "1", 0, 1}, {"step over response time", "1", 0, 1}}},
    "steps have to be shorter than what they are to resolve"};
/// Its inputs for steps of that length; what the store does not have counts as long.
std::array<double, 2> storage_inputs(const Battery& battery, Duration step);

/// The powers that stand until the next decision.
struct StorageFlow {
  Power grid{};     ///< [W]
  Power battery{};  ///< d(stored)/dt, charging positive [W]
  Power loss{};     ///< of conversion, at least 0 [W]
};

/// How long the store could not do what it should.
struct StorageTally {
  double saturated_s = 0;    ///< out of power or energy: grid power is not the command
  double ramp_broken_s = 0;  ///< steps into which grid power moved faster than its ramp limit, for whatever reason
};

/// A store and its control over time. Copyable; nothing is allocated after construction.
class StorageSmoother {
 public:
  /// `battery.smoothing` must be there. `step` is the length of every `step(load)`, and of the bins of the moving
  /// average; the window is rounded to a whole number of them, at least one. It starts as if `load` had stood for
  /// ever, at the target state of charge, or at `state_of_charge`.
  StorageSmoother(const Battery& battery, Duration step, Power load, std::optional<Share> state_of_charge = {});

  /// One step of the fixed length under a constant load.
  StorageFlow step(Power load) { return step(load, step_s_); }
  /// One step of any length [s], above zero.
  StorageFlow step(Power load, double length_s);

  /// The same in two halves, for a driver that does not know when the load will change. `decide` gives the powers
  /// from now on under this load, such that the store can keep them for `horizon_s`; `advance` lets them stand for
  /// `length_s` ≤ that horizon. A second decision at the same instant replaces the first.
  StorageFlow decide(Power load, double horizon_s);
  void advance(double length_s);

  [[nodiscard]] const StorageFlow& flow() const { return flow_; }
  [[nodiscard]] double state_of_charge() const { return stored_j_.value() / energy_j_; }
  [[nodiscard]] Energy stored() const { return Energy(stored_j_.value()); }
  /// What the load has been on average, as the filter sees it.
  [[nodiscard]] Power average() const { return Power(average_w()); }
  [[nodiscard]] const StorageTally& tally() const { return tally_; }

 private:
  [[nodiscard]] double average_w() const;
  [[nodiscard]] double return_w() const;
  void remember(double length_s);
  void fill_bins(double length_s);
  void close_bin(double load_w);

  // Of the store, in SI.
  double power_w_, energy_j_, least_j_, most_j_;
  double charge_efficiency_, discharge_efficiency_, inverse_discharge_efficiency_, response_s_;
  // Of its control.
  SmoothingFilter filter_;
  double step_s_, window_s_, ramp_up_w_per_s_, ramp_down_w_per_s_, target_j_, deadband_j_, return_per_s_;
  double step_decay_;                // of the first-order average over one fixed step
  double step_lag_, step_lag_mean_;  // of the response: what is left at the end of a fixed step, and on average

  // State.
  Sum stored_j_;             // compensated: small gains on a large charge
  double load_w_;            // that stands
  double elapsed_s_ = 0;     // since the last decision
  double allowed_s_ = 0;     // between the last decision and the one before: time in which grid power may have moved
  double command_w_;         // of grid power, within power and energy
  double command_before_w_;  // the same before the last decision
  double grid_before_w_;     // grid power before the last decision
  double terminal_w_ = 0;    // commanded at the terminals
  double lag_w_ = 0;         // how far the terminals were from that at the last decision
  double lag_before_w_ = 0;  // power at the terminals when the last decision was taken
  bool saturated_ = false, ramp_broken_ = false;
  double first_order_w_;
  std::vector<double> bins_w_;  // mean load in each bin of the window
  std::size_t bin_ = 0;         // the oldest, which is being replaced
  double inverse_bins_, bins_sum_w_, filled_ = 0,
                                     filling_w_ = 0;  // filled: share of the new bin; filling: load times that share
  StorageFlow flow_;
  StorageTally tally_;
};

}  // namespace wattershed
