#include "models/cooling/machines/chiller.hpp"

#include <cassert>
#include <utility>

namespace wattershed {

namespace {

template <std::size_t... I>
ChillerCurves curves_of(ChillerForm form, std::index_sequence<I...>) {
  ChillerCurves curves;
  const auto choose = [&](auto index) {
    if (index == static_cast<std::size_t>(form)) curves.emplace<decltype(index)::value>();
  };
  (choose(std::integral_constant<std::size_t, I>{}), ...);
  return curves;
}

}  // namespace

void Chiller::visit(Fields& f) {
  f.optional("condenser", condenser,
             {.help = "what cools the condenser: water or air",
              .source = "large chillers of data centers are water-cooled",
              .kind = ValueKind::assumed});
  constexpr std::size_t forms = std::variant_size_v<ChillerCurves>;
  if constexpr (forms > 1) {
    ChillerForm form{curves.index()};
    f.optional("curves", form, {.help = "what the curves are of, and so which keys they have"});
    if (form != ChillerForm{curves.index()}) curves = curves_of(form, std::make_index_sequence<forms>{});
  }
  f.required("capacity", capacity,
             {.help = "cooling at the reference temperatures", .above = 0, .example = "1055 kW"});
  f.required("cop", cop, {.help = "heat over power there, at full load", .at_most = 30, .above = 0});
  std::visit([&](auto& form) { form.visit_curves(f); }, curves);
  f.required("least_load", least_load, {.help = "below it the chiller cycles", .at_least = 0, .at_most = 1});
  f.required("least_unload", least_unload,
             {.help = "below it the compressor draws what it draws there", .at_least = 0, .at_most = 1});
  f.required("most_load", most_load,
             {.help = "largest load, of what is available", .at_most = 1.5, .above = 0, .example = "105 %"});
  f.optional("motor_heat", motor_heat,
             {.help = "part of the power that ends in the condenser",
              .at_least = 0,
              .at_most = 1,
              .source = "hermetic: the refrigerant cools the motor",
              .kind = ValueKind::assumed});
  std::visit([&](auto& form) { form.visit_range(f); }, curves);
}

ChillerFlowNeeds flow_needs(const Chiller& chiller) {
  return std::visit([](const auto& form) { return form.needs; }, chiller.curves);
}

Domain<2> domain_of(const Chiller& chiller) {
  return std::visit([](const auto& form) { return form.domain(); }, chiller.curves);
}

Power available_capacity(const Chiller& chiller, const ChillerStreams& streams) {
  return chiller.capacity *
         std::visit([&](const auto& form) { return form.full_load(chiller, streams); }, chiller.curves);
}

ChillerState run_chiller(const Chiller& chiller, Power load, const ChillerStreams& streams) {
  assert(chiller.capacity.si() > 0 && chiller.cop > 0);
  return std::visit([&](const auto& form) { return form.run(chiller, load, streams); }, chiller.curves);
}

Chiller scaled_to(Chiller chiller, Power capacity) {
  chiller.capacity = capacity;
  return chiller;
}

WaterStream condenser_water(const ChillerRating& rating, Temperature entering, TemperatureDelta range) {
  return {entering, water_mass_flow(rating.capacity * (1 + rating.motor_heat.si() / rating.cop) / range)};
}

}  // namespace wattershed
