#include "models/workload/omissions.hpp"

#include <algorithm>

namespace wattershed {
namespace {

struct Work {
  const Workload& work;
  bool waveforms;
};

bool any_service(const Work& w, bool modelled) {
  return std::any_of(w.work.inference.begin(), w.work.inference.end(),
                     [&](const auto& entry) { return entry.second.is_modelled() == modelled; });
}
bool any_training(const Work& w) { return !w.work.training.empty(); }
bool given_lengths(const Work& w) { return !w.work.fixed.empty() || !w.work.traces.empty(); }

constexpr OmissionRule<Work> of_work[]{
    {{"failures of accelerators and nodes under training jobs that say accelerator_failure_every: none",
      "workload.training.NAME.accelerator_failure_every, from the fleet's own record"},
     [](const Work& w) {
       return std::any_of(w.work.training.begin(), w.work.training.end(),
                          [](const auto& entry) { return !entry.second.accelerator_failure_every; });
     }},
    {{"jobs in each other's way: a training step takes as long beside any neighbour on network and storage",
      "the network's topology, where jobs stand on it, what they send"},
     any_training},
    {{"failures of nodes under jobs of a given length: each ends after its time at work",
      "rates of failure of the nodes, and what a job does after one"},
     given_lengths},
    {{"swings of jobs of a given length: each draws one level as long as it runs",
      "phases of their power: a training job with a pattern"},
     [](const Work& w) { return w.waveforms && given_lengths(w); }},
    {{"users who answer to waiting: jobs of a trace come when they came, however long the queue is",
      "a model of when the users submit"},
     [](const Work& w) { return !w.work.traces.empty(); }},
    {{"single requests: a service is a flow; means of its latencies, no percentiles, no bursts within an interval",
      "a record of arrivals and lengths, request by request"},
     [](const Work& w) { return any_service(w, true); }},
    {{"latency and losses of services with an energy per request: whatever comes is answered at once",
      "the service's model: workload.inference.NAME.llm"},
     [](const Work& w) { return any_service(w, false); }},
};

}  // namespace

std::vector<Omission> work_omissions(const Workload& work, bool waveforms) {
  return touched(of_work, Work{work, waveforms});
}

}  // namespace wattershed
