/// What the connection leaves room for: nothing starts whose largest phase would draw more than is allowed.
///
///   room for a rise:  grid power + design ratio · (peak of the floor − what is settled + rise) ≤ connection
///
/// Inputs   the hall; its load and the grid's power [W]
/// Outputs  `room()`: whether a rise of the floor's peak power has room
#pragma once

#include <functional>

#include "models/facility/hall/it_hall.hpp"

namespace wattershed {

class Connection : public SitePart {
 public:
  struct Inputs {
    ItHall& hall;
    Signal<Power> grid_power;
  };
  /// Precondition: the scenario gives a connection.
  Connection(SiteContext& context, const Inputs& inputs);

  [[nodiscard]] std::function<bool(Power rise)> room() const;
  void start() override;

 private:
  Process ask_hourly();

  SiteContext& context_;
  ItHall& hall_;
  Signal<Power> grid_power_;
  Signal<double> allowed_;  // [W]
};

}  // namespace wattershed
