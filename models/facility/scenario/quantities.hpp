/// The columns of a site's time table and the scalars of its summary: name, dimension, meaning. One list for the
/// record, for `limits:` and for the expressions of `expect:`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/units/quantity.hpp"

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
/// Reads a value of the quantity [SI]; a temperature is a point on its scale. Throws std::invalid_argument.
double parse_site_quantity(const SiteQuantity& quantity, std::string_view text, std::string_view key);
std::vector<std::string> site_quantity_names();

/// Every scalar that /summary/<site> may hold, for the record and for expressions over it.
const std::vector<SiteQuantity>& summary_quantities();
const SiteQuantity* find_summary_quantity(std::string_view name);

}  // namespace wattershed
