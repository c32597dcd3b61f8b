// Hourly series: any bytes are a year of finite values or an InputError. The first line of the input is the header,
// the others stand in a good year, so that the fuzzer reaches what comes after 8,000 good rows; an input that begins
// with '!' is the whole file.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "models/grid/market/hourly_series.hpp"
#include "tests/fuzz/memory_file.hpp"

using namespace wattershed;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

const std::vector<std::string>& good_rows() {
  static const std::vector<std::string> rows = [] {
    std::vector<std::string> made;
    const Time begin = Time(std::chrono::sys_days(std::chrono::year(2022) / 1 / 1));
    for (int hour = 0; hour < 8760; ++hour) made.push_back(format_utc(begin + std::chrono::hours(hour)) + ",400\n");
    return made;
  }();
  return rows;
}

std::string in_a_good_year(std::string_view input) {
  const std::size_t header = input.find('\n');
  std::string text(input.substr(0, header));
  text += '\n';
  const std::string_view inserted = header == std::string_view::npos ? "" : input.substr(header + 1);
  const std::vector<std::string>& rows = good_rows();
  const std::size_t at = inserted.empty() ? rows.size() : (inserted.size() * 971) % rows.size();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == at) {
      text += inserted;
      if (inserted.back() != '\n') text += '\n';
    } else {
      text += rows[i];
    }
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static MemoryFile file;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  file.write(input.starts_with('!') ? std::string(input.substr(1)) : in_a_good_year(input));
  const FileName name{"fuzz.csv", file.path(), {"fuzz.yaml", 1, 1}};
  const auto check = [](const HourlySeries& series, bool may_be_negative) {
    for (int hour = 0; hour < 8784; ++hour) {
      const double value =
          series.at(Time(std::chrono::sys_days(std::chrono::year(2028) / 1 / 1)) + std::chrono::hours(hour));
      demand(std::isfinite(value) && (may_be_negative || value >= 0));
    }
  };
  for (const std::optional<std::string>& column : {std::optional<std::string>{}, std::optional<std::string>{"ci"}}) {
    try {
      check(read_carbon_csv(name, column), false);
    } catch (const InputError& error) {
      demand(!error.problems().empty() && !error.problems().front().place.file.empty());
      demand(std::string(error.what()).size() < 20'000);
    }
    try {
      check(read_price_csv(name, column), true);
    } catch (const InputError& error) {
      demand(!error.problems().empty() && !error.problems().front().place.file.empty());
      demand(std::string(error.what()).size() < 20'000);
    }
  }
  return 0;
}
