#include "models/compute/server_draw.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace wattershed {

namespace {

constexpr double air_j_per_m3_k = 1.2 * 1006;  // density times heat capacity of standard air

// The mean of what is drawn over the phases, before it is known at what speed the fans turn.
struct MeanWork {
  double length_s = 0;
  Power accelerator{};
  double host_utilisation = 0;
};

MeanWork mean_work(std::span<const PhasePower> phases) {
  MeanWork mean;
  for (const PhasePower& phase : phases) {
    mean.length_s += phase.length_s;
    mean.accelerator += phase.length_s * phase.accelerator;
    mean.host_utilisation += phase.length_s * phase.host_utilisation;
  }
  assert(mean.length_s > 0);
  mean.accelerator /= mean.length_s;
  mean.host_utilisation /= mean.length_s;
  return mean;
}

double liquid_share(const Rack& rack) { return rack.liquid_share.value_or(rack.server.liquid_share).si(); }

// One server's part of the shelf, with its part of the switches.
Power through_shelf(const Rack& rack, Power server_input) {
  const double servers = static_cast<double>(rack.servers);
  const Power bus = server_input + rack.overhead_power / servers;
  return rack.shelf ? supply_input(*rack.shelf, static_cast<double>(rack.shelf_supplies) / servers, bus) : bus;
}

// Flow in proportion to fan speed; without fans of its own, as the heat asks for at the design rise.
VolumeFlow air_flow(const Rack& rack, double speed, Power mean_input) {
  const bool fans = rack.server.parts && rack.server.parts->fans;
  const Power heat = (1 - liquid_share(rack)) * (fans ? rack.server.max_power : mean_input);
  return VolumeFlow((fans ? speed : 1.0) * heat.si() / (air_j_per_m3_k * rack.server.air_rise.si()));
}

// Notes the load of supplies over their rating; `first`: of the first phase.
void note_supply(const std::optional<PowerSupply>& supply, double count, Power output, bool first, double& least,
                 double& most) {
  if (!supply || !supply->rating) return;
  const double load = output / (count * *supply->rating);
  least = first ? load : std::min(least, load);
  most = first ? load : std::max(most, load);
}

void note_phase(const Rack& rack, Power accelerator, const ServerPower& server, bool first, ServerAsked& asked) {
  asked.accelerator = std::max(asked.accelerator, accelerator / rack.server.accelerator.max_power);
  if (rack.server.parts)
    note_supply(rack.server.parts->power_supply, static_cast<double>(rack.server.parts->power_supplies),
                server.input - server.conversion_loss, first, asked.supply_least, asked.supply_most);
  const double servers = static_cast<double>(rack.servers);
  note_supply(rack.shelf, static_cast<double>(rack.shelf_supplies) / servers,
              server.input + rack.overhead_power / servers, first, asked.shelf_least, asked.shelf_most);
}

double fan_speed_of(const Rack& rack, std::span<const PhasePower> phases, Temperature inlet) {
  const MeanWork mean = mean_work(phases);
  return server_fan_speed(rack.server, mean.accelerator, mean.host_utilisation, inlet);
}

// Each part as often as it is played.
std::vector<PowerSegment> cycle_of(const ServerWaveform& parts) {
  std::vector<PowerSegment> cycle;
  for (const PartWaveform& part : parts)
    if (part.times > 0)
      for (const PowerSegment& segment : part.segments)
        cycle.push_back({segment.length_s * part.times, segment.power});
  return cycle;
}

std::vector<PowerSegment> joined(std::vector<PowerSegment> first, std::span<const PowerSegment> then, double times) {
  for (double i = 0; i < times; ++i) first.insert(first.end(), then.begin(), then.end());
  return first;
}

// The capacitor of a server's share of the rack, on all parts with one window. A part that stands between steps ends
// with whole steps in which the average forgets it.
void even_out(const Rack& rack, double slice_s, ServerWaveform& parts) {
  const RackCapacitor& capacitor = *rack.capacitor;
  PartWaveform& step = parts[index(StepPart::step)];
  if (step.segments.empty()) return;
  const std::vector<PowerSegment> plain = step.segments;
  const double longest_s = seconds(capacitor.window);
  double tail = std::ceil(longest_s / length_of(plain));
  double replaced = 0;
  for (const StepPart which : {StepPart::slow_step, StepPart::checkpoint})
    replaced += parts[index(which)].times * tail;
  if (replaced > step.times) tail = replaced = 0;  // too few steps between: the rest of a window is not followed
  step.times -= replaced;

  std::vector<Interlude> interludes;
  std::vector<PartWaveform*> owners;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    PartWaveform& part = parts[i];
    if (part.segments.empty()) continue;
    const bool starts = i == index(StepPart::start), stops = i == index(StepPart::stop);
    std::vector<PowerSegment> before = starts ? std::vector{part.segments.front()} : plain;
    const PowerSegment after{longest_s, part.segments.back().power};
    part.extra_steps = stops ? 0 : tail;
    interludes.push_back(
        {std::move(before), stops ? joined(part.segments, {&after, 1}, 1) : joined(part.segments, plain, tail)});
    owners.push_back(&part);
  }
  const Energy energy = static_cast<double>(rack.server.accelerators) * capacitor.energy;
  const double window_s = longest_window_s(energy, longest_s, plain, interludes);
  const auto apply = [&](const Interlude& interlude, PartWaveform& part) {
    const std::vector<StraightPiece> drawn = moving_average(interlude.before, interlude.segments, window_s);
    part.capacitor_loss = capacitor_loss(drawn, interlude.segments, capacitor.efficiency);
    part.segments = sliced(drawn, slice_s);
    for (PowerSegment& segment : part.segments) segment.power += part.capacitor_loss;
    part.pieces = drawn;
    for (StraightPiece& piece : part.pieces) {
      piece.first += part.capacitor_loss;
      piece.last += part.capacitor_loss;
    }
  };
  apply({plain, plain}, step);
  for (std::size_t i = 0; i < owners.size(); ++i) apply(interludes[i], *owners[i]);
}

}  // namespace

