#include "models/workload/job_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace wattershed {

std::optional<std::string> JobTrace::header_text(std::string_view name) const {
  for (const auto& [key, text] : header)
    if (key == name) return text;
  return std::nullopt;
}

std::optional<std::int64_t> JobTrace::header_number(std::string_view name) const {
  const std::optional<std::string> text = header_text(name);
  std::int64_t number = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc{})
    return std::nullopt;
  return number;
}

bool JobTrace::has_users() const {
  return std::any_of(jobs.begin(), jobs.end(), [](const TraceJob& job) { return !job.user.empty(); });
}

std::vector<std::string> JobTrace::warnings() const {
  std::vector<std::string> all;
  auto add = [&](std::int64_t count, std::string_view one, std::string_view many) {
    if (count > 0) all.push_back(fmt::format("{}: {} {}", file, count, count == 1 ? one : many));
  };
  add(without_run_time, "job without a run time was skipped", "jobs without a run time were skipped");
  add(without_processors, "job without processors was skipped", "jobs without processors were skipped");
  add(parts, "line was skipped: it is a part of a job, which has a line of its own",
      "lines were skipped: they are parts of jobs, which have lines of their own");
  add(before_start, "job submitted before the start is left out", "jobs submitted before the start are left out");
  add(after_end, "job submitted after the end is left out", "jobs submitted after the end are left out");
  add(larger_than_site, "job larger than the site was skipped", "jobs larger than the site were skipped");
  add(out_of_order, "job stood out of order and was sorted by its submit time",
      "jobs stood out of order and were sorted by their submit times");
  if (!jobs.empty()) return all;
  if (before_start + after_end > 0)
    all.push_back(fmt::format("{}: no job is submitted within the run; `from:` says when its second 0 is", file));
  else if (larger_than_site == 0)
    all.push_back(fmt::format("{}: there is no job in it", file));
  return all;
}

std::int64_t remove_larger_than(JobTrace& trace, std::int64_t accelerators) {
  const auto removed = static_cast<std::int64_t>(
      std::erase_if(trace.jobs, [=](const TraceJob& job) { return job.processors > accelerators; }));
  trace.larger_than_site += removed;
  return removed;
}

void keep_within(JobTrace& trace, Time second_zero, Time start, Time end) {
  trace.second_zero = second_zero;
  // In seconds, so that no far date overflows the clock.
  const auto s_of = [](Time t) { return std::chrono::duration<double>(t.time_since_epoch()).count(); };
  const auto submitted_s = [&](const TraceJob& job) { return s_of(second_zero) + seconds(job.submit); };
  trace.before_start += static_cast<std::int64_t>(
      std::erase_if(trace.jobs, [&](const TraceJob& job) { return submitted_s(job) < s_of(start); }));
  trace.after_end += static_cast<std::int64_t>(
      std::erase_if(trace.jobs, [&](const TraceJob& job) { return submitted_s(job) > s_of(end); }));
}

}  // namespace wattershed
