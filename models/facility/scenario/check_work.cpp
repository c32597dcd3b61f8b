#include "models/facility/scenario/check_work.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace wattershed {
namespace {

constexpr double kMostJobs = 1e7;  // of all repeated jobs of a run

/// Jobs that this one submits over the run, about.
double submissions(const Scenario& scenario, const FixedJob& job) {
  const LocalTime end = add(scenario.start, scenario.duration);
  const double left_s = seconds(end - std::max(job.from.value_or(scenario.start), scenario.start));
  if (left_s <= 0) return 0;
  constexpr double month_s = 2'629'746;
  const double every_s = job.every ? job.every->months * month_s + seconds(job.every->rest) : left_s;
  return std::max(left_s / every_s, 1.0) * static_cast<double>(job.copies);
}

void check_size(const LoadedScenario& loaded, const Complaints& say, const std::string& path, const std::string& name,
                std::int64_t accelerators) {
  if (accelerators > loaded.most_accelerators())
    say.problem(path + ".accelerators",
                fmt::format("job '{}' asks for {} accelerators, the site never has more than {}", name, accelerators,
                            loaded.most_accelerators()));
}

/// A cap that an idle accelerator already breaks is none.
void check_cap(const LoadedScenario& loaded, const Complaints& say, const std::string& path,
               const std::optional<Power>& cap) {
  if (!cap) return;
  for (const auto& [type, rack] : loaded.scenario.site.racks) {
    const Accelerator& accelerator = rack.server.accelerator;
    if (*cap < accelerator.parked())
      say.problem(
          path + ".power_cap",
          fmt::format("a cap of {:.0f} W cannot be kept on rack '{}': an accelerator with its work loaded draws "
                      "{:.0f} W without doing any",
                      cap->si(), type, accelerator.parked().si()));
  }
}

void check_fixed(const LoadedScenario& loaded, const Complaints& say) {
  double all = 0;
  for (const auto& [name, job] : loaded.scenario.workload.fixed) {
    const std::string path = loaded.workload_prefix + "fixed." + name;
    const double jobs = submissions(loaded.scenario, job);
    all += jobs;
    if (jobs <= kMostJobs && all > kMostJobs)
      say.problem(path + ".accelerators",
                  fmt::format("{:.2g} jobs with this one; at most {:g} in a run", all, kMostJobs));
    if (jobs > kMostJobs)
      say.problem(path + (job.every ? ".every" : ".copies"),
                  fmt::format("this submits {:.2g} jobs; at most {:g} in a run", jobs, kMostJobs));
    check_size(loaded, say, path, name, job.accelerators);
  }
}

void check_training(const LoadedScenario& loaded, const Complaints& say) {
  const Scenario& scenario = loaded.scenario;
  for (const auto& [name, job] : scenario.workload.training) {
    const std::string path = loaded.workload_prefix + "training." + name;
    check_size(loaded, say, path, name, job.accelerators);
    check_cap(loaded, say, path, job.power_cap);
    for (const auto& [type, rack] : scenario.site.racks) {
      try {
        plan_step(job, rack.server.accelerator);
      } catch (const std::invalid_argument& error) {
        say.problem(path + ".accelerators", fmt::format("job '{}' on rack '{}': {}", name, type, error.what()));
      }
    }
    if (scenario.site.racks.empty()) say.problem(path + ".accelerators", "there are no racks to train on");
    if (job.from && *job.from < scenario.start)
      say.warn(fmt::format("training '{}' would have begun before the start: it is left out", name));
    else if (job.from && *job.from >= add(scenario.start, scenario.duration))
      say.warn(fmt::format("training '{}' begins after the end: it is left out", name));
  }
}

/// A modelled service runs on the first rack type whose accelerators can hold its model.
void check_services(LoadedScenario& loaded, const Complaints& say) {
  const auto& racks = loaded.scenario.site.racks;
  for (const auto& [name, service] : loaded.scenario.workload.inference) {
    const std::string path = loaded.workload_prefix + "inference." + name;
    loaded.service_racks.push_back(0);
    for (const char* taken : {"jobs", "idle", "no_it_load"})
      if (name == taken)
        say.problem(path + ".requests.rate",
                    fmt::format("a service cannot be named '{}': it is a row of the table of shares", name));
    if (!service.is_modelled()) continue;
    check_cap(loaded, say, path, service.power_cap);
    std::string why = "there are no racks to serve on";
    bool found = false;
    for (std::size_t i = 0; i < racks.size() && !found; ++i) {
      const Rack& rack = racks[i].second;
      std::string text = service_problem(service, rack.server.accelerator);
      const std::int64_t size = text.empty() ? replica_design(service, rack.server.accelerator).accelerators : 0;
      const std::int64_t most = loaded.most_racks[i] * rack.accelerators();
      if (text.empty() && size > most)
        text = fmt::format("a replica takes {} accelerators, there are never more than {}", size, most);
      found = text.empty();
      if (!found) {
        why = fmt::format("on rack '{}': {}", racks[i].first, text);
        continue;
      }
      loaded.service_racks.back() = i;
      if (size > rack.accelerators())
        say.warn(
            fmt::format("service '{}': a replica of {} accelerators spans racks of {}, but is modelled as one domain "
                        "of links",
                        name, size, rack.accelerators()));
      if (service.replicas.min * size > most)
        say.warn(
            fmt::format("service '{}' wants at least {} replicas of {} accelerators; there are never more than {}",
                        name, service.replicas.min, size, most));
    }
    if (!found) say.problem(path + ".requests.rate", fmt::format("service '{}' fits nowhere: {}", name, why));
  }
}

}  // namespace

void check_work(LoadedScenario& loaded, const Complaints& complaints) {
  check_fixed(loaded, complaints);
  check_training(loaded, complaints);
  check_services(loaded, complaints);
}

}  // namespace wattershed
