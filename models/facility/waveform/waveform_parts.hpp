/// What a waveform is made of: the beats of each job while a content of its log stands, and who plays them where.
///
/// Read once from the log (waveform_log.hpp); `synthesize` (waveform.hpp) then plays each part to the end. Powers
/// [W], times [s] since the log's origin.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "models/facility/waveform/waveform.hpp"

namespace wattershed {

/// What changes a leaf at a known instant.
struct LevelStep {
  double at_s;
  std::uint32_t leaf;
  double delta_w;
};

/// The beats of one job while one content of it stands.
struct Timeline {
  double begin_s, end_s;
  const JobWaveform* waveform;
  std::vector<Beat> beats;
};

/// A part of a job's life on one rack type: when each piece begins, as a share of the length, and its powers.
struct WaveCourse {
  struct Piece {
    double begins, ends, first_w, last_w;
  };
  std::vector<Piece> pieces;
};

using WaveCourses = std::array<WaveCourse, step_part_count>;

/// Accelerators of one job on leaves that move together, in one interval.
struct WavePart {
  std::uint32_t leaf = 0;
  double begin_s = 0, end_s = 0, accelerators = 0;
  const Timeline* timeline = nullptr;
  const WaveCourses* courses = nullptr;
  double offset_s = 0, wander_s = 0;  // the rack's own, and that of the present beat
  std::uint64_t draws = 0;            // state of its own draws
  double jitter_s = 0;
  std::size_t beat = 0, piece = 0;
  bool begun = false;
  // What it draws: a straight line from a time on.
  double since_s = 0, first_w = 0, slope_w_per_s = 0;
  [[nodiscard]] double power_w(double at_s) const { return first_w + slope_w_per_s * (at_s - since_s); }
};

/// A normal draw out of a small state, for draws in great number: splitmix64, and the sum of twelve uniform ones.
double small_normal(std::uint64_t& state);

/// All of them.
class WaveParts {
 public:
  WaveParts(const DistributionPlan& plan, const WaveformLog& log, const WaveformOptions& options);

  std::vector<WavePart> parts;
  std::vector<LevelStep> steps;  ///< in the order of time
  /// Where a leaf's power goes: its bank, or one of two rows behind the banks for those that hang on none.
  [[nodiscard]] std::size_t row_of(std::uint32_t leaf) const {
    const DistributionPlan::Leaf& place = plan_.leaves[leaf];
    if (place.bank != DistributionPlan::top) return place.bank;
    return plan_.banks.size() + (place.is_it ? 0 : 1);
  }
  /// Standard deviations at which a rack's offset is cut off.
  static constexpr double offsets_kept = 4;
  /// The part begins its next beat.
  static void begin_beat(WavePart& part);

 private:
  void read_timelines();
  void read_parts();
  void read_steps();

  const DistributionPlan& plan_;
  const WaveformLog& log_;
  const WaveformOptions& options_;
  std::vector<std::vector<Timeline>> timelines_;  // by job
  std::map<const PartPieces*, WaveCourses> courses_;
};

}  // namespace wattershed
