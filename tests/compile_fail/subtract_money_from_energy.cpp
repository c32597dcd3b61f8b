// expect: no match for .operator-
#include "sim/units/quantity.hpp"
using namespace wattershed;
auto wrong = 3_kWh - 3_USD;
