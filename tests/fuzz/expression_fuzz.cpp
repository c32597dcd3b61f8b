// Expressions: any text has a value or is refused with std::invalid_argument; what has a value has only known names.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "analysis/expectation/expression.hpp"

using namespace wattershed;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

std::optional<AnyQuantity> look_up(std::string_view name) {
  if (name == "energy") return AnyQuantity{3.6e6, Energy::dimension};
  if (name == "power") return AnyQuantity{1e3, Power::dimension};
  if (name == "duration") return AnyQuantity{3600, Dimension{.time = 1}};
  if (name == "one") return AnyQuantity{1, {}};
  return std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  bool has_value = false;
  try {
    static_cast<void>(describe(evaluate(text, look_up).dimension));
    has_value = true;
  } catch (const std::invalid_argument&) {
  }
  try {
    for (const std::string& name : names_in(text)) demand(!has_value || look_up(name).has_value());
  } catch (const std::invalid_argument&) {
    demand(!has_value);
  }
  return 0;
}
