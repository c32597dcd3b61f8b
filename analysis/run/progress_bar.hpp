/// How far a run is, as a line on the terminal: date, share, events a second, seconds left.
#pragma once

#include <chrono>

#include "analysis/command/command.hpp"
#include "models/facility/record/run.hpp"

namespace wattershed {

class ProgressBar {
 public:
  /// Shown where it is wanted and somebody watches. `session` must outlive it.
  ProgressBar(const Session& session, bool wanted);
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// Draws it anew, ten times a second at most.
  void update(const Progress& progress);
  void clear();

 private:
  const Session& session_;
  bool shown_, drawn_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now(), last_ = begin_;
};

}  // namespace wattershed
