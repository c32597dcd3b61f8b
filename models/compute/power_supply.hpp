/// A power supply: what it draws for what it delivers. Of a server, or of a rack's shelf.
///
///   by points   P_in = P_out + rating·l(x),  x = P_out/rating, l = x/η − x at the points, straight between them
///   affine      P_in = (P_out + fixed)/efficiency
///
/// The loss is interpolated, not the efficiency, and goes on straight beyond the last point and below the first
/// (never below zero): so there is a loss without load, and the input always grows with the output.
/// `count` equal supplies share the load equally; it may be a fraction: a server's part of a shelf.
/// Inputs    power at the output [W]
/// Outputs   power at the input [W]
/// Source    points: 80 PLUS and Open Compute certificates; affine: ExaDigiT RAPS for Frontier
/// Valid     steady state at nominal voltage; x from the first to the last point, without points from 0 to 1
///           (`supply_domain`); beyond, the loss goes on straight
/// Accuracy  certificates give minima: real supplies of the same class are up to one point better
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

struct EfficiencyPoint {
  Share load;        ///< output over rating
  Share efficiency;  ///< output over input
  void visit(Fields& f);
};

struct PowerSupply {
  static constexpr std::string_view catalog_kind = "power-supplies";
  std::optional<Power> rating;          ///< output of one supply [W]; needed with points
  std::vector<EfficiencyPoint> points;  ///< rising in load
  std::optional<Power> fixed;           ///< added to the output before division [W]
  std::optional<Share> efficiency;
  void visit(Fields& f);
};

/// Loads over rating between its points; nothing where no rating is known.
std::optional<Domain<1>> supply_domain(const PowerSupply& supply);

/// What `count` supplies draw together for `output` together [W]. Neither may be negative, and count not zero.
Power supply_input(const PowerSupply& supply, double count, Power output);

}  // namespace wattershed
