// Any bytes are either a case whose power flow can be asked for, or an InputError.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "models/grid/case/matpower_case.hpp"
#include "models/grid/network/power_flow.hpp"
#include "sim/base/problem.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wattershed;
  const std::string text(reinterpret_cast<const char*>(data), size);
  GridCase grid;
  try {
    grid = parse_matpower_case(text, "fuzz.m");
  } catch (const InputError& error) {
    if (error.problems().empty()) std::abort();
    return 0;
  }
  if (grid.buses.empty()) std::abort();
  if (grid.buses.size() < 50) static_cast<void>(solve_power_flow(grid, {}));
  return 0;
}
