// Services at their site: requests, replicas, power, and the floor that they share with jobs.

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/compute/server_draw.hpp"
#include "tests/models/facility/live_site.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

const char* const kServing = R"(
title: one service
start: 2027-01-01
duration: 2 days
record: {every: 15 min}
site:
  name: hall
  grid: {carbon: 400 g/kWh, water_intensity: 2 L/kWh, tariff: {energy: 0.1 USD/kWh}}
  cooling: {system: {use: fixed-overhead, overhead: 10 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 6}}
workload:
  inference:
    chat: {llm: llama-3-70b, requests: {rate: 30 /s, daily_swing: 60 %, weekly_swing: 20 %, growth: 50 %/year}, output_tokens: 250}
)";

/// ∫ rate dt by Simpson's rule in steps of ten seconds; no clock changes within the run.
double requests_of(const LoadedScenario& loaded, const RequestStream& stream) {
  const double whole_s = seconds(loaded.end - loaded.start), step_s = 10;
  const auto rate = [&](double t_s) {
    return rate_at(stream, stream.rate, loaded.scenario.start + from_seconds(t_s), from_seconds(t_s)).si();
  };
  double sum = 0;
  for (double t_s = 0; t_s < whole_s - step_s / 2; t_s += step_s) {
    // The last instant before the end of the step: days differ, and a step must not look into the next.
    const double end_s = t_s + step_s - 1e-6;
    sum += step_s / 6 * (rate(t_s) + 4 * rate(t_s + step_s / 2) + rate(end_s));
  }
  return sum;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("all requests are served while there is room: requests, tokens, replicas") {
    TestRun run;
    run_text(run, kServing);
    CHECK(run.result.audits_hold());
    const LoadedScenario loaded = load_text(kServing);
    const RunFileReader file = run.open();
    const InferenceService& service = loaded.sites[0].scenario.workload.inference[0].second;
    const double requests = requests_of(loaded, service.requests);
    CHECK(file.summary("hall", "requests_served").value() == doctest::Approx(requests).epsilon(1e-9));
    CHECK(file.summary("hall", "tokens_served").value() ==
          doctest::Approx(requests * service.lengths.output_tokens).epsilon(1e-9));
    const std::vector<double> rate = file.numbers("hall/services", "request_rate"),
                              lost = file.numbers("hall/services", "lost_rate"),
                              active = file.numbers("hall/services", "replicas_active"),
                              power = file.numbers("hall/services", "power"),
                              each = file.numbers("hall/services", "energy_per_request");
    // Replicas follow the rate: as many as keep each below its target.
    ServiceModel model(service, loaded.sites[0].scenario.site.racks[0].second.server.accelerator);
    for (std::size_t i = 0; i < rate.size(); ++i) {
      CHECK(lost[i] == 0);
      CHECK(active[i] == std::ceil(rate[i] / model.per_replica().si() * (1 - 1e-12)));
      CHECK(each[i] * rate[i] == doctest::Approx(power[i]).epsilon(1e-12));
    }
    CHECK(*std::max_element(active.begin(), active.end()) > *std::min_element(active.begin(), active.end()));
  }

  TEST_CASE("parked replicas draw parked power, and a service without requests nothing more") {
    LiveSite live(kServing,
                  {"workload.inference.chat.requests={rate: 0 /s}", "workload.inference.chat.replicas={min: 3}"});
    live.run_to(1);
    const Rack& rack = live.loaded.sites[0].scenario.site.racks[0].second;
    const ServiceModel model(live.loaded.sites[0].scenario.workload.inference[0].second, rack.server.accelerator);
    const double held = 3.0 * static_cast<double>(model.replica().accelerators());
    const PhasePower parked{1, model.replica().parked_power(), 0};
    const double each_w =
        per_accelerator(rack, server_draw(rack, {&parked, 1}, ServerFans{}.reference)).input.mean.si();
    const double idle_w = per_accelerator(rack, idle_draw(rack, ServerFans{}.reference)).input.mean.si();
    CHECK(live.now("accelerators_busy") == held);
    CHECK(live.simulation.circuit().get(live.services()[0]->power()).si() ==
          doctest::Approx(held * each_w).epsilon(1e-12));
    CHECK(live.now("it_power") == doctest::Approx(held * each_w + (192 - held) * idle_w).epsilon(1e-12));
    CHECK(live.summary("requests_served") == 0);
  }

  TEST_CASE("parked replicas stay for the delay and are then given back") {
    LiveSite live(kServing, {"workload.inference.chat.requests={rate: {2026-01-01: 60 /s, 2027-01-01T02:00: 1 /s}}",
                             "workload.inference.chat.scale_down_delay=40 min"});
    const ServiceRun& service = *live.services()[0];
    const Circuit& circuit = live.simulation.circuit();
    live.run_to(1.9);
    const double many = circuit.get(service.active);
    REQUIRE(many > 1);
    live.run_to(2.3);
    CHECK(circuit.get(service.active) == 1);
    CHECK(circuit.get(service.parked) == many - 1);
    live.run_to(3.1);
    CHECK(circuit.get(service.parked) == 0);
    CHECK(live.now("accelerators_busy") == static_cast<double>(live.floor().cluster().busy()));
  }

  TEST_CASE("an imposed service with swing and growth answers its exact integral") {
    for (const char* every : {"15 min", "7 h", "1 day"}) {
      CAPTURE(every);
      TestRun run;
      const std::vector<std::string> sets{std::string("record.every=") + every, "duration=9 days",
                                          "workload.inference={q: {requests: {rate: 12 /s, daily_swing: 70 %, "
                                          "weekly_swing: 30 %, growth: 400 %/year, "
                                          "peak_hour: 20}, energy_per_request: 0.3 Wh}}"};
      run_text(run, kServing, sets);
      const LoadedScenario loaded = load_text(kServing, sets);
      const RunFileReader file = run.open();
      const double requests = requests_of(loaded, loaded.sites[0].scenario.workload.inference[0].second.requests);
      CHECK(file.summary("hall", "requests_served").value() == doctest::Approx(requests).epsilon(1e-8));
      // Its energy is on top of the idle racks.
      const double idle_w =
          6 * 4 * idle_draw(loaded.sites[0].scenario.site.racks[0].second, ServerFans{}.reference).input.mean.si();
      CHECK(file.summary("hall", "it_energy").value() ==
            doctest::Approx(idle_w * 9 * 86400 + requests * 0.3 * 3600).epsilon(1e-8));
    }
  }

  TEST_CASE("too few accelerators: what they can serve is served, the rest is lost") {
    TestRun run;
    run_text(run, kServing, {"workload.inference.chat.requests={rate: 5000 /s}", "site.racks.dgx.count=1"});
    CHECK(run.result.audits_hold());
    const LoadedScenario loaded = load_text(kServing, {"site.racks.dgx.count=1"});
    const ServiceModel model(loaded.sites[0].scenario.workload.inference[0].second,
                             loaded.sites[0].scenario.site.racks[0].second.server.accelerator);
    const double replicas = std::floor(32.0 / static_cast<double>(model.replica().accelerators()));
    const double most = replicas * model.replica().most_requests().si();
    const RunFileReader file = run.open();
    for (double rate : file.numbers("hall/services", "request_rate")) CHECK(rate == doctest::Approx(most));
    for (double lost : file.numbers("hall/services", "lost_rate")) CHECK(lost > 0);
    const double served = file.summary("hall", "requests_served").value();
    double lost = 0;
    for (double rate : file.numbers("hall/services", "lost_rate")) lost += rate * 900;
    // What is not served is lost, but for the queue at the end.
    CHECK(served + lost <= 5000.0 * 2 * 86400 * (1 + 1e-12));
    CHECK(served + lost >= 5000.0 * 2 * 86400 - most * 60 * (1 + 1e-9));
    const std::vector<std::string> warnings = file.texts("warnings", "text");
    const auto said = std::find_if(warnings.begin(), warnings.end(),
                                   [](const auto& text) { return text.find("service 'chat'") != std::string::npos; });
    REQUIRE(said != warnings.end());
    CHECK(file.numbers("warnings", "count")[static_cast<std::size_t>(said - warnings.begin())] == 2 * 96);
  }

  TEST_CASE("no accelerators at all for a while: nothing is served, nothing breaks") {
    TestRun run;
    run_text(run, kServing,
             {"site.racks.dgx.count={2026-01-01: 0, 2027-01-01T06:00: 2, 2027-01-01T12:00: 0, 2027-01-01T18:00: 6}"});
    CHECK(run.result.audits_hold());
    const RunFileReader file = run.open();
    const std::vector<double> rate = file.numbers("hall/services", "request_rate");
    CHECK(rate[0] == 0);
    CHECK(rate[30] > 0);
    CHECK(rate.back() > 0);
    for (const char* column : {"power", "time_to_first_token", "energy_per_token", "energy_per_request"})
      for (double value : file.numbers("hall/services", column)) CHECK(std::isfinite(value));
  }

  TEST_CASE("jobs and services share the floor: no accelerator is held twice") {
    LiveSite live(
        kServing,
        {"duration=1 day", "record.every=10 min", "workload.inference.chat.requests.daily_swing=100 %",
         "workload.inference.chat.scale_down_delay=20 min",
         "workload.inference.code={llm: llama-3-8b, requests: {rate: 80 /s, daily_swing: 90 %, peak_hour: 4}}",
         "workload.fixed={a: {accelerators: 7, duration: 35 min, utilisation: 90 %, every: 10 min, copies: 3}, "
         "b: {accelerators: 60, duration: 2 h, utilisation: 50 %, every: 3 h}}",
         "workload.training={t: {llm: llama-3-8b, tokens: 1e+10, accelerators: 40, accelerator_failure_every: "
         "100 h}}",
         "site.racks.dgx.count={2026-01-01: 6, 2027-01-01T09:00: 3, 2027-01-01T15:00: 6}"});
    const Cluster& cluster = live.floor().cluster();
    const Circuit& circuit = live.simulation.circuit();
    bool full = false;
    for (int minute = 0; minute <= 24 * 60; minute += 2) {
      live.run_to(minute / 60.0);
      double by_rack = 0;
      for (std::size_t i = 0; i < cluster.racks(); ++i) {
        const RackId rack{static_cast<std::uint32_t>(i)};
        REQUIRE(cluster.busy(rack) <= 32);
        by_rack += static_cast<double>(cluster.busy(rack));
      }
      REQUIRE(live.now("accelerators_busy") == by_rack);
      double services = 0;
      for (const auto& service : live.services()) {
        const std::size_t size = service->name() == "chat" ? 0 : 1;
        const InferenceService& choice = live.loaded.sites[0].scenario.workload.inference[size].second;
        services += (circuit.get(service->active) + circuit.get(service->parked)) *
                    static_cast<double>(
                        replica_design(choice, live.loaded.sites[0].scenario.site.racks[0].second.server.accelerator)
                            .accelerators);
      }
      REQUIRE(services <= by_rack);
      // Power of services, idle accelerators and jobs make the site's, and none is negative.
      REQUIRE(circuit.get(live.floor().idle_power()).si() >= 0);
      REQUIRE(live.floor().mean_now().si() == doctest::Approx(live.now("it_power")).epsilon(1e-12));
      full = full || cluster.free() == 0;
    }
    CHECK(full);
  }
}
