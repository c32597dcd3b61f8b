// Any line is a row of a weather file that keeps its promises or an InputError with its place; any text is refused in its
// header, its rows or at its end (epw_year_fuzz.cpp makes whole years of it, at a thousandth of the rate).
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "models/weather/epw.hpp"
#include "models/weather/epw_row.hpp"
#include "sim/base/problem.hpp"
#include "sim/base/text.hpp"

namespace {

using namespace wattershed;

void demand(bool condition) {
  if (!condition) std::abort();
}

bool missing_or(double value, double least, double most) {
  return std::isnan(value) || (value >= least && value <= most);
}

void demand_row(std::string_view line, int number) {
  try {
    const EpwRow row = read_epw_row(line, Place{"fuzz.epw", number, 0});
    demand(row.slot() >= 0 && row.slot() < 366 * 24);
    demand(missing_or(row.values[EpwRow::dry_bulb], -90, 60) && missing_or(row.values[EpwRow::dew_point], -90, 60));
    demand(missing_or(row.values[EpwRow::relative_humidity], 0, 110));
    demand(missing_or(row.values[EpwRow::pressure], 31'000, 120'000));
  } catch (const InputError& error) {
    const Place& place = error.problems().front().place;
    demand(place.file == "fuzz.epw" && place.line == number && place.column <= static_cast<int>(line.size()) + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  int number = 0;
  for (std::string_view rest = text; !rest.empty();) demand_row(trimmed(next_line(rest)), ++number);
  if (size > 64 * 1024) return 0;  // a year is 200 kB, and nothing shorter is whole
  try {
    static_cast<void>(parse_epw(text, "fuzz.epw"));
    std::abort();
  } catch (const InputError& error) {
    demand(!error.problems().empty() && error.problems().front().place.file == "fuzz.epw");
  }
  return 0;
}
