// expect: cannot convert .* to .double.
#include "sim/quantity.hpp"
using namespace wattershed;
double wrong = 40_MW;
