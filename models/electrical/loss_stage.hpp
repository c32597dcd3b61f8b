/// One stage of electrical distribution (PDU, UPS, transformer) as a loss curve over its load.
///
///   loss = rating·(c0 + c1·x + c2·x²),  x = P_out / rating
///
/// c0 is drawn whenever the stage is energised, c1 grows with current through semiconductors, c2 is copper. A bank
/// of equal modules that share their load equally has the curve of one module on the sum of the ratings.
/// Inputs    load at the output, mean [W] and variance [W2]
/// Outputs   load at the input (mean and variance), loss [W]
/// Source    form: Schneider Electric white paper 108 and IEC 60076; coefficients in the catalog with their own sources
/// Valid     x in 0..1.2 (`loss_domain`); above, the curve goes on: copper grows with the square, what trips does not
/// Accuracy  a quadratic fits published efficiency points of double-conversion UPS within 1.5 points of efficiency
#pragma once

#include <optional>
#include <string_view>

#include "models/electrical/power_factor.hpp"
#include "models/electrical/ups_ride_through.hpp"
#include "sim/input/schema.hpp"
#include "sim/units/load.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// Coefficients of a loss curve, as shares of the rating.
struct LossCurve {
  Share no_load;       ///< c0
  Share proportional;  ///< c1
  Share square;        ///< c2
  void visit(Fields& f);
};

/// A module of one stage. The kind of catalog entry differs by stage, the equation does not.
struct StageModule {
  Power rating{};  ///< [W] at the output
  LossCurve loss;
  Share indoor_share = 100_percent;  ///< of the heat of its loss that reaches cooled rooms
  void visit(Fields& f);
};
struct Pdu : StageModule {
  static constexpr std::string_view catalog_kind = "pdus";
};
struct Ups : StageModule {
  static constexpr std::string_view catalog_kind = "ups";
  std::optional<RideThrough> ride_through;  ///< none: sags of the bus do not concern it
  std::optional<PowerFactor> power_factor;  ///< of its input; none: it draws no reactive power
  void visit(Fields& f);
};
struct Transformer : StageModule {
  static constexpr std::string_view catalog_kind = "transformers";
  std::optional<TransformerReactive> reactive;  ///< none: it takes no reactive power
  void visit(Fields& f);
};

/// What the loss curve of a stage is made for; `model` names the stage ("PDU").
constexpr Domain<1> loss_domain(std::string_view model) {
  return {model,
          {{{"load over rating", "1", 0, 1.2}}},
          "published efficiencies reach the rating; that their curve goes on to 1.2 is assumed"};
}
inline constexpr std::string_view pdu_kind = "PDU", ups_kind = "UPS", transformer_kind = "transformer";

/// Loss of a bank with the given total rating at an output [W].
Power stage_loss(const LossCurve& curve, Power rating, Power output);
/// What the stage asks of the stage above it, with the mean of the loss over the load's variance.
Load through_stage(const LossCurve& curve, Power rating, Load output);

}  // namespace wattershed
