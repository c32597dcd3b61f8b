#include "models/facility/hall/floor.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace wattershed {

Floor::Floor(Circuit& circuit, std::vector<Type> types, Temperature inlet)
    : circuit_(circuit), types_(std::move(types)), inlet_(inlet), idle_counts_(types_.size(), 0) {
  for (std::size_t type = 0; type < types_.size(); ++type) {
    domains_.push_back(rack_domain(types_[type].rack));
    first_.push_back(racks_.size());
    standing_.push_back(0);
    for (std::int64_t i = 0; i < types_[type].most; ++i) {
      names_.push_back(types_[type].name + "." + std::to_string(i));
      loads_.push_back(circuit_.signal<Load>("rack " + names_.back()));
      racks_.push_back({.type = type});
      const RackId id = cluster_.add_rack(types_[type].rack.accelerators(), type);
      cluster_.set_available(id, false);
    }
  }
  asked_anew_ = circuit_.signal<double>("ranges of the racks, asked anew");
  asked_.resize(types_.size());
  busy_ = circuit_.signal<double>("busy accelerators");
  installed_ = circuit_.signal<double>("installed accelerators");
  swinging_ = circuit_.signal<double>("jobs that swing");
  draining_ = circuit_.signal<double>("accelerators at work in racks taken away");
  air_flow_ = circuit_.signal<double>("air through the racks");
  fans_ = circuit_.signal<Power>("server fans");
  liquid_heat_ = circuit_.signal<Power>("heat of the racks to liquid");
  conversion_loss_ = circuit_.signal<Power>("conversion loss of the servers");
  idle_power_ = circuit_.signal<Power>("idle accelerators");
  for (std::size_t type = 0; type < types_.size(); ++type) idle_.push_back(draw_of(type, {}));
  for (std::size_t type = 0; type < types_.size(); ++type) set_count(type, types_[type].rack.count);
}

// ---- draws ---------------------------------------------------------------------------------------------------

Floor::Draw Floor::draw_of(std::size_t type, const Profile& profile) const {
  if (!fed_) return {};
  const Rack& rack = types_[type].rack;
  const Intensity& intensity = profile.intensity;
  const ServerDraw server = [&] {
    if (!profile.phases.empty()) return server_draw(rack, profile.phases[type], inlet_);
    if (intensity.power) return imposed_draw(rack, *intensity.power, inlet_);
    if (intensity.utilisation)
      return utilised_draw(rack, *intensity.utilisation, intensity.host_utilisation.value_or(*intensity.utilisation),
                           inlet_);
    return idle_draw(rack, inlet_);
  }();
  const ServerDraw one = per_accelerator(rack, server);
  Power peak = one.peak;
  if (!profile.reserved.empty())
    peak = std::max(peak, per_accelerator(rack, server_draw(rack, profile.reserved[type], inlet_)).peak);
  const bool swings = profile.course.has_value();
  return {.mean = one.input.mean,
          .peak = peak,
          .may_peak = !profile.reserved.empty(),
          .deviation_w = std::sqrt(one.input.variance.si()),
          .above = swings ? one.input.above : Power{},
          .below = swings ? one.input.below : Power{},
          .fans = one.fans,
          .conversion_loss = one.conversion_loss,
          .liquid_heat = one.liquid_heat,
          .air_m3_per_s = one.air_flow.si(),
          .asked = rack_state(domains_[type], one.asked, inlet_)};
}

void Floor::take_draws(ProfileState& state) {
  state.draws.clear();
  for (std::size_t type = 0; type < types_.size(); ++type) state.draws.push_back(draw_of(type, state.profile));
}

ProfileId Floor::add_profile(Profile profile) {
  ProfileId id{static_cast<std::uint32_t>(profiles_.size())};
  if (free_profiles_.empty()) {
    profiles_.emplace_back();
  } else {
    id = free_profiles_.back();
    free_profiles_.pop_back();
  }
  ProfileState& state = profiles_[index(id)];
  state = {.profile = std::move(profile), .draws = {}, .counts = std::vector<std::int64_t>(types_.size(), 0)};
  take_draws(state);
  return id;
}

ProfileId Floor::shared_profile(const Intensity& intensity) {
  for (std::size_t i = 0; i < profiles_.size(); ++i)
    if (profiles_[i].shared && profiles_[i].profile.intensity == intensity)
      return ProfileId{static_cast<std::uint32_t>(i)};
  const ProfileId id = add_profile({.intensity = intensity});
  profiles_[index(id)].shared = true;
  return id;
}

