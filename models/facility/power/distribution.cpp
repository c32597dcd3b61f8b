#include "models/facility/power/distribution.hpp"

#include <algorithm>
#include <cmath>

namespace wattershed {
namespace {

std::size_t end_of_position(const std::vector<Feeder>& children, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < children.size() && children[end].position != Feeder::own &&
         children[end].position == children[begin].position)
    ++end;
  return end;
}

}  // namespace

Stage add_stage(Circuit& circuit, const std::string& name, const StageModule& module,
                const std::vector<Feeder>& children, DistributionPlan& plan, Lockstep* lockstep, StageRange* range) {
  Stage stage;
  plan.stages.push_back(name);
  std::vector<Signal<Power>> losses;
  std::vector<Signal<Load>> outputs;
  for (std::size_t next = 0; next < children.size();) {
    // One bank: as many children as fit into one module, at least one.
    std::vector<Signal<Load>> loads;
    std::vector<Lockstep::Node> nodes;
    Power design{};
    const std::uint32_t bank = static_cast<std::uint32_t>(plan.banks.size());
    while (next < children.size()) {
      const std::size_t end = end_of_position(children, next);
      Power largest{};
      for (std::size_t i = next; i < end; ++i) largest = std::max(largest, children[i].design);
      if (!loads.empty() && design + largest > module.rating) break;
      for (; next < end; ++next) {
        const Feeder& child = children[next];
        (child.is_bank ? plan.banks[child.place].above : plan.leaves[child.place].bank) = bank;
        loads.push_back(child.load);
        nodes.push_back(child.node);
      }
      design += largest;
    }
    const double modules = std::max(1.0, std::ceil(design / module.rating * (1 - 1e-12)));
    const Power rating = modules * module.rating;
    stage.modules += static_cast<std::size_t>(modules);

    const std::string label = name + "." + std::to_string(stage.feeders.size());
    const Signal<Load> input = circuit.signal<Load>(label + ".input");
    const Signal<Load> output = circuit.signal<Load>(label + ".output");
    const Signal<Power> loss = circuit.signal<Power>(label + ".loss");
    const LossCurve curve = module.loss;
    const Lockstep::Node node = lockstep ? lockstep->add_bank(nodes) : Lockstep::none;
    const Signal<double> covariance =
        lockstep ? lockstep->covariance(node) : circuit.signal<double>(label + ".covariance");
    std::vector<AnySignal> inputs(loads.begin(), loads.end());
    inputs.push_back(covariance);
    const std::size_t machine = range ? range->tally.add_machine() : 0;
    circuit.model(label, inputs, {input, output, loss},
                  [&circuit, loads, covariance, input, output, loss, curve, rating, range, machine] {
                    Load total{{}, PowerVariance(circuit.get(covariance))};
                    for (const Signal<Load>& load : loads) total += circuit.get(load);
                    // A bank with nothing behind it, racks not yet delivered, is not energised.
                    const Load asked = total == Load{} ? Load{} : through_stage(curve, rating, total);
                    circuit.set(output, total);
                    circuit.set(input, asked);
                    circuit.set(loss, asked.mean - total.mean);
                    if (range) range->tally.saw(range->clock.now(), range->domain, {total.mean / rating}, machine);
                  });
    plan.banks.push_back(
        {curve, rating.si(), DistributionPlan::top, static_cast<std::uint32_t>(plan.stages.size() - 1), false});
    stage.feeders.push_back({input, design, node, bank, true});
    losses.push_back(loss);
    outputs.push_back(output);
  }
  stage.loss = sum_of(circuit, name + ".loss", std::move(losses));
  stage.output = sum_of(circuit, name + ".output", std::move(outputs));
  return stage;
}

}  // namespace wattershed
