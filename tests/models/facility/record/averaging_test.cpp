// Averaged jobs (mean and variance of a step) against an integral that goes through every phase by itself.
//
// The reference below knows nothing of variances: it evaluates servers, PDUs, UPS and transformers at the load of
// each phase and takes the mean over time. Jobs that are independent meet in every pair of phases, as often as chance
// has it.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "models/compute/server_draw.hpp"
#include "models/electrical/loss_stage.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// Two phases: compute at `high` of the thermal design power for `duty` of the step, communication at `low`.
struct Step {
  double high, low, duty;
};
constexpr Step kSteps[] = {{0.9, 0.45, 0.8}, {1.0, 0.3, 0.7}, {1.0, 0.1, 0.5}};

constexpr double kTdpW = 700;
constexpr int kRacks = 48;  // of 32 accelerators; seven a PDU, three PDUs a UPS, two UPS a transformer
constexpr double kOverhead = 0.2;

const char* const kHall = R"(
title: steps of two phases
start: 2027-01-01
duration: 3 h
record: {every: 1 h, racks: true}
site:
  name: hall
  grid: {carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {energy: 0.1 USD/kWh}}
  electrical: {pdu: pdu-480v, ups: double-conversion-modern, transformer: dry-2500kva}
  cooling: {system: {use: fixed-overhead, overhead: 20 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 48}}
)";

std::string job(const Step& step, int accelerators) {
  return fmt::format(
      "{{flops: 1e+30, accelerators: {}, step: 6 s, shares: {{communication: {} %, bubble: 0 %, optimizer: 0 %}}, "
      "powers: {{compute: {} W, communication: {} W}}, accelerator_failure_every: none, checkpoint_time: 0 s}}",
      accelerators, 100 * (1 - step.duty), step.high * kTdpW, step.low * kTdpW);
}

/// One phase of a rack: how much of the time, and what the whole rack draws meanwhile [W].
struct RackPhase {
  double share, watts;
};

/// A rack in lockstep, phase by phase: host and supplies at the load of each phase, fans at the speed of the mean
/// heat, because a heat sink is slower than a step.
std::vector<RackPhase> rack_phases(const Rack& rack, const Step& step, double host) {
  const double mean_w = kTdpW * (step.high * step.duty + step.low * (1 - step.duty));
  const double speed = server_fan_speed(rack.server, Power(mean_w), host, ServerFans{}.reference);
  std::vector<RackPhase> phases;
  for (const auto& [share, level] : {std::pair{step.duty, step.high}, {1 - step.duty, step.low}}) {
    const Power server = server_power(rack.server, Power(level * kTdpW), host, speed).input;
    phases.push_back({share, (static_cast<double>(rack.servers) * server + rack.overhead_power).si()});
  }
  return phases;
}

/// A stage of modules over children in order, each module filled up to its rating.
struct Bank {
  std::vector<std::size_t> children;
  double design_w = 0, rating_w = 0;
};
std::vector<Bank> banks_over(const std::vector<double>& designs_w, double module_w) {
  std::vector<Bank> banks;
  for (std::size_t i = 0; i < designs_w.size(); ++i) {
    if (banks.empty() || banks.back().design_w + designs_w[i] > module_w) banks.emplace_back();
    banks.back().children.push_back(i);
    banks.back().design_w += designs_w[i];
  }
  for (Bank& bank : banks) bank.rating_w = std::ceil(bank.design_w / module_w * (1 - 1e-12)) * module_w;
  return banks;
}
double loss_w(const StageModule& module, double rating_w, double output_w) {
  const double x = output_w / rating_w;
  return rating_w * (module.loss.no_load.si() + module.loss.proportional.si() * x + module.loss.square.si() * x * x);
}