void Floor::set_profile(ProfileId id, Profile profile, const std::vector<const Allocation*>& holders) {
  ProfileState& state = profiles_[index(id)];
  assert(!state.shared);
  const bool swung = swings(id);
  state.profile = std::move(profile);
  take_draws(state);
  if (swings(id))
    log_content(id, state.profile.course->begins);
  else if (swung)
    for (WaveformLog* log : logs_) log->silence(clock_->now(), static_cast<std::uint32_t>(index(id)));
  update_holders(holders);
}

void Floor::impose(ProfileId id, std::span<const Power> each, const std::vector<const Allocation*>& holders) {
  ProfileState& state = profiles_[index(id)];
  assert(!state.shared && each.size() == state.draws.size());
  for (std::size_t type = 0; type < each.size(); ++type) {
    Draw& one = state.draws[type];
    one.liquid_heat = one.mean.si() > 0 ? (each[type] / one.mean) * one.liquid_heat : Power{};
    one.mean = each[type];
    one.deviation_w = 0;
    one.above = one.below = {};
  }
  update_holders(holders);
}

void Floor::update_holders(const std::vector<const Allocation*>& holders) {
  updated_.resize(racks_.size(), 0);
  ++round_;
  for (const Allocation* allocation : holders)
    for (const RackShare& share : *allocation) {
      if (std::exchange(updated_[index(share.rack)], round_) != round_) update(index(share.rack));
    }
  update_sums();
}

void Floor::remove_profile(ProfileId id) {
  ProfileState& state = profiles_[index(id)];
  if (state.shared) return;
  if (swings(id))
    for (WaveformLog* log : logs_) log->silence(clock_->now(), static_cast<std::uint32_t>(index(id)));
  state = {};
  free_profiles_.push_back(id);
}

void Floor::set_inlet(Temperature inlet) {
  if (inlet == inlet_) return;
  inlet_ = inlet;
  retake_draws();
}

void Floor::set_fed(bool fed) {
  if (fed == fed_) return;
  fed_ = fed;
  retake_draws();
}

void Floor::retake_draws() {
  for (std::size_t type = 0; type < types_.size(); ++type) idle_[type] = draw_of(type, {});
  for (ProfileState& state : profiles_)
    if (!state.draws.empty()) take_draws(state);
  for (std::size_t i = 0; i < profiles_.size(); ++i) log_content(ProfileId{static_cast<std::uint32_t>(i)}, {});
  for (std::size_t rack = 0; rack < racks_.size(); ++rack) update(rack);
  update_sums();
}

Power Floor::power(const Allocation& allocation, ProfileId profile) const {
  Power sum{};
  for (const RackShare& share : allocation)
    sum += static_cast<double>(share.count) * draw(racks_[index(share.rack)].type, profile).mean;
  return sum;
}

Power Floor::peak(const Allocation& allocation, ProfileId profile) const {
  Power sum{};
  for (const RackShare& share : allocation)
    sum += static_cast<double>(share.count) * draw(racks_[index(share.rack)].type, profile).peak;
  return sum;
}

Power Floor::power(ProfileId profile) const {
  const ProfileState& state = profiles_[index(profile)];
  Power sum{};
  for (std::size_t type = 0; type < state.counts.size(); ++type)
    sum += static_cast<double>(state.counts[type]) * state.draws[type].mean;
  return sum;
}

HallDraw Floor::largest_rise(std::int64_t count, ProfileId profile) const {
  HallDraw most;
  for (std::size_t type = 0; type < types_.size(); ++type) {
    if (standing_[type] <= 0) continue;
    const HallDraw rise = draw(type, profile).of_hall() - idle_[type].of_hall();
    if (rise.peak > most.peak) most = rise;
  }
  return static_cast<double>(count) * most;
}

// ---- racks ---------------------------------------------------------------------------------------------------

std::int64_t Floor::idle_accelerators(const RackPlace& rack) const {
  return rack.stands || rack.busy > 0 ? types_[rack.type].rack.accelerators() - rack.busy : 0;
}

void Floor::set_count(std::size_t type, std::int64_t count) {
  count = std::min(count, types_[type].most);
  for (std::int64_t i = 0; i < types_[type].most; ++i) {
    const std::size_t rack = first_[type] + static_cast<std::size_t>(i);
    RackPlace& state = racks_[rack];
    if (state.stands == (i < count)) continue;
    idle_counts_[type] -= idle_accelerators(state);
    state.stands = i < count;
    idle_counts_[type] += idle_accelerators(state);
    circuit_.set(draining_, circuit_.get(draining_) + static_cast<double>(state.stands ? -state.busy : state.busy));
    cluster_.set_available(RackId{static_cast<std::uint32_t>(rack)}, i < count);
    update(rack);
  }
  standing_[type] = count;
  circuit_.set(installed_, static_cast<double>(cluster_.in_service()));
  update_sums();
}

