#include "models/electrical/ups_ride_through.hpp"

#include <algorithm>
#include <cassert>

namespace wattershed {

void RideThrough::visit(Fields& f) {
  f.optional("transfer_below", transfer_below,
             {.help = "voltage of the bus, of nominal, below which it goes to the battery",
              .above = 0,
              .below = 1,
              .source = "usual setting, remembered; ITIC has 90 % as the steady limit",
              .kind = ValueKind::assumed});
  f.optional("detection", detection,
             {.help = "a shorter sag is ridden without a transfer",
              .at_least = 0,
              .at_most = 60,
              .source = "10 to 20 ms are usual, remembered",
              .kind = ValueKind::assumed,
              .example = "10 ms"});
  f.optional("return_delay", return_delay,
             {.help = "the bus must have been good for so long before the load returns",
              .at_least = 0,
              .at_most = 86'400,
              .source = "a choice; no figure found",
              .kind = ValueKind::assumed,
              .example = "5 s"});
  f.optional("walk_in", walk_in,
             {.help = "length of the ramp with which the load comes back to the grid",
              .at_least = 0,
              .at_most = 3600,
              .source = "10 to 30 s are usual, remembered",
              .kind = ValueKind::assumed,
              .example = "10 s"});
  f.optional(
      "return_policy", return_policy,
      {.help = "after a lock-out an operator must order the return; automatic: it never locks out",
       .source = "loads stayed on backup for hours in July 2024 until returned by hand (NERC review, as quoted "
                 "in public notes)",
       .kind = ValueKind::published});
  f.optional("lock_out_events", lock_out_events,
             {.help = "so many sags within lock_out_window lock it out",
              .at_least = 1,
              .at_most = 1000,
              .source = "3 events in 60 s, as quoted in public notes on July 2024; remembered",
              .kind = ValueKind::assumed});
  f.optional("lock_out_window", lock_out_window,
             {.help = "time in which sags are counted for the lock-out",
              .at_most = 86'400,
              .above = 0,
              .source = "3 events in 60 s, as quoted in public notes on July 2024; remembered",
              .kind = ValueKind::assumed,
              .example = "60 s"});
  f.optional("autonomy", autonomy,
             {.help = "how long the battery feeds the rated load",
              .at_most = 86'400,
              .above = 0,
              .source = "about 5 min, as quoted in public notes",
              .kind = ValueKind::assumed,
              .example = "5 min"});
  f.optional("recharge", recharge,
             {.help = "power that refills the battery, of rating",
              .at_least = 0,
              .at_most = 1,
              .source = "about a tenth of rating is usual, remembered",
              .kind = ValueKind::assumed});
  f.optional("generator_start", generator_start,
             {.help = "from the transfer until the backup generator has the load; none: no generator",
              .at_least = 0,
              .at_most = 3600,
              .example = "15 s"});
}

UpsRideThrough::UpsRideThrough(const RideThrough& settings, Time start)
    : settings_(settings),
      autonomy_s_(seconds(settings.autonomy)),
      now_(start),
      charge_s_(autonomy_s_),
      good_since_(start) {}

// ---- what is asked of it ---------------------------------------------------------------------------------------

UpsState UpsRideThrough::state() const {
  if (feed_ == Feed::nothing) return UpsState::dropped;
  if (ordered_) return UpsState::manual_return;
  if (feed_ == Feed::grid) return UpsState::normal;
  if (feed_ == Feed::generator) return UpsState::generator;
  return locked_ ? UpsState::battery_hold : UpsState::on_battery;
}

double UpsRideThrough::battery_share() const {
  const bool feeds = !empty_ && (feed_ == Feed::battery || feed_ == Feed::grid);
  return feeds ? 1 - grid_share_ : 0;
}

double UpsRideThrough::dropped_share() const {
  if (feed_ == Feed::nothing) return 1;
  return empty_ && feed_ == Feed::grid ? 1 - grid_share_ : 0;
}

double UpsRideThrough::recharge_share() const {
  const bool fed_fully = (feed_ == Feed::grid && grid_share_ == 1 && bus_is_good()) || feed_ == Feed::generator;
  return fed_fully && charge_s_ < autonomy_s_ ? settings_.recharge.si() : 0;
}

std::optional<Time> UpsRideThrough::next_wake() const {
  std::optional<Time> next;
  for (const std::optional<Time>& due : {detection_due(), generator_due(), charge_due(), return_due(), slice_due()})
    if (due && (!next || *due < *next)) next = due;
  if (next) next = std::max(*next, now_);
  return next;
}

// ---- what happens to it ----------------------------------------------------------------------------------------

void UpsRideThrough::voltage_changed(Time t, double voltage) {
  run_until(t, false);  // a sag that ends just as it would be detected is ridden
  if (voltage < settings_.transfer_below.si()) {
    if (!below_since_) sag_counted_ = false, below_since_ = t;
    good_since_.reset();
  } else {
    below_since_.reset();
    if (!good_since_) good_since_ = t;
  }
  run_until(t, true);
}

void UpsRideThrough::load_changed(Time t, double share_of_rating) {
  assert(share_of_rating >= 0);
  run_until(t, true);
  load_ = share_of_rating;
}

void UpsRideThrough::return_ordered(Time t) {
  run_until(t, true);
  if (!locked_) return;
  locked_ = false;
  ordered_ = true;
  recent_.clear();
  run_until(t, true);
}

void UpsRideThrough::wake(Time t) { run_until(t, true); }

// ---- when things are due ---------------------------------------------------------------------------------------

std::optional<Time> UpsRideThrough::detection_due() const {
  if (!below_since_ || sag_counted_) return {};
  return *below_since_ + settings_.detection;
}

std::optional<Time> UpsRideThrough::generator_due() const {
  const bool waits = feed_ == Feed::battery || feed_ == Feed::nothing;
  if (!settings_.generator_start || !transferred_at_ || !waits) return {};
  return *transferred_at_ + *settings_.generator_start;
}

double UpsRideThrough::charge_rate() const { return recharge_share() - battery_share() * load_; }

std::optional<Time> UpsRideThrough::charge_due() const {
  constexpr double longest_s = 1e9;  // thirty years, and look again
  const double rate = charge_rate();
  if (rate == 0) return {};
  const double left_s = rate < 0 ? charge_s_ / -rate : (autonomy_s_ - charge_s_) / rate;
  return now_ + from_seconds(std::min(left_s, longest_s));
}

std::optional<Time> UpsRideThrough::return_due() const {
  if (feed_ == Feed::grid || locked_ || !good_since_) return {};
  return *good_since_ + settings_.return_delay;
}

std::optional<Time> UpsRideThrough::slice_due() const {
  if (!walk_in_since_) return {};
  return *walk_in_since_ + settings_.walk_in * slice_ / walk_in_slices;
}

// ---- how it goes on --------------------------------------------------------------------------------------------

void UpsRideThrough::run_until(Time t, bool including) {
  assert(t >= now_);
  for (std::optional<Time> next = next_wake(); next && (*next < t || (including && *next == t)); next = next_wake()) {
    integrate_to(*next);
    act();
  }
  integrate_to(t);
}

void UpsRideThrough::integrate_to(Time t) {
  const double rate = charge_rate();
  charge_s_ = std::clamp(charge_s_ + rate * seconds(t - now_), 0.0, autonomy_s_);
  if (rate > 0 && t > now_) empty_ = false;
  now_ = t;
}

void UpsRideThrough::act() {
  const auto is_due = [this](const std::optional<Time>& due) { return due && *due <= now_; };
  // The order decides at equal times: what takes the load off the grid first, and no drop where a generator is there.
  if (is_due(detection_due())) {
    sag_counted_ = true;
    count_sag();
    if (feed_ == Feed::grid) leave_grid();
  }
  if (is_due(generator_due())) feed_ = Feed::generator;
  if (is_due(charge_due())) {
    if (charge_rate() > 0) {
      charge_s_ = autonomy_s_;
    } else {
      charge_s_ = 0;
      empty_ = true;
      dropped_at_ = now_;
      if (feed_ == Feed::battery) feed_ = Feed::nothing;
    }
  }
  if (is_due(return_due())) come_back();
  if (is_due(slice_due())) walk_in_further();
}

void UpsRideThrough::count_sag() {
  ++events_;
  recent_.push_back(now_);
  while (now_ - recent_.front() > settings_.lock_out_window) recent_.pop_front();
  const bool too_many = static_cast<std::int64_t>(recent_.size()) >= settings_.lock_out_events;
  if (settings_.return_policy != ReturnPolicy::manual || locked_ || !too_many) return;
  locked_ = true;
  ordered_ = false;
  locked_out_at_ = now_;
}

void UpsRideThrough::leave_grid() {
  feed_ = empty_ ? Feed::nothing : Feed::battery;
  if (empty_) dropped_at_ = now_;
  grid_share_ = 0;
  ordered_ = false;
  walk_in_since_.reset();
  transferred_at_ = now_;
}

void UpsRideThrough::come_back() {
  feed_ = Feed::grid;
  transferred_at_.reset();
  walk_in_since_ = now_;
  slice_ = 0;
  walk_in_further();
}

void UpsRideThrough::walk_in_further() {
  // Without a ramp all slices are due at once.
  if (slice_ < walk_in_slices && settings_.walk_in > Duration{0}) {
    grid_share_ = (static_cast<double>(slice_) + 0.5) / walk_in_slices;
    ++slice_;
    return;
  }
  grid_share_ = 1;
  ordered_ = false;
  walk_in_since_.reset();
}

}  // namespace wattershed
