/// Sums of many signals as a tree of small sums, so that one changed term costs one path to the root.
///
/// The terms of a small sum are added in their order: it decides the last bits of every figure above.
#pragma once

#include <string>
#include <vector>

#include "sim/kernel/circuit.hpp"

namespace wattershed {

Signal<Load> sum_of(Circuit& circuit, const std::string& name, std::vector<Signal<Load>> parts);
Signal<Power> sum_of(Circuit& circuit, const std::string& name, std::vector<Signal<Power>> parts);

}  // namespace wattershed
