// expect: no match for .operator\+
#include "sim/units/quantity.hpp"
using namespace wattershed;
auto wrong = 1_kW + ApparentPower(1000.0);
