/// The waveform of a site from its log: every phase of every step through the distribution to the grid, sample by
/// sample.
///
///   leaf(t)  = steady level + Σ over jobs of accelerators · straight piece of the beat that plays at t
///   bank     = Σ leaves and banks below, input = output + rating·(c0 + c1·x + c2·x²)     loss by the level, no mean
///   lag      dy/dt = (x − y)/lag at the leaves: what supplies and their capacitors do to an edge
///
/// A sample is the mean over its interval: a change within one counts by its part of it, so that energy is exact at
/// any sample rate (the lag takes the power of a sample as steady, the losses what comes of it). Racks of one job
/// follow its beats, each with an offset of its own that stays, and one that each step draws anew.
///
/// Inputs   the distribution as a tree of banks, a log, begin and end, the sample rate
/// Outputs  blocks of samples: IT power, loss by stage, facility power, what the site asks of the grid [W]
/// Valid    offsets of racks well below a step; between `begin` and the log's origin the snapshot stands
/// Cost     a few nanoseconds a change of a rack, and one or two a bank and sample; memory does not grow with time
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/electrical/loss_stage.hpp"
#include "models/facility/waveform/waveform_log.hpp"

namespace wattershed {

/// The distribution as plain values: banks, children before what feeds them.
struct DistributionPlan {
  static constexpr std::uint32_t top = UINT32_MAX;
  struct Bank {
    LossCurve curve;
    double rating_w = 0;
    std::uint32_t above = top;  ///< the bank that feeds it, or the point of interconnection
    std::uint32_t stage = 0;    ///< place in `stages`
    bool backed = false;        ///< stands on a battery when the grid fails: a UPS
  };
  struct Leaf {
    std::uint32_t bank = top;
    std::size_t rack_type = 0;  ///< for what a job does there
    bool is_it = true;          ///< counts as IT power
    std::string name{};         ///< of a rack: with it, its own draws do not hang on its place among the leaves
  };
  std::vector<std::string> stages;
  std::vector<Bank> banks;
  std::vector<Leaf> leaves;
};

/// One block of samples, all of one length.
struct WaveformBlock {
  std::size_t first = 0;  ///< number of the first sample
  std::span<const double> it_w, facility_w, grid_w;
  std::span<const double> battery_w;     ///< of the UPS: taken from their batteries is negative
  std::span<const double> mechanical_w;  ///< of the leaves that are no IT
};

struct WaveformOptions {
  double begin_s = 0, end_s = 0;  ///< since the log's origin; may begin before it
  double every_s = 1e-3;          ///< length of a sample
  double lag_s = 0;
  std::string stream{};  ///< with the job's name it names the draws
  std::uint64_t seed = 1, run = 0;
};

/// Calls `sink` with block after block, in order.
void synthesize(const DistributionPlan& plan, const WaveformLog& log, const WaveformOptions& options,
                const std::function<void(const WaveformBlock&)>& sink);

}  // namespace wattershed
