/// The racks of a site: what each draws at its AC input, occupant by occupant.
///
///   rack power    = Σ over its accelerators of (the occupant's draw | the idle draw)
///   rack variance = Σ over its occupants of (count · σ)²        accelerators of one job move together, jobs do not
///
/// A profile says what an occupant does (a job, the replicas of a service); a draw is what one accelerator that does
/// it takes in a rack of one type at the present inlet temperature, its share of server, shelf and switches included.
/// Each rack is one signal of the circuit. A rack that is not delivered yet draws nothing; one that is taken away
/// drains: it draws power until its last job has ended.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/compute/rack_ranges.hpp"
#include "models/compute/server_draw.hpp"
#include "models/facility/hall/hall_draw.hpp"
#include "models/facility/waveform/waveform_log.hpp"
#include "models/scheduling/cluster.hpp"
#include "models/workload/scenario.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

/// How the steps of a job come in time: what a waveform needs beside their mean.
struct Course {
  std::string name{};                             ///< of the job
  Rhythm rhythm{};                                ///< of its plan: a rack's capacitor may add steps to a part
  std::vector<std::vector<PhasePower>> phases{};  ///< all parts, by rack type
  /// What the job begins with when it takes the profile; nothing: the steps of the profile before go on.
  std::optional<StepPart> begins = StepPart::step;
};

/// What an occupant does: an intensity, or the phases of its step for each rack type (by index); and phases that it
/// may come to without asking again, whose power is kept for it (its peak counts them).
struct Profile {
  Intensity intensity{};
  std::vector<std::vector<PhasePower>> phases{};
  std::vector<std::vector<PhasePower>> reserved{};
  std::optional<Course> course{};  ///< it swings, all its accelerators together
};

enum class ProfileId : std::uint32_t {};
constexpr std::size_t index(ProfileId profile) { return static_cast<std::size_t>(profile); }

class Floor {
 public:
  /// `most` racks of each type are made; `Rack::count` of them stand at the start.
  struct Type {
    std::string name;
    Rack rack;
    std::int64_t most = 0;
  };
  Floor(Circuit& circuit, std::vector<Type> types, Temperature inlet);

  [[nodiscard]] Cluster& cluster() { return cluster_; }
  [[nodiscard]] const std::vector<Type>& types() const { return types_; }
  [[nodiscard]] const std::vector<Signal<Load>>& loads() const { return loads_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] std::size_t type_of(std::size_t rack) const { return racks_[rack].type; }
  [[nodiscard]] Power design_power(std::size_t rack) const { return types_[racks_[rack].type].rack.max_power(); }
  /// Racks of a type that stand (in service, not draining).
  [[nodiscard]] std::int64_t standing(std::size_t type) const { return standing_[type]; }

  /// Delivers or takes away racks of a type until `count` stand.
  void set_count(std::size_t type, std::int64_t count);
  /// The air at the inlets changes: every draw is taken anew.
  void set_inlet(Temperature inlet);
  [[nodiscard]] Temperature inlet() const { return inlet_; }
  /// Whether the racks get power: without it all draw nothing, whatever stands on them.
  void set_fed(bool fed);

  ProfileId add_profile(Profile profile);
  /// One profile for all occupants of this intensity: it is never changed or removed.
  ProfileId shared_profile(const Intensity& intensity);
  /// Gives a profile of one's own another content; `holders` are all allocations that have it.
  void set_profile(ProfileId id, Profile profile, const std::vector<const Allocation*>& holders);
  void remove_profile(ProfileId id);
  /// While phases are played one by one: each accelerator with this profile draws so much now, by rack type.
  void impose(ProfileId id, std::span<const Power> each, const std::vector<const Allocation*>& holders);

  [[nodiscard]] bool swings(ProfileId id) const { return profiles_[index(id)].profile.course.has_value(); }
  /// What a job that swings does, with the inlet air of now; by rack type.
  [[nodiscard]] JobWaveform waveform(ProfileId id) const;
  /// Tells `log` what stands at `clock.now()`, and from then on what changes.
  void open_log(WaveformLog& log, const Simulation& clock);
  void close_log(WaveformLog& log);
  /// A beat that a job played, for the logs that are open.
  void played(ProfileId id, Time at, double length_s, StepPart part);

  /// What an allocation draws with this profile [W], and at the largest phase.
  [[nodiscard]] Power power(const Allocation& allocation, ProfileId profile) const;
  [[nodiscard]] Power peak(const Allocation& allocation, ProfileId profile) const;
  /// What all occupants with this profile draw [W].
  [[nodiscard]] Power power(ProfileId profile) const;
  /// Standard deviation of one accelerator's draw in that rack [W].
  [[nodiscard]] double deviation_w(RackId rack, ProfileId profile) const {
    return draw(racks_[index(rack)].type, profile).deviation_w;
  }
  /// What `count` accelerators with this profile bring, on the standing type on which they raise the peak the most.
  [[nodiscard]] HallDraw largest_rise(std::int64_t count, ProfileId profile) const;

  /// An occupant comes or goes.
  void occupy(const Allocation& allocation, ProfileId profile);
  void vacate(const Allocation& allocation, ProfileId profile);

