/// How a UPS with its load rides through sags of the bus: transfer, counting, lock-out, return with walk-in.
///
///   normal         on the grid; after a return its share of the load walks in from 0 to 1
///   on_battery     the bus was below `transfer_below` for longer than `detection`; returns by itself once the bus
///                  has been good for `return_delay`
///   battery_hold   `lock_out_events` sags within `lock_out_window` under the manual policy: stays on the battery
///   generator      the backup generator has taken the load over, `generator_start` after the transfer; returns like
///                  on_battery, or stays when locked out
///   manual_return  an operator has ordered the return of a locked one: waits for a good bus, then walks in
///   dropped        the battery is empty and no generator runs: the load is not fed. It comes back like on_battery,
///                  or stays when locked out
///
/// Every sag longer than `detection` counts, also one while the load is on the battery already. The UPS holds its
/// load on the DC link until it has detected a sag, so a shorter one is ridden without a transfer.
/// Inputs    voltage of the bus [1, of nominal] and load [1, of rating] as events in the order of time
/// Outputs   state, shares of the load on grid, battery and generator [1], charge of the battery [1]
/// Source    states after the incident of July 2024 in Northern Virginia (NERC review, as quoted in public notes);
///           parameters assumed: see `visit`
/// Valid     load up to 1.1 of rating while on the battery, which then lasts the shorter in proportion; bus up to 1.1 of
///           nominal (`ride_through_domain`), above which a real one may transfer and this one stays. Root mean square; transfers take no time; the walk-in is `walk_in_slices` steps
///           at their middles. The losses of the battery are left to the loss curve of the UPS
/// Accuracy  qualitative: settings differ from maker to maker and site to site
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

enum class ReturnPolicy { automatic, manual };
constexpr std::array<std::string_view, 2> enum_names(ReturnPolicy) { return {"automatic", "manual"}; }

struct RideThrough {
  Share transfer_below = 90_percent;  ///< of nominal voltage
  Duration detection = std::chrono::milliseconds(10);
  Duration return_delay = std::chrono::seconds(5);
  Duration walk_in = std::chrono::seconds(10);
  ReturnPolicy return_policy = ReturnPolicy::manual;  ///< after a lock-out; automatic: never locks out
  std::int64_t lock_out_events = 3;
  Duration lock_out_window = std::chrono::seconds(60);
  Duration autonomy = std::chrono::minutes(5);  ///< of the battery at rating
  Share recharge = 10_percent;                  ///< power that refills the battery, of rating
  std::optional<Duration> generator_start;      ///< from transfer to taking over; none: no generator
  void visit(Fields& f);
};

enum class UpsState { normal, on_battery, battery_hold, generator, manual_return, dropped };
constexpr std::array<std::string_view, 6> enum_names(UpsState) {
  return {"normal", "on-battery", "battery-hold", "generator", "manual-return", "dropped"};
}

/// The load counts while the battery carries it.
inline constexpr Domain<2> ride_through_domain{
    "UPS in sags",
    {{{"load on battery over rating", "1", 0, 1.1}, {"voltage of the bus", "1", 0, 1.1}}},
    "inverters carry 110 % for an hour (Liebert APM); the ITI curve ends at 110 % of voltage. Assumed for all UPS"};

class UpsRideThrough {
 public:
  static constexpr int walk_in_slices = 50;
  /// On the grid with a full battery, a good bus and a load of its rating.
  UpsRideThrough(const RideThrough& settings, Time start);

  // Events, none earlier than the one before.
  void voltage_changed(Time t, double voltage);       ///< of nominal
  void load_changed(Time t, double share_of_rating);  ///< 0 or more
  void return_ordered(Time t);                        ///< by the operator; does nothing when not locked out
  /// Does what is due up to and including `t`; call it at `next_wake()`. Early and late calls are harmless.
  void wake(Time t);
  /// When something changes if nothing else happens; nothing when never.
  [[nodiscard]] std::optional<Time> next_wake() const;

  [[nodiscard]] UpsState state() const;
  [[nodiscard]] bool locked_out() const { return locked_; }
  // Of the load; the four add to 1. Constant between wakes and events.
  [[nodiscard]] double grid_share() const { return grid_share_; }
  [[nodiscard]] double battery_share() const;
  [[nodiscard]] double generator_share() const { return feed_ == Feed::generator ? 1 : 0; }
  /// Not fed: all of it when dropped, and what still has to walk in when the battery is empty.
  [[nodiscard]] double dropped_share() const;
  /// Power that refills the battery, of rating; from the generator while that feeds the load, else from the grid.
  [[nodiscard]] double recharge_share() const;
  [[nodiscard]] double charge() const { return charge_s_ / autonomy_s_; }  ///< of the battery, 0..1
  [[nodiscard]] std::int64_t events() const { return events_; }            ///< sags counted since the start
  [[nodiscard]] std::optional<Time> locked_out_at() const { return locked_out_at_; }  ///< the last time
  [[nodiscard]] std::optional<Time> dropped_at() const { return dropped_at_; }        ///< the last time

 private:
  enum class Feed { grid, battery, generator, nothing };

  [[nodiscard]] bool bus_is_good() const { return !below_since_; }
  // When each thing is due, as things stand.
  [[nodiscard]] std::optional<Time> detection_due() const;
  [[nodiscard]] std::optional<Time> generator_due() const;
  [[nodiscard]] std::optional<Time> charge_due() const;
  [[nodiscard]] std::optional<Time> return_due() const;
  [[nodiscard]] std::optional<Time> slice_due() const;
  [[nodiscard]] double charge_rate() const;
  void run_until(Time t, bool including);
  void integrate_to(Time t);
  void act();
  void count_sag();
  void leave_grid();
  void come_back();
  void walk_in_further();

  RideThrough settings_;
  double autonomy_s_;
  Time now_;
  Feed feed_ = Feed::grid;
  double load_ = 1;     // of rating
  double charge_s_;     // at rating
  bool empty_ = false;  // the battery cannot feed anything
  double grid_share_ = 1;
  bool locked_ = false, ordered_ = false, sag_counted_ = false;
  std::optional<Time> below_since_, good_since_, transferred_at_, walk_in_since_;
  std::int64_t slice_ = 0;
  std::deque<Time> recent_;  // sags within the window of the lock-out
  std::int64_t events_ = 0;
  std::optional<Time> locked_out_at_, dropped_at_;
};

}  // namespace wattershed
