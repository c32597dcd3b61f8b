// lint as: sim/base/sample.hpp
#pragma once

#include <date/tz.h>        // FAULT
#include <yaml-cpp/yaml.h>  // FAULT

#include <CLI/CLI.hpp>                       // FAULT
#include <Eigen/Dense>                       // FAULT
#include <boost/graph/topological_sort.hpp>  // FAULT
#include <nlohmann/json.hpp>                 // FAULT
#include <vector>