  /// Accelerators at work, and those of standing racks.
  [[nodiscard]] Signal<double> busy() const { return busy_; }
  [[nodiscard]] Signal<double> installed() const { return installed_; }
  /// Accelerators at work in racks that were taken away: these drain until their last job has ended.
  [[nodiscard]] Signal<double> draining() const { return draining_; }
  /// Jobs on the floor that swing: with several, a highest or lowest power is a bound.
  [[nodiscard]] Signal<double> swinging() const { return swinging_; }
  /// Of all racks: server fans, conversion losses, heat to liquid, what idle accelerators draw [W]; air through the
  /// racks [m3/s].
  [[nodiscard]] Signal<Power> fans() const { return fans_; }
  [[nodiscard]] Signal<Power> conversion_loss() const { return conversion_loss_; }
  [[nodiscard]] Signal<Power> liquid_heat() const { return liquid_heat_; }
  [[nodiscard]] Signal<Power> idle_power() const { return idle_power_; }
  [[nodiscard]] Signal<double> air_flow() const { return air_flow_; }
  /// What the models in the racks of a type are asked by all that stands there, and a signal that is set anew when any
  /// of it was or is outside.
  [[nodiscard]] const RackState& asked(std::size_t type) const { return asked_[type]; }
  [[nodiscard]] Signal<double> asked_anew() const { return asked_anew_; }
  /// Sum of mean powers, and of the largest phases of everything on the floor, up to this call [W].
  [[nodiscard]] Power mean_now() const { return Power(mean_w_); }
  [[nodiscard]] Power peak_now() const { return now_.peak; }
  /// What everything on the floor may come to without asking, up to this call.
  [[nodiscard]] const HallDraw& draw_now() const { return now_; }

 private:
  /// Of one accelerator.
  struct Draw {
    Power mean{}, peak{};
    bool may_peak = false;  // it may stay at its peak without asking
    double deviation_w = 0;
    Power above{}, below{};  // excursions of a job that swings
    Power fans{}, conversion_loss{}, liquid_heat{};
    double air_m3_per_s = 0;
    RackState asked{};
    [[nodiscard]] HallDraw of_hall() const {
      const Power heat = may_peak ? peak : mean;
      return {peak, heat, mean > Power{} ? (heat / mean) * liquid_heat : liquid_heat, VolumeFlow(air_m3_per_s)};
    }
  };
  /// All occupants of a rack with one profile.
  struct Occupants {
    ProfileId profile{};
    std::int64_t count = 0;    // accelerators
    std::int64_t squares = 0;  // sum over occupants of (accelerators)²
  };
  struct RackPlace {
    std::size_t type = 0;
    std::int64_t busy = 0;
    bool stands = false;
    boost::container::small_vector<Occupants, 3> occupants{};
  };
  struct ProfileState {
    Profile profile;
    std::vector<Draw> draws;           // by type; empty: not used
    std::vector<std::int64_t> counts;  // accelerators by type
    bool shared = false;
  };
  [[nodiscard]] const Draw& draw(std::size_t type, ProfileId profile) const {
    return profiles_[index(profile)].draws[type];
  }
  [[nodiscard]] double steady_w(const RackPlace& rack) const;
  [[nodiscard]] bool is_held(ProfileId id) const;
  void log_content(ProfileId id, std::optional<StepPart> begins);
  void retake_draws();
  [[nodiscard]] std::int64_t idle_accelerators(const RackPlace& rack) const;
  [[nodiscard]] Draw draw_of(std::size_t type, const Profile& profile) const;
  void take_draws(ProfileState& state);
  void change(const Allocation& allocation, ProfileId profile, int sign);
  void update(std::size_t rack);
  void update_holders(const std::vector<const Allocation*>& holders);
  void update_sums();

  Circuit& circuit_;
  std::vector<Type> types_;
  std::vector<RackDomain> domains_;  // by type
  Temperature inlet_;
  bool fed_ = true;
  std::vector<Draw> idle_;                 // by type
  std::vector<std::int64_t> idle_counts_;  // idle accelerators by type
  std::vector<ProfileState> profiles_;
  std::vector<ProfileId> free_profiles_;
  std::vector<RackPlace> racks_;
  std::vector<std::int64_t> standing_;
  std::vector<std::size_t> first_;  // first rack of each type
  std::vector<std::string> names_;
  std::vector<Signal<Load>> loads_;
  Cluster cluster_;
  std::vector<std::uint32_t> updated_;  // by rack: the last round of updates that it was in
  std::uint32_t round_ = 0;
  std::vector<RackState> asked_;  // by type
  bool any_asked_outside_ = false;
  Signal<double> asked_anew_;
  Signal<double> busy_, installed_, draining_, swinging_, air_flow_;
  Signal<Power> fans_, conversion_loss_, liquid_heat_, idle_power_;
  double mean_w_ = 0;
  HallDraw now_;
  std::vector<WaveformLog*> logs_;
  const Simulation* clock_ = nullptr;  // of the logs
};

}  // namespace wattershed
