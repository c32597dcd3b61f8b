#include "models/workload/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "models/scheduling/check.hpp"
#include "models/workload/trace_format.hpp"

namespace wattershed {
namespace {

constexpr double kMostJobs = 1e7;  // of all repeated jobs of a run

/// Jobs that this one submits over the run, about.
double submissions(const WorkPlace& place, const FixedJob& job) {
  const LocalTime end = add(place.start, place.duration);
  const double left_s = seconds(end - std::max(job.from.value_or(place.start), place.start));
  if (left_s <= 0) return 0;
  constexpr double month_s = 2'629'746;
  const double every_s = job.every ? job.every->months * month_s + seconds(job.every->rest) : left_s;
  return std::max(left_s / every_s, 1.0) * static_cast<double>(job.copies);
}

void check_size(const WorkPlace& place, const Complaints& say, const std::string& path, const std::string& name,
                std::int64_t accelerators) {
  const std::int64_t most = accelerators_of(place.racks, place.most_racks);
  if (accelerators > most)
    say.problem(
        path + ".accelerators",
        fmt::format("job '{}' asks for {} accelerators, the site never has more than {}", name, accelerators, most));
}

/// A cap that an idle accelerator already breaks is none.
void check_cap(const WorkPlace& place, const Complaints& say, const std::string& path,
               const std::optional<Power>& cap) {
  if (!cap) return;
  for (const auto& [type, rack] : place.racks) {
    const Accelerator& accelerator = rack.server.accelerator;
    if (*cap < accelerator.parked())
      say.problem(
          path + ".power_cap",
          fmt::format("a cap of {:.0f} W cannot be kept on rack '{}': an accelerator with its work loaded draws "
                      "{:.0f} W without doing any",
                      cap->si(), type, accelerator.parked().si()));
  }
}

void check_fixed(const Workload& workload, const WorkPlace& place, const Complaints& say) {
  double all = 0;
  for (const auto& [name, job] : workload.fixed) {
    const std::string path = place.path + "fixed." + name;
    const double jobs = submissions(place, job);
    all += jobs;
    if (jobs <= kMostJobs && all > kMostJobs)
      say.problem(path + ".accelerators",
                  fmt::format("{:.2g} jobs with this one; at most {:g} in a run", all, kMostJobs));
    if (jobs > kMostJobs)
      say.problem(path + (job.every ? ".every" : ".copies"),
                  fmt::format("this submits {:.2g} jobs; at most {:g} in a run", jobs, kMostJobs));
    check_size(place, say, path, name, job.accelerators);
  }
}

/// A job whose steps or failures follow one another in no time at all would never come to its end.
void check_pace(const Complaints& say, const std::string& path, const TrainingJob& job, const StepPlan& plan) {
  constexpr double shortest_step_s = 1e-3, shortest_life_s = 1;
  if (plan.step_s < shortest_step_s && plan.steps > 1)
    say.problem(path + (job.batch ? ".batch" : ".accelerators"),
                fmt::format("a step would take {:.2g} s; at least 1 ms: give a larger batch", plan.step_s));
  if (plan.failures_per_s * shortest_life_s > 1)
    say.problem(path + ".accelerator_failure_every",
                fmt::format("the job would fail {:.2g} times a second; at most once: give a longer time",
                            plan.failures_per_s));
}

void check_training(const Workload& workload, const WorkPlace& place, const Complaints& say) {
  for (const auto& [name, job] : workload.training) {
    const std::string path = place.path + "training." + name;
    check_size(place, say, path, name, job.accelerators);
    check_cap(place, say, path, job.power_cap);
    for (const auto& [type, rack] : place.racks) {
      try {
        check_pace(say, path, job, plan_step(job, rack.server.accelerator));
      } catch (const std::invalid_argument& error) {
        say.problem(path + ".accelerators", fmt::format("job '{}' on rack '{}': {}", name, type, error.what()));
      }
    }
    if (place.racks.empty()) say.problem(path + ".accelerators", "there are no racks to train on");
    if (job.from && *job.from < place.start)
      say.warn(fmt::format("training '{}' would have begun before the start: it is left out", name));
    else if (job.from && *job.from >= add(place.start, place.duration))
      say.warn(fmt::format("training '{}' begins after the end: it is left out", name));
  }
}

/// A modelled service runs on the first rack type whose accelerators can hold its model.
std::vector<std::size_t> check_services(const Workload& workload, const WorkPlace& place, const Complaints& say) {
  const Named<Rack>& racks = place.racks;
  std::vector<std::size_t> types;
  for (const auto& [name, service] : workload.inference) {
    const std::string path = place.path + "inference." + name;
    types.push_back(0);
    for (const char* taken : {"jobs", "idle", "no_it_load"})
      if (name == taken)
        say.problem(path + ".requests.rate",
                    fmt::format("a service cannot be named '{}': it is a row of the table of shares", name));
    if (!service.is_modelled()) continue;
    check_cap(place, say, path, service.power_cap);
    std::string why = "there are no racks to serve on";
    bool found = false;
    for (std::size_t i = 0; i < racks.size() && !found; ++i) {
      const Rack& rack = racks[i].second;
      std::string text = service_problem(service, rack.server.accelerator);
      const std::int64_t size = text.empty() ? replica_design(service, rack.server.accelerator).accelerators : 0;
      const std::int64_t most = place.most_racks[i] * rack.accelerators();
      if (text.empty() && size > most)
        text = fmt::format("a replica takes {} accelerators, there are never more than {}", size, most);
      found = text.empty();
      if (!found) {
        why = fmt::format("on rack '{}': {}", racks[i].first, text);
        continue;
      }
      types.back() = i;
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
  return types;
}

// A log that begins so long after its second 0 counts from 1970, as the clocks of computers do.
constexpr std::chrono::seconds earliest_of_1970 =
    std::chrono::sys_days(std::chrono::year(1980) / 1 / 1).time_since_epoch();

// Second 0 of a trace: as written; else the start of the run, or 1970.
Time second_zero(const JobTrace& read, const Trace& trace, const TracePlace& place, const Complaints& say) {
  if (trace.from) return place.zone.to_utc(*trace.from);
  if (read.jobs.empty() || read.jobs.front().submit < earliest_of_1970) return place.start;
  const std::chrono::sys_time<Duration> first(read.jobs.front().submit), last(read.jobs.back().submit);
  const std::string times = fmt::format("{}: submit times are seconds since 1970 ({} to {})", trace.file.written,
                                        format_utc(first), format_utc(last));
  if (last < place.start || first > place.end) {
    // A whole minute, so that it can be written; no job may come before the start for it.
    const auto from =
        std::chrono::ceil<std::chrono::minutes>(place.zone.to_local(place.start - first.time_since_epoch()));
    throw InputError(
        trace.file.place,
        fmt::format("{}, none lies within the run; lay them onto it with `from: {}` (when their second 0 "
                    "is), or move the run",
                    times, format_local(from)));
  }
  say.warn(times + "; where they are not, `from:` says when their second 0 is");
  return Time{};
}

}  // namespace

std::vector<JobTrace> read_traces(const std::vector<Trace>& traces, const TracePlace& place,
                                  const Complaints& complaints) {
  std::vector<JobTrace> all;
  for (const Trace& trace : traces)
    complaints.collect([&] {
      JobTrace read = read_trace(*trace.format, trace.file);
      if (trace.processors == TraceProcessors::requested)
        for (TraceJob& job : read.jobs) job.processors = job.requested_processors;
      keep_within(read, second_zero(read, trace, place, complaints), place.start, place.end);
      remove_larger_than(read, place.most_accelerators);
      for (const std::string& text : read.warnings()) complaints.warn(text);
      all.push_back(std::move(read));
    });
  return all;
}

std::vector<std::size_t> check_work(const Workload& workload, const WorkPlace& place, const Complaints& complaints) {
  check_fixed(workload, place, complaints);
  check_training(workload, place, complaints);
  return check_services(workload, place, complaints);
}

}  // namespace wattershed
