// Units, dates and spans: any text is a finite value that is written so that it reads back, or std::invalid_argument.
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "sim/calendar/calendar.hpp"
#include "sim/units/time.hpp"
#include "sim/units/units.hpp"

using namespace wattershed;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

template <class F>
void attempt(F f) {
  try {
    f();
  } catch (const std::invalid_argument& error) {
    demand(error.what()[0] != '\0' && std::string_view(error.what()).size() < 20'000);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  bool some_quantity = false;
  attempt([&] {
    const AnyQuantity value = parse_any(text, "field");
    some_quantity = true;
    demand(std::isfinite(value.si));
    static_cast<void>(describe(value.dimension));
    static_cast<void>(format_human(value.si, value.dimension));
  });
  const std::array dimensions{Power::dimension,           Energy::dimension,   EnergyPrice::dimension,
                              CarbonIntensity::dimension, MassFlow::dimension, ApparentPower::dimension,
                              Length::dimension,          Dimension{}};
  // A refusal looks for the nearest unit, which is slow here: what is no quantity is refused once more only.
  for (std::size_t i = 0; i < dimensions.size(); ++i) {
    if (!some_quantity && i != size % dimensions.size()) continue;
    attempt([&] {
      const double si = parse_si(text, dimensions[i], "site.grid.connection");
      demand(std::isfinite(si));
      demand(parse_si(format_exact(si, dimensions[i]), dimensions[i]) == si);
    });
  }
  attempt([&] { demand(std::isfinite(parse_temperature(text))); });
  attempt([&] { demand(std::isfinite(parse_share(text))); });
  attempt([&] { demand(std::isfinite(parse_number(text))); });
  attempt([&] {
    const LocalTime time = parse_local_time(text);
    demand(parse_local_time(format_local(time)) == time);
  });
  attempt([&] {
    const CalendarSpan span = parse_span(text);
    demand(parse_span(format_span(span)) == span);
  });
  return 0;
}
