// A resolved site under sags: UPS that transfer, count, lock out or return; batteries that empty and refill; what the
// interconnection's frequency does when the load is gone.

#include <doctest/doctest.h>

#include "models/grid/point/frequency_response.hpp"
#include "tests/models/facility/window_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// Six sags of 66 ms to 25 %, one every 16 s, from 00:02 on.
const Sets kSixSags{
    "fidelity=resolved",
    "events=[{at: \"2027-01-01T00:02\", sag: {voltage: 25 %, for: 66 ms}, repeat: {times: 6, every: 16 "
    "s}}]"};
Sets one_sag(const std::string& length, const std::string& left = "20 %") {
  return {"fidelity=resolved",
          "events=[{at: \"2027-01-01T00:02\", sag: {voltage: " + left + ", for: " + length + "}}]"};
}
std::string ups(const std::string& ride_through) {
  return "site.electrical.ups={use: double-conversion-modern, ride_through: {" + ride_through + "}}";
}

double count_of(const RunFileReader& file, const std::string& warning) {
  const std::vector<std::string> texts = file.texts("warnings", "text");
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (texts[i].find(warning) != std::string::npos) return file.numbers("warnings", "count")[i];
  return 0;
}

/// Every interval closes: grid and generators give what the site uses and stores.
void check_books(const TestRun& run) {
  for (const Balance& balance : run.result.balances) {
    CAPTURE(balance.to_string());
    CHECK(std::abs(balance.residual()) < 1e-9);
  }
  const RunFileReader file = run.open();
  const auto column = [&](const char* name) { return file.numbers("hall", name); };
  const std::vector<double> grid = column("grid_power"), generator = column("generator_power"),
                            facility = column("facility_power"), battery = column("battery_power");
  for (std::size_t i = 0; i < grid.size(); ++i)
    CHECK(std::abs(grid[i] + generator[i] - facility[i] - battery[i]) < 1e-9 * (facility[i] + 1));
}

