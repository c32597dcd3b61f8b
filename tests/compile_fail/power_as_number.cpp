// expect: cannot convert .* to .double.
#include "sim/units/quantity.hpp"
using namespace wattershed;
double wrong = 40_MW;
