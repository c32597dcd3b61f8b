#include "analysis/screen/work_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analysis/screen/shown.hpp"

namespace wattershed {
namespace {

/// Of IT energy, what accelerators took that nobody held.
double idle_share(const RunSummary& run) {
  const auto idle =
      std::find_if(run.users.begin(), run.users.end(), [](const UserSummary& u) { return u.name == "idle"; });
  const double it_j = run.value("it_energy");
  return idle != run.users.end() && it_j > 0 ? idle->it_energy_j / it_j : 0;
}

/// Done of all that were to be done: a job too large for the site is one of them.
std::string jobs_line(const RunSummary& run) {
  const double submitted = run.value("jobs_submitted"), too_large = run.value("jobs_too_large");
  std::string text;
  if (submitted + too_large > 0)
    text = fmt::format("{} of {} jobs done", count(run.value("jobs_done")), count(submitted + too_large));
  if (run.value("jobs_waiting") > 0) text += fmt::format(", {} still waiting", count(run.value("jobs_waiting")));
  if (submitted > 0)
    text += fmt::format(", mean wait {}, accelerators {} busy", span(run.value("mean_wait")),
                        percent(run.value("utilisation")));
  if (const double idle = idle_share(run); submitted > 0 && idle > 0.0005)
    text += fmt::format(", idle ones take {} of IT energy", percent(idle));
  if (run.value("draining_time") > 0)
    text += fmt::format("; racks taken away held jobs for {} accelerator-hours",
                        figures(run.value("draining_time") / 3600));
  if (const double held = run.value("jobs_held") - run.value("held_jobs"); held > 0)  // and then started
    text += fmt::format("; {} held back by the connection", count(held));
  const double too_large_in_all = too_large + run.value("jobs_beyond_racks");
  if (const double never = run.value("held_jobs") + too_large_in_all; never > 0) {
    text += fmt::format("{}{} job{} NEVER STARTED: ", text.empty() ? "" : "; ", count(never), never == 1 ? "" : "s");
    if (run.value("held_jobs") > 0)
      text += fmt::format("{} held back by the connection (up to {}, {} accelerator-hours){}",
                          count(run.value("held_jobs")), span(run.value("held_time")),
                          figures(run.value("held_accelerator_time") / 3600), too_large_in_all > 0 ? ", " : "");
    if (too_large_in_all > 0) text += fmt::format("{} larger than the site", count(too_large_in_all));
    const bool some_wait = run.value("held_jobs") + run.value("jobs_beyond_racks") > 0;
    const double queue = run.value("jobs_waiting") - run.value("held_jobs") - run.value("jobs_beyond_racks");
    if (some_wait && queue > 0) text += fmt::format("; {} wait in the queue at the end", count(queue));
  }
  std::string left_out;
  const auto left = [&](const char* name, const char* why) {
    if (run.value(name) > 0)
      left_out += fmt::format("{}{} {}", left_out.empty() ? "" : ", ", count(run.value(name)), why);
  };
  left("jobs_outside_run", "submitted outside of the run");
  left("jobs_never_ran", "that never ran");
  if (!left_out.empty()) text += (text.empty() ? "" : "; ") + ("left out of traces: " + left_out);
  return text;
}

}  // namespace

std::vector<std::string> work_lines(const RunSummary& run, const RunFigures& of_run, bool us) {
  std::vector<std::string> lines;
  if (std::string jobs = jobs_line(run); !jobs.empty()) lines.push_back(std::move(jobs));
  if (run.value("tokens_trained") > 0 || run.value("training_failures") > 0) {
    lines.push_back("trained " + count(run.value("tokens_trained")) + " tokens");
    if (run.value("training_failures") > 0)
      lines.back() +=
          fmt::format(", {} failure{} lost {}", count(run.value("training_failures")),
                      run.value("training_failures") == 1 ? "" : "s", span(run.value("training_lost_time")));
  }
  if (run.value("requests_served") > 0) {
    lines.push_back(count(std::round(run.value("requests_served"))) + " requests served");
    if (run.value("tokens_served") > 0)
      lines.back() += " with " + count(run.value("tokens_served")) + " output tokens";
  }
  if (const double lost = run.value("requests_lost"); lost > 0)
    lines.push_back(fmt::format("{} requests LOST, {} of all", count(std::ceil(lost)),
                                percent(lost / (lost + run.value("requests_served")))));
  if (of_run.per_token) {
    constexpr double million = 1e6;
    const PerToken& per = *of_run.per_token;
    lines.push_back(fmt::format("per million output tokens: {}, {}, {}; {} USD of energy and water, {} USD in all{}",
                                show(energy(per.grid_energy_j * million)),
                                show(carbon(per.emissions_kg * million, us)), show(water(per.water_kg * million, us)),
                                figures(per.energy_and_water_usd * million), figures(per.full_usd * million),
                                per.has_servers ? "" : " but servers"));
  }
  if (lines.empty()) lines.emplace_back("none");
  return lines;
}

}  // namespace wattershed
