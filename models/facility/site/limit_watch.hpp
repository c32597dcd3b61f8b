/// A limit, watched exactly: not sampled by the record, but at every change of its quantity or its bound.
///
///   max:  allowed = bound·(1 − margin),  headroom = (allowed − value)/|allowed|
///   min:  allowed = bound·(1 + margin),  headroom = (value − allowed)/|allowed|
///
/// A breach is a negative headroom that stands for some time. While the quantity has no value (the latency of no
/// request) there is neither.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "models/facility/scenario/limit_target.hpp"
#include "models/facility/site/limit_verdict.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

class LimitWatch {
 public:
  LimitWatch(std::string name, const LimitTarget& target, Share margin);

  /// Adds the limit's model to the circuit. This object must not move afterwards.
  void wire(Simulation& simulation, AnySignal signal, std::function<double()> read, Signal<double> bound);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const LimitTarget& target() const { return target_; }

  [[nodiscard]] LimitVerdict verdict(Time now) const;
  /// The least headroom of the month that ends at `boundary` [1]; nothing where the quantity had no value in it.
  std::optional<double> close_month(Time boundary);

 private:
  struct Moment {
    Time at{};
    double allowed = 0, value = 0, headroom = 0;
  };
  void evaluate(Time now, double value, double bound);
  /// The last moment has stood: it counts.
  static void count(const Moment& moment, std::optional<Moment>& worst, std::optional<Time>& first_breach);

  std::string name_;
  LimitTarget target_;
  double margin_;
  Signal<double> over_signal_;
  Meter* over_ = nullptr;
  std::optional<Moment> last_, worst_;
  std::optional<Time> first_breach_;
  Time month_since_ = Time::min();
  std::optional<double> least_of_month_;  // of moments that have ended
};

}  // namespace wattershed
