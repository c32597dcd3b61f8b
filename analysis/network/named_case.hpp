/// A network as the command line names it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/grid/case/grid_case.hpp"
#include "models/grid/case/machine.hpp"
#include "sim/input/catalog.hpp"

namespace wattershed {

struct NamedNetwork {
  GridCase grid;
  std::vector<Machine> machines;  ///< none of a case file
  Frequency frequency = 60_Hz;    ///< nominal
};

/// A MATPOWER case file, or where there is no such file, a network of the catalog. `damping` [1/s] is that of
/// machines which have none (Network::damping). Throws InputError.
NamedNetwork named_network(const std::string& name, const Catalog& catalog, std::optional<Frequency> damping = {});
/// The same without its machines.
GridCase named_case(const std::string& name, const Catalog& catalog);

}  // namespace wattershed
