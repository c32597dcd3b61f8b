/// A modelled inference service at its site: holds accelerators, follows its requests, tells what it draws.
///
///   every recorded interval   mean rate → replicas → accelerators taken or given back → phases of power
///
/// Replicas take free accelerators of one rack type before any job of that instant. When there are too few, or the
/// connection has no room, the service runs with fewer replicas and requests wait.
/// Replicas are independent of each other; the accelerators of one replica move together.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/facility/hall/floor.hpp"
#include "models/facility/hall/jobs.hpp"
#include "models/workload/service.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/kernel/process.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

class ServiceRun {
 public:
  struct Setup {
    std::string name;
    const InferenceService* service = nullptr;
    std::size_t rack_type = 0;  ///< whose accelerators it runs on
    Duration interval{};
    Time end{};  ///< of the run, which may cut the last interval
    LocalTime start{};
    TimeZone zone;
    Signal<double> base_rate;  ///< may be dated [1/s]
  };
  ServiceRun(Simulation& simulation, Floor& floor, Jobs& jobs, Setup setup);

  /// Called with each interval from its begin on.
  void on_interval(std::function<void(const ServiceInterval&)> listener) { on_interval_ = std::move(listener); }
  /// New replicas are woken only if `has_room(rise)` holds for what they bring to the floor.
  void set_power_room(HasRoom has_room) { has_room_ = std::move(has_room); }
  Process run();
  /// After the draws of all profiles have changed.
  void draws_changed() { publish_power(); }

  [[nodiscard]] const std::string& name() const { return setup_.name; }
  [[nodiscard]] Signal<Power> power() const { return power_; }
  /// Requests answered and lost [1/s], tokens read and written [1/s], mean times [s], replicas.
  Signal<double> served, lost, tokens_in, tokens_out, first_token_s, inter_token_s, end_to_end_s, active, parked;
  Signal<double> joule_per_request, joule_per_token;

  /// Intervals in which requests had to wait or were lost.
  [[nodiscard]] std::uint64_t saturated_intervals() const { return saturated_; }

 private:
  struct Held {
    Allocation allocation;
    ProfileId profile{};
  };
  void step(Duration length);
  void hold(std::int64_t wanted);
  void share_out(const ServiceInterval& interval);
  void give_profile(std::size_t first, std::size_t last, ProfileId profile);
  [[nodiscard]] std::vector<const Allocation*> holders(ProfileId profile) const;
  [[nodiscard]] static std::vector<PhasePower> phases_of(const ServingState& state);
  [[nodiscard]] Profile profile_of(const ServingState& state) const;
  void publish_power();

  Simulation& simulation_;
  Circuit& circuit_;
  Floor& floor_;
  Jobs& jobs_;
  Setup setup_;
  ServiceModel model_;
  Time begun_;
  std::vector<Held> held_;           // the active ones first
  std::vector<PhasePower> at_most_;  // what a replica may come to draw while it is held: the connection keeps room
  ProfileId active_profile_{}, parked_profile_{};
  HasRoom has_room_;
  std::function<void(const ServiceInterval&)> on_interval_;
  Signal<Power> power_;
  std::uint64_t saturated_ = 0;
};

}  // namespace wattershed
