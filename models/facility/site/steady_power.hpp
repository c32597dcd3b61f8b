/// What a site draws from its grid once everything has settled on a load: no transient of the plant, no stored heat.
///
///   grid = chain(peak of the hall) + board(cooling(heat of the hall and of the chain's losses) + lighting + other)
///
/// The chain's stages are those of the site, each with its load spread over its modules evenly. The plant is a second
/// one of the same size, started at the heat; an imposed overhead is that share of the heat.
/// Inputs   what the hall may come to [W]; lighting and other [W]; outdoor air; set-points of the plant
/// Outputs  grid power [W]
/// Valid    batteries at rest; racks of a stage equally loaded (with a part of them at work the copper losses, 1 to 2 %
///          of the load, come out lower by up to that part); air of the racks as it is now
/// Accuracy  0.1 % below the level to which a site of 414 racks of 128 kW settles in the same air (connection_test)
/// Cost     a start of the plant, about half a millisecond; `least` and `most` cost nothing
#pragma once

#include <memory>
#include <vector>

#include "models/cooling/plant/plant.hpp"
#include "models/electrical/loss_stage.hpp"
#include "models/facility/hall/hall_draw.hpp"
#include "models/facility/part/site_context.hpp"

namespace wattershed {

class SteadyPower {
 public:
  /// After the distribution has been built: `context.plan` is there.
  explicit SteadyPower(const SiteContext& context);

  struct Surroundings {
    Power building{};  ///< lighting and other
    Outdoors outdoors{};
    std::optional<PlantSettings> settings{};  ///< none: as designed
  };
  [[nodiscard]] Power at(const HallDraw& hall, const Surroundings& around);
  /// Without cooling: no less is ever drawn.
  [[nodiscard]] Power least(const HallDraw& hall, Power building) const;
  /// With all of the plant that stands: `plant_margin` times what it draws at design load in design weather.
  [[nodiscard]] Power most(const HallDraw& hall, Power building) const;
  static constexpr double plant_margin = 1.5;

 private:
  struct Stage {
    LossCurve curve;
    Power rating{};
    double indoor_share = 1;
    [[nodiscard]] Power loss(Power output) const { return stage_loss(curve, rating, output); }
  };
  [[nodiscard]] Power through_chain(Power output) const;
  [[nodiscard]] Power indoor_loss(Power output) const;
  [[nodiscard]] Power through_board(Power output) const;

  const LoadedSite& loaded_;
  std::vector<Stage> chain_;
  std::optional<Stage> board_;
  std::unique_ptr<Plant> plant_;  // null: imposed cooling
};

}  // namespace wattershed
