/// The logs of magnifying glasses that are open now: a part tells each of them what changes.
#pragma once

#include <vector>

#include "models/facility/waveform/waveform_log.hpp"

namespace wattershed {

class OpenLogs {
 public:
  void add(WaveformLog& log) { logs_.push_back(&log); }
  void remove(WaveformLog& log) { std::erase(logs_, &log); }
  [[nodiscard]] auto begin() const { return logs_.begin(); }
  [[nodiscard]] auto end() const { return logs_.end(); }

 private:
  std::vector<WaveformLog*> logs_;
};

}  // namespace wattershed
