// Any bytes, read by every format of traces there is, are either a trace that keeps its promises or an InputError, also
// when they come in two pieces; and some format, or none, is what they look like. A file of them is read alike, packed by
// gzip or not, and packed ones with a changed byte are read or refused.
#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "memory_file.hpp"
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

std::string packed(std::string_view text) {
  constexpr int fast = 1, gzip = 16 + MAX_WBITS, memory_level = 1;
  z_stream stream{};
  demand(deflateInit2(&stream, fast, Z_DEFLATED, gzip, memory_level, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string bytes(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  demand(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

/// The jobs of a file that holds these bytes; nothing when it is refused.
std::optional<std::vector<TraceJob>> jobs_of_file(const TraceFormat& format, std::string_view bytes) {
  static MemoryFile file;
  file.write(bytes);
  try {
    JobTrace trace = read_trace(format, {"fuzz.trace", file.path(), {}});
    demand_promises(trace);
    return std::move(trace.jobs);
  } catch (const InputError& error) {
    demand(!error.problems().empty());
    return std::nullopt;
  }
}

void read_packed(std::string_view text) {
  const TraceFormat& format = trace_formats().front();
  std::string bytes = packed(text);
  const bool plain_twice = text.starts_with("\x1f\x8b");  // what is packed is itself packed
  if (!plain_twice) demand(jobs_of_file(format, text) == jobs_of_file(format, bytes));
  if (text.empty()) return;
  const auto place = static_cast<unsigned char>(text.back()) * bytes.size() / 256;
  bytes[place] = static_cast<char>(bytes[place] ^ (text.front() | 1));
  static_cast<void>(jobs_of_file(format, bytes));
  static_cast<void>(jobs_of_file(format, std::string_view(bytes).substr(0, place)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const TraceFormat* const alike = format_that_looks_like(text.substr(0, trace_start));
  demand(alike == nullptr || alike->looks_alike(text.substr(0, trace_start)));
  static_cast<void>(foreign_trace(text.substr(0, trace_start)));
  for (const TraceFormat& format : trace_formats()) read_by(format, text);
  read_packed(text);
  return 0;
}
