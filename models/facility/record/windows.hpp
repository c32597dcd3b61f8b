/// The magnifying glasses of a site: opened in time, filled from a log of what changes, closed into tables.
///
/// A window hears of the changes from a lead before its begin on, so that lags and stores have forgotten how they
/// began, and is worked out when it ends (models/facility/waveform/waveform.hpp, grid_side.hpp). It acts on nothing:
/// every other dataset of the run is the same without it, bit for bit. Of sites in one network all windows of a name
/// are worked out together, when the last site has handed in its own (network_windows.hpp).
///
/// Outputs  /<site>/windows/<name> over time, float32, and what a reader must know as attributes
/// Draws    from the streams "window NAME of JOB"; a rack's own from the same name and its own
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/facility/record/network_seat.hpp"
#include "models/facility/site/site_model.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

class SiteWindows {
 public:
  /// Declares the tables and plans the openings; to be made before the file begins. What lies outside the run is cut.
  SiteWindows(Simulation& simulation, SiteModel& site, const LoadedSite& loaded, RunSink& file,
              NetworkSeat seat = {});
  ~SiteWindows();
  SiteWindows(const SiteWindows&) = delete;  // the simulation holds on to it

  /// Closes what is still open, up to the last whole sample before now: an interrupted run.
  void stop();

 private:
  struct Glass;
  void open(Glass& glass);
  void close(Glass& glass, Time end);
  /// Rows of its table, or where the network has a say, what it must hear first.
  struct Rows;

  Simulation& simulation_;
  SiteModel& site_;
  RunSink& file_;
  NetworkSeat seat_;
  std::string stream_prefix_;
  Time start_;
  std::vector<std::unique_ptr<Glass>> glasses_;
};

}  // namespace wattershed
