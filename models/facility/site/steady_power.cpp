#include "models/facility/site/steady_power.hpp"

#include <string_view>

#include "models/facility/scenario/cooling_design.hpp"

namespace wattershed {

SteadyPower::SteadyPower(const SiteContext& context) : loaded_(context.loaded) {
  const Electrical electrical = context.site().electrical.value_or(Electrical{});
  const DistributionPlan& plan = context.plan;
  for (std::uint32_t stage = 0; stage < plan.stages.size(); ++stage) {
    Stage all;
    for (const DistributionPlan::Bank& bank : plan.banks)
      if (bank.stage == stage) {
        all.curve = bank.curve;
        all.rating += Power(bank.rating_w);
      }
    if (all.rating <= Power{}) continue;
    const std::string_view name = plan.stages[stage];
    if (name == "mechanical transformer") {
      board_ = all;
      continue;
    }
    const StageModule& module = name == "pdu"   ? static_cast<const StageModule&>(*electrical.pdu)
                                : name == "ups" ? static_cast<const StageModule&>(*electrical.ups)
                                                : static_cast<const StageModule&>(*electrical.transformer);
    all.indoor_share = module.indoor_share.si();
    chain_.push_back(all);
  }
  if (!context.site().cooling.system.imposed()) plant_ = size_cooling(context.loaded).plant;
}

Power SteadyPower::through_chain(Power output) const {
  for (const Stage& stage : chain_) output += stage.loss(output);
  return output;
}

Power SteadyPower::indoor_loss(Power output) const {
  Power sum{};
  for (const Stage& stage : chain_) {
    const Power loss = stage.loss(output);
    sum += stage.indoor_share * loss;
    output += loss;
  }
  return sum;
}

Power SteadyPower::through_board(Power output) const {
  return board_ && output > Power{} ? output + board_->loss(output) : output;
}

Power SteadyPower::least(const HallDraw& hall, Power building) const {
  return through_chain(hall.peak) + through_board(building);
}

Power SteadyPower::most(const HallDraw& hall, Power building) const {
  const CoolingSystem& system = loaded_.scenario.site.cooling.system;
  const Power cooling =
      plant_ ? plant_margin * loaded_.design.cooling : cooling_ratio(system) * hall.heat + coolant_units(system);
  return through_chain(hall.peak) + through_board(building + cooling);
}

Power SteadyPower::at(const HallDraw& hall, const Surroundings& around) {
  if (!plant_) return most(hall, around.building);  // exact
  if (around.settings) plant_->settings = *around.settings;
  const bool has_coolant = loaded_.scenario.site.cooling.system.has_coolant();
  const Power liquid = has_coolant ? std::min(hall.liquid, hall.heat) : Power{};
  plant_->start({.liquid = liquid,
                 .air = hall.heat - liquid + indoor_loss(hall.heat) + around.building,
                 .it_air_flow = hall.air_flow},
                around.outdoors);
  return through_chain(hall.peak) + through_board(around.building + plant_->powers().total());
}

}  // namespace wattershed
