#include "models/grid/network/hosting.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "models/grid/network/power_flow_solver.hpp"

namespace wattershed {
namespace {

using Tenths = std::int64_t;  // of a megawatt: what the search counts in
constexpr double tenth_mw = 0.1;
constexpr double slightly_pu = 1e-6;  // what a solution to 1e-8 p.u. cannot tell apart is no breach
constexpr double worse_pu = 1e-3, worse_share = 1e-3;
constexpr int most_iterations = 20;
constexpr Tenths first_step = 640;

/// The network with one branch out, or as it is: its solution without the load, and what is allowed there.
struct Situation {
  std::optional<std::size_t> out;
  GridVoltages voltages;
  int sign = 1;
  std::vector<double> highest_pu{}, lowest_pu{}, most_mva{};  // infinite where there is none
  std::vector<char> high_broken{}, low_broken{}, rating_broken{};
};

/// What stands in the way of a load; `bound` is nothing where nothing does.
struct Obstacle {
  HostingBound bound = HostingBound::nothing;
  std::size_t place = 0;
  double value = 0, limit = 0;
  bool worsened = false;
};

class Search {
 public:
  Search(const GridCase& grid, const HostingOptions& options)
      : grid_(grid),
        options_(options),
        solver_(grid, {.most_iterations = most_iterations, .reactive_limits = options.reactive_limits}) {
    assert(options.power_factor > 0 && options.power_factor <= 1);
    mvar_per_mw_ = std::sqrt(1 - options.power_factor * options.power_factor) / options.power_factor;
  }

