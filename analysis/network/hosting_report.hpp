/// Hosting capacities as a person reads them, in at most 80 columns, and as a table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/grid/network/hosting.hpp"

namespace wattershed {

/// What was asked with what; each bus with its load and what stops it; limits broken before; outages not counted.
std::string hosting_report(const GridCase& grid, const HostingStudy& study, const HostingOptions& options);

/// `bus,hosting_mw,stopped_by,bus_or_branch,value,limit,branch_out,slack_mw`: branches by their place in the case
/// from 1, voltages in p.u., ratings in MVA; empty where nothing applies.
std::string hosting_csv(const GridCase& grid, const HostingStudy& study);

/// `all` or the number of a bus, as places. Throws InputError.
std::vector<std::size_t> hosting_buses(const GridCase& grid, std::string_view text);

}  // namespace wattershed
