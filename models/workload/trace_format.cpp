#include "models/workload/trace_format.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "models/workload/swf.hpp"

namespace wattershed {
namespace {

constexpr TextKind trace_file{"trace", std::uintmax_t{4} << 30U};

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
    read_pieces(file, trace_file, [&](std::string_view piece) {
      if (start.size() < trace_start) start += piece.substr(0, trace_start - start.size());
      reader->feed(piece);
    });
    return reader->finish();
  } catch (const InputError&) {
    if (format.looks_alike(start)) throw;
    const TraceFormat* const other = format_that_looks_like(start, others);
    if (other == nullptr) throw;
    throw InputError(file.place, fmt::format("'{}' looks like {}, not like {}; write '{}: {}'", file.written,
                                             other->title, format.title, other->key, file.written));
  }
}

JobTrace parse_trace(const TraceFormat& format, std::string_view text, std::string file) {
  const std::unique_ptr<TraceReader> reader = format.reader(std::move(file));
  reader->feed(text);
  return reader->finish();
}

}  // namespace wattershed
