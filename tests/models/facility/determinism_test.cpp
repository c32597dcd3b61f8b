// The same scenario, seed and run give the same file, bit for bit; what is added does not disturb what was there.

#include <doctest/doctest.h>

#include <cstring>
#include <thread>

#include "run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

/// Every dataset and attribute of two files, but `created`.
void check_same(const RunFileReader& a, const RunFileReader& b, bool provenance = true) {
  CHECK(a.groups() == b.groups());
  CHECK(a.attributes().title == b.attributes().title);
  CHECK(a.attributes().scenario == b.attributes().scenario);
  CHECK(a.attributes().seed == b.attributes().seed);
  CHECK(a.attributes().run == b.attributes().run);
  for (const std::string& group : a.groups()) {
    if (group == "catalog" && !provenance) continue;
    CAPTURE(group);
    REQUIRE(a.columns(group).size() == b.columns(group).size());
    for (const RunColumn& column : a.columns(group)) {
      CAPTURE(column.spec.name);
      const RunColumn& other = b.column(group, column.spec.name);
      CHECK(column.spec.units == other.spec.units);
      CHECK(column.spec.long_name == other.spec.long_name);
      CHECK(column.spec.attributes == other.spec.attributes);
      if (column.is_scalar)
        CHECK(a.summary(group.substr(group.find('/') + 1), column.spec.name) ==
              b.summary(group.substr(group.find('/') + 1), column.spec.name));
      else if (column.spec.type == ColumnType::text)
        CHECK(a.texts(group, column.spec.name) == b.texts(group, column.spec.name));
      else
        CHECK(same_bits(a.numbers(group, column.spec.name), b.numbers(group, column.spec.name)));
    }
  }
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("twice the same, one after the other and on two threads") {
    TestRun first, second, third, fourth;
    run_text(first, small_hall);
    run_text(second, small_hall);
    check_same(first.open(), second.open());
    std::thread one([&] { run_text(third, small_hall); });
    std::thread two([&] { run_text(fourth, small_hall); });
    one.join();
    two.join();
    check_same(first.open(), third.open());
    check_same(first.open(), fourth.open());
  }

  TEST_CASE("the resolved scenario in the file gives the same run again") {
    TestRun first, again;
    run_text(first, small_hall, {"site.racks.a100.count={2027-01-01: 5, 2027-01-01T12:00: 6}", "seed=7"});
    run_text(again, first.open().attributes().scenario);
    // What came from the catalog is written out now, so only /catalog differs.
    check_same(first.open(), again.open(), false);
  }

  TEST_CASE("a rack type without work, or a service, leaves the jobs as they were") {
    TestRun plain, more;
    run_text(plain, small_hall);
    run_text(more, small_hall,
             {"workload.inference.search={requests: {rate: 3 /s}, energy_per_request: 0.1 Wh}",
              "site.racks.store={server: {accelerator: {max_power: 1 W}, accelerators: 1, idle_power: 0 W, "
              "max_power: 1 W}, "
              "servers: 1, count: {2027-01-01: 0, 2027-01-01T23:59: 1}}"});
    for (const char* column : {"submitted", "started", "ended", "wait", "it_energy"}) {
      CAPTURE(column);
      CHECK(same_bits(plain.open().numbers("hall/jobs", column), more.open().numbers("hall/jobs", column)));
    }
  }
}
