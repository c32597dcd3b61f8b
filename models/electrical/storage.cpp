#include "models/electrical/storage.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace wattershed {

namespace {

constexpr double no_limit = std::numeric_limits<double>::infinity();

double rate_or_no_limit(const std::optional<PowerRamp>& ramp) { return ramp ? ramp->si() : no_limit; }

/// What a first-order lag leaves of a distance on average over a time.
double mean_left(double length_s, double time_constant_s) {
  return -std::expm1(-length_s / time_constant_s) * time_constant_s / length_s;
}

}  // namespace

std::array<double, 2> storage_inputs(const Battery& battery, Duration step) {
  const bool averages = battery.smoothing && battery.smoothing->filter != SmoothingFilter::none;
  return {averages ? seconds(step) / seconds(battery.smoothing->window) : 0.0,
          battery.response > Duration{0} ? seconds(step) / seconds(battery.response) : 0.0};
}

StorageSmoother::StorageSmoother(const Battery& battery, Duration step, Power load,
                                 std::optional<Share> state_of_charge)
    : power_w_(battery.power.si()),
      energy_j_(battery.energy.si()),
      least_j_(energy_j_ * battery.lowest.si()),
      most_j_(energy_j_ * battery.highest.si()),
      charge_efficiency_(battery.charge_efficiency.si()),
      discharge_efficiency_(battery.discharge_efficiency.si()),
      inverse_discharge_efficiency_(1 / discharge_efficiency_),
      response_s_(seconds(battery.response)),
      step_s_(seconds(step)),
      load_w_(load.si()),
      command_w_(load.si()),
      command_before_w_(load.si()),
      grid_before_w_(load.si()),
      first_order_w_(load.si()) {
  assert(battery.smoothing && step_s_ > 0);
  const Smoothing& smoothing = *battery.smoothing;
  filter_ = smoothing.filter;
  window_s_ = seconds(smoothing.window);
  ramp_up_w_per_s_ = rate_or_no_limit(smoothing.ramp_up);
  ramp_down_w_per_s_ = rate_or_no_limit(smoothing.ramp_down);
  target_j_ = energy_j_ * smoothing.state_of_charge.si();
  deadband_j_ = energy_j_ * smoothing.deadband.si();
  return_per_s_ = 1 / seconds(smoothing.return_time);
  step_decay_ = std::exp(-step_s_ / window_s_);
  step_lag_ = response_s_ > 0 ? std::exp(-step_s_ / response_s_) : 0;
  step_lag_mean_ = response_s_ > 0 ? mean_left(step_s_, response_s_) : 0;
  stored_j_ = Sum(energy_j_ * state_of_charge.value_or(smoothing.state_of_charge).si());
  const double bins = filter_ == SmoothingFilter::moving_average ? std::max(1.0, std::round(window_s_ / step_s_)) : 1;
  bins_w_.assign(static_cast<std::size_t>(bins), load_w_);
  inverse_bins_ = 1 / bins;
  bins_sum_w_ = bins * load_w_;
  flow_.grid = load;
}

double StorageSmoother::average_w() const {
  switch (filter_) {
    case SmoothingFilter::moving_average:
      return (bins_sum_w_ - bins_w_[bin_] * filled_ + filling_w_) * inverse_bins_;
    case SmoothingFilter::first_order:
      return first_order_w_;
    case SmoothingFilter::none:
      break;
  }
  return load_w_;
}

double StorageSmoother::return_w() const {
  const double missing_j = target_j_ - stored_j_.value();
  if (std::abs(missing_j) <= deadband_j_) return 0;
  return (missing_j - std::copysign(deadband_j_, missing_j)) * return_per_s_;
}

