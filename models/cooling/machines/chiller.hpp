/// Electric chiller: capacity, power and condenser heat at any load and temperatures, from fitted curves.
///
/// The equation is in chiller_duty.hpp, the forms that curves may have in chiller_curves.hpp.
/// Inputs    load [W], leaving chilled water [K], water or air entering the condenser [K] and, for forms that ask for
///           them, flows [kg/s]
/// Outputs   heat taken up, heat given off and power drawn [W]; what is above `most_load` stays in the loop
///
/// What is its source, where it is valid and how accurate it is, the form says.
#pragma once

#include <array>
#include <string_view>

#include "models/cooling/machines/chiller_curves.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

enum class CondenserKind { water, air };
constexpr std::array<std::string_view, 2> enum_names(CondenserKind) { return {"water", "air"}; }

struct Chiller : ChillerRating {
  static constexpr std::string_view catalog_kind = "chillers";
  CondenserKind condenser = CondenserKind::water;
  ChillerCurves curves;
  void visit(Fields& f);
};

ChillerFlowNeeds flow_needs(const Chiller& chiller);
/// What its curves were fitted to.
Domain<2> domain_of(const Chiller& chiller);
/// Heat that the chiller can take up at full load; times `most_load` at its utmost [W].
Power available_capacity(const Chiller& chiller, const ChillerStreams& streams);
/// A load below zero counts as none.
ChillerState run_chiller(const Chiller& chiller, Power load, const ChillerStreams& streams);
/// The same machine at another size: every curve is relative to its capacity.
Chiller scaled_to(Chiller chiller, Power capacity);
/// Condenser water whose flow takes up, in `range`, what the chiller gives off at its rating.
WaterStream condenser_water(const ChillerRating& rating, Temperature entering, TemperatureDelta range);

}  // namespace wattershed
