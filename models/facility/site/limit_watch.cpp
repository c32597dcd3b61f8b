#include "models/facility/site/limit_watch.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace wattershed {

LimitWatch::LimitWatch(std::string name, const SiteQuantity& quantity, bool is_maximum, Share margin)
    : name_(std::move(name)), quantity_(&quantity), is_maximum_(is_maximum), margin_(margin.si()) {}

void LimitWatch::wire(Simulation& simulation, AnySignal signal, std::function<double()> read, Signal<double> bound) {
  Circuit& circuit = simulation.circuit();
  over_signal_ = circuit.signal<double>("over limit " + name_);
  headroom_signal_ = circuit.signal<double>("headroom to limit " + name_);
  circuit.model("limit " + name_, {signal, bound}, {over_signal_, headroom_signal_},
                [this, &simulation, &circuit, read = std::move(read), bound] {
                  evaluate(simulation.now(), read(), circuit.get(bound));
                  circuit.set(over_signal_, last_->headroom < 0 ? 1.0 : 0.0);
                  circuit.set(headroom_signal_, last_->headroom);
                });
  over_ = &circuit.meter(over_signal_);
  headroom_ = &circuit.meter(headroom_signal_);
}

void LimitWatch::evaluate(Time now, double value, double bound) {
  // Only the last evaluation of an instant stands; the ones before it in the same instant are overwritten.
  if (last_ && last_->at < now) count(*last_, worst_, first_breach_);
  const double allowed = bound * (is_maximum_ ? 1 - margin_ : 1 + margin_);
  double room = is_maximum_ ? allowed - value : value - allowed;
  if (std::abs(room) <= std::numeric_limits<double>::epsilon() * std::abs(allowed)) room = 0;  // equal holds
  last_ = Moment{now, allowed, value, allowed != 0 ? room / std::abs(allowed) : room};
}

void LimitWatch::count(const Moment& moment, std::optional<Moment>& worst, std::optional<Time>& first_breach) {
  if (!worst || moment.headroom < worst->headroom) worst = moment;
  if (moment.headroom < 0 && !first_breach) first_breach = moment.at;
}

LimitWatch::Verdict LimitWatch::verdict(Time now) const {
  std::optional<Moment> worst = worst_;
  std::optional<Time> first_breach = first_breach_;
  if (last_ && last_->at < now) count(*last_, worst, first_breach);
  Verdict verdict;
  if (worst) {
    verdict.allowed = worst->allowed;
    verdict.worst = worst->value;
    verdict.headroom = worst->headroom;
  }
  verdict.time_over_s = over_->integral(now);
  verdict.first_breach = first_breach;
  return verdict;
}

}  // namespace wattershed
