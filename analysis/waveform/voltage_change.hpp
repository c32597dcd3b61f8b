/// Rapid changes of voltage: how far it steps from one steady state to the next, and how far it strays in between.
///
///   steady state   half-period r.m.s. values within ±0.2 % for a second or more
///   d_c            the next steady voltage less the one before, of nominal
///   d_max          largest deviation from the steady voltage before, until the next, of nominal
///
/// What begins or ends outside of a steady state has one neighbour: `largest` is the deviation from that, and d_c is not
/// known. A record that rests all the time has changes below the dead band alone: `unrest` is what they may be.
///
/// Source    After the form of IEC 61000-4-15 and 61000-3-3, from memory: the dead band of ±0.2 %, the second and
///           the 3.3 % are assumed, not read there.
/// Valid     A voltage that never rests for a second has no steady states and no changes (`rests` is false): that is
///           flicker. What drifts by less than 0.4 % a second is steady, and steps of less than the dead band are not
///           seen.
/// Errors    std::invalid_argument: a record with fewer than two samples a period of the mains, less than a second, a
///           value not finite.
#pragma once

#include <vector>

#include "analysis/waveform/sampled_series.hpp"
#include "sim/units/quantity.hpp"

namespace wattershed {

struct VoltageChange {
  TimeSpan at;         ///< when the steady state before ends, from the first sample [s]
  double steady = 0;   ///< d_c [1], below zero when the voltage falls
  double largest = 0;  ///< d_max [1], with the sign of the deviation
  TimeSpan above;      ///< for how long the deviation is above 3.3 % before the next steady state [s]
};

struct VoltageChanges {
  std::vector<VoltageChange> between;  ///< two steady states, in order of time
  std::vector<VoltageChange> open;     ///< before the first and after the last steady state; `steady` is not known
  bool rests = false;                  ///< there is a steady state
  double unrest = 0;                   ///< largest spread of half-period values within a second of rest [1]
};

/// Of an r.m.s. voltage in parts of nominal [1] on mains of this frequency.
VoltageChanges rapid_voltage_changes(SampledSeries voltage, Frequency mains);

}  // namespace wattershed