void Floor::occupy(const Allocation& allocation, ProfileId profile) {
  change(allocation, profile, +1);
  if (swings(profile)) log_content(profile, profiles_[index(profile)].profile.course->begins);
}
void Floor::vacate(const Allocation& allocation, ProfileId profile) { change(allocation, profile, -1); }

void Floor::change(const Allocation& allocation, ProfileId profile, int sign) {
  for (const RackShare& share : allocation) {
    RackPlace& state = racks_[index(share.rack)];
    idle_counts_[state.type] -= idle_accelerators(state);
    state.busy += sign * share.count;
    if (!state.stands) circuit_.set(draining_, circuit_.get(draining_) + static_cast<double>(sign * share.count));
    idle_counts_[state.type] += idle_accelerators(state);
    profiles_[index(profile)].counts[state.type] += sign * share.count;
    auto at = std::find_if(state.occupants.begin(), state.occupants.end(),
                           [&](const Occupants& o) { return o.profile == profile; });
    if (at == state.occupants.end()) at = state.occupants.insert(at, Occupants{.profile = profile});
    at->count += sign * share.count;
    at->squares += static_cast<std::int64_t>(sign) * share.count * share.count;
    assert(at->count >= 0);
    if (!profiles_[index(profile)].shared)  // it may swing later
      for (WaveformLog* log : logs_)
        log->presence(clock_->now(), static_cast<std::uint32_t>(index(share.rack)),
                      static_cast<std::uint32_t>(index(profile)), static_cast<double>(at->count));
    if (at->count == 0) state.occupants.erase(at);
    update(index(share.rack));
  }
  circuit_.set(busy_, circuit_.get(busy_) + static_cast<double>(sign * accelerators(allocation)));
  update_sums();
}

void Floor::update(std::size_t rack) {
  const RackPlace& state = racks_[rack];
  double mean_w = static_cast<double>(idle_accelerators(state)) * idle_[state.type].mean.si();
  double variance_w2 = 0, above_w = 0, below_w = 0;
  for (const Occupants& occupants : state.occupants) {
    const Draw& one = draw(state.type, occupants.profile);
    mean_w += static_cast<double>(occupants.count) * one.mean.si();
    above_w += static_cast<double>(occupants.count) * one.above.si();
    below_w += static_cast<double>(occupants.count) * one.below.si();
    variance_w2 += static_cast<double>(occupants.squares) * one.deviation_w * one.deviation_w;
  }
  circuit_.set(loads_[rack], Load{Power(mean_w), PowerVariance(variance_w2), Power(above_w), Power(below_w)});
  for (WaveformLog* log : logs_) log->level(clock_->now(), static_cast<std::uint32_t>(rack), steady_w(state));
}

// From whole counts, so that nothing drifts.
void Floor::update_sums() {
  double fans_w = 0, loss_w = 0, liquid_w = 0, idle_w = 0, air = 0;
  mean_w_ = 0;
  now_ = {};
  std::uint32_t outside = 0;
  const auto add = [&](std::size_t type, double count, const Draw& one) {
    if (one.asked.outside != 0) {
      outside |= one.asked.outside;
      add_to(asked_[type], one.asked, domains_[type]);
    }
    fans_w += count * one.fans.si();
    loss_w += count * one.conversion_loss.si();
    liquid_w += count * one.liquid_heat.si();
    air += count * one.air_m3_per_s;
    mean_w_ += count * one.mean.si();
    now_ = now_ + count * one.of_hall();
  };
  for (std::size_t type = 0; type < types_.size(); ++type) {
    asked_[type].outside = 0;
    if (idle_counts_[type] != 0) add(type, static_cast<double>(idle_counts_[type]), idle_[type]);
    idle_w += static_cast<double>(idle_counts_[type]) * idle_[type].mean.si();
  }
  double swinging = 0;
  for (const ProfileState& state : profiles_) {
    bool held = false;
    for (std::size_t type = 0; type < state.counts.size(); ++type)
      if (state.counts[type] != 0) {
        add(type, static_cast<double>(state.counts[type]), state.draws[type]);
        held = true;
      }
    if (held && state.profile.course) ++swinging;
  }
  circuit_.set(swinging_, swinging);
  if (outside != 0 || any_asked_outside_) circuit_.set(asked_anew_, circuit_.get(asked_anew_) + 1);
  any_asked_outside_ = outside != 0;
  circuit_.set(fans_, Power(fans_w));
  circuit_.set(conversion_loss_, Power(loss_w));
  circuit_.set(liquid_heat_, Power(liquid_w));
  circuit_.set(idle_power_, Power(idle_w));
  circuit_.set(air_flow_, air);
}

