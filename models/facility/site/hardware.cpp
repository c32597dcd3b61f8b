#include "models/facility/site/hardware.hpp"

#include <algorithm>

#include "models/accounting/omissions.hpp"

namespace wattershed {

Hardware::Hardware(SiteContext& context, const Floor& floor)
    : context_(context),
      floor_(floor),
      cohorts_(floor.types().size()),
      embodied_(context.circuit.signal<CarbonRate>("emissions_embodied")),
      capital_(context.circuit.signal<MoneyRate>("cost_capital")) {
  update();
}

void Hardware::update() {
  for (std::size_t type = 0; type < cohorts_.size(); ++type) come_and_go(type);
  charge();
}

void Hardware::start() {
  started_ = true;
  wait_for_next_end();
}

void Hardware::come_and_go(std::size_t type) {
  std::deque<Cohort>& cohorts = cohorts_[type];
  std::int64_t known = 0;
  for (const Cohort& cohort : cohorts) known += cohort.racks;
  const std::int64_t standing = floor_.standing(type);
  if (standing > known) {
    const LocalTime today = context_.zone.to_local(context_.now());
    const Duration life = add(today, floor_.types()[type].rack.server.life) - today;
    cohorts.push_back({standing - known, seconds(life), context_.now() + life});
  }
  for (std::int64_t gone = known - standing; gone > 0;) {
    Cohort& oldest = cohorts.front();
    const std::int64_t of_it = std::min(gone, oldest.racks);
    oldest.racks -= of_it;
    gone -= of_it;
    if (oldest.racks == 0) cohorts.pop_front();
  }
}

void Hardware::charge() {
  CarbonRate carbon{};
  MoneyRate money{};
  for (std::size_t type = 0; type < cohorts_.size(); ++type) {
    const Rack& rack = floor_.types()[type].rack;
    const std::optional<Carbon> embodied = rack.server.known_embodied();
    for (const Cohort& cohort : cohorts_[type]) {
      if (context_.now() >= cohort.ends) continue;
      const double servers = static_cast<double>(cohort.racks * rack.servers);
      if (embodied) carbon += CarbonRate(servers * embodied->si() / cohort.life_s);
      if (rack.server.price) money += MoneyRate(servers * rack.server.price->si() / cohort.life_s);
    }
  }
  context_.circuit.set(embodied_, carbon);
  context_.circuit.set(capital_, money);
  if (started_) wait_for_next_end();
}

// The first life that ends within the run; whoever comes later has a later one, but for a type with a shorter life.
void Hardware::wait_for_next_end() {
  std::optional<Time> next;
  for (const std::deque<Cohort>& cohorts : cohorts_)
    for (const Cohort& cohort : cohorts)
      if (cohort.ends > context_.now() && cohort.ends < context_.loaded.end && (!next || cohort.ends < *next))
        next = cohort.ends;
  if (!next || (next_end_ && *next_end_ <= *next && *next_end_ > context_.now())) return;
  next_end_ = next;
  context_.simulation.at(*next, [this] { charge(); });
}

void Hardware::record(Columns& columns) {
  const auto& racks = context_.site().racks;
  const auto all = [&](auto known) { return !racks.empty() && std::all_of(racks.begin(), racks.end(), known); };
  const auto any = [&](auto known) { return std::any_of(racks.begin(), racks.end(), known); };
  if (any([](const auto& entry) { return entry.second.server.known_embodied().has_value(); }))
    embodied_meter_ = columns.add("emissions_embodied", embodied_).meter;
  if (all([](const auto& entry) { return entry.second.server.price.has_value(); }))
    capital_meter_ = columns.add("cost_capital", capital_).meter;
}

void Hardware::summarise(SiteSummary& summary) const {
  if (embodied_meter_) summary.add("emissions_scope3", embodied_meter_->integral(context_.now()));
  if (capital_meter_) summary.add("cost_capital", capital_meter_->integral(context_.now()));
}

std::vector<Omission> Hardware::omissions() const {
  if (context_.site().racks.empty()) return {};
  return {bought_omissions.begin(), bought_omissions.end()};
}

}  // namespace wattershed
