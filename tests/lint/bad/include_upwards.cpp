// lint as: models/cooling/machines/sample.cpp
#include <vector>

#include "../weather/air.hpp"          // FAULT
#include "analysis/screen/report.hpp"  // FAULT
#include "build_info.hpp"              // FAULT
#include "models/cooling/machines/sample.hpp"
#include "models/cooling/plant/plant.hpp"         // FAULT
#include "models/electrical/stage.hpp"            // FAULT
#include "models/facility/scenario/scenario.hpp"  // FAULT
#include "models/weather/air.hpp"
#include "sim/quantity.hpp"  // FAULT
#include "sim/units/quantity.hpp"
#include "thing.hpp"  // FAULT
