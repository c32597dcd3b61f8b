// Any bytes, read by every format of traces there is, are either a trace that keeps its promises or an InputError, also
// when they come in two pieces; and some format, or none, is what they look like.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "models/workload/foreign_trace.hpp"
#include "models/workload/trace_format.hpp"

namespace {

using namespace wattershed;

void demand(bool condition) {
  if (!condition) std::abort();
}

bool in_range(Duration time) {
  return time > Duration::zero() && time < longest_trace_time + std::chrono::seconds(1);
}

void demand_promises(const JobTrace& trace) {
  Duration last = Duration::zero();
  for (const TraceJob& job : trace.jobs) {
    for (const std::int64_t processors : {job.processors, job.requested_processors})
      demand(processors > 0 && processors <= most_trace_processors);
    demand(in_range(job.run_time) && in_range(job.requested_time));
    demand(job.submit >= last && (job.submit == Duration::zero() || in_range(job.submit)));
    last = job.submit;
    for (std::string_view rest = job.user; !rest.empty(); rest.remove_prefix(utf8_length(rest)))
      demand(utf8_length(rest) > 0);
  }
  static_cast<void>(trace.warnings());
  static_cast<void>(trace.header_number("MaxProcs"));
}

void read_by(const TraceFormat& format, std::string_view text) {
  JobTrace trace;
  std::size_t problems = 0;
  try {
    trace = parse_trace(format, text, "fuzz.trace");
    demand_promises(trace);
  } catch (const InputError& error) {
    problems = error.problems().size();
    demand(problems > 0);
  }
  try {
    const std::unique_ptr<TraceReader> reader = format.reader("fuzz.trace");
    const std::size_t cut = text.empty() ? 0 : static_cast<unsigned char>(text[0]) % text.size();
    reader->feed(text.substr(0, cut));
    reader->feed(text.substr(cut));
    const JobTrace again = reader->finish();
    demand(problems == 0 && again.jobs == trace.jobs);
  } catch (const InputError& error) {
    demand(error.problems().size() == problems);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const TraceFormat* const alike = format_that_looks_like(text.substr(0, trace_start));
  demand(alike == nullptr || alike->looks_alike(text.substr(0, trace_start)));
  static_cast<void>(foreign_trace(text.substr(0, trace_start)));
  for (const TraceFormat& format : trace_formats()) read_by(format, text);
  return 0;
}
