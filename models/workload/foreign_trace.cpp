#include "models/workload/foreign_trace.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "sim/base/text.hpp"

namespace wattershed {
namespace {

using namespace std::string_view_literals;

struct Mark {
  std::string_view bytes;
  std::string_view what;
  std::size_t at = 0;
};
constexpr std::array marks{
    Mark{"\x89HDF\r\n\x1a\n"sv, "an HDF5 file"},     Mark{"PK\x03\x04"sv, "a zip archive or a spreadsheet"},
    Mark{"\xfd\x37\x7a\x58\x5a"sv, "packed by xz"},  Mark{"BZh"sv, "packed by bzip2"},
    Mark{"\x28\xb5\x2f\xfd"sv, "packed by zstd"},    Mark{"7z\xbc\xaf\x27\x1c"sv, "a 7z archive"},
    Mark{"ustar"sv, "a tar archive", 257},           Mark{"PAR1"sv, "a Parquet file"},
    Mark{"SQLite format 3"sv, "an SQLite database"}, Mark{"%PDF-"sv, "a PDF"},
};

// The first line that is neither blank nor a comment.
std::string_view first_content(std::string_view start) {
  start = without_byte_order_mark(start);
  while (!start.empty()) {
    const std::string_view line = trimmed(next_line(start));
    if (!line.empty() && line.front() != ';' && line.front() != '#') return line;
  }
  return {};
}

// Columns have their separator within the first word, or far more often than a line of numbers between blanks has.
bool is_between(char separator, std::string_view line) {
  return std::count(line.begin(), line.end(), separator) >= 2 &&
         line.substr(0, line.find_first_of(" \"")).find(separator) != std::string_view::npos;
}

std::string_view foreign_text(std::string_view line) {
  const std::string_view first = line.substr(0, line.find_first_of("| \t,;"));
  if (first == "JobID" || first == "JobIDRaw") return "output of Slurm's sacct";
  if (line.starts_with('{') || line.starts_with('[')) return "JSON";
  if (line.starts_with('<')) return "XML or HTML";
  if (is_between(',', line)) return "a table with its values between commas (CSV)";
  if (is_between(';', line)) return "a table with its values between semicolons (CSV)";
  if (is_between('|', line)) return "a table with its values between bars";
  // Numbers between tabs may be a trace.
  if (is_between('\t', line) && !is_digit(first.empty() ? 'x' : first.front()) && !first.starts_with('-'))
    return "a table with its values between tabs";
  return {};
}

}  // namespace

std::string_view foreign_trace(std::string_view start) {
  for (const Mark& mark : marks)
    if (start.size() > mark.at && start.substr(mark.at).starts_with(mark.bytes)) return mark.what;
  const std::string_view line = first_content(start);
  const bool is_text = std::none_of(line.begin(), line.end(), [](char c) { return c >= 0 && c < ' ' && c != '\t'; });
  return line.empty() || !is_text ? std::string_view() : foreign_text(line);
}

}  // namespace wattershed
