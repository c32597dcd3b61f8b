/// What a scenario says of the distribution of a site: `site.electrical`.
///
///   electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}
///
/// A stage that is `none` has no loss. A battery (`site.battery`) is a machine of the catalog: storage.hpp.
#pragma once

#include <optional>

#include "models/electrical/loss_stage.hpp"
#include "models/electrical/power_factor.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

/// Reactive power of loads that bring no curve of their own, where the point of interconnection is given.
struct ReactiveLoads {
  std::optional<PowerFactor> supplies;  ///< of the racks, where no UPS with a curve stands between
  std::optional<PowerFactor> motors;    ///< of the cooling plant
  void visit(Fields& f);
};

/// The chain from the point of interconnection to the racks; a stage that is `none` has no loss.
struct Electrical {
  std::optional<Pdu> pdu;
  std::optional<Ups> ups;
  std::optional<Transformer> transformer;
  std::optional<ReactiveLoads> reactive;
  Duration lag = std::chrono::milliseconds(10);  ///< first order, of supplies and their capacitors; seen in windows
  void visit(Fields& f);
};

}  // namespace wattershed
