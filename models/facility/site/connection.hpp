/// What the connection leaves room for: nothing starts with which the settled site would draw more than is allowed.
///
///   room for a rise:  steady power (what the floor may come to + rise, outdoor air of now) ≤ connection
///
/// The steady solve (steady_power.hpp) knows no transient: whether a design fits does not hang on the plant's power of
/// that minute, and what fits at one size fits at every smaller one. Within an hour what was found is kept: no more
/// than a start that had room always has, no less than one that had none never has. Weather that comes later is not
/// foreseen: what it adds is a broken limit.
/// Inputs   the hall; lighting and other [W]; outdoor air and set-points of the plant, where there is one
/// Outputs  `room()`: whether a rise of what the floor may come to has room
#pragma once

#include <optional>
#include <vector>

#include "models/facility/hall/it_hall.hpp"
#include "models/facility/site/steady_power.hpp"

namespace wattershed {

class Connection : public SitePart {
 public:
  struct Inputs {
    ItHall& hall;
    Signal<double> lighting, other;  ///< [W]
    const Plant* plant = nullptr;    ///< null: the cooling is imposed
  };
  /// Precondition: the scenario gives a connection.
  Connection(SiteContext& context, const Inputs& inputs);

  [[nodiscard]] HasRoom room();
  void start() override;

 private:
  Process ask_hourly();
  [[nodiscard]] bool has_room(const HallDraw& rise);
  void forget();

  SiteContext& context_;
  Inputs inputs_;
  Signal<double> allowed_;  // [W]
  SteadyPower steady_;
  Time solved_{};                          // when the first of these was found
  std::optional<HallDraw> fits_, beyond_;  // the largest that fits, the smallest that does not
};

}  // namespace wattershed
