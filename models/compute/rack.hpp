/// One rack of equal servers, its switches, and the shelf of power supplies that some racks have.
///
///   P_rack = Σ over servers of shelf(P_server + overhead/servers)     the shelf's supplies split likewise
///
/// `overhead_power` (switches) is drawn whenever the rack stands: behind the shelf where there is one, else at AC.
/// What a rack draws is in server_draw.hpp.
/// Source    Frontier: ExaDigiT RAPS (four 250 W switches and four rectifiers a chassis of 16 nodes); NVL72: HPE
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/compute/power_supply.hpp"
#include "models/compute/rack_capacitor.hpp"
#include "models/compute/server.hpp"

namespace wattershed {

struct Rack {
  static constexpr std::string_view catalog_kind = "racks";
  Server server;
  std::int64_t servers = 1;
  Power overhead_power{};                  ///< of switches [W]
  std::optional<PowerSupply> shelf;        ///< one supply of the shelf
  std::int64_t shelf_supplies = 1;         ///< sharing the rack's load
  std::optional<Share> liquid_share;       ///< of the rack's heat; without it, that of its servers
  std::optional<RackCapacitor> capacitor;  ///< in its supplies, at their input
  std::int64_t count = 1;                  ///< racks of this type on the site
  void visit(Fields& f);

  [[nodiscard]] std::int64_t accelerators() const { return servers * server.accelerators; }
  /// Rated power of all of the rack at the AC input: ratings of its servers, overhead, loss of its shelf [W].
  [[nodiscard]] Power idle_power() const { return rated(server.idle_power); }
  [[nodiscard]] Power max_power() const { return rated(server.max_power); }
  /// One accelerator's share of its server's rating, without overhead and shelf [W].
  [[nodiscard]] Power idle_share() const { return server.idle_power / static_cast<double>(server.accelerators); }
  [[nodiscard]] Power max_share() const { return server.max_power / static_cast<double>(server.accelerators); }

 private:
  [[nodiscard]] Power rated(Power server_input) const;
};

/// Rating of one accelerator's share of its server at a utilisation of 0..1, linear, without overhead and shelf [W].
Power power_at(const Rack& rack, Share utilisation);

}  // namespace wattershed
