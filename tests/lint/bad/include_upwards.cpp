// lint as: models/cooling/sample.cpp
#include <vector>

#include "../weather/air.hpp"   // FAULT
#include "analysis/report.hpp"  // FAULT
#include "build_info.hpp"       // FAULT
#include "models/cooling/sample.hpp"
#include "models/electrical/stage.hpp"   // FAULT
#include "models/facility/scenario.hpp"  // FAULT
#include "models/weather/air.hpp"
#include "sim/quantity.hpp"