ServerDraw operator*(double k, ServerDraw draw) {
  draw.input = k * draw.input;
  draw.peak *= k;
  draw.fans *= k;
  draw.conversion_loss *= k;
  draw.liquid_heat *= k;
  draw.air_flow *= k;
  return draw;
}

ServerWaveform server_waveform(const Rack& rack, std::span<const PhasePower> phases, Temperature inlet,
                               double slice_s) {
  const double speed = fan_speed_of(rack, phases, inlet);
  ServerWaveform parts;
  for (const PhasePower& phase : phases) {
    if (phase.played_s() <= 0) continue;
    PartWaveform& part = parts[index(phase.part)];
    part.times = phase.length_s / phase.played_s();
    const auto input_at = [&](Power accelerator) {
      return through_shelf(rack, server_power(rack.server, accelerator, phase.host_utilisation, speed).input);
    };
    part.segments.push_back({phase.played_s(), input_at(phase.accelerator)});
    part.pieces.push_back({phase.played_s(), input_at(phase.accelerator - 0.5 * phase.rise),
                           input_at(phase.accelerator + 0.5 * phase.rise)});
  }
  if (rack.capacitor) even_out(rack, slice_s, parts);
  return parts;
}

std::vector<PowerSegment> input_waveform(const Rack& rack, std::span<const PhasePower> phases, Temperature inlet) {
  if (rack.capacitor) return cycle_of(server_waveform(rack, phases, inlet));
  const double speed = fan_speed_of(rack, phases, inlet);
  std::vector<PowerSegment> cycle;
  cycle.reserve(phases.size());
  for (const PhasePower& phase : phases) {
    if (phase.length_s <= 0) continue;
    const ServerPower server = server_power(rack.server, phase.accelerator, phase.host_utilisation, speed);
    cycle.push_back({phase.length_s, through_shelf(rack, server.input)});
  }
  return cycle;
}

