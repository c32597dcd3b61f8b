// lint as: models/cooling/sample.cpp
#include "models/cooling/sample.hpp"

#include <vector>

#include "../weather/air.hpp"             // FAULT
#include "analysis/report.hpp"            // FAULT
#include "build_info.hpp"                 // FAULT
#include "models/electrical/stage.hpp"    // FAULT
#include "models/facility/scenario.hpp"   // FAULT
#include "models/weather/air.hpp"
#include "sim/quantity.hpp"
