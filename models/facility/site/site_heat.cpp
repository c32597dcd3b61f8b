#include "models/facility/site/site_heat.hpp"

#include <algorithm>

namespace wattershed {

SiteHeat::SiteHeat(SiteContext& context, const Inputs& inputs)
    : facility_power(context.circuit.signal<Power>("facility_power")),
      context_(context),
      has_plant_(inputs.plant_rejected.valid()),
      rejected_(context.circuit.signal<Power>("heat_rejected")),
      outdoor_meter_(&context.circuit.meter(inputs.outdoor_loss)) {
  Circuit& circuit = context.circuit;
  circuit.model("facility power",
                {inputs.it, inputs.distribution_loss, inputs.cooling, inputs.lighting, inputs.other},
                {facility_power}, [&circuit, in = inputs, out = facility_power] {
                  circuit.set(out, circuit.get(in.it) + circuit.get(in.distribution_loss) + circuit.get(in.cooling) +
                                       Power(circuit.get(in.lighting)) + Power(circuit.get(in.other)));
                });
  extent_ = {circuit.signal<Power>("highest facility power"), circuit.signal<Power>("lowest facility power")};
  circuit.model("extent of facility power", {facility_power, inputs.load}, {extent_.highest, extent_.lowest},
                [&circuit, mean = facility_power, load = inputs.load, out = extent_] {
                  circuit.set(out.highest, circuit.get(mean) + circuit.get(load).above);
                  circuit.set(out.lowest, circuit.get(mean) + circuit.get(load).below);
                });
  if (has_plant_)
    add_plant_heat(inputs);
  else
    circuit.model("heat rejection", {facility_power}, {rejected_},
                  [&circuit, in = facility_power, out = rejected_] { circuit.set(out, circuit.get(in)); });
}

void SiteHeat::add_plant_heat(const Inputs& inputs) {
  Circuit& circuit = context_.circuit;
  heat = {circuit.signal<Power>("heat to liquid"), circuit.signal<Power>("heat to room air"), inputs.air_flow};
  const bool has_coolant = context_.site().cooling.system.has_coolant();
  circuit.model(
      "heat of the site",
      {inputs.it, inputs.liquid, inputs.distribution_loss, inputs.outdoor_loss, inputs.lighting, inputs.other},
      {heat.liquid, heat.air}, [&circuit, in = inputs, out = heat, has_coolant] {
        const Power to_liquid = has_coolant ? std::min(circuit.get(in.liquid), circuit.get(in.it)) : Power{};
        circuit.set(out.liquid, to_liquid);
        circuit.set(out.air, circuit.get(in.it) - to_liquid + circuit.get(in.distribution_loss) -
                                 circuit.get(in.outdoor_loss) +
                                 Power(circuit.get(in.lighting) + circuit.get(in.other)));
      });
  circuit.model("heat rejected", {inputs.plant_rejected, inputs.outdoor_loss}, {rejected_},
                [&circuit, plant = inputs.plant_rejected, outdoors = inputs.outdoor_loss, out = rejected_] {
                  circuit.set(out, circuit.get(plant) + circuit.get(outdoors));
                });
}

void SiteHeat::record(Columns& columns) {
  facility_meter_ = columns.add("facility_power", facility_power, extent_).meter;
  rejected_meter_ = columns.add("heat_rejected", rejected_).meter;
}

void SiteHeat::book(Books& books) const {
  if (has_plant_)
    books.heat.add_out("losses outdoors", outdoor_meter_->integral(context_.now()));
  else
    books.heat.add_out("rejected", rejected_meter_->integral(context_.now()));
}

void SiteHeat::summarise(SiteSummary& summary) const {
  summary.add("facility_energy", facility_meter_->integral(context_.now()));
}

}  // namespace wattershed
