#include "models/electrical/storage_cycle.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace wattershed {
namespace {

constexpr std::size_t slices_per_cycle = 1024, most_slices = 65'536, most_levels = 64;
constexpr std::size_t most_passes = 200, most_slice_steps = 2'000'000;

/// A piece of the cycle, short against everything that moves.
struct Slice {
  double length_s = 0, load_w = 0;
  double target_w = 0;   // what the filter makes of the load
  double battery_w = 0;  // at the terminals
};

std::vector<Slice> slices_of(std::span<const PowerSegment> cycle, const Smoothing& smoothing) {
  const double period_s = length_of(cycle);
  assert(period_s > 0);
  double most_s = period_s / static_cast<double>(slices_per_cycle);
  if (smoothing.filter != SmoothingFilter::none) most_s = std::min(most_s, seconds(smoothing.window) / 16);
  most_s = std::max(most_s, period_s / static_cast<double>(most_slices));
  std::vector<Slice> slices;
  for (const PowerSegment& segment : cycle) {
    if (segment.length_s <= 0) continue;
    const double count = std::ceil(segment.length_s / most_s);
    slices.insert(slices.end(), static_cast<std::size_t>(count), {segment.length_s / count, segment.power.si()});
  }
  return slices;
}

/// The integral of a load that repeats, by slices.
class PeriodicEnergy {
 public:
  explicit PeriodicEnergy(const std::vector<Slice>& slices) : slices_(slices), starts_s_{0}, energies_j_{0} {
    for (const Slice& slice : slices) {
      starts_s_.push_back(starts_s_.back() + slice.length_s);
      energies_j_.push_back(energies_j_.back() + slice.length_s * slice.load_w);
    }
  }
  [[nodiscard]] double until(double t_s) const {
    const double period_s = starts_s_.back(), cycles = std::floor(t_s / period_s), within_s = t_s - cycles * period_s;
    auto i =
        static_cast<std::size_t>(std::upper_bound(starts_s_.begin(), starts_s_.end(), within_s) - starts_s_.begin());
    i = std::clamp<std::size_t>(i, 1, slices_.size()) - 1;
    return cycles * energies_j_.back() + energies_j_[i] + (within_s - starts_s_[i]) * slices_[i].load_w;
  }

 private:
  const std::vector<Slice>& slices_;
  std::vector<double> starts_s_, energies_j_;
};

void average_moving(std::vector<Slice>& slices, double window_s) {
  const PeriodicEnergy energy(slices);
  double middle_s = 0;
  for (Slice& slice : slices) {
    middle_s += slice.length_s / 2;
    slice.target_w = (energy.until(middle_s) - energy.until(middle_s - window_s)) / window_s;
    middle_s += slice.length_s / 2;
  }
}

void average_first_order(std::vector<Slice>& slices, double time_constant_s, double mean_w, double period_s) {
  // Deviations from the mean: they stay small where the cycle is short against the time constant.
  const auto pass = [&](double above_w, bool keep) {
    for (Slice& slice : slices) {
      const double load_w = slice.load_w - mean_w, gone = -std::expm1(-slice.length_s / time_constant_s);
      if (keep) slice.target_w = mean_w + load_w + (above_w - load_w) * gone * time_constant_s / slice.length_s;
      above_w += (load_w - above_w) * gone;
    }
    return above_w;
  };
  pass(pass(0, false) / -std::expm1(-period_s / time_constant_s), true);
}

/// One store under one sliced cycle.
class Periodic {
 public:
  Periodic(std::vector<Slice> slices, const Battery& battery) : slices_(std::move(slices)), battery_(battery) {
    const Smoothing& smoothing = *battery.smoothing;
    double energy_j = 0;
    for (const Slice& slice : slices_) period_s_ += slice.length_s, energy_j += slice.length_s * slice.load_w;
    mean_w_ = energy_j / period_s_;
    switch (smoothing.filter) {
      case SmoothingFilter::moving_average:
        average_moving(slices_, seconds(smoothing.window));
        break;
      case SmoothingFilter::first_order:
        average_first_order(slices_, seconds(smoothing.window), mean_w_, period_s_);
        break;
      case SmoothingFilter::none:
        for (Slice& slice : slices_) slice.target_w = slice.load_w;
    }
  }

  StorageCycle solve() {
    balance();
    if (!fits()) settle(true);
    return result();
  }

 private:
  [[nodiscard]] double rate(double battery_w) const {
    return battery_w > 0 ? battery_w * battery_.charge_efficiency.si()
                         : battery_w / battery_.discharge_efficiency.si();
  }

  /// What the return of charge adds to the command, by the energy above the lowest charge.
  [[nodiscard]] double return_w(double stored_j) const {
    const double missing_j = target_j() - stored_j,
                 deadband_j = battery_.energy.si() * battery_.smoothing->deadband.si();
    if (std::abs(missing_j) <= deadband_j) return 0;
    return (missing_j - std::copysign(deadband_j, missing_j)) / seconds(battery_.smoothing->return_time);
  }
  [[nodiscard]] double target_j() const {
    return battery_.energy.si() * (battery_.smoothing->state_of_charge.si() - battery_.lowest.si());
  }

