#include "models/facility/hall/service_run.hpp"

#include <algorithm>
#include <array>

namespace wattershed {

ServiceRun::ServiceRun(Simulation& simulation, Floor& floor, Jobs& jobs, Setup setup)
    : simulation_(simulation),
      circuit_(simulation.circuit()),
      floor_(floor),
      jobs_(jobs),
      setup_(std::move(setup)),
      model_(*setup_.service, floor.types()[setup_.rack_type].rack.server.accelerator),
      begun_(simulation.now()) {
  const std::string label = "service " + setup_.name;
  power_ = circuit_.signal<Power>(label);
  const auto make = [&](Signal<double>& signal, const char* what) {
    signal = circuit_.signal<double>(label + ": " + what);
  };
  make(served, "requests answered");
  make(lost, "requests lost");
  make(tokens_in, "tokens read");
  make(tokens_out, "tokens written");
  make(first_token_s, "time to the first token");
  make(inter_token_s, "time between tokens");
  make(end_to_end_s, "time of a request");
  make(active, "active replicas");
  make(parked, "parked replicas");
  make(joule_per_request, "energy of a request");
  make(joule_per_token, "energy of a token");
  at_most_ = phases_of(model_.replica().at(model_.replica().most_requests()));
  const Profile waiting = profile_of(model_.replica().at(Frequency{}));
  active_profile_ = floor_.add_profile(waiting);
  parked_profile_ = floor_.add_profile(waiting);
}

Process ServiceRun::run() {
  while (simulation_.now() < setup_.end) {
    // Up to the next whole interval since the start, or the end of the run.
    const Duration past = (simulation_.now() - begun_) % setup_.interval;
    const Duration length = std::min(setup_.interval - past, setup_.end - simulation_.now());
    step(length);
    co_await simulation_.delay(length, EventPriority::early);
  }
}

void ServiceRun::step(Duration length) {
  const Time now = simulation_.now();
  const Frequency arrivals = mean_rate(setup_.service->requests, Frequency(circuit_.get(setup_.base_rate)),
                                       setup_.zone.to_local(now), length, now - begun_);
  const std::int64_t size = model_.replica().accelerators();
  const std::int64_t free = floor_.cluster().free(setup_.rack_type) / size;
  std::int64_t room = free;
  if (has_room_) {
    // As many as the connection allows: a search over a monotone condition.
    std::int64_t most = 0, beyond = free + 1;
    while (beyond - most > 1) {
      const std::int64_t middle = most + (beyond - most) / 2;
      (has_room_(floor_.largest_rise(middle * size, active_profile_)) ? most : beyond) = middle;
    }
    room = most;
  }
  const ServiceInterval interval =
      model_.advance(now, length, arrivals, static_cast<std::int64_t>(held_.size()) + room);
  hold(interval.replicas.held());
  share_out(interval);
  if (interval.saturated) ++saturated_;
  circuit_.set(served, interval.served.si());
  circuit_.set(lost, interval.lost.si());
  circuit_.set(tokens_in, interval.tokens_in.si());
  circuit_.set(tokens_out, interval.tokens_out.si());
  circuit_.set(first_token_s, interval.first_token.si());
  circuit_.set(inter_token_s, interval.inter_token.si());
  circuit_.set(end_to_end_s, interval.end_to_end.si());
  circuit_.set(active, static_cast<double>(interval.replicas.active));
  circuit_.set(parked, static_cast<double>(interval.replicas.parked));
  publish_power();
  if (on_interval_) on_interval_(interval);
}

// Takes or gives back accelerators until that many replicas are held; those given back are the parked ones.
void ServiceRun::hold(std::int64_t wanted) {
  while (static_cast<std::int64_t>(held_.size()) > wanted) {
    floor_.vacate(held_.back().allocation, held_.back().profile);
    jobs_.give_back(held_.back().allocation);
    held_.pop_back();
  }
  while (static_cast<std::int64_t>(held_.size()) < wanted) {
    std::optional<Allocation> taken = jobs_.seize(model_.replica().accelerators(), Placement::pack, setup_.rack_type);
    if (!taken) break;
    floor_.occupy(*taken, parked_profile_);
    held_.push_back({std::move(*taken), parked_profile_});
  }
}

void ServiceRun::share_out(const ServiceInterval& interval) {
  const std::size_t working = std::min(held_.size(), static_cast<std::size_t>(interval.replicas.active));
  give_profile(0, working, active_profile_);
  give_profile(working, held_.size(), parked_profile_);
  floor_.set_profile(active_profile_, profile_of(interval.replica), holders(active_profile_));
}

void ServiceRun::give_profile(std::size_t first, std::size_t last, ProfileId profile) {
  for (std::size_t i = first; i < last; ++i) {
    if (held_[i].profile == profile) continue;
    floor_.vacate(held_[i].allocation, held_[i].profile);
    floor_.occupy(held_[i].allocation, profile);
    held_[i].profile = profile;
  }
}

std::vector<const Allocation*> ServiceRun::holders(ProfileId profile) const {
  std::vector<const Allocation*> list;
  for (const Held& held : held_)
    if (held.profile == profile) list.push_back(&held.allocation);
  return list;
}

std::vector<PhasePower> ServiceRun::phases_of(const ServingState& state) {
  std::array<PhasePower, serving_phases> phases;
  const std::size_t count = phase_powers(state, phases);
  return {phases.begin(), phases.begin() + static_cast<std::ptrdiff_t>(count)};
}

Profile ServiceRun::profile_of(const ServingState& state) const {
  Profile profile;
  profile.phases.assign(floor_.types().size(), phases_of(state));
  profile.reserved.assign(floor_.types().size(), at_most_);
  return profile;
}

void ServiceRun::publish_power() {
  const Power sum = floor_.power(active_profile_) + floor_.power(parked_profile_);
  circuit_.set(power_, sum);
  const double requests = circuit_.get(served), tokens = circuit_.get(tokens_out);
  circuit_.set(joule_per_request, requests > 0 ? sum.si() / requests : 0.0);
  circuit_.set(joule_per_token, tokens > 0 ? sum.si() / tokens : 0.0);
}

}  // namespace wattershed