ServerDraw server_draw(const Rack& rack, std::span<const PhasePower> phases, Temperature inlet) {
  const MeanWork mean = mean_work(phases);
  const Power overhead = rack.overhead_power / static_cast<double>(rack.servers);
  const double speed = server_fan_speed(rack.server, mean.accelerator, mean.host_utilisation, inlet);
  ServerDraw draw;
  draw.asked.fan_speed = server_fans_asked(rack.server, mean.accelerator, mean.host_utilisation, inlet);
  std::vector<PowerSegment> cycle;
  cycle.reserve(phases.size());
  for (const PhasePower& phase : phases) {
    if (phase.length_s <= 0) continue;
    const double weight = phase.length_s / mean.length_s;
    const ServerPower server = server_power(rack.server, phase.accelerator, phase.host_utilisation, speed);
    const Power input = through_shelf(rack, server.input);
    note_phase(rack, phase.accelerator, server, cycle.empty(), draw.asked);
    cycle.push_back({phase.length_s, input});
    draw.fans = server.fans;
    draw.conversion_loss += weight * (server.conversion_loss + input - server.input - overhead);
  }
  if (rack.capacitor) {
    const ServerWaveform parts = server_waveform(rack, phases, inlet);
    cycle = cycle_of(parts);
    for (const PartWaveform& part : parts)
      draw.conversion_loss += part.times * length_of(part.segments) / mean.length_s * part.capacitor_loss;
  }
  draw.input = load_of(cycle);
  for (const PowerSegment& segment : cycle) draw.peak = std::max(draw.peak, segment.power);
  draw.liquid_heat = liquid_share(rack) * draw.input.mean;
  draw.air_flow = air_flow(rack, speed, draw.input.mean);
  return draw;
}

ServerDraw idle_draw(const Rack& rack, Temperature inlet) { return rated_draw(rack, Share(0), Share(0), inlet); }

ServerDraw rated_draw(const Rack& rack, Share utilisation, Share host_utilisation, Temperature inlet) {
  const Accelerator& accelerator = rack.server.accelerator;
  const Power each = accelerator.idle() + utilisation.si() * (accelerator.max_power - accelerator.idle());
  const PhasePower phase{.length_s = 1, .accelerator = each, .host_utilisation = host_utilisation.si()};
  return server_draw(rack, {&phase, 1}, inlet);
}

ServerDraw utilised_draw(const Rack& rack, Share utilisation, Share host_utilisation, Temperature inlet) {
  const ServerDraw rated = rated_draw(rack, utilisation, host_utilisation, inlet);
  const Server& server = rack.server;
  if (!server.highest_measured || server.max_power <= server.idle_power) return rated;
  const Power idle = idle_draw(rack, inlet).input.mean;
  const double used = (*server.highest_measured - server.idle_power) / (server.max_power - server.idle_power);
  const Power input =
      std::min(idle + used * (rated.input.mean - idle), through_shelf(rack, *server.highest_measured));
  return (input / rated.input.mean) * rated;
}

ServerDraw imposed_draw(const Rack& rack, Power each, Temperature inlet) {
  const Power overhead = rack.overhead_power / static_cast<double>(rack.servers);
  const Power input = static_cast<double>(rack.server.accelerators) * each + overhead;
  const Power idle = idle_draw(rack, inlet).input.mean;
  const Power full = rated_draw(rack, Share(1), Share(1), inlet).input.mean;
  const double asked = full > idle ? (input - idle) / (full - idle) : 1.0;
  const double work = std::clamp(asked, 0.0, 1.0);
  ServerDraw draw = rated_draw(rack, Share(work), Share(work), inlet);
  draw.asked.work = asked;
  const double scale = draw.input.mean.si() > 0 ? input / draw.input.mean : 0.0;
  draw = scale * draw;
  draw.input = {input, PowerVariance{}};
  draw.peak = input;
  draw.liquid_heat = liquid_share(rack) * input;
  return draw;
}

ServerDraw per_accelerator(const Rack& rack, const ServerDraw& draw) {
  return (1.0 / static_cast<double>(rack.server.accelerators)) * draw;
}

TemperatureDelta air_rise(const ServerDraw& draw) {
  if (draw.air_flow.si() <= 0) return {};
  return TemperatureDelta(draw.air_heat().si() / (air_j_per_m3_k * draw.air_flow.si()));
}

}  // namespace wattershed
