/// Capacitors in the supplies of a rack: they draw a moving average of what the server takes, as far as their energy
/// reaches.
///
///   drawn at t   (1/W)·∫ from t − W to t of P  +  loss         W: the window, an average over the past
///   stored       ∫ (drawn − loss − P) dt, whose range may not pass the energy: W is the longest that keeps it
///   loss         mean power given back · (1/efficiency − 1), spread evenly
///
/// A window holds whole steps where one fits: then what is drawn is flat. A square wave of ΔP, duty d, period T is
/// flat for ΔP·d·(1 − d)·T ≤ energy; a step of ΔP alone asks for ΔP·W/2.
/// Inputs    a waveform as stretches of constant power [W], the one that came before it, energy [J]
/// Outputs   the waveform drawn, straight pieces; its loss [W]
/// Source    energy of GB300's supplies: NVIDIA, about 65 J per GPU; closed forms: moving average, gain |sinc(f·W)|
/// Valid     energy counted at the AC input; no limit of current; the state of charge is led back by the loss term
///           alone
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sim/input/schema.hpp"
#include "sim/units/power_segment.hpp"

namespace wattershed {

struct RackCapacitor {
  Energy energy{};  ///< per accelerator [J]
  Share efficiency{0.95};
  Duration window = std::chrono::seconds(1);
  void visit(Fields& f);
};

/// A stretch of a waveform that rises or falls in a straight line.
struct StraightPiece {
  double length_s = 0;
  Power first{}, last{};
};

/// Moving average of `segments` over the past `window_s`, after `before` has been played again and again.
std::vector<StraightPiece> moving_average(std::span<const PowerSegment> before,
                                          std::span<const PowerSegment> segments, double window_s);

/// Least and greatest of what is stored, counted from the begin [J].
struct StoredRange {
  double least_j = 0, greatest_j = 0;
};
StoredRange stored_range(std::span<const StraightPiece> drawn, std::span<const PowerSegment> taken);

/// A waveform that is played once, after another one has been played again and again.
struct Interlude {
  std::vector<PowerSegment> before, segments;
};
/// The longest window up to `longest_s` for which `energy` is enough while `step` is played again and again, and in
/// each of the interludes [s].
double longest_window_s(Energy energy, double longest_s, std::span<const PowerSegment> step,
                        std::span<const Interlude> interludes);

/// Mean power lost by giving back: without it, `drawn` and `taken` hold the same energy [W].
Power capacitor_loss(std::span<const StraightPiece> drawn, std::span<const PowerSegment> taken, Share efficiency);

/// Straight pieces as slices of constant power, none longer than `slice_s`; zero: as coarse as leaves the variance
/// within 1e-4 of itself.
std::vector<PowerSegment> sliced(std::span<const StraightPiece> pieces, double slice_s);

}  // namespace wattershed