/// The chain above racks that draw these powers, at one instant: what the grid gives [W].
double grid_w(const Site& site, std::vector<double> loads_w) {
  std::vector<double> designs_w(loads_w.size(), site.racks[0].second.max_power().si());
  const auto climb = [&](const StageModule& module) {
    std::vector<double> inputs_w, above_w;
    for (const Bank& bank : banks_over(designs_w, module.rating.si())) {
      double output_w = 0;
      for (std::size_t child : bank.children) output_w += loads_w[child];
      inputs_w.push_back(output_w + loss_w(module, bank.rating_w, output_w));
      above_w.push_back(bank.design_w);
    }
    loads_w = inputs_w;
    designs_w = above_w;
  };
  climb(*site.electrical->pdu);
  climb(*site.electrical->ups);
  climb(*site.electrical->transformer);
  double sum_w = 0;
  for (double load_w : loads_w) sum_w += load_w;
  return sum_w;
}

/// Cooling does not follow the phases of a step: it and its transformers stand at the mean.
double mechanical_w(const LoadedScenario& loaded, double it_w) {
  const Transformer& transformer = *loaded.sites[0].scenario.site.electrical->transformer;
  const double module_w = transformer.rating.si(), cooling_w = kOverhead * it_w;
  const double rating_w = std::ceil(loaded.sites[0].design.cooling.si() / module_w) * module_w;
  return cooling_w + loss_w(transformer, rating_w, cooling_w);
}

struct Facility {
  double it_w = 0, facility_w = 0;
};

/// `racks[i]`: the job of rack i; each job's phases are independent of the others'.
Facility phase_by_phase(const LoadedScenario& loaded, const std::vector<std::vector<RackPhase>>& jobs,
                        const std::vector<std::size_t>& racks) {
  Facility mean;
  double tree_w = 0;
  std::vector<std::size_t> phase(jobs.size(), 0);
  const std::function<void(std::size_t, double)> over = [&](std::size_t next, double share) {
    if (next < jobs.size()) {
      for (phase[next] = 0; phase[next] < jobs[next].size(); ++phase[next])
        over(next + 1, share * jobs[next][phase[next]].share);
      return;
    }
    std::vector<double> loads_w;
    for (std::size_t of : racks) loads_w.push_back(jobs[of][phase[of]].watts);
    for (double load_w : loads_w) mean.it_w += share * load_w;
    tree_w += share * grid_w(loaded.sites[0].scenario.site, loads_w);
  };
  over(0, 1.0);
  mean.facility_w = tree_w + mechanical_w(loaded, mean.it_w);
  return mean;
}

double mean_of(const std::vector<RackPhase>& phases) {
  double sum = 0;
  for (const RackPhase& phase : phases) sum += phase.share * phase.watts;
  return sum;
}

/// What a model of the mean alone says: each rack at the mean of its phases, the chain at that load.
double mean_only_w(const LoadedScenario& loaded, const std::vector<std::vector<RackPhase>>& jobs,
                   const std::vector<std::size_t>& racks) {
  std::vector<std::vector<RackPhase>> steady;
  for (const auto& phases : jobs) steady.push_back({{1.0, mean_of(phases)}});
  return phase_by_phase(loaded, steady, racks).facility_w;
}

struct Deviation {
  double it, facility, mean_only;
};

