/// Heat exchanger between two streams, effectiveness-NTU: plates of a CDU or an economizer, coils of a CRAH.
///
///   heat = effectiveness · C_min · (hot_in − cold_in),   NTU = UA / C_min,   r = C_min / C_max
///   counterflow           (1 − e) / (1 − r e),  e = exp(−NTU (1 − r))
///   cross-flow, unmixed   1 − exp((exp(−r NTU^0.78) − 1) NTU^0.22 / r)
///   1 / UA = 1 / hA_hot + 1 / hA_cold,   hA ~ flow^exponent on its side, hA_hot / hA_cold given at design
///
/// A stream's flow is given as its capacity rate (mass flow times specific heat) [W/K], so that water, glycol and
/// air need no words of their own.
/// Inputs    temperatures entering [K] and capacity rates [W/K] of both streams
/// Outputs   heat from hot to cold (negative when hot is the colder) [W], temperatures leaving [K]
/// Source    Kays and London, Compact Heat Exchangers; the cross-flow formula and the exponents 0.8 (air over fins,
///           plates) and 0.85 (water in tubes) as in the Modelica Buildings library, Fluid/HeatExchangers
/// Valid     dry coils, single-phase liquids, properties constant; no fouling. Exponents of turbulent films: flows of
///           0.2..1.5 of design (`exchanger_domain`), beyond which the law of the films goes on
/// Accuracy  counterflow is exact; the cross-flow formula is within 0.011 of the exact effectiveness (3 % of it at
///           half a transfer unit, 1 % from one and a half on)
#pragma once

#include <array>
#include <string_view>

#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// Effectiveness of a number of transfer units >= 0 and a ratio of capacity rates in 0..1 [1].
double counterflow_effectiveness(double transfer_units, double capacity_ratio);
double crossflow_unmixed_effectiveness(double transfer_units, double capacity_ratio);
/// The inverses: transfer units that give an effectiveness in 0..1 [1]. Infinite when none does.
double counterflow_transfer_units(double effectiveness, double capacity_ratio);
double crossflow_unmixed_transfer_units(double effectiveness, double capacity_ratio);

enum class FlowArrangement { counterflow, crossflow };
constexpr std::array<std::string_view, 2> enum_names(FlowArrangement) { return {"counterflow", "crossflow"}; }

struct HeatExchanger {
  FlowArrangement arrangement = FlowArrangement::counterflow;
  Conductance ua_design{};                         ///< at the design flows [W/K]
  Conductance hot_design{}, cold_design{};         ///< capacity rates at design [W/K]
  double hot_exponent = 0.8, cold_exponent = 0.8;  ///< of hA with the flow [1]
  double film_ratio = 1;                           ///< hA_hot / hA_cold at design [1]
};

/// Where the exponents of the films hold.
inline constexpr Domain<2> exchanger_domain{
    "heat exchangers",
    {{{"hot flow over design", "1", 0.2, 1.5}, {"cold flow over design", "1", 0.2, 1.5}}},
    "turbulent films; the sources state no flows: below a fifth tubes become laminar, assumed"};

struct HeatExchangerState {
  Power heat;  ///< from hot to cold [W]
  Temperature hot_leaving, cold_leaving;
  double effectiveness = 0;           ///< [1]
  Conductance smaller_capacity_rate;  ///< C_min [W/K]
};

/// UA at these capacity rates [W/K]; zero when a stream stands.
Conductance part_flow_conductance(const HeatExchanger& exchanger, Conductance hot, Conductance cold);
HeatExchangerState run_heat_exchanger(const HeatExchanger& exchanger, Temperature hot_entering, Conductance hot,
                                      Temperature cold_entering, Conductance cold);
/// The exchanger of that kind that carries `heat` between these temperatures: flows and UA follow.
/// Throws InputError when no exchanger can (temperatures cross, or a stream does not change).
HeatExchanger sized_heat_exchanger(HeatExchanger kind, Power heat, Temperature hot_entering, Temperature hot_leaving,
                                   Temperature cold_entering, Temperature cold_leaving);
/// Plates between two liquids: counterflow, both films alike.
HeatExchanger plate_kind();
/// A finned coil between warm air (hot) and water (cold): cross-flow, most of the resistance on the air.
HeatExchanger air_coil_kind();

}  // namespace wattershed
