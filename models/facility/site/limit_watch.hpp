/// A limit, watched exactly: not sampled by the record, but at every change of its quantity or its bound.
///
///   max:  allowed = bound·(1 − margin),  headroom = (allowed − value)/|allowed|
///   min:  allowed = bound·(1 + margin),  headroom = (value − allowed)/|allowed|
///
/// A breach is a negative headroom that stands for some time.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "models/facility/scenario/quantities.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

class LimitWatch {
 public:
  LimitWatch(std::string name, const SiteQuantity& quantity, bool is_maximum, Share margin);

  /// Adds the limit's model to the circuit. This object must not move afterwards.
  void wire(Simulation& simulation, AnySignal signal, std::function<double()> read, Signal<double> bound);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const SiteQuantity& quantity() const { return *quantity_; }
  [[nodiscard]] bool is_maximum() const { return is_maximum_; }

  struct Verdict {
    double allowed = 0, worst = 0;  ///< when the headroom was least [SI]
    double headroom = 0;            ///< the least headroom [1]
    double time_over_s = 0;
    std::optional<Time> first_breach;
    [[nodiscard]] bool broken() const { return time_over_s > 0; }
  };
  [[nodiscard]] Verdict verdict(Time now) const;
  /// The least headroom of the month that ends at `boundary` [1].
  double close_month(Time boundary) { return headroom_->close(boundary).minimum; }

 private:
  struct Moment {
    Time at{};
    double allowed = 0, value = 0, headroom = 0;
  };
  void evaluate(Time now, double value, double bound);
  /// The last moment has stood: it counts.
  static void count(const Moment& moment, std::optional<Moment>& worst, std::optional<Time>& first_breach);

  std::string name_;
  const SiteQuantity* quantity_;
  bool is_maximum_;
  double margin_;
  Signal<double> over_signal_, headroom_signal_;
  Meter* over_ = nullptr;
  Meter* headroom_ = nullptr;
  std::optional<Moment> last_, worst_;
  std::optional<Time> first_breach_;
};

}  // namespace wattershed
