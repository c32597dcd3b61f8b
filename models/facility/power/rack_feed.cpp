#include "models/facility/power/rack_feed.hpp"

#include "models/electrical/omissions.hpp"
#include "models/facility/part/rack_positions.hpp"

namespace wattershed {

RackFeed::RackFeed(SiteContext& context, const Inputs& inputs)
    : feeders(by_position(inputs.racks)), context_(context) {
  const Electrical electrical = context.site().electrical.value_or(Electrical{});
  const auto add = [&](const char* name, const StageModule& module, StageRange& range) {
    Stage stage = add_stage(context.circuit, name, module, feeders, context.plan, &inputs.lockstep, &range);
    feeders = stage.feeders;
    losses.add(stage.loss, module);
    return stage;
  };
  if (feeders.empty()) return;
  if (electrical.pdu) pdu_ = add("pdu", *electrical.pdu, pdu_range_.emplace(context.simulation, pdu_kind));
  if (electrical.ups) ups_ = add("ups", *electrical.ups, ups_range_.emplace(context.simulation, ups_kind));
  if (ups_) ups_modules = ups_->modules;
}

void RackFeed::record(Columns& columns) {
  if (pdu_) pdu_loss_ = columns.add("pdu_loss", pdu_->loss).meter;
  if (ups_) ups_loss_ = columns.add("ups_loss", ups_->loss).meter;
}

void RackFeed::close() {
  for (std::optional<StageRange>* range : {&pdu_range_, &ups_range_})
    if (*range) (*range)->tally.close(context_.now());
}

std::vector<RangeUse> RackFeed::validity() const {
  std::vector<RangeUse> rows;
  for (const std::optional<StageRange>* range : {&pdu_range_, &ups_range_})
    if (*range) add_uses(rows, (*range)->tally);
  return rows;
}

void RackFeed::book(Books& books) const {
  for (const auto& [name, meter] : {std::pair("pdu_loss", pdu_loss_), std::pair("ups_loss", ups_loss_)})
    if (meter) books.energy.add_out(name, meter->integral(context_.now()));
}

std::vector<Omission> RackFeed::omissions() const {
  const auto& chain = context_.site().electrical;
  return chain ? distribution_omissions(*chain, context_.has_windows()) : std::vector<Omission>();
}

}  // namespace wattershed
