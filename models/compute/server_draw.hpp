/// What a server draws at the AC input while its work goes through the phases of a step, with its share of switches
/// and shelf: the one function that the floor of a site asks.
///
///   input = Σ lengthᵢ·P_in(phase i)/Σ lengthᵢ,   variance likewise,   peak = max P_in(phase i)
///
/// Conversion is evaluated phase by phase, then the mean is taken: the mean of the loss, not the loss of the mean.
/// Fans turn at one speed throughout, that of the mean heat. A server has 1/servers of the rack's switches and of its
/// shelf's supplies, evaluated at its own load: exact where all servers of a rack do the same, so that a rack's input
/// is the sum over its servers.
///
/// A rack capacitor acts on what the supplies draw, in real time: so phases know which part of a job's life they
/// belong to, and how long they are when played.
///
/// Inputs    phases: length [s], power of each accelerator [W], host utilisation [1]; inlet temperature
/// Outputs   a `ServerDraw` of one server; `per_accelerator` gives one accelerator's share of it
/// Source    models/compute/README.md; that a line from idle to full work ends at what is measured, not at the nameplate:
///           Fan, Weber and Barroso 2007
/// Valid     phases of some 100 ms and more; work spread evenly over a server's accelerators. An imposed power between
///           idle and full work (`imposed_domain`); beyond, parts stand in the proportions of the nearer one
/// Cost      a few hundred nanoseconds: once per job, rack type and quantum of inlet temperature, not per event
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/compute/rack.hpp"
#include "sim/units/load.hpp"
#include "sim/units/power_segment.hpp"

namespace wattershed {

/// Lists of phases of which a job's life is made. Steps follow each other; each other part stands between two steps,
/// but start (parked before) and stop (parked after).
enum class StepPart : std::uint8_t { step, slow_step, checkpoint, start, stop };
inline constexpr std::size_t step_part_count = 5;
constexpr std::size_t index(StepPart part) { return static_cast<std::size_t>(part); }

/// One phase of a step, as seen by a server.
struct PhasePower {
  double length_s = 0;  ///< its part of one cycle; zero: of no weight in the mean
  Power accelerator{};  ///< each [W]
  double host_utilisation = 0;
  StepPart part = StepPart::step;
  Power rise{};       ///< a slice of a ramp: last less first power; means do not ask for it [W]
  double real_s = 0;  ///< length when it is played; zero: `length_s`, that is, it is played once a cycle
  [[nodiscard]] double played_s() const { return real_s > 0 ? real_s : length_s; }
};

/// What the models within a server were asked, for their ranges (rack_ranges.hpp): the least and most of the phases.
struct ServerAsked {
  double accelerator = 0;                    ///< highest power over thermal design power [1]
  double supply_least = 0, supply_most = 0;  ///< load of its supplies over rating [1]; 0 where no rating is known
  double shelf_least = 0, shelf_most = 0;    ///< of the shelf's supplies [1]
  double fan_speed = 0;                      ///< asked over the greatest [1]
  double work = 0.5;                         ///< imposed power between idle (0) and full work (1)
};

inline constexpr Domain<1> imposed_domain{"servers at an imposed power",
                                          {{{"power between idle and full work", "1", 0, 1}}},
                                          "their parts are known between idle and the rating"};

/// At the AC input, the share of switches and shelf included.
struct ServerDraw {
  Load input;               ///< mean [W] and variance [W2] over the phases
  Power peak{};             ///< largest phase [W]
  Power fans{};             ///< of the input: fans of the server [W]
  Power conversion_loss{};  ///< of the input: supplies of server and shelf, mean [W]
  Power liquid_heat{};      ///< of the input: mean heat to liquid [W]; the rest goes to air
  VolumeFlow air_flow{};    ///< through the server, of 1.2 kg/m3 [m3/s]
  ServerAsked asked{};      ///< not of several: ratios

  [[nodiscard]] Power air_heat() const { return input.mean - liquid_heat; }
  /// `k` of them in lockstep.
  friend ServerDraw operator*(double k, ServerDraw draw);
};

/// One list of phases at the input of a server, in real time.
struct PartWaveform {
  std::vector<PowerSegment> segments;
  std::vector<StraightPiece> pieces;  ///< the same with its ramps as straight lines
  double times = 0;  ///< how often it is played in a cycle; zero: never (start and stop), or no such part
  /// Steps at its end beyond those of the plan: a rack capacitor comes to rest in them.
  double extra_steps = 0;
  Power capacitor_loss{};  ///< mean over the part, held in its segments [W]
};
using ServerWaveform = std::array<PartWaveform, step_part_count>;  ///< by `StepPart`

/// What a server draws in each part, supplies, shelf and capacitor applied phase by phase, fans at the speed of the
/// cycle's mean heat. Ramps that a capacitor makes are cut into slices no longer than `slice_s`; zero: as coarse as
/// leaves the variance within 1e-4.
ServerWaveform server_waveform(const Rack& rack, std::span<const PhasePower> phases, Temperature inlet,
                               double slice_s = 0);
/// The cycle of which `server_draw` takes mean, variance and peak: each part as often as it is played in it.
std::vector<PowerSegment> input_waveform(const Rack& rack, std::span<const PhasePower> phases, Temperature inlet);

/// Phases in any number, with a total length above zero.
ServerDraw server_draw(const Rack& rack, std::span<const PhasePower> phases, Temperature inlet);
/// No work at all: accelerators idle, host idle.
ServerDraw idle_draw(const Rack& rack, Temperature inlet);
/// Work at the rating, without phases: accelerators linear from idle to thermal design power in `utilisation`. What
/// feeders and plants are planned for.
ServerDraw rated_draw(const Rack& rack, Share utilisation, Share host_utilisation, Temperature inlet);
/// The same of a server in use: what it draws beyond idle is smaller by (highest measured − idle)/(rating − idle), and
/// the highest measured is not passed; where nobody measured it, the rating.
ServerDraw utilised_draw(const Rack& rack, Share utilisation, Share host_utilisation, Temperature inlet);
/// An imposed power of each accelerator at the AC input, all of its server (and of its shelf) included; switches are
/// added. Fans and losses inside are taken in the proportions that the server itself has nearest to that input.
ServerDraw imposed_draw(const Rack& rack, Power each, Temperature inlet);

/// One accelerator's share.
ServerDraw per_accelerator(const Rack& rack, const ServerDraw& draw);
/// Rise of the air through the server [K]; zero without flow.
TemperatureDelta air_rise(const ServerDraw& draw);

}  // namespace wattershed
