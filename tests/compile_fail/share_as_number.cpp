// expect: cannot convert .wattershed::Share. to .double.
#include "sim/units/quantity.hpp"
using namespace wattershed;
double wrong = 7_percent;
