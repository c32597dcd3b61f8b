/// A power flow as a person reads it, in at most 80 columns, and as a table.
#pragma once

#include <string>
#include <string_view>

#include "models/grid/network/power_flow.hpp"

namespace wattershed {

/// Which solution was asked for.
struct PowerFlowQuestion {
  bool direct_current = false;
  bool reactive_limits = false;
};

/// Balance, buses, branches, broken limits. Of more than 60 buses or branches, the worst ten of each. Of a flow
/// without a solution, only why.
std::string power_flow_report(const GridCase& grid, const PowerFlow& flow, const PowerFlowQuestion& question);

/// `bus,vm_pu,va_deg,p_inj_mw,q_inj_mvar` of every bus in the order of the case; the flow must have converged.
std::string power_flow_csv(const GridCase& grid, const PowerFlow& flow);

/// A load as the command line writes it, `BUS=MW` or `BUS=MW,MVAr`, added to the case. Throws InputError.
void add_written_load(GridCase& grid, std::string_view text);

/// The place of a bus whose number was written for an option ("--site"). Throws InputError for none, or an isolated
/// one.
std::size_t place_of_bus(const GridCase& grid, std::string_view option, std::string_view text);

}  // namespace wattershed
