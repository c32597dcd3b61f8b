/// What a magnifying glass needs to know of a site: who stood where, what each did, and when that changed.
///
/// A log is opened with a snapshot of what stood before, and then told of every change until it is read. It holds
/// plain values, so that what is worked out from it (models/facility/waveform.hpp) cannot act back on the run that
/// filled it. A leaf is a load of the distribution: a rack, a service with an imposed power, the mechanical board.
///
/// Units  powers [W] at the AC input, lengths [s]; shares and voltages [1]
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "sim/power_segment.hpp"
#include "sim/time.hpp"

namespace wattershed {

/// How a gang's steps follow each other.
struct Rhythm {
  double step_s = 0;            ///< length of a step, waits for stragglers apart [s]
  double checkpoint_s = 0;      ///< 0: none [s]
  double steps_between = 0;     ///< steps from one checkpoint to the next; need not be whole
  double jitter = 0;            ///< standard deviation of a step's length, of its length
  double straggler_chance = 0;  ///< of a step to wait for one
  double straggler_wait_s = 0;  ///< how long it then waits [s]
  double rack_offset_s = 0;     ///< standard deviation of a rack's time against the gang's, while the job runs [s]
  double rack_jitter_s = 0;     ///< the same, drawn anew for each step [s]
  bool operator==(const Rhythm&) const = default;
};

/// One accelerator's share of the input of its rack type, in the order in which it happens.
struct StepWaveform {
  std::vector<PowerSegment> step, checkpoint;
  std::size_t waits_in = 0;  ///< the segment of the step that goes on while it waits for a straggler
};

/// What all accelerators of one job do.
struct JobWaveform {
  std::string name;  ///< of the job: with the window's it names the stream of draws
  Rhythm rhythm;
  std::vector<StepWaveform> types;  ///< by rack type
};

/// One step or one checkpoint of a gang.
struct Beat {
  double at_s = 0;      ///< its begin, since the log's origin [s]
  double length_s = 0;  ///< without the wait [s]
  double wait_s = 0;    ///< for a straggler [s]
  bool checkpoint = false;
  [[nodiscard]] double end_s() const { return at_s + length_s + wait_s; }
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
    std::size_t waveform;  ///< place in waveforms(), or `silent`
    bool begins;           ///< the job (re)starts here: its first step begins now
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
  /// A job that swings does this from now on; `begins` when its first step begins now, else it is somewhere in its
  /// cycle.
  void content(Time t, std::uint32_t job, JobWaveform waveform, bool begins);
  /// The job does not swing from now on.
  void silence(Time t, std::uint32_t job) { contents_.push_back({since(t), job, silent, false}); }
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

}  // namespace wattershed
