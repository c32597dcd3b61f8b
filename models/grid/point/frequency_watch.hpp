/// The frequency of the interconnection while a site's load changes, and its extremes over recorded intervals.
///
///   deviation = load − load that stood at the end of the first instant      the system was balanced then
///
/// Follows a piecewise-constant load exactly; told of each change, and asked at the end of each interval.
#pragma once

#include <algorithm>
#include <optional>

#include "models/grid/point/frequency_response.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

class FrequencyWatch {
 public:
  FrequencyWatch(const GridSystem& system, Time start) : response_(system), last_(start) {}

  /// The load from now on.
  void change(Time now, Power load) {
    follow(now);
    load_ = load;
  }
  struct Interval {
    Frequency mean{}, lowest{}, highest{};
  };
  /// What the frequency did since the last call.
  Interval take(Time now) {
    follow(now);
    Interval interval{response_.frequency(), response_.frequency(), response_.frequency()};
    if (seconds_ > 0) interval = {Frequency(integral_ / seconds_), lowest_, highest_};
    seconds_ = integral_ = 0;
    return interval;
  }
  [[nodiscard]] const FrequencyResponse& response() const { return response_; }
  /// Since the start; nominal before time has passed.
  [[nodiscard]] Frequency lowest() const { return lowest_of_all_.value_or(response_.frequency()); }
  [[nodiscard]] Frequency highest() const { return highest_of_all_.value_or(response_.frequency()); }
  /// What the load deviates from; nothing before time has passed.
  [[nodiscard]] std::optional<Power> balanced() const { return balanced_; }
  void follow(Time now) {
    if (now <= last_) return;
    if (!balanced_) balanced_ = load_;
    const double length_s = seconds(now - last_);
    const FrequencySpan span = response_.advance(load_ - *balanced_, now - last_);
    lowest_of_all_ = std::min(lowest_of_all_.value_or(span.lowest), span.lowest);
    highest_of_all_ = std::max(highest_of_all_.value_or(span.highest), span.highest);
    lowest_ = seconds_ > 0 ? std::min(lowest_, span.lowest) : span.lowest;
    highest_ = seconds_ > 0 ? std::max(highest_, span.highest) : span.highest;
    integral_ += length_s * span.mean.si();
    seconds_ += length_s;
    last_ = now;
  }

 private:
  FrequencyResponse response_;
  Time last_;
  Power load_{};
  std::optional<Power> balanced_;
  double seconds_ = 0, integral_ = 0;
  Frequency lowest_{}, highest_{};
  std::optional<Frequency> lowest_of_all_, highest_of_all_;
};

}  // namespace wattershed
