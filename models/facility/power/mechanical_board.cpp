#include "models/facility/power/mechanical_board.hpp"

namespace wattershed {
namespace {

// What is written, and on top of it what the machines draw.
Signal<double> with_machines(Circuit& circuit, Signal<double> written, const std::vector<Signal<Power>>& machines) {
  if (machines.empty()) return written;
  const Signal<double> sum = circuit.signal<double>("other loads of the building");
  std::vector<AnySignal> inputs{written};
  inputs.insert(inputs.end(), machines.begin(), machines.end());
  circuit.model("other loads of the building", inputs, {sum}, [&circuit, written, machines, sum] {
    double sum_w = circuit.get(written);
    for (const Signal<Power>& machine : machines) sum_w += circuit.get(machine).si();
    circuit.set(sum, sum_w);
  });
  return sum;
}

}  // namespace

MechanicalBoard::MechanicalBoard(SiteContext& context, Inputs inputs)
    : lighting(context.parameters.at(context.path("lighting"), context.site().lighting.si())),
      other(with_machines(context.circuit, context.parameters.at(context.path("other"), context.site().other.si()),
                          inputs.machines)),
      context_(context) {
  Circuit& circuit = context.circuit;
  feeder.load = circuit.signal<Load>("mechanical load");
  feeder.design =
      context.loaded.design.cooling + context.site().lighting + context.site().other + inputs.machines_design;
  feeder.place = context.add_leaf({.is_it = false});
  circuit.model("mechanical board", {inputs.cooling, lighting, other}, {feeder.load},
                [&circuit, cooling = inputs.cooling, lights = lighting, others = other, out = feeder.load] {
                  const double sum_w = circuit.get(cooling).si() + circuit.get(lights) + circuit.get(others);
                  circuit.set(out, Load{Power(sum_w), PowerVariance{}});
                });
  const Signal<double> heard = circuit.signal<double>("heard mechanical board");
  circuit.model("hear mechanical board", {feeder.load}, {heard}, [this] {
    for (WaveformLog* log : logs_)
      log->level(context_.now(), feeder.place, context_.circuit.get(feeder.load).mean.si());
  });
}

void MechanicalBoard::record(Columns& columns) {
  lighting_meter_ = columns.add("lighting_power", lighting).meter;
  other_meter_ = columns.add("other_power", other).meter;
}

void MechanicalBoard::open_log(WaveformLog& log) {
  log.level(context_.now(), feeder.place, context_.circuit.get(feeder.load).mean.si());
  logs_.add(log);
}

void MechanicalBoard::book(Books& books) const {
  const double lighting_j = lighting_meter_->integral(context_.now()),
               other_j = other_meter_->integral(context_.now());
  books.energy.add_out("lighting_power", lighting_j);
  books.energy.add_out("other_power", other_j);
  books.heat.add_in("lighting_power", lighting_j);
  books.heat.add_in("other_power", other_j);
}

void MechanicalBoard::summarise(SiteSummary& summary) const {
  summary.add("building_energy", lighting_meter_->integral(context_.now()) + other_meter_->integral(context_.now()));
}

}  // namespace wattershed
