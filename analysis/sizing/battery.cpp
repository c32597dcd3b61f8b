#include <fmt/format.h>

#include "analysis/sizing/attempts.hpp"

namespace wattershed {
namespace {

constexpr double joules_per_kwh = 3.6e6;
constexpr double slow_return_s = 600;

std::string power_text(double power_w) {
  if (power_w >= 1e6) return fmt::format("{:.6g} MW", power_w / 1e6);
  return power_w >= 1e3 ? fmt::format("{:.6g} kW", power_w / 1e3) : fmt::format("{:.6g} W", power_w);
}
std::string energy_text(double energy_j) {
  const double kwh = energy_j / joules_per_kwh;
  if (kwh >= 1e3) return fmt::format("{:.6g} MWh", kwh / 1e3);
  return kwh >= 1 ? fmt::format("{:.6g} kWh", kwh) : fmt::format("{:.6g} Wh", kwh * 1e3);
}
double rounded_up_energy(double energy_j) { return rounded_up(energy_j / joules_per_kwh) * joules_per_kwh; }

class BatterySearch {
 public:
  BatterySearch(SwingTrials& trials, const LoadedSite& scenario, const Trial& before)
      : trials_(trials),
        attempts_(trials),
        scenario_(scenario),
        before_(before),
        battery_path_(scenario.site_prefix + "battery.") {
    if (!scenario.scenario.site.battery) common_.push_back({battery_path_ + "use", "lfp-container"});
    // The template's own figures are not looked at: a scenario with some battery shows them all.
    battery_ = *trials.load(sets_of(settings({10, 0, 0, {}}, 1e6, joules_per_kwh))).scenario.site.battery;
    ample_power_w_ = rounded_up(2 * before.peak_w);
    ample_energy_j_ = 3600 * ample_power_w_;
  }

  SizeSearch run() {
    for (const Control& control : controls()) look(control);
    SizeSearch search;
    if (asked_.empty()) {
      search.best = attempts_.nearest();
      if (battery_.response > Duration{0})
        search.notes.push_back(
            fmt::format("this battery has answered a step of the load after {:g} ms; until then the grid carries it. "
                        "One that stands in line with the load has '{}response: 0 s'",
                        1e3 * seconds(battery_.response), battery_path_));
      search.notes.push_back("averaging windows tried with an ample battery: " + tried_);
      return search;
    }
    search.best = asked_.front().ample;
    std::stable_sort(asked_.begin(), asked_.end(), [](const Asked& a, const Asked& b) { return a.price < b.price; });
    constexpr std::size_t most_refined = 2;
    double best_price = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < std::min(asked_.size(), most_refined); ++i) {
      double price = 0;
      SizeAttempt refined = refine(asked_[i], price);
      if (refined.passes() && price < best_price) best_price = price, search.best = std::move(refined);
    }
    search.notes.push_back("averaging windows tried with an ample battery: " + tried_);
    return search;
  }

 private:
  /// How the battery is asked to smooth; zero: the scenario says it.
  struct Control {
    double window_s = 0, return_s = 0;
    double return_windows = 0;  // what the return time was made from
    RampsAllowed ramps;
  };
  /// What a control asks of an ample battery with which it passes.
  struct Asked {
    Control control;
    double power_w = 0, energy_j = 0, drift_j = 0, price = 0;
    SizeAttempt ample;
  };

  static std::vector<std::string> sets_of(const std::vector<SizingSetting>& settings) {
    std::vector<std::string> sets;
    for (const SizingSetting& setting : settings) sets.push_back(setting.path + "=" + setting.value);
    return sets;
  }

  [[nodiscard]] std::vector<SizingSetting> settings(const Control& control, double power_w, double energy_j) const {
    std::vector<SizingSetting> all = common_;
    all.push_back({battery_path_ + "power", power_text(power_w)});
    all.push_back({battery_path_ + "energy", energy_text(energy_j)});
    if (control.window_s > 0)
      all.push_back({battery_path_ + "smoothing.window", fmt::format("{:.6g} s", control.window_s)});
    if (control.return_s > 0)
      all.push_back({battery_path_ + "smoothing.return_time", fmt::format("{:.6g} s", control.return_s)});
    if (control.ramps.up > 0)
      all.push_back({battery_path_ + "smoothing.ramp_up", fmt::format("{:.6g} W/s", control.ramps.up)});
    if (control.ramps.down > 0)
      all.push_back({battery_path_ + "smoothing.ramp_down", fmt::format("{:.6g} W/s", control.ramps.down)});
    return all;
  }

  /// Short ones first; whole steps of the longest training step, which leave nothing of it.
  [[nodiscard]] std::vector<Control> controls() const {
    double step_s = 0;
    for (const auto& [name, job] : scenario_.scenario.workload.training)
      step_s = std::max(step_s, time_per_step(scenario_, name).value_or(0));
    std::vector<double> windows_s{0};
    if (!given(scenario_, battery_path_ + "smoothing.window")) {
      windows_s.clear();
      for (double window_s : {1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0}) {
        if (step_s > 0) window_s = std::ceil(window_s / step_s - 1e-9) * step_s;
        if (windows_s.empty() || window_s > windows_s.back() * 1.001) windows_s.push_back(window_s);
      }
    }
    std::vector<RampsAllowed> ramps{{}};
    const bool has_ramps = given(scenario_, battery_path_ + "smoothing.ramp_up") ||
                           given(scenario_, battery_path_ + "smoothing.ramp_down");
    if (const RampsAllowed allowed = ramps_allowed(before_); allowed.any() && !has_ramps) ramps.push_back(allowed);
    const bool own = given(scenario_, battery_path_ + "smoothing.return_time");
    const double own_window_s = windows_s.front() > 0 ? 0 : seconds(battery_.smoothing->window);
    std::vector<Control> all;
    for (const RampsAllowed& limit : ramps)
      for (const double windows : own ? std::vector<double>{0} : std::vector<double>{20, 60, 0})
        for (const double window_s : windows_s) {
          // Twenty windows disturb by a twentieth of the swing at most; a long return lets losses pull further.
          const double return_s =
              windows > 0 ? std::max(windows * std::max(window_s, own_window_s), 30.0) : slow_return_s;
          if (windows > 0 && return_s >= slow_return_s) continue;
          all.push_back({window_s, own ? 0 : return_s, windows, limit});
        }
    return all;
  }

