#include "models/facility/waveform/stretches.hpp"

#include <algorithm>

namespace wattershed {
namespace {

constexpr double alike = 1e-12;  // of the length: two cuts that rounding has parted

}  // namespace

std::vector<Stretch> stretches_of(const JobWaveform& waveform, StepPart part) {
  std::vector<std::vector<PowerSegment>> types;
  for (const PartPieces& type : waveform.types) types.push_back(sliced(type[index(part)], 0));
  std::vector<double> cuts;
  for (const std::vector<PowerSegment>& type : types) {
    const double length_s = length_of(type);
    double at_s = 0;
    for (const PowerSegment& segment : type) {
      cuts.push_back(at_s / length_s);
      at_s += segment.length_s;
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end(), [](double a, double b) { return b - a < alike; }), cuts.end());
  std::vector<Stretch> stretches;
  for (const double cut : cuts) {
    Stretch stretch{cut, {}};
    for (const std::vector<PowerSegment>& type : types) {
      const double length_s = length_of(type);
      double at_s = 0;
      Power power{};
      for (const PowerSegment& segment : type) {
        if (at_s / length_s > cut + alike) break;
        power = segment.power;
        at_s += segment.length_s;
      }
      stretch.each.push_back(power);
    }
    stretches.push_back(std::move(stretch));
  }
  return stretches;
}

std::vector<PowerSegment> cycle_of(const JobWaveform& waveform, std::span<const double> accelerators) {
  const std::vector<Stretch> stretches = stretches_of(waveform, StepPart::step);
  std::vector<PowerSegment> cycle;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const double ends = i + 1 < stretches.size() ? stretches[i + 1].begins : 1;
    Power sum{};
    for (std::size_t type = 0; type < accelerators.size(); ++type)
      sum += accelerators[type] * stretches[i].each[type];
    cycle.push_back({(ends - stretches[i].begins) * waveform.rhythm.length(StepPart::step), sum});
  }
  return cycle;
}

}  // namespace wattershed