  HostingStudy study(const std::vector<std::size_t>& buses) {
    HostingStudy study;
    for (const GridBranch& branch : grid_.branches)
      study.ratings = study.ratings || (takes_part(grid_, branch) && branch.rating_mva > 0);
    for (const GridBus& bus : grid_.buses)
      study.voltage_limits =
          study.voltage_limits || (bus.type != BusType::isolated && (bus.highest_pu > 0 || bus.lowest_pu > 0));
    bool solved = solver_.solve();
    if (!solved) {  // far from flat, the case may bring a better start
      solver_.restart(PowerFlowStart::stored);
      solved = solver_.solve();
    }
    if (!solved) {
      study.no_solution = solver_.reason();
      return study;
    }
    situations_.push_back(situation(std::nullopt, study));
    if (options_.contingencies) add_outages(study);
    study.outages = situations_.size() - 1;
    order_.resize(situations_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    for (const std::size_t bus : buses) study.buses.push_back(capacity(bus));
    return study;
  }

 private:
  void add_outages(HostingStudy& study) {
    GridCase without = grid_;
    for (std::size_t k = 0; k < grid_.branches.size(); ++k) {
      if (!takes_part(grid_, grid_.branches[k])) continue;
      without.branches[k].in_service = false;
      std::size_t ignored = 0;
      const bool cut = !why_unsolvable(without, ignored).empty();
      without.branches[k].in_service = true;
      if (cut) {
        study.islanding.push_back(k);
        continue;
      }
      solver_.set_in_service(k, false);
      solver_.start_from(situations_.front().voltages);
      bool solved = solver_.solve();
      if (!solved) {
        solver_.restart(PowerFlowStart::flat);
        solved = solver_.solve();
      }
      if (solved)
        situations_.push_back(situation(k, study));
      else
        study.hopeless.push_back(k);
      solver_.set_in_service(k, true);
    }
  }

  /// Of the solution that stands in the solver: without any load.
  Situation situation(std::optional<std::size_t> out, HostingStudy& study) {
    Situation made{.out = out, .voltages = solver_.voltages(), .sign = solver_.jacobian_sign()};
    const auto broken = [&](GridLimit limit, std::size_t place, double value, double bound) {
      study.broken_before.push_back({{limit, place, value, bound}, out});
    };
    for (std::size_t i = 0; i < grid_.buses.size(); ++i) {
      const GridBus& bus = grid_.buses[i];
      const bool alive = bus.type != BusType::isolated;
      const double v = solver_.voltage_pu(i);
      double high = alive && bus.highest_pu > 0 ? bus.highest_pu : HUGE_VAL;
      double low = alive && bus.lowest_pu > 0 ? bus.lowest_pu : -HUGE_VAL;
      made.high_broken.push_back(v > high + slightly_pu);
      made.low_broken.push_back(v < low - slightly_pu);
      if (made.high_broken.back()) {
        broken(GridLimit::voltage_high, i, v, high);
        high = v + worse_pu;
      }
      if (made.low_broken.back()) {
        broken(GridLimit::voltage_low, i, v, low);
        low = v - worse_pu;
      }
      made.highest_pu.push_back(high);
      made.lowest_pu.push_back(low);
    }
    for (std::size_t k = 0; k < grid_.branches.size(); ++k) {
      const double rating = grid_.branches[k].rating_mva, mva = solver_.branch_power(k).si() / 1e6;
      made.rating_broken.push_back(rating > 0 && mva > rating + slightly_pu * grid_.base_mva);
      if (made.rating_broken.back()) broken(GridLimit::branch_rating, k, mva, rating);
      made.most_mva.push_back(made.rating_broken.back() ? mva + worse_share * rating
                              : rating > 0              ? rating
                                                        : HUGE_VAL);
    }
    return made;
  }

  /// Solves from where the solver stands with that load; says what is in the way, the furthest beyond first.
  Obstacle attempt(const Situation& at, std::size_t bus, Tenths load) {
    const double mw = static_cast<double>(load) * tenth_mw;
    solver_.set_load(bus, Power((grid_.buses[bus].load_mw + mw) * 1e6),
                     ApparentPower((grid_.buses[bus].load_mvar + mw * mvar_per_mw_) * 1e6));
    // Beyond the nose lies a second solution, at which no network is run.
    if (!solver_.solve() || solver_.jacobian_sign() != at.sign)
      return {HostingBound::collapse, solver_.mismatch_bus(), 0, 0, false};
    Obstacle worst;
    double furthest = 0;
    const auto hold = [&](HostingBound bound, std::size_t place, double value, double limit, double beyond,
                          bool worsened) {
      if (beyond <= furthest) return;
      furthest = beyond;
      worst = {bound, place, value, limit, worsened};
    };
    for (std::size_t i = 0; i < grid_.buses.size(); ++i) {
      const double v = solver_.voltage_pu(i);
      if (v > at.highest_pu[i] + slightly_pu)
        hold(HostingBound::voltage_high, i, v, grid_.buses[i].highest_pu, v - at.highest_pu[i], at.high_broken[i]);
      if (v < at.lowest_pu[i] - slightly_pu)
        hold(HostingBound::voltage_low, i, v, grid_.buses[i].lowest_pu, at.lowest_pu[i] - v, at.low_broken[i]);
    }
    for (std::size_t k = 0; k < grid_.branches.size(); ++k) {
      if (at.most_mva[k] == HUGE_VAL) continue;
      const double mva = solver_.branch_power(k).si() / 1e6;
      if (mva > at.most_mva[k] + slightly_pu * grid_.base_mva)
        hold(HostingBound::branch_rating, k, mva, grid_.branches[k].rating_mva, mva / at.most_mva[k] - 1,
             at.rating_broken[k]);
    }
    return worst;
  }

  /// The largest load up to `most` in a situation; into `stop`, what is in the way of more. `below` has the solution
  /// from which to start (without the load), and afterwards the one at the load found.
  Tenths largest(const Situation& at, std::size_t bus, Tenths most, Obstacle& stop, GridVoltages& below) {
    Tenths low = 0, high = most + 1, step = at.out ? most : first_step;  // most outages allow what others do
    bool open = true;                                                    // nothing has been refused yet
    bool near = false;  // what was refused was tried from right below it
    for (;;) {
      Tenths load = 0;
      if (open && low < most)
        load = std::min(low + step, most);
      else if (!open && high - low > 1)
        load = low + (high - low) / 2;
      else if (!open && stop.bound == HostingBound::collapse && !near)
        load = high;  // it may have failed from too far away only
      else
        break;
      solver_.start_from(below);
      if (const Obstacle found = attempt(at, bus, load); found.bound != HostingBound::nothing) {
        stop = found;
        near = load == low + 1;
        high = load;
        open = false;
        continue;
      }
      below = solver_.voltages();
      low = load;
      if (open) {
        step *= 2;
      } else if (low == high) {
        open = true;
        step = 1;
      }
    }
    if (open) stop = {};
    return low;
  }

  HostingCapacity capacity(std::size_t bus) {
    HostingCapacity made;
    made.bus = bus;
    Obstacle obstacle;
    GridVoltages whole = situations_[0].voltages;
    Tenths load = largest(situations_[0], bus, std::llround(options_.most_mw / tenth_mw), obstacle, whole);
    // What stopped the bus before this one is the first to try.
    std::size_t stopped = 0;
    for (std::size_t n = 0; n < order_.size() && load > 0; ++n) {
      const Situation& at = situations_[order_[n]];
      if (!at.out) continue;
      solver_.set_in_service(*at.out, false);
      Obstacle here;
      GridVoltages below = at.voltages;
      if (const Tenths less = largest(at, bus, load, here, below); less < load) {
        load = less;
        obstacle = here;
        made.out = at.out;
        stopped = n;
      }
      solver_.set_in_service(*at.out, true);
    }
    std::rotate(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(stopped),
                order_.begin() + static_cast<std::ptrdiff_t>(stopped) + 1);
    made.load_mw = static_cast<double>(load) / 10;
    made.bound = obstacle.bound;
    made.place = obstacle.place;
    made.value = obstacle.value;
    made.limit = obstacle.limit;
    made.worsened = obstacle.worsened;
    solver_.start_from(whole);
    attempt(situations_[0], bus, load);
    made.slack_mw = solver_.slack_power().si() / 1e6;
    solver_.set_load(bus, Power(grid_.buses[bus].load_mw * 1e6), ApparentPower(grid_.buses[bus].load_mvar * 1e6));
    return made;
  }

  const GridCase& grid_;
  HostingOptions options_;
  PowerFlowSolver solver_;
  double mvar_per_mw_ = 0;
  std::vector<Situation> situations_;  // the first is the network as it is
  std::vector<std::size_t> order_;     // in which they are tried
};

}  // namespace

HostingStudy hosting_capacity(const GridCase& grid, const std::vector<std::size_t>& buses,
                              const HostingOptions& options) {
  return Search(grid, options).study(buses);
}

}  // namespace wattershed