// ---- for waveforms -------------------------------------------------------------------------------------------

// Without those that swing.
double Floor::steady_w(const RackPlace& rack) const {
  double sum_w = static_cast<double>(idle_accelerators(rack)) * idle_[rack.type].mean.si();
  for (const Occupants& occupants : rack.occupants)
    if (!swings(occupants.profile))
      sum_w += static_cast<double>(occupants.count) * draw(rack.type, occupants.profile).mean.si();
  return sum_w;
}

JobWaveform Floor::waveform(ProfileId id) const {
  const Profile& profile = profiles_[index(id)].profile;
  assert(profile.course);
  JobWaveform waveform{profile.course->name, profile.course->rhythm, {}};
  std::vector<ServerWaveform> types;
  std::array<double, step_part_count> extra_steps{};
  for (std::size_t type = 0; type < types_.size(); ++type) {
    types.push_back(server_waveform(types_[type].rack, profile.course->phases[type], inlet_));
    for (std::size_t part = 0; part < step_part_count; ++part)
      extra_steps[part] = std::max(extra_steps[part], types.back()[part].extra_steps);
  }
  for (std::size_t type = 0; type < types_.size(); ++type) {
    const double accelerators = static_cast<double>(types_[type].rack.server.accelerators);
    PartPieces pieces;
    for (std::size_t part = 0; part < step_part_count; ++part) {
      PartWaveform& own = types[type][part];
      if (own.pieces.empty()) continue;
      // All types play a part for equally long: those without a capacitor go on with steps.
      const std::vector<StraightPiece>& step = types[type][index(StepPart::step)].pieces;
      std::vector<StraightPiece> all = own.pieces;
      for (double more = own.extra_steps; more < extra_steps[part]; ++more)
        all.insert(all.end(), step.begin(), step.end());
      for (StraightPiece& piece : all) {
        piece.first = piece.first / accelerators;
        piece.last = piece.last / accelerators;
      }
      pieces[part] = std::move(all);
    }
    if (!fed_)
      for (std::vector<StraightPiece>& part : pieces)
        for (StraightPiece& piece : part) piece.first = piece.last = Power{};
    waveform.types.push_back(std::move(pieces));
  }
  Rhythm& rhythm = waveform.rhythm;
  for (std::size_t part = 0; part < step_part_count; ++part) {
    rhythm.length_s[part] += extra_steps[part] * rhythm.length(StepPart::step);
    rhythm.steps[part] += extra_steps[part];
  }
  rhythm.steps_between -= extra_steps[index(StepPart::checkpoint)];
  return waveform;
}

// A job that still waits has no accelerators: nothing begins before it has them.
bool Floor::is_held(ProfileId id) const {
  const std::vector<std::int64_t>& counts = profiles_[index(id)].counts;
  return std::any_of(counts.begin(), counts.end(), [](std::int64_t count) { return count > 0; });
}

void Floor::log_content(ProfileId id, std::optional<StepPart> begins) {
  if (logs_.empty() || !swings(id) || !is_held(id)) return;
  const JobWaveform content = waveform(id);
  for (WaveformLog* log : logs_) log->content(clock_->now(), static_cast<std::uint32_t>(index(id)), content, begins);
}

void Floor::open_log(WaveformLog& log, const Simulation& clock) {
  clock_ = &clock;
  const Time now = clock.now();
  for (std::size_t rack = 0; rack < racks_.size(); ++rack) {
    log.level(now, static_cast<std::uint32_t>(rack), steady_w(racks_[rack]));
    for (const Occupants& occupants : racks_[rack].occupants)
      if (!profiles_[index(occupants.profile)].shared)
        log.presence(now, static_cast<std::uint32_t>(rack), static_cast<std::uint32_t>(index(occupants.profile)),
                     static_cast<double>(occupants.count));
  }
  for (std::size_t i = 0; i < profiles_.size(); ++i) {
    const ProfileId id{static_cast<std::uint32_t>(i)};
    if (swings(id) && is_held(id)) log.content(now, static_cast<std::uint32_t>(i), waveform(id), {});
  }
  logs_.push_back(&log);
}

void Floor::close_log(WaveformLog& log) { std::erase(logs_, &log); }

void Floor::played(ProfileId id, Time at, double length_s, StepPart part) {
  for (WaveformLog* log : logs_) log->beat(static_cast<std::uint32_t>(index(id)), {log->since(at), length_s, part});
}

}  // namespace wattershed
