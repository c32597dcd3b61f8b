#include "models/cooling/machines/heat_exchanger.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>

#include "sim/base/problem.hpp"

namespace wattershed {

namespace {

double transfer_units_of(const HeatExchanger& exchanger, double effectiveness, double ratio) {
  return exchanger.arrangement == FlowArrangement::counterflow
             ? counterflow_transfer_units(effectiveness, ratio)
             : crossflow_unmixed_transfer_units(effectiveness, ratio);
}

}  // namespace

double counterflow_effectiveness(double transfer_units, double capacity_ratio) {
  assert(transfer_units >= 0 && capacity_ratio >= 0 && capacity_ratio <= 1);
  const double gap = 1 - capacity_ratio;
  // (1 − e) / (1 − r e) with m = 1 − e: m / (gap + r m). Near r = 1, m → NTU·gap and the quotient keeps its digits.
  const double m = -std::expm1(-transfer_units * gap);
  return gap > 1e-9 ? m / (gap + capacity_ratio * m) : transfer_units / (1 + transfer_units);
}

double counterflow_transfer_units(double effectiveness, double capacity_ratio) {
  assert(effectiveness >= 0 && capacity_ratio >= 0 && capacity_ratio <= 1);
  if (effectiveness >= 1) return std::numeric_limits<double>::infinity();
  const double gap = 1 - capacity_ratio;
  if (gap <= 1e-9) return effectiveness / (1 - effectiveness);
  return std::log1p(effectiveness * gap / (1 - effectiveness)) / gap;
}

double crossflow_unmixed_effectiveness(double transfer_units, double capacity_ratio) {
  assert(transfer_units >= 0 && capacity_ratio >= 0 && capacity_ratio <= 1);
  if (transfer_units <= 0) return 0;
  if (capacity_ratio < 1e-9) return -std::expm1(-transfer_units);
  const double a = std::pow(transfer_units, 0.22);
  return -std::expm1(std::expm1(-capacity_ratio * transfer_units / a) * a / capacity_ratio);
}

double crossflow_unmixed_transfer_units(double effectiveness, double capacity_ratio) {
  double low = 0, high = 1;
  while (crossflow_unmixed_effectiveness(high, capacity_ratio) < effectiveness) {
    low = high;
    high *= 2;
    if (high > 1e4) return std::numeric_limits<double>::infinity();
  }
  for (int i = 0; i < 200 && high - low > 1e-15 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (crossflow_unmixed_effectiveness(middle, capacity_ratio) < effectiveness ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

Conductance part_flow_conductance(const HeatExchanger& exchanger, Conductance hot, Conductance cold) {
  if (!(hot.si() > 0 && cold.si() > 0)) return Conductance{};
  // Resistances in parts of the whole at design: the hot film has 1 / (1 + film_ratio) of it.
  const double hot_share = 1 / (1 + exchanger.film_ratio);
  const double resistance = hot_share * std::pow(hot / exchanger.hot_design, -exchanger.hot_exponent) +
                            (1 - hot_share) * std::pow(cold / exchanger.cold_design, -exchanger.cold_exponent);
  return exchanger.ua_design / resistance;
}

HeatExchangerState run_heat_exchanger(const HeatExchanger& exchanger, Temperature hot_entering, Conductance hot,
                                      Temperature cold_entering, Conductance cold) {
  HeatExchangerState state{
      .heat = {}, .hot_leaving = hot_entering, .cold_leaving = cold_entering, .smaller_capacity_rate = {}};
  if (!(hot.si() > 0 && cold.si() > 0)) return state;
  const Conductance least = std::min(hot, cold);
  const double transfer_units = part_flow_conductance(exchanger, hot, cold) / least;
  const double ratio = least / std::max(hot, cold);
  state.effectiveness = exchanger.arrangement == FlowArrangement::counterflow
                            ? counterflow_effectiveness(transfer_units, ratio)
                            : crossflow_unmixed_effectiveness(transfer_units, ratio);
  state.smaller_capacity_rate = least;
  state.heat = state.effectiveness * least * (hot_entering - cold_entering);
  state.hot_leaving = hot_entering - state.heat / hot;
  state.cold_leaving = cold_entering + state.heat / cold;
  return state;
}

HeatExchanger sized_heat_exchanger(HeatExchanger kind, Power heat, Temperature hot_entering, Temperature hot_leaving,
                                   Temperature cold_entering, Temperature cold_leaving) {
  if (!(heat.si() > 0) || !(hot_entering > hot_leaving) || !(cold_leaving > cold_entering))
    throw InputError({}, "a heat exchanger cannot be sized: its hot side must cool down and its cold side warm up");
  kind.hot_design = heat / (hot_entering - hot_leaving);
  kind.cold_design = heat / (cold_leaving - cold_entering);
  const Conductance least = std::min(kind.hot_design, kind.cold_design);
  const double effectiveness = hot_entering > cold_entering ? heat / (least * (hot_entering - cold_entering)) : 2;
  const double transfer_units =
      effectiveness < 1 ? transfer_units_of(kind, effectiveness, least / std::max(kind.hot_design, kind.cold_design))
                        : std::numeric_limits<double>::infinity();
  if (!std::isfinite(transfer_units))
    throw InputError({},
                     "no heat exchanger has these temperatures: its approach must be larger than zero; give the "
                     "cold side more flow or a colder supply");
  kind.ua_design = transfer_units * least;
  return kind;
}

HeatExchanger plate_kind() { return {}; }

HeatExchanger air_coil_kind() {
  HeatExchanger kind;
  kind.arrangement = FlowArrangement::crossflow;
  kind.cold_exponent = 0.85;
  kind.film_ratio = 0.5;
  return kind;
}

}  // namespace wattershed