  [[nodiscard]] double price_of(double power_w, double energy_j) const {
    Battery sized = battery_;
    sized.power = Power(power_w);
    sized.energy = Energy(energy_j);
    const std::optional<Money> price = sized.price();
    return price ? price->si() : energy_j;
  }

  void look(const Control& control) {
    const std::string name =
        (control.window_s > 0 ? fmt::format("{:.4g} s", control.window_s) : std::string("the scenario's own")) +
        (control.return_s > 0 ? fmt::format(" back in {:g} s", control.return_s) : "") +
        (control.ramps.any() ? " with ramps" : "");
    // A longer average of the same kind asks for more; the one after the first may still be better by chance.
    const auto alike = std::count_if(asked_.begin(), asked_.end(), [&](const Asked& other) {
      return other.control.ramps.any() == control.ramps.any() &&
             other.control.return_windows == control.return_windows;
    });
    if (alike >= 2) return;
    SizeAttempt ample = attempts_.attempt(settings(control, ample_power_w_, ample_energy_j_),
                                          "an ample battery that averages over " + name);
    tried_ += (tried_.empty() ? "" : ", ") + name;
    if (!ample.passes()) return;
    const BatteryUse& use = ample.trial.battery;
    const double target = battery_target(), least = 1e-6 * ample_power_w_;
    Asked asked{control, 0, 0, 0, 0, std::move(ample)};
    asked.power_w = std::max({use.charge_w / battery_.charge_efficiency.si(),
                              use.discharge_w * battery_.discharge_efficiency.si(), least});
    const double below = (target - use.lowest) / std::max(target - battery_.lowest.si(), 1e-3);
    const double above = (use.highest - target) / std::max(battery_.highest.si() - target, 1e-3);
    asked.energy_j = std::max({below * ample_energy_j_, above * ample_energy_j_, least});
    // Its losses pull the charge down until the return makes up for them, long after a short window has ended.
    const double return_s =
        control.return_s > 0
            ? control.return_s
            : seconds(trials_.load(sets_of(asked.ample.settings)).scenario.site.battery->smoothing->return_time);
    const double loss_w = use.mean_charge_w * (1 / battery_.charge_efficiency.si() - 1) +
                          use.mean_discharge_w * (1 - battery_.discharge_efficiency.si());
    asked.drift_j = loss_w * return_s / std::max(target - battery_.lowest.si(), 1e-3);
    asked.price = price_of(asked.power_w, asked.energy_j + asked.drift_j);
    asked_.push_back(std::move(asked));
  }

  [[nodiscard]] double battery_target() const { return battery_.smoothing->state_of_charge.si(); }

  SizeAttempt refine(const Asked& asked, double& price) {
    constexpr double reserve = 1.01;
    double power_w = rounded_up(asked.power_w * reserve), energy_j = rounded_up_energy(asked.energy_j * reserve);
    const auto tried = [&](double power, double energy) {
      return attempts_.attempt(settings(asked.control, power, energy),
                               fmt::format("a battery of {} and {}", power_text(power), energy_text(energy)));
    };
    SizeAttempt passing = tried(power_w, energy_j);
    for (int i = 0; i < 4 && !passing.passes(); ++i) {
      power_w = rounded_up(1.5 * power_w);
      energy_j = rounded_up_energy(1.5 * energy_j);
      passing = tried(power_w, energy_j);
    }
    if (!passing.passes()) {
      power_w = ample_power_w_;
      energy_j = ample_energy_j_;
      passing = asked.ample;
    }
    const auto shrink_energy = [&] {
      passing = shrunk(
          energy_j, std::move(passing), [&](double size) { return tried(power_w, size); }, rounded_up_energy);
    };
    const auto shrink_power = [&] {
      passing = shrunk(
          power_w, std::move(passing), [&](double size) { return tried(size, energy_j); }, rounded_up);
    };
    const double without_power = price_of(0, energy_j), without_energy = price_of(power_w, 0);
    if (without_power >= without_energy) {
      shrink_energy();
      shrink_power();
    } else {
      shrink_power();
      shrink_energy();
    }
    if (asked.drift_j > size_precision * energy_j) {
      energy_j = rounded_up_energy(energy_j + asked.drift_j);
      passing = tried(power_w, energy_j);
      for (int i = 0; i < 10 && !passing.passes(); ++i) {
        energy_j = rounded_up_energy(1.1 * energy_j);
        passing = tried(power_w, energy_j);
      }
    }
    price = price_of(power_w, energy_j);
    return passing;
  }

  SwingTrials& trials_;
  Attempts attempts_;
  const LoadedSite& scenario_;
  const Trial& before_;
  std::string battery_path_;
  std::vector<SizingSetting> common_;
  Battery battery_;
  double ample_power_w_ = 0, ample_energy_j_ = 0;
  std::vector<Asked> asked_;
  std::string tried_;
};

}  // namespace

SizeSearch search_battery(SwingTrials& trials, const LoadedSite& scenario, const Trial& before) {
  return BatterySearch(trials, scenario, before).run();
}

}  // namespace wattershed
