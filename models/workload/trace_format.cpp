#include "models/workload/trace_format.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "models/workload/foreign_trace.hpp"
#include "models/workload/swf.hpp"
#include "sim/input/packed_text.hpp"

namespace wattershed {
namespace {

constexpr TextKind trace_file{"trace", std::uintmax_t{4} << 30U};

// What it is and what is read instead, where a file is no trace of that format at all: its lines need no word each.
void refuse_foreign(const TraceFormat& format, const FileName& file, std::string_view start, const InputError& error,
                    std::span<const TraceFormat> others) {
  const std::string_view foreign = foreign_trace(start);
  if (foreign.empty() && format.looks_alike(start)) return;
  if (const TraceFormat* const other = format_that_looks_like(start, others);
      other != nullptr && other->key != format.key)
    throw InputError(file.place, fmt::format("'{}' looks like {}, not like {}; write '{}: {}'", file.written,
                                             other->title, format.title, other->key, file.written));
  std::string read;
  for (const TraceFormat& known : others)
    read += fmt::format("{}{} (`{}: FILE`, also packed by gzip)", read.empty() ? "" : ", ", known.title, known.key);
  if (!foreign.empty())
    throw InputError(file.place, fmt::format("'{}' is {}, which is not read; traces are read in {}: convert it",
                                             file.written, foreign, read));
  if (error.problems().size() > 1)  // line after line
    throw InputError(error.problems().front().place, fmt::format("'{}' does not look like {}; traces are read in {}",
                                                                 file.written, format.title, read));
}

}  // namespace

std::span<const TraceFormat> trace_formats() {
  static constexpr std::array table{
      TraceFormat{"swf", "Standard Workload Format",
                  "file in Standard Workload Format; its processors are accelerators", looks_like_swf,
                  make_swf_reader},
  };
  return table;
}

std::vector<std::string_view> trace_keys() {
  std::vector<std::string_view> keys;
  for (const TraceFormat& format : trace_formats()) keys.push_back(format.key);
  return keys;
}

const TraceFormat& trace_format(std::string_view key) {
  for (const TraceFormat& format : trace_formats())
    if (format.key == key) return format;
  throw std::logic_error(fmt::format("no format of traces has the key '{}'", key));
}

const TraceFormat* format_that_looks_like(std::string_view start, std::span<const TraceFormat> formats) {
  for (const TraceFormat& format : formats)
    if (format.looks_alike(start)) return &format;
  return nullptr;
}

JobTrace read_trace(const TraceFormat& format, const FileName& file, std::span<const TraceFormat> others) {
  const std::unique_ptr<TraceReader> reader = format.reader(file.written);
  std::string start;
  try {
    read_unpacked(file, trace_file, [&](std::string_view piece) {
      if (start.size() < trace_start) start += piece.substr(0, trace_start - start.size());
      reader->feed(piece);
    });
    return reader->finish();
  } catch (const InputError& error) {
    refuse_foreign(format, file, start, error, others);
    throw;
  }
}

JobTrace parse_trace(const TraceFormat& format, std::string_view text, std::string file) {
  const std::unique_ptr<TraceReader> reader = format.reader(std::move(file));
  reader->feed(text);
  return reader->finish();
}

}  // namespace wattershed
