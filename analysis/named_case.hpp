/// A network as the command line names it.
#pragma once

#include <string>

#include "models/grid/grid_case.hpp"
#include "sim/catalog.hpp"

namespace wattershed {

/// A MATPOWER case file, or where there is no such file, a network of the catalog. Throws InputError.
GridCase named_case(const std::string& name, const Catalog& catalog);

}  // namespace wattershed
