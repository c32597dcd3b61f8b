/// Figures that people compare sites by, worked out from the summary of a run. Empty where the run has no such thing.
///
///   cooling per heat = cooling energy / heat rejected                    [1]; in kW/TR times 3.51685
///   TUE              = facility energy / (IT − server fans − conversion loss)
///   per output token = share of the services that have tokens, of grid energy, water, emissions, cost of both
///   full cost        = cost_total · grid energy of those services over that of all work: demand charges, servers and
///                      what stands idle fall on work by its energy
///
/// Source   1 TR = 12,000 Btu/h = 3516.85 W; TUE after Patterson et al. 2013 (ISC), whose IT is what chips and boards
///          take
/// Valid    heat rejected is that of the site, the plant's own motors in it: 5 to 10 % lower than per ton of load
#pragma once

#include <optional>

#include "analysis/summary/run_summary.hpp"

namespace wattershed {

inline constexpr double kWattPerTon = 12'000 * 1055.05585262 / 3600;  ///< of refrigeration

/// What one output token took of the site.
struct PerToken {
  double tokens = 0;  ///< output tokens in all
  double grid_energy_j = 0, water_kg = 0, emissions_kg = 0;
  double energy_and_water_usd = 0;
  double full_usd = 0;       ///< with demand charges, and with servers where they have a price
  bool has_servers = false;  ///< all of them have one
};

struct RunFigures {
  std::optional<double> cooling_per_heat;                         ///< [1]
  std::optional<double> economizer_share;                         ///< of the time: no chiller runs [1]
  std::optional<double> partial_share;                            ///< of the time: economizer and chillers [1]
  std::optional<double> compressor_share, pump_share, fan_share;  ///< of cooling energy [1]
  std::optional<double> server_fan_share;                         ///< of IT energy [1]
  std::optional<double> conversion_share;                         ///< of IT energy [1]
  std::optional<double> tue;                                      ///< total-power usage effectiveness [1]
  std::optional<double> evaporated_share;                         ///< of the water taken in, with drift [1]
  std::optional<PerToken> per_token;
};

RunFigures run_figures(const RunSummary& run);

}  // namespace wattershed
