// Any bytes are either a year of weather that keeps its promises or an InputError with a place.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include "models/weather/epw.hpp"

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

/// The rows of a plain year, so that short inputs can be a whole file.
std::string plain_year() {
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::string text;
  for (int month = 1; month <= 12; ++month)
    for (int day = 1; day <= lengths[month - 1]; ++day)
      for (int hour = 1; hour <= 24; ++hour)
        text += "1999," + std::to_string(month) + ',' + std::to_string(day) + ',' + std::to_string(hour) +
                ",0,?,10.0,5.0,71,101325\n";
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wattershed;
  static const std::string year = plain_year();
  std::string text(reinterpret_cast<const char*>(data), size);
  // Alone, and as the header of a year whose first rows it may replace: what follows its last line goes on in order.
  for (const bool completed : {false, true}) {
    if (completed) text += "\nDATA PERIODS,1,1\n" + year;
    try {
      const EpwFile file = parse_epw(text, "fuzz.epw");
      demand(file.hours.size() == 8760 || file.hours.size() == 8784);
      for (const WeatherMark& hour : file.hours) {
        demand(hour.dry_bulb_k > 180 && hour.dry_bulb_k < 345);
        demand(hour.wet_bulb_k > 150 && hour.wet_bulb_k <= hour.dry_bulb_k);
        demand(std::isfinite(hour.log_vapour_pressure) && hour.pressure_pa > 30e3 && hour.pressure_pa < 121e3);
      }
      for (const std::string& word : dry_bulb_words(file.design)) {
        try {
          const Outdoors air = air_at_dry_bulb(file.design, parse_design_point(word));
          demand(air.wet_bulb <= air.dry_bulb && std::isfinite(air.humidity_ratio));
        } catch (const std::invalid_argument&) {
          // the humidity ratio may be unknown
        }
      }
      const Weather weather = weather_from_epw(file);
      demand(std::isfinite(weather.at(Time{}).humidity_ratio));
    } catch (const InputError& error) {
      demand(!error.problems().empty() && error.problems().front().place.file == "fuzz.epw");
    }
  }
  return 0;
}