/// What is not behind the UPS: the mechanical board and its transformer.
double beside_ups_w(const RunFileReader& file, std::size_t row) {
  const double it_w = file.numbers("hall", "it_power")[row];
  return file.numbers("hall", "facility_power")[row] - it_w - file.numbers("hall", "pdu_loss")[row] -
         file.numbers("hall", "ups_loss")[row];
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("three sags in a minute lock the UPS out: the load leaves the grid and stays away") {
    TestRun run;
    run_text(run, swinging_hall,
             kSixSags + Sets{ups("return_policy: manual, autonomy: 60 min"), "record.every=10 s",
                             glass("sags", "00:01:55", "60 s")});
    check_books(run);
    const RunFileReader file = run.open();
    const std::vector<double> off = file.numbers("hall", "ups_off_grid"), grid = file.numbers("hall", "grid_power");
    CHECK(off[11] == 0);
    CHECK(off[12] > 0.2);  // transferred within the first interval of the sag, and back with a walk-in
    CHECK(off[13] < 1);
    for (std::size_t row = 16; row < 60; ++row) {  // after the third, at 00:02:32
      CHECK(off[row] == 1);
      CHECK(grid[row] == doctest::Approx(beside_ups_w(file, row)).epsilon(1e-9));
    }
    CHECK(grid[30] < 0.3 * grid[5]);
    CHECK(count_of(file, "transfer") == 6);
    CHECK(count_of(file, "locked out") == 1);
    CHECK(file.summary("hall", "training_failures").value() == 0);  // the racks never felt it

    // In the window: 66 ms of a quarter of the voltage; 10 ms to detect; the load falls off the grid.
    const std::vector<double> voltage = file.numbers("hall/windows/sags", "poi_voltage");
    const std::vector<double> load = file.numbers("hall/windows/sags", "facility_power");
    const std::vector<double> wave = file.numbers("hall/windows/sags", "grid_power");
    const std::vector<double> battery = file.numbers("hall/windows/sags", "battery_power");
    for (const std::size_t sag : {5000u, 21000u, 37000u}) {
      CHECK(voltage[sag - 1] == 1);
      CHECK(voltage[sag] == doctest::Approx(0.25));
      CHECK(voltage[sag + 65] == doctest::Approx(0.25));
      CHECK(voltage[sag + 66] == 1);
      CHECK(wave[sag + 9] > 0.9 * load[sag + 9]);
      CHECK(wave[sag + 10] < 0.4 * load[sag + 10]);
    }
    for (std::size_t i = 0; i < wave.size(); i += 13)
      REQUIRE(std::abs(wave[i] - load[i] - battery[i]) < 1e-6 * load[i] + 1);
    for (std::size_t i = 38000; i < 60000; i += 7) REQUIRE(wave[i] < 0.4 * load[i]);
    // The walk-in after the first: from 5.066 s on, over 10 s.
    CHECK(wave[5000 + 5060] < 0.4 * load[5000 + 5060]);
    CHECK(wave[5000 + 10066] / load[5000 + 10066] == doctest::Approx(0.58).epsilon(0.1));
    CHECK(wave[5000 + 15100] > 0.99 * load[5000 + 15100]);
    // Interval by interval the window is what the run recorded.
    for (std::size_t row = 12; row < 17; ++row) {
      const auto from = wave.begin() + static_cast<std::ptrdiff_t>(5000 + 10000 * (row - 12));
      CHECK(mean_of(std::vector<double>(from, from + 10000)) == doctest::Approx(grid[row]).epsilon(2e-3));
    }
  }

  TEST_CASE("with automatic return the load comes back, and the batteries refill to what they gave") {
    TestRun run;
    run_text(
        run, swinging_hall,
        kSixSags + Sets{ups("return_policy: automatic, recharge: 20 %"), "record.every=10 s", "duration=15 min"});
    check_books(run);
    const RunFileReader file = run.open();
    const std::vector<double> off = file.numbers("hall", "ups_off_grid"), grid = file.numbers("hall", "grid_power"),
                              facility = file.numbers("hall", "facility_power");
    CHECK(count_of(file, "transfer") == 6);
    CHECK(count_of(file, "locked out") == 0);
    CHECK(off.back() == 0);
    CHECK(grid[25] > facility[25]);  // refilling
    CHECK(grid.back() == doctest::Approx(facility.back()).epsilon(1e-9));
    double stored = 0, given = 0;
    for (const double value : file.numbers("hall", "battery_power")) {
      stored += value;
      given += std::max(-value, 0.0);
    }
    CHECK(given > 0);
    CHECK(std::abs(stored) < 1e-6 * given);
  }

  TEST_CASE("a shorter sag than it can detect, and a shallower one than it minds, move nothing") {
    for (const Sets& sag : {one_sag("9 ms"), one_sag("1 s", "91 %")}) {
      TestRun quiet, sagged;
      run_text(quiet, swinging_hall, Sets{"fidelity=resolved", "duration=3 min", ups("")});
      run_text(sagged, swinging_hall, sag + Sets{"duration=3 min", ups("")});
      check_books(sagged);
      CHECK(count_of(sagged.open(), "transfer") == 0);
      CHECK(sagged.summary("hall", "grid_energy") == quiet.summary("hall", "grid_energy"));
    }
  }

  TEST_CASE("an empty battery drops the racks: the job fails, restarts when power is back, and books close") {
    TestRun run;
    const std::string base = "workload.training.base.";
    run_text(run, swinging_hall,
             one_sag("2 min") + Sets{ups("autonomy: 5 s, recharge: 10 %"), "record.every=10 s", "duration=20 min",
                                     base + "restart_time=1 min", glass("drop", "00:02", "3 min", "10 ms"),
                                     "workload.inference.chat={requests: {rate: 5 /s}, energy_per_request: 0.3 Wh}"});
    check_books(run);
    const RunFileReader file = run.open();
    const std::vector<double> it = file.numbers("hall", "it_power");
    CHECK(it[12] ==
          doctest::Approx(it[5]).epsilon(0.05));  // on the battery, which lasts longer than 5 s at this load
    std::size_t dark = 0;
    for (const double value : it) dark += value == 0;
    // Less than the 2 min: the battery carried a part, and all that it held. After it 5 s of delay and 10 s of
    // walk-in.
    CHECK(dark >= 8);
    CHECK(dark <= 12);
    CHECK(it[11 + 12 + 2 - 1] == 0);
    CHECK(it[11 + 12 + 3] > 0);
    double given_j = 0;
    for (const double value : file.numbers("hall", "battery_power")) given_j += 10 * std::max(-value, 0.0);
    const double rating_w = load_text(swinging_hall).sites[0].scenario.site.electrical->ups->rating.si();
    CHECK(given_j == doctest::Approx(5 * rating_w).epsilon(1e-6));
    CHECK(count_of(file, "lost their power") == 1);
    CHECK(file.summary("hall", "training_failures").value() == 1);
    CHECK(it.back() == doctest::Approx(it[5]).epsilon(0.05));
    const std::vector<double> wave = file.numbers("hall/windows/drop", "it_power");
    for (std::size_t row = 12; row < 30; ++row) {
      const auto from = wave.begin() + static_cast<std::ptrdiff_t>(1000 * (row - 12));
      CHECK(mean_of(std::vector<double>(from, from + 1000)) == doctest::Approx(it[row]).epsilon(2e-3));
    }
    // What was lost is work since the start, not more.
    CHECK(file.summary("hall", "training_lost_time").value() > 100);
    CHECK(file.summary("hall", "training_lost_time").value() < 250);
  }

  TEST_CASE("a generator takes over before the battery is empty, and nobody notices") {
    TestRun run;
    run_text(run, swinging_hall,
             one_sag("3 min") + Sets{ups("autonomy: 60 s, generator_start: 15 s"), "record.every=10 s",
                                     glass("g", "00:02:30", "60 s", "10 ms")});
    check_books(run);
    const RunFileReader file = run.open();
    CHECK(file.summary("hall", "training_failures").value() == 0);
    const std::vector<double> generator = file.numbers("hall", "generator_power"),
                              grid = file.numbers("hall", "grid_power"), off = file.numbers("hall", "ups_off_grid");
    CHECK(generator[12] == 0);
    CHECK(generator[15] > 100e3);
    CHECK(generator[40] == 0);
    CHECK(off.back() == 0);
    for (std::size_t row = 14; row < 30; ++row)
      CHECK(grid[row] == doctest::Approx(beside_ups_w(file, row)).epsilon(1e-9));
    CHECK(mean_of(file, "hall/windows/g", "grid_power") ==
          doctest::Approx(mean_of(file, "hall", "grid_power", 15, 6)).epsilon(2e-3));
    CHECK(mean_of(file, "hall/windows/g", "battery_power") ==
          doctest::Approx(mean_of(file, "hall", "battery_power", 15, 6)).epsilon(2e-3));
  }

  TEST_CASE("power fails again while a job restarts: it does no work without power") {
    TestRun run;
    const std::string base = "workload.training.base.";
    run_text(run, swinging_hall,
             {"fidelity=resolved", "duration=20 min", "record.every=10 s", base + "restart_time=2 min",
              base + "checkpoint_time=1 s", base + "checkpoint_every=10 s",
              ups("autonomy: 5 s, recharge: 0 %, walk_in: 0 s"),
              "events=[{at: \"2027-01-01T00:02\", sag: {voltage: 0 %, for: 1 min}}, {at: \"2027-01-01T00:04\", sag: "
              "{voltage: 0 %, for: 5 min}}]"});
    check_books(run);
    const RunFileReader file = run.open();
    const std::vector<double> it = file.numbers("hall", "it_power");
    CHECK(it[35] == 0);
    CHECK(it[50] == 0);
    CHECK(file.summary("hall", "training_failures").value() == 1);
    // At work for 2 min, and from 00:09:05 + 2 min to the end; every piece of it at full power.
    double busy = 0;
    for (const double value : it) busy += value > 0.75 * it[5];
    CHECK(busy == doctest::Approx(12 + 53).epsilon(0.04));
    CHECK(file.summary("hall", "training_lost_time").value() < 60);
  }

  TEST_CASE("a fixed job does no work without power: it goes on, or begins again, when its racks have it back") {
    // At 00:02 the batteries take over, 5 s of full load; at 00:05 power is back.
    for (const bool restarts : {false, true}) {
      CAPTURE(restarts);
      TestRun run;
      run_text(
          run, swinging_hall,
          {"fidelity=resolved", "duration=20 min", "record.every=10 s", "workload.training={}",
           std::string("workload.fixed={early: {accelerators: 8, duration: 100 s, utilisation: 80 %}, met: "
                       "{accelerators: 8, duration: 6 min, utilisation: 80 %, after_outage: ") +
               (restarts ? "restart" : "resume") +
               "}, meanwhile: {accelerators: 8, duration: 1 min, utilisation: 80 %, from: 2027-01-01T00:03}, late: "
               "{accelerators: 8, duration: 1 min, utilisation: 80 %, from: 2027-01-01T00:10}}",
           ups("autonomy: 5 s, recharge: 0 %, walk_in: 0 s, generator_start: none"),
           "events=[{at: \"2027-01-01T00:02\", sag: {voltage: 0 %, for: 3 min}}]"});
      check_books(run);
      const RunFileReader file = run.open();
      const std::vector<std::string> names = file.texts("hall/jobs", "job");
      const std::vector<double> ended = file.numbers("hall/jobs", "ended");
      const auto end_of = [&](const std::string& name) {
        for (std::size_t i = 0; i < names.size(); ++i)
          if (names[i] == name + ".0") return ended[i];
        return -1.0;
      };
      const std::vector<double> it = file.numbers("hall", "it_power");
      CHECK(it[20] == 0);
      const double back_s = end_of("meanwhile") - 60;  // it had waited for power since 180 s
      CHECK(back_s >= 300);
      CHECK(back_s < 330);
      CHECK(end_of("early") == 100);
      // When the batteries were empty: from then on its interval holds nothing.
      std::size_t row = 12;
      while (it[row + 1] > 0) ++row;
      const double gone_s = 10 * (static_cast<double>(row) + it[row] / it[row - 1]);
      CHECK(gone_s > 125);
      CHECK(gone_s < 180);
      CHECK(end_of("met") == doctest::Approx(restarts ? back_s + 360 : 360 + back_s - gone_s).epsilon(1e-5));
      CHECK(end_of("late") == 660);
      CHECK(count_of(file, "jobs lost their power") == 1);
    }
  }

  TEST_CASE("1,500 MW that leave the grid raise its frequency by the closed form's size") {
    TestRun run;
    run_text(
        run, swinging_hall,
        one_sag("100 ms") + Sets{ups("lock_out_events: 1, autonomy: 30 min"), "site.electrical.pdu=none",
                                 "site.electrical.transformer=none", "workload.training={}",
                                 "workload.inference.huge={requests: {rate: 1000 /s}, energy_per_request: 1.5 MJ}",
                                 "site.cooling.system.overhead=0 %",
                                 "site.grid.system={use: anderson-mirheydar-60, size: 60 GW, restored_in: none}",
                                 "site.grid.point={voltage: 500 kV, short_circuit: 20 GVA, x_over_r: 10}",
                                 glass("f", "00:01:50", "60 s", "10 ms")});
    check_books(run);
    const RunFileReader file = run.open();
    const std::vector<double> before = file.numbers("hall", "grid_power");
    const double lost_w = before[0];
    CHECK(lost_w > 1500e6);
    CHECK(before[5] == doctest::Approx(0).epsilon(1e-9));
    const LoadedScenario loaded =
        load_text(swinging_hall, {"site.grid.system={use: anderson-mirheydar-60, size: 60 GW, restored_in: none}"});
    const FrequencyStep step = frequency_step(*loaded.sites[0].scenario.site.grid.system, Power(-lost_w)).value();
    CHECK(step.nadir.si() > 0.1);
    const std::vector<double> wave = file.numbers("hall/windows/f", "poi_frequency");
    CHECK(wave[900] == doctest::Approx(60).epsilon(1e-7));
    CHECK(largest(wave) - 60 == doctest::Approx(step.nadir.si()).epsilon(2e-3));
    CHECK(largest(file.numbers("hall", "poi_frequency_max")) - 60 == doctest::Approx(step.nadir.si()).epsilon(2e-3));
    const double peak_at_s =
        0.01 * static_cast<double>(std::max_element(wave.begin(), wave.end()) - wave.begin()) - 10.01;
    CHECK(peak_at_s == doctest::Approx(step.nadir_at_s).epsilon(0.05));
    CHECK(file.numbers("hall", "poi_frequency").back() - 60 == doctest::Approx(step.settled.si()).epsilon(0.01));
  }
}
