/// Accelerators, servers and racks: what stands on the floor, and what it draws at its AC input.
///
///   P(u) = idle + u·(max − idle)          linear in the utilisation u of the server's accelerators
///
/// A job may also give its power per accelerator, all of the server included; then that is what it draws.
/// An accelerator that no job holds draws its share of the server's idle power.
/// Source    Fan, Weber and Barroso, "Power provisioning for a warehouse-sized computer", ISCA 2007, eq. 1 (the
///           linear form); idle and maximum of each server in the catalog with their own sources
/// Valid     averages over minutes and more, at constant inlet temperature
/// Accuracy  linear models of GPU servers miss measured means by 10 to 30 % (reference to measured phases comes
///           with training jobs)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/schema.hpp"

namespace wattershed {

/// One accelerator (GPU, TPU). Throughput and memory serve the workload models.
struct Accelerator {
  static constexpr std::string_view catalog_kind = "accelerators";
  Power max_power{};                          ///< thermal design power [W]
  std::optional<Power> idle_power;            ///< powered, no context [W]
  std::optional<Frequency> dense_16_bit;      ///< dense BF16 or FP16 throughput [FLOP/s]
  std::optional<Frequency> dense_8_bit;       ///< dense FP8 or INT8 throughput [FLOP/s]
  std::optional<Information> memory;          ///< [byte]
  std::optional<Bandwidth> memory_bandwidth;  ///< [byte/s]
  std::optional<Bandwidth> link_bandwidth;    ///< both directions together [byte/s]
  std::optional<Carbon> embodied;             ///< cradle to gate [kg CO2e]
  std::optional<Money> price;                 ///< [USD]
  void visit(Fields& f);
};

/// One server: its accelerators and its power at the AC input, everything inside included.
struct Server {
  static constexpr std::string_view catalog_kind = "servers";
  Accelerator accelerator;
  std::int64_t accelerators = 8;
  Power idle_power{};              ///< [W]
  Power max_power{};               ///< [W]
  std::optional<Carbon> embodied;  ///< of the whole server [kg CO2e]
  CalendarSpan life{.months = 48};
  std::optional<Money> price;  ///< of the whole server [USD]
  void visit(Fields& f);
};

/// One rack of equal servers; `overhead_power` (switches, shelves) is drawn whenever the rack stands.
struct Rack {
  static constexpr std::string_view catalog_kind = "racks";
  Server server;
  std::int64_t servers = 1;
  Power overhead_power{};  ///< [W]
  std::int64_t count = 1;  ///< racks of this type on the site
  void visit(Fields& f);

  [[nodiscard]] std::int64_t accelerators() const { return servers * server.accelerators; }
  [[nodiscard]] Power idle_power() const { return overhead_power + static_cast<double>(servers) * server.idle_power; }
  [[nodiscard]] Power max_power() const { return overhead_power + static_cast<double>(servers) * server.max_power; }
  /// What one accelerator's share of its server draws when no job holds it, and at full utilisation [W].
  [[nodiscard]] Power idle_share() const { return server.idle_power / static_cast<double>(server.accelerators); }
  [[nodiscard]] Power max_share() const { return server.max_power / static_cast<double>(server.accelerators); }
};

/// Power of one accelerator's share of its server at a utilisation of 0..1 [W].
Power power_at(const Rack& rack, Share utilisation);

}  // namespace wattershed
