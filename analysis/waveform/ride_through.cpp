#include "analysis/waveform/ride_through.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace wattershed {
namespace {

struct Excursion {
  std::size_t begin = 0, end = 0;  // samples [begin, end)
  bool within = true;              // the curve
};

std::vector<Excursion> excursions_of(SampledSeries voltage, const RideThroughCurve& curve) {
  const double step_s = 1 / voltage.rate.si();
  const auto outside = [&](double value) {
    return value < curve.lowest.si() || (curve.highest && value > curve.highest->si());
  };
  std::vector<Excursion> excursions;
  for (std::size_t i = 0; i < voltage.values.size();) {
    if (!outside(voltage.values[i])) {
      ++i;
      continue;
    }
    Excursion excursion{i, i, true};
    RideThroughWatch watch(curve);
    for (; excursion.end < voltage.values.size() && outside(voltage.values[excursion.end]); ++excursion.end)
      excursion.within = watch.advance(voltage.values[excursion.end], step_s);
    i = excursion.end;
    excursions.push_back(excursion);
  }
  return excursions;
}

}  // namespace

RideThroughResult ride_through(SampledSeries voltage, SampledSeries power, const RideThroughCurve& curve,
                               RideThroughTimes times) {
  require_readable(voltage, 1);
  require_readable(power, 1);
  if (voltage.values.size() != power.values.size() || voltage.rate != power.rate)
    throw std::invalid_argument(
        fmt::format("{} samples of voltage beside {} of power", voltage.values.size(), power.values.size()));
  const auto samples = [&](TimeSpan span) {
    const double count = std::ceil(span.si() * power.rate.si() - 1e-6);
    return static_cast<std::size_t>(std::clamp(count, 0.0, static_cast<double>(power.values.size())));
  };
  const std::size_t wait = samples(times.after), averaged = std::max<std::size_t>(samples(times.averaged), 1);
  const std::vector<Excursion> excursions = excursions_of(voltage, curve);
  RideThroughResult result;
  result.excursions = excursions.size();
  for (std::size_t k = 0; k < excursions.size(); ++k) {
    const Excursion& excursion = excursions[k];
    const std::size_t earliest = k == 0 ? 0 : excursions[k - 1].end;
    const std::size_t latest = k + 1 < excursions.size() ? excursions[k + 1].begin : power.values.size();
    const std::size_t from = excursion.begin - std::min(averaged, excursion.begin - earliest);
    const std::size_t back = excursion.end + wait;
    if (!excursion.within || from == excursion.begin || back >= latest) continue;
    const double before_w = mean_of(power.values.subspan(from, excursion.begin - from));
    const double after_w = mean_of(power.values.subspan(back, std::min(averaged, latest - back)));
    if (!(before_w > 0)) continue;
    ++result.judged;
    const Share kept(after_w / before_w);
    if (result.kept && *result.kept <= kept) continue;
    result.kept = kept;
    result.at = power.time(excursion.begin);
  }
  return result;
}

}  // namespace wattershed
