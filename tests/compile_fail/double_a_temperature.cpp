// expect: no match for .operator\*
#include "sim/units/quantity.hpp"
using namespace wattershed;
auto wrong = 2 * 27_degC;