/// Runs the hall with these jobs of equal size and holds it against the reference.
Deviation deviation(const std::vector<Step>& steps) {
  const int each = kRacks * 32 / static_cast<int>(steps.size());
  std::string jobs = "workload.training={";
  for (std::size_t i = 0; i < steps.size(); ++i)
    jobs += fmt::format("{}j{}: {}", i ? ", " : "", i, job(steps[i], each));
  const LoadedScenario loaded = load_text(kHall, {jobs + "}"});
  TestRun run;
  run.result = run_scenario(loaded, {.output = run.file.path()});
  CHECK(run.result.audits_hold());
  const RunFileReader file = run.open();

  const Rack& rack = loaded.sites[0].scenario.site.racks[0].second;
  std::vector<std::vector<RackPhase>> phases;
  for (std::size_t i = 0; i < steps.size(); ++i)
    phases.push_back(
        rack_phases(rack, steps[i], loaded.sites[0].scenario.workload.training[i].second.host_utilisation.si()));
  // Which rack has which job: the file's power of each rack tells.
  std::vector<std::size_t> of_rack;
  const std::vector<double> power = file.numbers("hall/racks", "power");
  for (int i = 0; i < kRacks; ++i) {
    const auto misses = [&](const std::vector<RackPhase>& job_phases) {
      return std::abs(mean_of(job_phases) - power[static_cast<std::size_t>(i)]);
    };
    of_rack.push_back(static_cast<std::size_t>(
        std::min_element(phases.begin(), phases.end(),
                         [&](const auto& a, const auto& b) { return misses(a) < misses(b); }) -
        phases.begin()));
  }
  for (std::size_t i = 0; i < steps.size(); ++i)
    CHECK(std::count(of_rack.begin(), of_rack.end(), i) == kRacks / static_cast<int>(steps.size()));

  const Facility expected = phase_by_phase(loaded, phases, of_rack);
  const double run_s = 3 * 3600;
  const double it = file.summary("hall", "it_energy").value() / run_s;
  const double facility = file.summary("hall", "facility_energy").value() / run_s;
  return {it / expected.it_w - 1, facility / expected.facility_w - 1,
          mean_only_w(loaded, phases, of_rack) / expected.facility_w - 1};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("one job over several UPS banks: its mean and variance give the energy of its phases") {
    for (const Step& step : kSteps) {
      const Deviation found = deviation({step});
      const std::string text =
          fmt::format("{:g}/{:g} of TDP, duty {:g}: IT {:.1e}, facility {:.1e}; the mean alone {:.1e}", step.high,
                      step.low, step.duty, found.it, found.facility, found.mean_only);
      CAPTURE(text);
      MESSAGE(text);
      CHECK(std::abs(found.it) < 1e-6);
      CHECK(std::abs(found.facility) < 1e-3);
      // What is left beside the variance is small against what the mean alone misses.
      CHECK(found.mean_only < 0);
      CHECK(std::abs(found.facility) < 0.1 * std::abs(found.mean_only));
    }
  }

  TEST_CASE("independent jobs: their variances add") {
    for (const auto& pair : {std::pair{kSteps[0], kSteps[1]}, {kSteps[1], kSteps[2]}, {kSteps[0], kSteps[2]}}) {
      const Deviation found = deviation({pair.first, pair.second});
      const std::string text =
          fmt::format("duties {:g} and {:g}: IT {:.1e}, facility {:.1e}; the mean alone {:.1e}", pair.first.duty,
                      pair.second.duty, found.it, found.facility, found.mean_only);
      CAPTURE(text);
      MESSAGE(text);
      CHECK(std::abs(found.it) < 1e-6);
      CHECK(std::abs(found.facility) < 1e-3);
      CHECK(std::abs(found.facility) < 0.1 * std::abs(found.mean_only));
    }
  }

  TEST_CASE("a server's supplies lose the mean of their loss, not the loss at the mean") {
    const LoadedScenario loaded = load_text(kHall);
    const Rack& rack = loaded.sites[0].scenario.site.racks[0].second;
    for (const Step& step : kSteps) {
      CAPTURE(step.duty);
      const std::vector<PhasePower> phases{{step.duty, Power(step.high * kTdpW), 0.3},
                                           {1 - step.duty, Power(step.low * kTdpW), 0.3}};
      const PhasePower mean{1, Power(kTdpW * (step.high * step.duty + step.low * (1 - step.duty))), 0.3};
      const ServerDraw draw = server_draw(rack, phases, ServerFans{}.reference);
      const ServerDraw flat = server_draw(rack, {&mean, 1}, ServerFans{}.reference);
      const std::vector<RackPhase> reference = rack_phases(rack, step, 0.3);
      CHECK(4 * draw.input.mean.si() == doctest::Approx(mean_of(reference)).epsilon(1e-12));
      // Between two points of the supplies' curve there is no difference; across them a model of the mean alone errs.
      if (step.duty == 0.5) CHECK(std::abs(flat.input.mean / draw.input.mean - 1) > 1e-5);
      // The variance too, in its plain form.
      const double high_w = reference[0].watts, low_w = reference[1].watts;
      CHECK(16 * draw.input.variance.si() ==
            doctest::Approx(step.duty * (1 - step.duty) * std::pow(high_w - low_w, 2)).epsilon(1e-9));
    }
  }
}
