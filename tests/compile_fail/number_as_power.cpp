// expect: could not convert .* from .double. to
#include "sim/units/quantity.hpp"
using namespace wattershed;
void take(Power) {}
void use() { take(40.0); }
