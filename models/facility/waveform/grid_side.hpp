/// The grid's side of a window: battery, reactive power, voltage and frequency, sample by sample, from what a site
/// asks for.
///
///   grid      = load + what the battery stores and loses             models/electrical/storage.hpp
///   reactive  by curve of the feed and of the motors                 reactive_load.hpp
///   voltage   exact Thévenin, or what a sag leaves where that is less  models/grid/point/grid_point.hpp
///   frequency of the interconnection                                 models/grid/point/frequency_response.hpp
///
/// Inputs   blocks of a waveform (waveform.hpp), in order; what the site has of all that
/// Outputs  the same samples with their columns; those that the site does not have stay empty
/// Errors   VoltageCollapse, with the time
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "models/electrical/reactive_load.hpp"
#include "models/electrical/storage.hpp"
#include "models/facility/waveform/waveform.hpp"
#include "models/grid/point/frequency_response.hpp"
#include "models/grid/point/grid_point.hpp"

namespace wattershed {

/// What a site has at its point of interconnection, and how it stood when the window's log began.
struct GridSideSetup {
  std::optional<Battery> battery;
  std::optional<Share> state_of_charge;
  std::optional<ReactiveLoad> reactive;
  std::optional<TheveninImpedance> impedance;
  std::optional<FrequencyResponse> frequency;
  bool ups = false;               ///< UPS that transfer to batteries of their own
  bool sags = false;              ///< the voltage is known at least while it sags
  std::optional<Power> balanced;  ///< the load that the interconnection was balanced at; without it, the first sample
};

struct GridSideSample {
  double facility_w = 0, grid_w = 0, battery_w = 0, state_of_charge = 0;
  double reactive_va = 0, voltage = 1, frequency_hz = 0;
};

class GridSide {
 public:
  /// Samples of `every_s`, the first `begin_s` after the origin of the log.
  GridSide(GridSideSetup setup, const WaveformLog& log, double begin_s, double every_s);

  void run(const WaveformBlock& block, const std::function<void(std::size_t, const GridSideSample&)>& sink);

 private:
  GridSideSetup setup_;
  Follower retained_, refilling_, from_grid_;
  Time origin_;
  double begin_s_, every_s_;
  Duration step_;
  std::optional<StorageSmoother> smoother_;
};

}  // namespace wattershed
