// expect: no match for .operator<
#include "sim/units/quantity.hpp"
using namespace wattershed;
bool wrong = 40_MW < 3.0;
