#include "models/workload/trace_reader.hpp"

#include <algorithm>
#include <utility>

namespace wattershed {

TraceReader::TraceReader(std::string file) : lines_(std::move(file)) { trace_.file = lines_.file(); }

void TraceReader::feed(std::string_view piece) {
  lines_.feed(piece, [this](std::string_view text) { line(text); });
}

JobTrace TraceReader::finish() {
  lines_.finish([this](std::string_view text) { line(text); });
  if (!problems_.empty()) throw InputError(std::move(problems_));
  ended(trace_);
  if (trace_.out_of_order > 0)
    std::stable_sort(trace_.jobs.begin(), trace_.jobs.end(),
                     [](const TraceJob& a, const TraceJob& b) { return a.submit < b.submit; });
  return std::move(trace_);
}

void TraceReader::add(TraceJob job) {
  if (job.processors <= 0) job.processors = job.requested_processors;
  if (job.requested_processors <= 0) job.requested_processors = job.processors;
  if (job.submit < last_submit_) ++trace_.out_of_order;
  last_submit_ = job.submit;
  if (job.run_time <= Duration::zero()) {
    ++trace_.without_run_time;
  } else if (job.processors <= 0) {
    ++trace_.without_processors;
  } else {
    if (job.requested_time <= Duration::zero()) job.requested_time = job.run_time;
    trace_.jobs.push_back(std::move(job));
  }
}

void TraceReader::add_header(std::string_view name, std::string_view text) {
  if (trace_.header.size() < most_headers) trace_.header.emplace_back(std::string(name), std::string(text));
}

void TraceReader::problem(std::string_view text, std::size_t at, std::string message) {
  std::string excerpt;  // none where the caret would stand off the screen
  for (const char c : at < 200 ? text.substr(0, 240) : std::string_view())
    excerpt += static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e ? ' ' : c;
  problems_.push_back(
      {{trace_.file, lines_.number(), static_cast<int>(at) + 1}, std::move(message), std::move(excerpt)});
  if (problems_.size() >= most_problems) throw InputError(std::move(problems_));
}

}  // namespace wattershed