  /// Repeats the cycle until it comes back to where it began: with the constant, or within the store's energy and
  /// with its own return of charge.
  void settle(bool within_energy) {
    const Smoothing& smoothing = *battery_.smoothing;
    const bool remembers = smoothing.ramp_up || smoothing.ramp_down || within_energy;
    const double infinite = std::numeric_limits<double>::infinity(), power_w = battery_.power.si();
    const double up = smoothing.ramp_up ? smoothing.ramp_up->si() : infinite;
    const double down = smoothing.ramp_down ? smoothing.ramp_down->si() : infinite;
    const double usable_j = battery_.usable().si();
    double grid_w = mean_w_ + constant_w_, before_s = slices_.back().length_s, stored_j = target_j();
    const auto passes = std::max<std::size_t>(most_passes, most_slice_steps / slices_.size());
    for (std::size_t i = 0; i < passes; ++i) {
      const double first_w = grid_w, first_j = stored_j;
      saturated_s_ = 0;
      for (Slice& slice : slices_) {
        const double apart_s = (before_s + slice.length_s) / 2;
        const double constant_w = within_energy ? return_w(stored_j) : constant_w_;
        const double command_w =
            std::clamp(slice.target_w + constant_w, grid_w - down * apart_s, grid_w + up * apart_s);
        double most_w = power_w, least_w = -power_w;
        if (within_energy) {
          most_w = std::min(power_w, (usable_j - stored_j) / (battery_.charge_efficiency.si() * slice.length_s));
          least_w = -std::min(power_w, stored_j * battery_.discharge_efficiency.si() / slice.length_s);
        }
        const double wanted_w = command_w - slice.load_w;
        slice.battery_w = std::clamp(wanted_w, std::min(least_w, 0.0), std::max(most_w, 0.0));
        if (slice.battery_w != wanted_w) saturated_s_ += slice.length_s;
        grid_w = slice.load_w + slice.battery_w;
        stored_j += rate(slice.battery_w) * slice.length_s;
        before_s = slice.length_s;
      }
      const bool same_grid = std::abs(grid_w - first_w) <= 1e-9 * power_w;
      const bool same_charge = !within_energy || std::abs(stored_j - first_j) <= 1e-9 * usable_j;
      if (!remembers || (same_grid && same_charge)) return;
    }
  }

  /// Finds the constant with which the stored energy comes back to where it was.
  void balance() {
    for (int i = 0; i < 30; ++i) {
      settle(false);
      double gained_w = 0, slope = 0, size_w = 0;
      for (const Slice& slice : slices_) {
        const double share = slice.length_s / period_s_, size = std::abs(slice.battery_w);
        gained_w += share * rate(slice.battery_w);
        size_w += share * size;
        if (size < battery_.power.si())
          slope += share *
                   (slice.battery_w > 0 ? battery_.charge_efficiency.si() : 1 / battery_.discharge_efficiency.si());
      }
      if (std::abs(gained_w) <= 1e-12 * size_w || slope == 0) return;
      constant_w_ -= gained_w / slope;
    }
  }

  /// Stored energy over a cycle against its mean: lowest and highest.
  struct Excursion {
    double lowest_j = 0, highest_j = 0;
  };
  [[nodiscard]] Excursion excursion() const {
    Excursion out;
    double stored_j = 0, mean_j = 0;
    for (const Slice& slice : slices_) {
      const double gained_j = rate(slice.battery_w) * slice.length_s;
      mean_j += (stored_j + gained_j / 2) * slice.length_s / period_s_;
      stored_j += gained_j;
      out.lowest_j = std::min(out.lowest_j, stored_j);
      out.highest_j = std::max(out.highest_j, stored_j);
    }
    return {out.lowest_j - mean_j, out.highest_j - mean_j};
  }
  /// Whether the balanced cycle stays within the store's energy where the return of charge holds it.
  [[nodiscard]] bool fits() const {
    const Smoothing& smoothing = *battery_.smoothing;
    const double deadband_j = battery_.energy.si() * smoothing.deadband.si();
    const double below_j = constant_w_ * seconds(smoothing.return_time);
    const double mean_j = target_j() - below_j - (below_j > 0 ? deadband_j : 0);
    const Excursion swing = excursion();
    return mean_j + swing.lowest_j >= 0 && mean_j + swing.highest_j <= battery_.usable().si();
  }

  [[nodiscard]] StorageCycle result() const;

