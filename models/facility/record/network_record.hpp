/// What a run leaves of the network that its sites stand in (network_watch.hpp), over recorded intervals.
///
///   /network/balance    losses of all branches, power of the slack bus, the fullest branch's loading
///   /network/buses      voltage of every bus, with its extremes;  second axis `bus`
///   /network/branches   apparent power of every branch, and where there are ratings its loading;  axis `branch`
#pragma once

#include "models/facility/record/network_watch.hpp"
#include "sim/output/recorder.hpp"

namespace wattershed {

class NetworkRecord {
 public:
  /// Declares the tables; before the file begins.
  NetworkRecord(Simulation& simulation, NetworkWatch& watch, const LoadedScenario& loaded, RunSink& file);
  NetworkRecord(const NetworkRecord&) = delete;  // the simulation holds on to it
  /// Ends recording at `now`, before the planned end.
  void stop(Time now) { recorder_.stop(now); }

 private:
  void declare_branches(bool ratings);

  NetworkWatch& watch_;
  Recorder recorder_;
};

}  // namespace wattershed
