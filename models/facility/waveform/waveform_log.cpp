#include "models/facility/waveform/waveform_log.hpp"

#include <utility>

namespace wattershed {

void WaveformLog::level(Time t, std::uint32_t leaf, double power_w) {
  if (standing_w_.size() <= leaf) standing_w_.resize(leaf + 1, 0.0);
  if (std::exchange(standing_w_[leaf], power_w) != power_w) levels_.push_back({since(t), leaf, power_w});
}

void WaveformLog::content(Time t, std::uint32_t job, JobWaveform waveform, std::optional<StepPart> begins) {
  contents_.push_back({since(t), job, waveforms_.size(), begins});
  waveforms_.push_back(std::move(waveform));
}

const std::vector<WaveformLog::Outside>& WaveformLog::outside(const std::string& name) const {
  static const std::vector<Outside> nothing;
  const auto found = outside_.find(name);
  return found == outside_.end() ? nothing : found->second;
}

}  // namespace wattershed
