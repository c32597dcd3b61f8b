#include "models/facility/site/hardware.hpp"

#include <algorithm>

namespace wattershed {
namespace {

double length_s(LocalTime from, CalendarSpan span) { return seconds(add(from, span) - from); }

}  // namespace

Hardware::Hardware(SiteContext& context, const Floor& floor)
    : context_(context),
      floor_(floor),
      embodied_(context.circuit.signal<CarbonRate>("emissions_embodied")),
      capital_(context.circuit.signal<MoneyRate>("cost_capital")) {
  update();
}

void Hardware::update() {
  CarbonRate carbon{};
  MoneyRate money{};
  for (std::size_t i = 0; i < floor_.types().size(); ++i) {
    const Server& server = floor_.types()[i].rack.server;
    const double servers = static_cast<double>(floor_.standing(i) * floor_.types()[i].rack.servers);
    const double life_s = length_s(context_.loaded.scenario.start, server.life);
    if (server.embodied) carbon += CarbonRate(servers * server.embodied->si() / life_s);
    if (server.price) money += MoneyRate(servers * server.price->si() / life_s);
  }
  context_.circuit.set(embodied_, carbon);
  context_.circuit.set(capital_, money);
}

void Hardware::record(Columns& columns) {
  embodied_meter_ = columns.add("emissions_embodied", embodied_).meter;
  const auto& racks = context_.site().racks;
  const bool known = !racks.empty() && std::all_of(racks.begin(), racks.end(), [](const auto& entry) {
    return entry.second.server.price.has_value();
  });
  if (known) capital_meter_ = columns.add("cost_capital", capital_).meter;
}

void Hardware::summarise(SiteSummary& summary) const {
  summary.add("emissions_scope3", embodied_meter_->integral(context_.now()));
  if (capital_meter_) summary.add("cost_capital", capital_meter_->integral(context_.now()));
}

}  // namespace wattershed
