#include "models/electrical/loss_stage.hpp"

namespace wattershed {

void LossCurve::visit(Fields& f) {
  f.required("no_load", no_load,
             {.help = "loss without load, of the rating", .at_least = 0, .below = 1, .example = "0.6 %"});
  f.required("proportional", proportional,
             {.help = "loss in proportion to load, at rating", .at_least = 0, .below = 1, .example = "1 %"});
  f.required("square", square,
             {.help = "loss with the square of load, at rating", .at_least = 0, .below = 1, .example = "1.6 %"});
}

void StageModule::visit(Fields& f) {
  f.required("rating", rating, {.help = "rated output of one module", .at_least = 1, .example = "2.5 MW"});
  f.required("loss", loss, {.help = "loss curve"});
  f.optional("indoor_share", indoor_share,
             {.help = "part of the heat of its loss that reaches cooled rooms; the rest stays outdoors",
              .at_least = 0,
              .at_most = 1,
              .source = "stands indoors",
              .kind = ValueKind::assumed});
}

void Ups::visit(Fields& f) {
  StageModule::visit(f);
  f.optional("ride_through", ride_through, {.help = "how it transfers to its battery in a sag, counts and returns"});
  f.optional("power_factor", power_factor, {.help = "reactive power of its input", .example = "double-conversion"});
}

void Transformer::visit(Fields& f) {
  StageModule::visit(f);
  f.optional("reactive", reactive, {.help = "reactive power of its magnetic fields"});
}

Power stage_loss(const LossCurve& curve, Power rating, Power output) {
  const double x = output / rating;
  return rating * (curve.no_load.si() + x * (curve.proportional.si() + x * curve.square.si()));
}

Load through_stage(const LossCurve& curve, Power rating, Load output) {
  const double slope = curve.proportional.si() + 2 * curve.square.si() * (output.mean / rating);
  const double curvature_per_w = 2 * curve.square.si() / rating.si();
  return through_stage(output, stage_loss(curve, rating, output.mean), slope, curvature_per_w);
}

}  // namespace wattershed
