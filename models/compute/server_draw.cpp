#include "models/compute/server_draw.hpp"

#include <algorithm>
#include <cassert>

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

ServerDraw server_draw(const Rack& rack, std::span<const PhasePower> phases, Temperature inlet) {
  const MeanWork mean = mean_work(phases);
  const Power overhead = rack.overhead_power / static_cast<double>(rack.servers);
  const double speed = server_fan_speed(rack.server, mean.accelerator, mean.host_utilisation, inlet);
  ServerDraw draw;
  double mean_square_w2 = 0;
  // Squares are summed about the first phase, so that a steady load has no variance.
  Power first{};
  bool begun = false;
  double offset_w = 0;
  for (const PhasePower& phase : phases) {
    if (phase.length_s <= 0) continue;
    const double weight = phase.length_s / mean.length_s;
    const ServerPower server = server_power(rack.server, phase.accelerator, phase.host_utilisation, speed);
    const Power input = through_shelf(rack, server.input);
    if (!begun) first = input;
    begun = true;
    const double above_first_w = (input - first).si();
    offset_w += weight * above_first_w;
    mean_square_w2 += weight * above_first_w * above_first_w;
    draw.peak = std::max(draw.peak, input);
    draw.fans = server.fans;
    draw.conversion_loss += weight * (server.conversion_loss + input - server.input - overhead);
  }
  draw.input.mean = first + Power(offset_w);
  draw.input.variance = PowerVariance(std::max(mean_square_w2 - offset_w * offset_w, 0.0));
  draw.liquid_heat = liquid_share(rack) * draw.input.mean;
  draw.air_flow = air_flow(rack, speed, draw.input.mean);
  return draw;
}

std::vector<PowerSegment> input_waveform(const Rack& rack, std::span<const PhasePower> phases,
                                         std::span<const PhasePower> cycle, Temperature inlet) {
  const MeanWork mean = mean_work(cycle);
  const double speed = server_fan_speed(rack.server, mean.accelerator, mean.host_utilisation, inlet);
  const double accelerators = static_cast<double>(rack.server.accelerators);
  std::vector<PowerSegment> waveform;
  for (const PhasePower& phase : phases) {
    if (phase.length_s <= 0) continue;
    const ServerPower server = server_power(rack.server, phase.accelerator, phase.host_utilisation, speed);
    waveform.push_back({phase.length_s, through_shelf(rack, server.input) / accelerators});
  }
  return waveform;
}

ServerDraw idle_draw(const Rack& rack, Temperature inlet) { return utilised_draw(rack, Share(0), Share(0), inlet); }

ServerDraw utilised_draw(const Rack& rack, Share utilisation, Share host_utilisation, Temperature inlet) {
  const Accelerator& accelerator = rack.server.accelerator;
  const Power each = accelerator.idle() + utilisation.si() * (accelerator.max_power - accelerator.idle());
  const PhasePower phase{.length_s = 1, .accelerator = each, .host_utilisation = host_utilisation.si()};
  return server_draw(rack, {&phase, 1}, inlet);
}

ServerDraw imposed_draw(const Rack& rack, Power each, Temperature inlet) {
  const Power overhead = rack.overhead_power / static_cast<double>(rack.servers);
  const Power input = static_cast<double>(rack.server.accelerators) * each + overhead;
  const Power idle = idle_draw(rack, inlet).input.mean;
  const Power full = utilised_draw(rack, Share(1), Share(1), inlet).input.mean;
  const double work = full > idle ? std::clamp((input - idle) / (full - idle), 0.0, 1.0) : 1.0;
  ServerDraw draw = utilised_draw(rack, Share(work), Share(work), inlet);
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