StorageFlow StorageSmoother::decide(Power load, double horizon_s) {
  assert(horizon_s > 0);
  if (elapsed_s_ > 0) {
    command_before_w_ = command_w_;
    grid_before_w_ = flow_.grid.si();
    if (response_s_ > 0)
      lag_before_w_ =
          terminal_w_ + lag_w_ * (elapsed_s_ == step_s_ ? step_lag_ : std::exp(-elapsed_s_ / response_s_));
    allowed_s_ = elapsed_s_;
    elapsed_s_ = 0;
  }
  load_w_ = load.si();
  double command_w = average_w() + return_w();
  // An infinite rate times no time is not a number.
  if (ramp_up_w_per_s_ < no_limit) command_w = std::min(command_w, command_before_w_ + ramp_up_w_per_s_ * allowed_s_);
  if (ramp_down_w_per_s_ < no_limit)
    command_w = std::max(command_w, command_before_w_ - ramp_down_w_per_s_ * allowed_s_);

  const double stored_j = stored_j_.value();
  // Divisions only where the store is close to an end.
  double most_w = power_w_, least_w = -power_w_;
  if (const double room_j = most_j_ - stored_j; room_j < power_w_ * charge_efficiency_ * horizon_s)
    most_w = std::max(0.0, room_j / (charge_efficiency_ * horizon_s));
  if (const double left_j = (stored_j - least_j_) * discharge_efficiency_; left_j < power_w_ * horizon_s)
    least_w = std::min(0.0, -left_j / horizon_s);
  const double wanted_w = command_w - load_w_;
  terminal_w_ = std::clamp(wanted_w, least_w, most_w);
  saturated_ = terminal_w_ != wanted_w;
  command_w_ = saturated_ ? load_w_ + terminal_w_ : command_w;

  double battery_w = terminal_w_, grid_w = command_w_;
  if (response_s_ > 0) {
    lag_w_ = lag_before_w_ - terminal_w_;
    const double left = horizon_s == step_s_ ? step_lag_mean_ : mean_left(horizon_s, response_s_);
    battery_w = std::clamp(terminal_w_ + lag_w_ * left, least_w, most_w);
    grid_w = load_w_ + battery_w;
  }
  const double moved_w = grid_w - grid_before_w_;
  ramp_broken_ =
      (moved_w > 0 && ramp_up_w_per_s_ < no_limit && grid_w > grid_before_w_ + ramp_up_w_per_s_ * allowed_s_) ||
      (moved_w < 0 && ramp_down_w_per_s_ < no_limit && grid_w < grid_before_w_ - ramp_down_w_per_s_ * allowed_s_);
  const double stored_w = battery_w > 0 ? battery_w * charge_efficiency_ : battery_w * inverse_discharge_efficiency_;
  flow_ = {Power(grid_w), Power(stored_w), Power(battery_w - stored_w)};
  return flow_;
}

void StorageSmoother::advance(double length_s) {
  assert(length_s > 0);
  stored_j_ += flow_.battery.si() * length_s;
  elapsed_s_ += length_s;
  if (saturated_) tally_.saturated_s += length_s;
  if (ramp_broken_) tally_.ramp_broken_s += length_s;
  remember(length_s);
}

StorageFlow StorageSmoother::step(Power load, double length_s) {
  decide(load, length_s);
  advance(length_s);
  return flow_;
}

void StorageSmoother::remember(double length_s) {
  if (filter_ == SmoothingFilter::first_order) {
    const double decay = length_s == step_s_ ? step_decay_ : std::exp(-length_s / window_s_);
    first_order_w_ = load_w_ + (first_order_w_ - load_w_) * decay;
  } else if (filter_ == SmoothingFilter::moving_average) {
    if (length_s == step_s_ && filled_ == 0)
      close_bin(load_w_);
    else
      fill_bins(length_s);
  }
}

void StorageSmoother::close_bin(double load_w) {
  bins_sum_w_ += load_w - bins_w_[bin_];
  bins_w_[bin_] = load_w;
  filled_ = filling_w_ = 0;
  if (++bin_ < bins_w_.size()) return;
  bin_ = 0;
  // Once a window, so that rounding does not build up.
  bins_sum_w_ = std::accumulate(bins_w_.begin(), bins_w_.end(), 0.0);
}

void StorageSmoother::fill_bins(double length_s) {
  constexpr double whole = 1 - 1e-9;  // shares of a bin that add up to one but for rounding
  double share = length_s / step_s_;
  if (share > static_cast<double>(bins_w_.size()) + 1) {  // longer than the window: nothing else is remembered
    std::fill(bins_w_.begin(), bins_w_.end(), load_w_);
    bins_sum_w_ = load_w_ * static_cast<double>(bins_w_.size());
    share = filled_ = filling_w_ = 0;
  }
  while (share > 0) {
    const double taken = std::min(share, 1 - filled_);
    filled_ += taken;
    filling_w_ += taken * load_w_;
    share -= taken;
    if (filled_ >= whole) close_bin(filling_w_ / filled_);
  }
}

}  // namespace wattershed
