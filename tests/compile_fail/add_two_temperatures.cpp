// expect: no match for .operator\+
#include "sim/units/quantity.hpp"
using namespace wattershed;
auto wrong = 27_degC + 27_degC;
