#include "models/facility/scenario/model_ranges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "models/compute/rack_ranges.hpp"
#include "models/electrical/storage_cycle.hpp"
#include "models/workload/work_ranges.hpp"

namespace wattershed {
namespace {

class RangeList {
 public:
  explicit RangeList(const LoadedSite& loaded) : loaded_(loaded) {}

  void add(const std::string& of, const std::vector<RangeUse>& uses) {
    for (const RangeUse& use : uses) rows_.push_back({of, use});
  }
  template <std::size_t N>
  void add(const std::string& key, const Domain<N>& domain) {
    add(loaded_.site_prefix + key, ValidityTally(domain).uses());
  }
  std::vector<SiteRange> take() { return std::move(rows_); }

 private:
  const LoadedSite& loaded_;
  std::vector<SiteRange> rows_;
};

// Racks, or services whose power is imposed, hang on the distribution.
bool has_feeders(const LoadedSite& loaded) {
  const auto& services = loaded.scenario.workload.inference;
  return std::any_of(loaded.most_racks.begin(), loaded.most_racks.end(), [](auto most) { return most > 0; }) ||
         std::any_of(services.begin(), services.end(),
                     [](const auto& service) { return service.second.energy_per_request.has_value(); });
}

bool has_reactive_curves(const LoadedSite& loaded) {
  const Site& site = loaded.scenario.site;
  if (!(site.grid.point || site.grid.bus)) return false;
  if ((site.grid.point && site.grid.point->power_factor) || !site.electrical) return false;
  const Electrical& electrical = *site.electrical;
  const bool feeders = has_feeders(loaded);
  const bool feed = feeders && ((electrical.ups && electrical.ups->power_factor) ||
                                (electrical.reactive && electrical.reactive->supplies));
  const bool motors = electrical.reactive && electrical.reactive->motors && loaded.design.cooling > Power{};
  return feed || motors || (feeders && electrical.transformer && electrical.transformer->reactive);
}

}  // namespace

bool is_struck(const LoadedSite& loaded) {
  const std::string& name = loaded.scenario.site.name;
  const auto& events = loaded.scenario.events;
  return std::any_of(events.begin(), events.end(),
                     [&](const Event& event) { return event.sag && event.site.value_or(name) == name; });
}

std::vector<SiteRange> model_ranges(const LoadedSite& loaded) {
  RangeList list(loaded);
  const Site& site = loaded.scenario.site;
  const bool resolved = loaded.scenario.fidelity == Fidelity::resolved;
  std::vector<const Rack*> racks;
  for (const auto& [name, rack] : site.racks) racks.push_back(&rack);
  list.add(loaded.site_prefix + "racks", RackRanges(racks, imposes_power(loaded.scenario.workload)).uses());
  // The prefix of the workload ends with a point.
  list.add(loaded.workload_prefix.substr(0, loaded.workload_prefix.size() - 1),
           WorkRanges(loaded.scenario.workload, resolved).uses());
  if (site.electrical) {
    const Electrical& electrical = *site.electrical;
    if (has_feeders(loaded)) {
      if (electrical.pdu) list.add("electrical", loss_domain(pdu_kind));
      if (electrical.ups) list.add("electrical", loss_domain(ups_kind));
      if (electrical.ups && electrical.ups->ride_through && resolved) list.add("electrical", ride_through_domain);
    }
    if (electrical.transformer) list.add("electrical", loss_domain(transformer_kind));
  }
  if (has_reactive_curves(loaded)) list.add("electrical", reactive_domain);
  if (site.battery && site.battery->smoothing) {
    if (resolved)
      list.add("battery", storage_domain);
    else
      list.add("battery", storage_cycle_domain);
  }
  if (site.grid.point || is_struck(loaded)) list.add("grid", constant_power_domain);
  if (site.grid.system) list.add("grid", frequency_domain(*site.grid.system));
  return list.take();
}

void show_range(const SiteRange& range, Document& document) {
  const auto key = [](const std::string& text) {
    std::string word;
    for (const char c : text)
      if (std::isalnum(static_cast<unsigned char>(c)) != 0)
        word += c;
      else if (c == ' ' && !word.ends_with('_'))
        word += '_';
    return word;
  };
  const RangeUse& use = range.use;
  const bool temperature = use.unit == "K";
  const double zero = temperature ? 273.15 : 0;
  const std::string unit = temperature ? " degC" : use.unit == "1" ? "" : " " + use.unit;
  document.derive(range.of + ".valid." + key(use.model) + "." + key(use.input),
                  fmt::format("{:.6g} to {:.6g}{}", use.low - zero, use.high - zero, unit), "", use.source);
}

}  // namespace wattershed
