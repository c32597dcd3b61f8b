// The tree of distribution against a sum over everything, and the banks that it buys.

#include "models/facility/power/distribution.hpp"

#include <doctest/doctest.h>

#include "sim/kernel/random.hpp"

using namespace wattershed;

namespace {

const StageModule kModule{1_MW, {Share(0.01), Share(0.005), Share(0.02)}};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a sum over a tree is the sum over its leaves, after any change") {
    for (std::size_t leaves : {0u, 1u, 31u, 32u, 33u, 1000u, 1025u}) {
      CAPTURE(leaves);
      Circuit circuit;
      std::vector<Signal<Load>> parts;
      for (std::size_t i = 0; i < leaves; ++i) parts.push_back(circuit.signal<Load>("leaf"));
      const Signal<Load> sum = sum_of(circuit, "sum", parts);
      circuit.build();
      circuit.settle();
      Random random(1, 0, "leaves");
      std::vector<double> watts(leaves, 0.0);
      for (int change = 0; change < 50 && leaves > 0; ++change) {
        const std::size_t i = random.below(leaves);
        watts[i] = random.uniform(0, 1e5);
        circuit.set(parts[i], Load{Power(watts[i]), PowerVariance(watts[i])});
        circuit.settle();
        double expected = 0;
        for (double w : watts) expected += w;
        CHECK(circuit.get(sum).mean.si() == doctest::Approx(expected).epsilon(1e-14));
        CHECK(circuit.get(sum).variance.si() == doctest::Approx(expected).epsilon(1e-14));
      }
    }
  }

  TEST_CASE("children fill modules in order, and what goes in comes out or is lost") {
    Circuit circuit;
    std::vector<Feeder> children;
    for (double kw : {400.0, 500.0, 300.0, 300.0, 2600.0, 100.0}) {
      const Signal<Load> load =
          circuit.signal<Load>("load", Load{Power(kw * 800), PowerVariance{}});  // 80 % of design
      children.push_back({load, Power(kw * 1000)});
    }
    DistributionPlan plan;
    plan.leaves.resize(children.size());
    for (std::uint32_t i = 0; i < children.size(); ++i) children[i].place = i;
    const Stage stage = add_stage(circuit, "ups", kModule, children, plan);
    circuit.build();
    circuit.settle();
    // 400 + 500 | 300 + 300 | a bank of three for 2,600 | 100
    REQUIRE(stage.feeders.size() == 4);
    CHECK(stage.modules == 6);
    double asked = 0;
    for (const Feeder& feeder : stage.feeders) asked += circuit.get(feeder.load).mean.si();
    CHECK(circuit.get(stage.output).mean.si() == doctest::Approx(4200e3 * 0.8).epsilon(1e-14));
    CHECK(asked == doctest::Approx(4200e3 * 0.8 + circuit.get(stage.loss).si()).epsilon(1e-14));
    double loss = 0;
    for (const auto& [rating, output] : {std::pair{1e6, 720e3}, {1e6, 480e3}, {3e6, 2080e3}, {1e6, 80e3}})
      loss += stage_loss(kModule.loss, Power(rating), Power(output)).si();
    CHECK(circuit.get(stage.loss).si() == doctest::Approx(loss).epsilon(1e-12));
  }

  TEST_CASE("a child of exactly a module's rating takes one module") {
    Circuit circuit;
    const std::vector<Feeder> children{{circuit.signal<Load>("a"), 1_MW}, {circuit.signal<Load>("b"), 2_MW}};
    DistributionPlan plan;
    plan.leaves.resize(2);
    CHECK(add_stage(circuit, "pdu", kModule, children, plan).modules == 3);
    CHECK(plan.banks.size() == 2);
  }
}
