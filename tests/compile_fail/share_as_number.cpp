// expect: cannot convert .wattershed::Share. to .double.
#include "sim/quantity.hpp"
using namespace wattershed;
double wrong = 7_percent;
