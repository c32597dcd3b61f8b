/// One server: its accelerators, and its power at its input, everything inside included.
///
///   by parts    P_in = supply(n·P_accelerator + P_host(u) + P_fans),  P_host = idle + u·(max − idle)
///   otherwise   P_in = idle + w·(max − idle),  w = (P_accelerator − its idle)/(its max − its idle)
///
/// The input is AC, or the bus of the rack's shelf where it has one. `idle_power` and `max_power` are the published
/// rating at that input; parts must agree with them within `rating_tolerance` at 25 degC, or the reader says so. A rating
/// plans feeders and plants; `highest_measured` is what steady work was ever seen to draw, where somebody measured it.
/// Source    parts: in the catalog, split by us where no source splits them; linear form: Fan, Weber and Barroso
///           2007, eq. 1
/// Valid     means over a phase of a step and longer
/// Accuracy  linear models of GPU servers miss measured means by 10 to 30 %, TDP-based ones by 27 to 37 %, those that
///           follow the work by 11 % (arXiv 2412.08602, 2506.14551)
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/compute/accelerator.hpp"
#include "models/compute/power_supply.hpp"
#include "models/compute/server_fans.hpp"

namespace wattershed {

/// Everything behind the supplies but accelerators and fans: processors, memory, network, disks.
struct Host {
  Power idle_power{};  ///< [W]
  Power max_power{};   ///< [W]
  void visit(Fields& f);
};

struct ServerParts {
  Host host;
  std::optional<ServerFans> fans;           ///< none: cooled by liquid alone, or by the rack's fans
  std::optional<PowerSupply> power_supply;  ///< none: the server's input is the bus of its parts
  std::int64_t power_supplies = 1;          ///< sharing the load
  void visit(Fields& f);
};

struct Server {
  static constexpr std::string_view catalog_kind = "servers";
  static constexpr double rating_tolerance = 0.02;
  Accelerator accelerator;
  std::int64_t accelerators = 8;
  Power idle_power{};                     ///< [W]
  Power max_power{};                      ///< [W]
  std::optional<Power> highest_measured;  ///< at the input, of steady work [W]; none: not known
  std::optional<ServerParts> parts;
  Share liquid_share;              ///< of its heat, to liquid
  TemperatureDelta air_rise{15};   ///< of its air at full work and reference inlet [K]
  std::optional<Carbon> embodied;  ///< of the whole server [kg CO2e]
  CalendarSpan life{.months = 48};
  std::optional<Money> price;  ///< of the whole server [USD]
  void visit(Fields& f);

  /// Embodied carbon as far as it is known: of the whole server, else of its accelerators alone; nothing when neither
  /// is [kg CO2e].
  [[nodiscard]] std::optional<Carbon> known_embodied() const;
};

/// What one server draws at its input, with everything inside it.
struct ServerPower {
  Power input{};            ///< [W]
  Power fans{};             ///< behind the supplies [W]
  Power conversion_loss{};  ///< of its supplies [W]
};
/// `accelerator` is the power of each of its accelerators [W], `host_utilisation` 0..1, `speed` that of its fans.
ServerPower server_power(const Server& server, Power accelerator, double host_utilisation, double speed);
/// Speed of the fans at the mean power of each accelerator and mean host utilisation; 0 without fans.
double server_fan_speed(const Server& server, Power accelerator, double host_utilisation, Temperature inlet);
/// What they are asked, over their greatest speed [1]; 0 without fans.
double server_fans_asked(const Server& server, Power accelerator, double host_utilisation, Temperature inlet);

}  // namespace wattershed
