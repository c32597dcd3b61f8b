#include "models/facility/site/limit_watch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/units/units.hpp"

namespace wattershed {

double room_to(double value, double allowed, bool is_maximum) {
  const double room = is_maximum ? allowed - value : value - allowed;
  return std::abs(room) <= std::numeric_limits<double>::epsilon() * std::abs(allowed) ? 0 : room;
}

double headroom_to(double value, double allowed, bool is_maximum) {
  const double room = room_to(value, allowed, is_maximum);
  return allowed != 0 ? room / std::abs(allowed) : room;
}

LimitWatch::LimitWatch(std::string name, const LimitTarget& target, Share margin)
    : name_(std::move(name)), target_(target), margin_(margin.si()) {}

void LimitWatch::wire(Simulation& simulation, AnySignal signal, std::function<double()> read, Signal<double> bound) {
  Circuit& circuit = simulation.circuit();
  over_signal_ = circuit.signal<double>("over limit " + name_);
  circuit.model("limit " + name_, {signal, bound}, {over_signal_},
                [this, &simulation, &circuit, read = std::move(read), bound] {
                  evaluate(simulation.now(), read(), circuit.get(bound));
                  circuit.set(over_signal_, last_ && last_->headroom < 0 ? 1.0 : 0.0);
                });
  over_ = &circuit.meter(over_signal_);
}

void LimitWatch::evaluate(Time now, double value, double bound) {
  // Only the last evaluation of an instant stands; the ones before it in the same instant are overwritten.
  if (last_ && last_->at < now) {
    count(*last_, worst_, first_breach_);
    if (now > month_since_) least_of_month_ = std::min(least_of_month_.value_or(last_->headroom), last_->headroom);
  }
  last_.reset();
  if (target_.absent_at_zero && value == 0) return;
  const double allowed = allowed_of(bound, margin_, target_.is_maximum);
  last_ = Moment{now, allowed, value, headroom_to(value, allowed, target_.is_maximum)};
}

void LimitWatch::count(const Moment& moment, std::optional<Moment>& worst, std::optional<Time>& first_breach) {
  if (!worst || moment.headroom < worst->headroom) worst = moment;
  if (moment.headroom < 0 && !first_breach) first_breach = moment.at;
}

std::optional<double> LimitWatch::close_month(Time boundary) {
  std::optional<double> least = std::exchange(least_of_month_, std::nullopt);
  month_since_ = boundary;
  if (last_ && last_->at < boundary) least = std::min(least.value_or(last_->headroom), last_->headroom);
  return least;
}

LimitVerdict LimitWatch::verdict(Time now) const {
  std::optional<Moment> worst = worst_;
  std::optional<Time> first_breach = first_breach_;
  if (last_ && last_->at < now) count(*last_, worst, first_breach);
  LimitVerdict verdict;
  verdict.name = name_;
  verdict.quantity = target_.quantity->name;
  verdict.units = unit_of(target_.dimension);
  verdict.is_maximum = target_.is_maximum;
  if (!worst) {
    verdict.why = std::string(verdict.quantity) + " never had a value in this run: nothing happened that it is of";
    return verdict;
  }
  verdict.allowed = worst->allowed;
  verdict.worst = worst->value;
  verdict.headroom = worst->headroom;
  verdict.time_over_s = over_->integral(now);
  verdict.first_breach = first_breach;
  verdict.broken = verdict.time_over_s > 0;
  return verdict;
}

}  // namespace wattershed
