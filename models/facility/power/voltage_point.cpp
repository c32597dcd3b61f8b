#include "models/facility/power/voltage_point.hpp"

#include <algorithm>

#include "models/facility/power/sags.hpp"
#include "models/grid/point/omissions.hpp"

namespace wattershed {
namespace {

// What curves give the reactive power, and on which ratings.
ReactiveLoad reactive_load(const SiteContext& context, const VoltagePoint::Inputs& inputs) {
  ReactiveLoad load;
  const Electrical electrical = context.site().electrical.value_or(Electrical{});
  Power design{};
  for (const Feeder& feeder : inputs.racks) design += feeder.design;
  if (context.site().grid.point) load.power_factor = context.site().grid.point->power_factor;
  const auto part_of = [](const auto& module, std::size_t modules, const auto& curve) {
    return ReactiveLoad::Part{curve.curve(), static_cast<double>(modules) * module.rating};
  };
  if (inputs.ups_modules > 0 && electrical.ups->power_factor)
    load.feed = part_of(*electrical.ups, inputs.ups_modules, *electrical.ups->power_factor);
  else if (electrical.reactive && electrical.reactive->supplies && design > Power{})
    load.feed = ReactiveLoad::Part{electrical.reactive->supplies->curve(), design};
  const Power motors = context.loaded.design.cooling;
  if (electrical.reactive && electrical.reactive->motors && motors > Power{})
    load.motors = ReactiveLoad::Part{electrical.reactive->motors->curve(), motors};
  if (inputs.transformer_modules > 0 && electrical.transformer->reactive)
    load.transformers =
        part_of(*electrical.transformer, inputs.transformer_modules, *electrical.transformer->reactive);
  return load;
}

}  // namespace

VoltagePoint::VoltagePoint(SiteContext& context, const Inputs& inputs)
    : voltage(context.circuit.signal<double>("poi_voltage", 1)), context_(context) {
  if (context.site().grid.point || context.site().grid.bus) add_reactive_power(inputs);
  add_voltage(inputs);
}

void VoltagePoint::add_reactive_power(const Inputs& inputs) {
  Circuit& circuit = context_.circuit;
  reactive_load_ = reactive_load(context_, inputs);
  reactive_ = circuit.signal<ApparentPower>("reactive_power");
  reactive_extent_ = {circuit.signal<ApparentPower>("highest reactive power"),
                      circuit.signal<ApparentPower>("lowest reactive power")};
  if (reactive_load_.has_curves()) of_reactive_.emplace(reactive_domain);
  circuit.model("reactive power", {inputs.load, inputs.mechanical},
                {reactive_, reactive_extent_.highest, reactive_extent_.lowest},
                [this, all = inputs.load, mechanical = inputs.mechanical] {
                  Circuit& c = context_.circuit;
                  const Load both = c.get(all);
                  const Power beside = c.get(mechanical).mean;
                  const Load feed{both.mean - beside, both.variance};
                  const ApparentPower mean = reactive_load_.at(feed, beside);
                  const auto at = [&](Power excursion) {
                    return excursion == Power{} ? mean : reactive_load_.at({feed.mean + excursion, {}}, beside);
                  };
                  // A leading power factor falls as the power grows.
                  const ApparentPower loaded = at(both.above), relieved = at(both.below);
                  c.set(reactive_, mean);
                  c.set(reactive_extent_.highest, std::max({mean, loaded, relieved}));
                  c.set(reactive_extent_.lowest, std::min({mean, loaded, relieved}));
                  if (of_reactive_)
                    of_reactive_->saw(context_.now(), reactive_domain, {reactive_load_.highest_load(feed, beside)});
                });
}

void VoltagePoint::add_voltage(const Inputs& inputs) {
  Circuit& circuit = context_.circuit;
  const auto& point = context_.site().grid.point;
  voltage_extent_ = {circuit.signal<double>("highest voltage at the point of interconnection", 1),
                     circuit.signal<double>("lowest voltage at the point of interconnection", 1)};
  if (point || Sags::strike(context_)) of_voltage_.emplace(constant_power_domain);
  if (!point) {
    voltage_extent_ = {voltage, voltage};
    circuit.model("voltage at the point of interconnection", {inputs.retained}, {voltage},
                  [this, retained = inputs.retained] {
                    const double left = context_.circuit.get(retained);
                    context_.circuit.set(voltage, left);
                    if (of_voltage_) of_voltage_->saw(context_.now(), constant_power_domain, {left});
                  });
    return;
  }
  impedance_ = impedance_of(*point);
  circuit.model("voltage at the point of interconnection", {inputs.grid_power, reactive_, inputs.retained}, {voltage},
                [this, power = inputs.grid_power, left = inputs.retained] {
                  Circuit& c = context_.circuit;
                  const double retained = c.get(left);
                  const std::optional<double> steady = thevenin_voltage(*impedance_, c.get(power), c.get(reactive_));
                  if (!steady && retained >= 1)
                    throw VoltageCollapse(
                        collapse_text(context_.now(), c.get(power), c.get(reactive_), impedance_->short_circuit));
                  const double lowest = std::min(retained, steady.value_or(retained));
                  c.set(voltage, lowest);
                  of_voltage_->saw(context_.now(), constant_power_domain, {lowest});
                });
  circuit.model("extent of the voltage at the point of interconnection",
                {voltage, inputs.grid_power, inputs.grid_extent.highest, inputs.grid_extent.lowest, reactive_,
                 reactive_extent_.highest, reactive_extent_.lowest, inputs.retained},
                {voltage_extent_.highest, voltage_extent_.lowest},
                [this, mean = inputs.grid_power, grid = inputs.grid_extent, left = inputs.retained] {
                  Circuit& c = context_.circuit;
                  const double standing = c.get(voltage), retained = c.get(left);
                  const auto at = [&](Signal<Power> power, Signal<ApparentPower> reactive) {
                    if (c.get(power) == c.get(mean)) return standing;
                    return std::min(retained,
                                    thevenin_voltage(*impedance_, c.get(power), c.get(reactive)).value_or(0.0));
                  };
                  const double loaded = at(grid.highest, reactive_extent_.highest);
                  const double relieved = at(grid.lowest, reactive_extent_.lowest);
                  c.set(voltage_extent_.highest, std::max({standing, loaded, relieved}));
                  c.set(voltage_extent_.lowest, std::min({standing, loaded, relieved}));
                });
}

void VoltagePoint::record(Columns& columns) {
  const Grid& grid = context_.site().grid;
  if (reactive_.valid()) columns.add("reactive_power", reactive_, reactive_extent_);
  if (grid.point || !grid.bus) columns.add("poi_voltage", voltage, voltage_extent_);
}

void VoltagePoint::close() {
  if (of_reactive_) of_reactive_->close(context_.now());
  if (of_voltage_) of_voltage_->close(context_.now());
}

std::vector<RangeUse> VoltagePoint::validity() const {
  std::vector<RangeUse> rows;
  if (of_voltage_) add_uses(rows, *of_voltage_);
  if (of_reactive_) add_uses(rows, *of_reactive_);
  return rows;
}

void VoltagePoint::stand(GridSideSetup& setup) const {
  if (reactive_.valid()) setup.reactive = reactive_load_;
  setup.impedance = impedance_;
}

std::vector<Omission> VoltagePoint::omissions() const {
  const Grid& grid = context_.site().grid;
  return voltage_omissions(
      {.point = grid.point.has_value(), .network = grid.bus.has_value(), .sags = Sags::strike(context_)});
}

}  // namespace wattershed
