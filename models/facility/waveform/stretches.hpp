/// A part of a job's life on racks of several types as stretches in which none of them changes its power.
///
/// Each type's waveform is laid over one length, that of the gang, and cut where any of them changes.
#pragma once

#include <span>
#include <vector>

#include "models/facility/waveform/waveform_log.hpp"

namespace wattershed {

struct Stretch {
  double begins = 0;          ///< of the step's length
  std::vector<Power> each{};  ///< of one accelerator, by rack type [W]
};

/// Of one part of a job's life; ramps as slices.
std::vector<Stretch> stretches_of(const JobWaveform& waveform, StepPart part);
/// What `accelerators` of each type draw together in a step of the rhythm's length.
std::vector<PowerSegment> cycle_of(const JobWaveform& waveform, std::span<const double> accelerators);

}  // namespace wattershed