  std::vector<Slice> slices_;
  const Battery& battery_;
  double period_s_ = 0, mean_w_ = 0, constant_w_ = 0, saturated_s_ = 0;
};

/// At most so many levels, in the order of power: neighbours merged at equal shares of the time, the mean kept.
std::vector<PowerSegment> few_levels(std::vector<PowerSegment> levels) {
  std::sort(levels.begin(), levels.end(), [](auto& a, auto& b) { return a.power < b.power; });
  std::vector<PowerSegment> merged;
  for (const PowerSegment& level : levels) {  // equal ones first: a few exact levels stay exact
    if (!merged.empty() && merged.back().power == level.power)
      merged.back().length_s += level.length_s;
    else
      merged.push_back(level);
  }
  if (merged.size() <= most_levels) return merged;
  const double whole = length_of(merged) / static_cast<double>(most_levels);
  std::vector<PowerSegment> few;
  double filled = 0, filling = 0;
  for (PowerSegment level : merged) {
    while (level.length_s > 0) {
      const bool closes = level.length_s >= whole - filled && few.size() + 1 < most_levels;
      const double taken = closes ? whole - filled : level.length_s;
      filled += taken;
      filling += taken * level.power.si();
      level.length_s = closes ? level.length_s - taken : 0;
      if (!closes || filled <= 0) continue;
      few.push_back({filled, Power(filling / filled)});
      filled = filling = 0;
    }
  }
  if (filled > 0) few.push_back({filled, Power(filling / filled)});
  return few;
}

StorageCycle Periodic::result() const {
  StorageCycle out;
  std::vector<PowerSegment> grid, levels;
  double terminal_w = 0, stored_w = 0;
  for (const Slice& slice : slices_) {
    const double share = slice.length_s / period_s_;
    grid.push_back({share, Power(slice.load_w + slice.battery_w)});
    levels.push_back({share, Power(slice.battery_w)});
    terminal_w += share * slice.battery_w;
    stored_w += share * rate(slice.battery_w);
    out.charge = std::max(out.charge, Power(slice.battery_w));
    out.discharge = std::max(out.discharge, Power(-slice.battery_w));
  }
  out.loss = Power(std::max(0.0, terminal_w - stored_w));
  out.grid = load_of(grid);
  out.grid.mean = Power(mean_w_) + out.loss;
  const Excursion swing = excursion();
  out.swing = Energy(swing.highest_j - swing.lowest_j);
  out.saturated = saturated_s_ / period_s_;
  for (PowerSegment& level : levels) level.power -= Power(terminal_w);
  out.battery = few_levels(std::move(levels));
  return out;
}

}  // namespace

StorageCycle storage_cycle(std::span<const PowerSegment> cycle, const Battery& battery) {
  assert(battery.smoothing);
  return Periodic(slices_of(cycle, *battery.smoothing), battery).solve();
}

StorageCycle combined(std::span<const StorageCycle> cycles, const Battery& battery) {
  if (cycles.empty()) return {};
  StorageCycle out;
  out.battery = {{1, Power{}}};
  double highest_w = 0, lowest_w = 0;  // of the sum of deviations
  for (const StorageCycle& cycle : cycles) {
    std::vector<PowerSegment> sums;
    for (const PowerSegment& a : out.battery)
      for (const PowerSegment& b : cycle.battery) sums.push_back({a.length_s * b.length_s, a.power + b.power});
    out.battery = few_levels(std::move(sums));
    highest_w += (cycle.charge - cycle.loss).si();
    lowest_w -= (cycle.discharge + cycle.loss).si();
    out.grid += Load{cycle.grid.mean - cycle.loss, cycle.grid.variance, cycle.grid.above, cycle.grid.below};
    out.swing += cycle.swing;
    out.saturated = std::max(out.saturated, cycle.saturated);
  }
  const double charge = battery.charge_efficiency.si(), discharge = 1 / battery.discharge_efficiency.si();
  const double power_w = battery.power.si();
  double constant_w = 0, terminal_w = 0, clipped = 0;
  for (int i = 0; i < 30; ++i) {
    double gained_w = 0, slope = 0, size_w = 0;
    terminal_w = clipped = 0;
    for (const PowerSegment& level : out.battery) {
      const double wanted_w = level.power.si() + constant_w, battery_w = std::clamp(wanted_w, -power_w, power_w);
      const double efficiency = battery_w > 0 ? charge : discharge;
      gained_w += level.length_s * battery_w * efficiency;
      size_w += level.length_s * std::abs(battery_w);
      terminal_w += level.length_s * battery_w;
      (battery_w == wanted_w ? slope : clipped) += level.length_s * (battery_w == wanted_w ? efficiency : 1);
    }
    if (std::abs(gained_w) <= 1e-12 * size_w || slope == 0) break;
    constant_w -= gained_w / slope;
  }
  out.loss = Power(std::max(0.0, terminal_w));
  out.grid.mean += out.loss;
  out.charge = Power(std::clamp(highest_w + constant_w, 0.0, power_w));
  out.discharge = Power(std::clamp(-lowest_w - constant_w, 0.0, power_w));
  out.saturated = std::max(out.saturated, clipped);
  return out;
}

}  // namespace wattershed
