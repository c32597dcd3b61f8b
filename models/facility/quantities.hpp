/// The columns of a site's time table: name, dimension, meaning. One list for the recorder, `limits:` and the docs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/quantity.hpp"

namespace wattershed {

struct SiteQuantity {
  std::string_view name;
  Dimension dimension;
  std::string_view long_name;
  bool extremes = false;  ///< recorded with `_min` and `_max` of its levels
};

/// Every quantity that a site may record; a site records those that it has.
const std::vector<SiteQuantity>& site_quantities();
const SiteQuantity* find_site_quantity(std::string_view name);
std::vector<std::string> site_quantity_names();

}  // namespace wattershed
