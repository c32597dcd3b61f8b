// Any bytes are either a trace that keeps its promises or an InputError, also when they come in two pieces.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/workload/swf.hpp"

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wattershed;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  SwfTrace trace;
  std::size_t problems = 0;
  try {
    trace = parse_swf(text, "fuzz.swf");
    for (std::size_t i = 0; i < trace.jobs.size(); ++i) {
      const SwfJob& job = trace.jobs[i];
      demand(job.processors > 0 && job.run_time > Duration::zero() && job.requested_time > Duration::zero());
      demand(job.submit >= (i == 0 ? Duration::zero() : trace.jobs[i - 1].submit));
    }
    static_cast<void>(trace.warnings());
    static_cast<void>(trace.header_number("MaxProcs"));
  } catch (const InputError& error) {
    problems = error.problems().size();
    demand(problems > 0);
  }
  try {
    SwfReader reader("fuzz.swf");
    const std::size_t cut = size == 0 ? 0 : data[0] % size;
    reader.feed(text.substr(0, cut));
    reader.feed(text.substr(cut));
    const SwfTrace again = reader.finish();
    demand(problems == 0 && again.jobs == trace.jobs);
  } catch (const InputError& error) {
    demand(error.problems().size() == problems);
  }
  return 0;
}
