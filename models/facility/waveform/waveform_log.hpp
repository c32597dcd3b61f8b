/// What a magnifying glass needs to know of a site: who stood where, what each did, and when that changed.
///
/// A log is opened with a snapshot of what stood before, and then told of every change until it is read. It holds
/// plain values, so that what is worked out from it (models/facility/waveform/waveform.hpp) cannot act back on the
/// run that filled it. A leaf is a load of the distribution: a rack, a service with an imposed power, the mechanical
/// board.
///
/// Units  powers [W] at the AC input, lengths [s]; shares and voltages [1]
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/compute/server_draw.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// How a gang's steps follow each other. By part of a job's life (models/compute/server_draw.hpp).
struct Rhythm {
  std::array<double, step_part_count> length_s{};  ///< zero: there is no such part [s]
  std::array<double, step_part_count> steps{};     ///< work done in each, in steps
  double slow_chance = 0;                          ///< that the next part is a slow step, where a step is due
  double steps_between = 0;  ///< steps from the end of one checkpoint to the next; need not be whole
  double first_later = 0;    ///< steps by which the first checkpoint comes later
  double correlation = 0;    ///< chance of two jobs to stand at the same place of their cycles
  double jitter = 0;         ///< standard deviation of a step's length, of its length
  double rack_offset_s = 0;  ///< standard deviation of a rack's time against the gang's, while the job runs [s]
  double rack_jitter_s = 0;  ///< the same, drawn anew for each part that is played [s]
  bool operator==(const Rhythm&) const = default;
  [[nodiscard]] double length(StepPart part) const { return length_s[index(part)]; }
};

/// One accelerator's share of the input of its rack type, in the order in which it happens; laid over the length
/// that the gang takes.
using PartPieces = std::array<std::vector<StraightPiece>, step_part_count>;

/// What all accelerators of one job do.
struct JobWaveform {
  std::string name{};  ///< of the job: with the window's it names the stream of draws
  Rhythm rhythm{};
  std::vector<PartPieces> types{};  ///< by rack type
};

/// One part that a gang plays.
struct Beat {
  double at_s = 0;      ///< its begin, since the log's origin [s]
  double length_s = 0;  ///< [s]
  StepPart part = StepPart::step;
  [[nodiscard]] double end_s() const { return at_s + length_s; }
};

class WaveformLog {
 public:
  /// Times are kept as seconds since `origin`.
  explicit WaveformLog(Time origin) : origin_(origin) {}

  struct Level {
    double at_s;
    std::uint32_t leaf;
    double power_w;
  };
  struct Presence {
    double at_s;
    std::uint32_t leaf, job;
    double accelerators;
  };
  struct Content {
    double at_s;
    std::uint32_t job;
    std::size_t waveform;            ///< place in waveforms(), or `silent`
    std::optional<StepPart> begins;  ///< this part begins now; nothing: what was played goes on
  };
  static constexpr std::size_t silent = static_cast<std::size_t>(-1);
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  /// What stands besides, by name: "mechanical", "source_voltage", "share_on_grid", …
  struct Outside {
    double at_s, value;
  };

  [[nodiscard]] Time origin() const { return origin_; }
  /// What is told in a snapshot stood before: since minus infinity.
  [[nodiscard]] double since(Time t) const { return snapshot_ ? -infinity : seconds(t - origin_); }
  void begin_snapshot() { snapshot_ = true; }
  void end_snapshot() { snapshot_ = false; }

  /// The steady power of a leaf from now on.
  void level(Time t, std::uint32_t leaf, double power_w);
  /// So many accelerators of a job that swings stand behind a leaf from now on.
  void presence(Time t, std::uint32_t leaf, std::uint32_t job, double accelerators) {
    presences_.push_back({since(t), leaf, job, accelerators});
  }
  /// A job that swings does this from now on: a part begins now, or it is somewhere in its cycle.
  void content(Time t, std::uint32_t job, JobWaveform waveform, std::optional<StepPart> begins);
  /// The job does not swing from now on.
  void silence(Time t, std::uint32_t job) { contents_.push_back({since(t), job, silent, {}}); }
  /// A beat that was really played, of a job whose beats are known.
  void beat(std::uint32_t job, const Beat& beat) { beats_[job].push_back(beat); }
  void outside(Time t, const std::string& name, double value) { outside_[name].push_back({since(t), value}); }

  [[nodiscard]] const std::vector<Level>& levels() const { return levels_; }
  [[nodiscard]] const std::vector<Presence>& presences() const { return presences_; }
  [[nodiscard]] const std::vector<Content>& contents() const { return contents_; }
  [[nodiscard]] const std::vector<JobWaveform>& waveforms() const { return waveforms_; }
  /// Null when the beats of the job were not played.
  [[nodiscard]] const std::vector<Beat>* beats(std::uint32_t job) const {
    const auto found = beats_.find(job);
    return found == beats_.end() ? nullptr : &found->second;
  }
  /// Empty when nothing was told under this name.
  [[nodiscard]] const std::vector<Outside>& outside(const std::string& name) const;

 private:
  Time origin_;
  bool snapshot_ = false;
  std::vector<Level> levels_;
  std::vector<double> standing_w_;  // by leaf
  std::vector<Presence> presences_;
  std::vector<Content> contents_;
  std::vector<JobWaveform> waveforms_;
  std::map<std::uint32_t, std::vector<Beat>> beats_;
  std::map<std::string, std::vector<Outside>> outside_;
};

/// What was told under a name, looked up in the order of time.
struct Follower {
  const std::vector<WaveformLog::Outside>& changes;
  double value;  ///< before the first
  std::size_t next = 0;
  /// Over a stretch that begins where the one before ended, or later.
  double mean(double from_s, double to_s) {
    while (next < changes.size() && changes[next].at_s <= from_s) value = changes[next++].value;
    if (next == changes.size() || changes[next].at_s >= to_s) return value;
    double sum = 0, at_s = from_s;
    for (; next < changes.size() && changes[next].at_s < to_s; ++next) {
      sum += value * (changes[next].at_s - at_s);
      at_s = changes[next].at_s;
      value = changes[next].value;
    }
    return (sum + value * (to_s - at_s)) / (to_s - from_s);
  }
};

}  // namespace wattershed
