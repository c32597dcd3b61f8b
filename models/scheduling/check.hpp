/// Whether the racks of a scenario can stand in one cluster.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "models/compute/rack.hpp"
#include "sim/input/complaints.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

/// Accelerators of `most[i]` racks of each type i together.
std::int64_t accelerators_of(const Named<Rack>& racks, std::span<const std::int64_t> most);

/// `most` racks of each type ever stand at once; `path` is that of `racks`. A rack is not larger than a cluster's
/// largest, and all of them are not more than it holds.
void check_racks(const Named<Rack>& racks, std::span<const std::int64_t> most, const std::string& path,
                 const Complaints& complaints);

}  // namespace wattershed
