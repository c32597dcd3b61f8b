// Conservation over 200 random scenarios: the audits of each, and the same sums taken from its file.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/models/facility/random_scenario.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// Σ column · interval over a site's time table.
double sum_of(const RunFileReader& file, const std::string& site, const std::string& column) {
  if (!file.has(site, column)) return 0;
  const std::vector<double> values = file.numbers(site, column), seconds = file.numbers(site, "interval");
  Sum sum;
  for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * seconds[i];
  return sum.value();
}

void check_close(double a, double b, double scale) {
  CHECK(std::abs(a - b) <= 1e-12 * std::max(std::abs(scale), 1e-9));
}

}  // namespace

TEST_SUITE("slow") {
  TEST_CASE("200 random scenarios keep their books") {
    std::size_t valid = 0, with_jobs = 0, with_chain = 0, with_plant = 0, with_training = 0, with_serving = 0;
    double failures = 0, held = 0;
    for (std::uint64_t number = 0; valid < 200; ++number) {
      const std::string text = RandomScenario(number).text();
      CAPTURE(number);
      CAPTURE(text);
      TestRun run;
      try {
        run_text(run, text);
      } catch (const InputError& error) {
        // A job may find no rack at all in a scenario: that is invalid, and said.
        CAPTURE(error.what());
        REQUIRE(number < 1000);
        REQUIRE(std::string(error.what()).find("the site never has more than 0") != std::string::npos);
        continue;
      }
      ++valid;
      for (const Balance& balance : run.result.balances) {
        CAPTURE(balance.to_string());
        CHECK(std::abs(balance.residual()) < 1e-9);
      }
      const RunFileReader file = run.open();
      const double facility = sum_of(file, "s", "facility_power");
      check_close(facility,
                  sum_of(file, "s", "it_power") + sum_of(file, "s", "cooling_power") +
                      sum_of(file, "s", "distribution_loss") + sum_of(file, "s", "lighting_power") +
                      sum_of(file, "s", "other_power"),
                  facility);
      check_close(sum_of(file, "s", "grid_power"), facility, facility);
      check_close(file.summary("s", "grid_energy").value(), facility, facility);
      check_close(sum_of(file, "s", "cost_demand"), file.summary("s", "cost_demand").value(),
                  file.summary("s", "cost_demand").value());
      check_close(
          sum_of(file, "s", "distribution_loss"),
          sum_of(file, "s", "pdu_loss") + sum_of(file, "s", "ups_loss") + sum_of(file, "s", "transformer_loss"),
          facility);
      Sum monthly;
      for (double value : file.numbers("s/monthly", "facility_energy")) monthly += value;
      check_close(monthly.value(), facility, facility);
      // Jobs never use more IT energy than the site.
      Sum jobs;
      for (double value : file.numbers("s/jobs", "it_energy")) jobs += value;
      CHECK(jobs.value() <= file.summary("s", "it_energy").value() * (1 + 1e-12));
      CHECK((file.summary("s", "it_energy").value() == 0 || file.summary("s", "pue").value() >= 1));
      // Shares add up to the ledger.
      for (const auto& [column, whole] : {std::pair{"it_energy", file.summary("s", "it_energy").value()},
                                          {"grid_energy", file.summary("s", "grid_energy").value()},
                                          {"water", file.summary("s", "water_withdrawn").value()},
                                          {"emissions", file.summary("s", "emissions_scope2_location").value()}}) {
        CAPTURE(column);
        Sum shares;
        for (double value : file.numbers("s/shares", column)) shares += value;
        CHECK(std::abs(shares.value() - whole) <= 1e-9 * std::abs(whole));
      }
      with_plant += file.has("s", "cooling_compressor_power") ? 1 : 0;
      if (file.summary("s", "training_failures")) {
        ++with_training;
        failures += file.summary("s", "training_failures").value();
      }
      with_serving += file.summary("s", "tokens_served").has_value() ? 1 : 0;
      held += file.summary("s", "jobs_held").value_or(0);
      with_jobs += file.rows("s/jobs") > 0 ? 1 : 0;
      with_chain += file.has("s", "pdu_loss") ? 1 : 0;
    }
    CHECK(with_jobs > 50);  // the scenarios are not all empty
    CHECK(with_chain > 50);
    CHECK(with_plant > 50);
    CHECK(with_training > 50);
    CHECK(with_serving > 20);
    CHECK(failures > 100);
    CHECK(held > 20);
  }
}
