// expect: no match for .operator\+
#include "sim/quantity.hpp"
using namespace wattershed;
auto wrong = 27_degC + 27_degC;
