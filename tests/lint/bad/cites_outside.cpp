// lint as: sim/base/sample.cpp
#include "sim/base/gone.hpp"
/// Of sim/units/quantity.hpp, quantity.hpp and input/schema.hpp, tests/README.md.
/// As the table of DESIGN says, FAULT
/// and sim/units/gone.hpp has it, FAULT
/// or NOTES.md, FAULT
/// or ../shared/data, FAULT
const char* text = "DESIGN.md, #12";  // see #12: FAULT
// DESIGN CONDITIONS are a line of a file
