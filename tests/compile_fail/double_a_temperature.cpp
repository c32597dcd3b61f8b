// expect: no match for .operator\*
#include "sim/quantity.hpp"
using namespace wattershed;
auto wrong = 2 * 27_degC;
