// expect: no match for .operator\+
#include "sim/units/quantity.hpp"
using namespace wattershed;
auto wrong = 2_kgCO2 + 2_kg;
