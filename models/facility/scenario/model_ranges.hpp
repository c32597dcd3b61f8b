/// What the models of a site were made for: the ranges of each that the scenario uses, before it runs.
///
/// The rows are those that the parts of the site count (`SitePart::validity`), in another order: a test holds them to
/// each other. Those of the plant come from the sized plant.
#pragma once

#include <string>
#include <vector>

#include "models/facility/scenario/load_scenario.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

struct SiteRange {
  std::string of;  ///< what of the scenario it belongs to, as the beginning of a path: "site.electrical"
  RangeUse use;
};

/// Of everything but a cooling plant. Needs `most_racks` and `design`.
std::vector<SiteRange> model_ranges(const LoadedSite& loaded);

/// Adds a row to what the scenario's document has worked out: PATH.valid.MODEL.INPUT.
void show_range(const SiteRange& range, Document& document);

/// Whether a sag of the scenario's events strikes this site.
bool is_struck(const LoadedSite& loaded);

}  // namespace wattershed
