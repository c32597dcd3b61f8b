/// What the models of a connection leave out, by what a scenario asks of them.
///
/// Inputs   what is known of the grid at the connection; whether sags strike it
/// Outputs  the effects left out that these touch, each with what would be needed
#pragma once

#include <vector>

#include "sim/base/omission.hpp"

namespace wattershed {

/// What stands behind the connection.
struct PointScope {
  bool point = false;    ///< an impedance of its own
  bool network = false;  ///< a bus of a network
  bool sags = false;
};
std::vector<Omission> voltage_omissions(const PointScope& scope);
/// Of the interconnection's frequency.
std::vector<Omission> frequency_omissions();

}  // namespace wattershed
