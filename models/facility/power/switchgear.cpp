#include "models/facility/power/switchgear.hpp"

#include <utility>

namespace wattershed {

Switchgear::Switchgear(SiteContext& context, Inputs inputs) : feeders(inputs.racks), context_(context) {
  Circuit& circuit = context.circuit;
  const auto& electrical = context.site().electrical;
  const Transformer* transformer = electrical && electrical->transformer ? &*electrical->transformer : nullptr;
  Losses& losses = inputs.losses;
  if (transformer) range_.emplace(context.simulation, transformer_kind);
  std::vector<Signal<Power>> transformer_losses;
  const auto add = [&](const char* name, const std::vector<Feeder>& below, Lockstep* lockstep) {
    Stage stage = add_stage(circuit, name, *transformer, below, context.plan, lockstep, &*range_);
    transformer_losses.push_back(stage.loss);
    losses.add(stage.loss, *transformer);
    return stage;
  };
  if (transformer && !feeders.empty()) {
    Stage stage = add("transformer", feeders, &inputs.lockstep);
    feeders = std::move(stage.feeders);
    transformer_modules = stage.modules;
  }
  std::vector<Signal<Load>> tops;
  for (const Feeder& feeder : feeders) tops.push_back(feeder.load);
  // Cooling and the building hang on transformers of their own.
  if (transformer && inputs.mechanical.design > Power{})
    tops.push_back(add("mechanical transformer", {inputs.mechanical}, nullptr).feeders.front().load);
  else
    tops.push_back(inputs.mechanical.load);
  if (!transformer_losses.empty())
    transformer_loss_ = sum_of(circuit, "transformer_loss", std::move(transformer_losses));
  if (inputs.battery_loss.valid()) losses.add(inputs.battery_loss, 1.0);
  distribution_loss = sum_of(circuit, "distribution_loss", losses.all);
  load = sum_of(circuit, "grid load", std::move(tops));
  outdoor_loss = outdoor_sum(losses);
}

Signal<Power> Switchgear::outdoor_sum(const Losses& losses) {
  Circuit& circuit = context_.circuit;
  const Signal<Power> out = circuit.signal<Power>("losses outdoors");
  if (losses.outdoor.empty()) return out;
  std::vector<AnySignal> inputs;
  for (const auto& [loss, share] : losses.outdoor) inputs.push_back(loss);
  circuit.model("losses outdoors", inputs, {out}, [&circuit, parts = losses.outdoor, out] {
    Power sum{};
    for (const auto& [loss, share] : parts) sum += share * circuit.get(loss);
    circuit.set(out, sum);
  });
  return out;
}

void Switchgear::record(Columns& columns) {
  if (transformer_loss_.valid()) transformer_meter_ = columns.add("transformer_loss", transformer_loss_).meter;
  loss_meter_ = columns.add("distribution_loss", distribution_loss).meter;
}

void Switchgear::close() {
  if (range_) range_->tally.close(context_.now());
}

std::vector<RangeUse> Switchgear::validity() const { return range_ ? range_->tally.uses() : std::vector<RangeUse>{}; }

void Switchgear::book(Books& books) const {
  if (transformer_meter_) books.energy.add_out("transformer_loss", transformer_meter_->integral(context_.now()));
  books.heat.add_in("distribution_loss", loss_meter_->integral(context_.now()));
}

void Switchgear::summarise(SiteSummary& summary) const {
  summary.add("distribution_energy", loss_meter_->integral(context_.now()));
}

}  // namespace wattershed
