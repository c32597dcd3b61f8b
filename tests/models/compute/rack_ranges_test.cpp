// What stands in racks beyond what its models were made for, and the rows that racks of several types share.
#include "models/compute/rack_ranges.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "catalog_entry.hpp"
#include "models/compute/dummy_load.hpp"
#include "models/compute/power_cap.hpp"
#include "models/compute/power_smoothing.hpp"
#include "tests/models/range_property.hpp"

using namespace wattershed;
using namespace wattershed::test;
using One = std::array<double, 1>;
using Two = std::array<double, 2>;

namespace {

constexpr Temperature inlet = Temperature::celsius(25);

const RangeUse& use_of(const std::vector<RangeUse>& uses, const std::string& model, const std::string& input) {
  const auto at = std::find_if(uses.begin(), uses.end(),
                               [&](const RangeUse& use) { return use.model == model && use.input == input; });
  REQUIRE(at != uses.end());
  return *at;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every supply goes on straight beyond its points, and says which loads these are") {
    for (const std::string& name : names_of(PowerSupply::catalog_kind)) {
      CAPTURE(name);
      const PowerSupply supply = read_struct<PowerSupply>(name);
      const auto domain = supply_domain(supply);
      CHECK(domain.has_value() == supply.rating.has_value());
      if (!domain) continue;
      if (!supply.points.empty()) {
        CHECK(domain->bounds[0].low == supply.points.front().load.si());
        CHECK(domain->bounds[0].high == supply.points.back().load.si());
      }
      drive(*domain, 0, domain->inside(),
            [&](const One& at) { return supply_input(supply, 2, at[0] * 2 * *supply.rating).si(); }, {.least = 0});
    }
  }

  TEST_CASE("server fans in air too cold and too warm, and asked for more than their greatest speed") {
    const ServerFans fans{.power = Power(1e3)};
    drive(server_fan_domain, 0, Two{298, 0.5},
          [&](const Two& at) { return fan_power(fans, fan_speed(fans, 0.8, Temperature(at[0]))).si(); });
    // By the heat that asks for that speed, at the reference inlet.
    drive(server_fan_domain, 1, Two{298, 0.5},
          [&](const Two& at) {
            const double heat = (at[1] * fans.most_speed.si() - fans.least_speed.si()) / (1 - fans.least_speed.si());
            const double asked = asked_fan_speed(fans, heat, fans.reference);
            CHECK(asked == doctest::Approx(std::max(at[1] * fans.most_speed.si(), fans.least_speed.si())));
            return fan_power(fans, fan_speed(fans, heat, fans.reference)).si();
          },
          {.least = 0});
  }

  TEST_CASE("accelerators above thermal design power, utilisations above one, caps below the slowest clock") {
    const Rack rack = read_struct<Rack>("{use: rack-dgx-h100, count: 1}");
    const Accelerator& chip = rack.server.accelerator;
    drive(accelerator_domain, 0, One{0.5},
          [&](const One& at) {
            const PhasePower phase{.length_s = 1, .accelerator = at[0] * chip.max_power, .host_utilisation = 0.3};
            const ServerDraw draw = server_draw(rack, {&phase, 1}, inlet);
            CHECK(draw.asked.accelerator == doctest::Approx(at[0]).epsilon(1e-12));
            return draw.input.mean.si();
          },
          {.least = 0});
    for (const std::size_t input : {0, 1})
      // The root of a utilisation is steep at idle: the law's own edge, inside of its range.
      drive(busy_domain, input, Two{0.3, 0.3}, [&](const Two& at) { return busy_power(chip, at[0], at[1]).si(); },
            {.least = 0.02});
    for (const Activity activity : {Activity::compute, Activity::decode, Activity::communication})
      drive(power_cap_domain, 0, One{0.8},
            [&](const One& at) {
              const CappedActivity held = capped(chip, activity, chip.max_power, at[0] * chip.max_power);
              return held.power.si() + 100 * held.slowdown;
            },
            {.least = 0});
  }

  TEST_CASE("an imposed power below idle and above full work keeps the proportions of the nearer one") {
    for (const char* name : {"rack-dgx-h100", "gb200-nvl72"}) {
      const Rack rack = read_struct<Rack>(std::string("{use: ") + name + ", count: 1}");
      const Power idle = idle_draw(rack, inlet).input.mean,
                  full = rated_draw(rack, Share(1), Share(1), inlet).input.mean;
      drive(imposed_domain, 0, One{0.5}, [&](const One& at) {
        const Power input = idle + at[0] * (full - idle);
        const Power overhead = rack.overhead_power / static_cast<double>(rack.servers);
        const ServerDraw draw =
            imposed_draw(rack, (input - overhead) / static_cast<double>(rack.server.accelerators), inlet);
        CHECK(draw.asked.work == doctest::Approx(at[0]).epsilon(1e-9));
        return draw.input.mean.si() + draw.fans.si() + draw.conversion_loss.si();
      });
    }
  }

  TEST_CASE("floors and polls beyond what firmware and software take are played as they are written") {
    const std::vector<AcceleratorPhase> work{{Activity::compute, 0.5, Power(600)},
                                             {Activity::communication, 0.5, Power(200)}};
    drive(smoothing_domain, 0, One{0.5},
          [&](const One& at) {
            PowerSmoothing smoothing{.floor = Share(at[0]), .ramp_up = {}, .ramp_down = {}};
            const SmoothingLimits limits = smoothing_limits(smoothing, Power(700));
            return smoothed(limits, work, periodic_state(limits, work)).burned.si();
          },
          {.least = 0});
    drive(dummy_load_domain, 0, One{0.05},
          [&](const One& at) {
            const DummyLoad load{.poll = from_seconds(at[0])};
            return filled(load, Power(700), {}, work, {}).burned.si();
          },
          {.least = 0});
  }

  TEST_CASE("what a server asked: the least and most of its phases, by hand") {
    Rack rack = read_struct<Rack>("{use: gb200-nvl72, count: 1}");
    const std::vector<PhasePower> phases{
        {.length_s = 1, .accelerator = rack.server.accelerator.max_power * 1.3, .host_utilisation = 1},
        {.length_s = 1, .accelerator = rack.server.accelerator.idle(), .host_utilisation = 0},
        {.length_s = 0, .accelerator = rack.server.accelerator.max_power * 9, .host_utilisation = 1}};
    const ServerDraw draw = server_draw(rack, phases, inlet);
    CHECK(draw.asked.accelerator == doctest::Approx(1.3));
    REQUIRE(rack.shelf.has_value());
    const Server& server = rack.server;
    // Fans turn at one speed throughout, that of the mean.
    const double speed = server_fan_speed(server, 0.5 * (phases[0].accelerator + phases[1].accelerator), 0.5, inlet);
    const auto shelf_load = [&](const PhasePower& phase) {
      const Power tray = server_power(server, phase.accelerator, phase.host_utilisation, speed).input;
      const Power bus = static_cast<double>(rack.servers) * tray + rack.overhead_power;
      return bus / (static_cast<double>(rack.shelf_supplies) * *rack.shelf->rating);
    };
    CHECK(draw.asked.shelf_most == doctest::Approx(shelf_load(phases[0])).epsilon(1e-12));
    CHECK(draw.asked.shelf_least == doctest::Approx(shelf_load(phases[1])).epsilon(1e-12));
    CHECK(draw.asked.fan_speed * server.parts->fans->most_speed.si() == doctest::Approx(speed));
    CHECK(draw.asked.supply_most == 0);  // trays have no supplies of their own
  }

  TEST_CASE("types share rows; a type's state replaces its last; kinds of supplies are told apart by their points") {
    Rack titanium = read_struct<Rack>("{use: rack-dgx-h100, count: 1}");
    Rack platinum = titanium;
    platinum.server.parts->power_supply = read_struct<PowerSupply>("platinum");
    Rack simple = titanium;
    simple.server.parts = {};
    const std::vector<const Rack*> racks{&titanium, &platinum, &titanium, &simple};
    RackRanges ranges(racks, true);
    std::vector<RackDomain> domains;
    for (const Rack* rack : racks) domains.push_back(rack_domain(*rack));
    const ServerAsked good{.accelerator = 1, .supply_least = 0.3, .supply_most = 0.8, .fan_speed = 0.5};
    ServerAsked low = good;
    low.supply_least = 0.15;
    const Time t{std::chrono::hours(1)};
    const auto minute = [&](int i) { return t + std::chrono::minutes(i); };
    for (std::size_t type = 0; type < racks.size(); ++type)
      ranges.saw(t, type, rack_state(domains[type], good, inlet));
    ranges.saw(minute(1), 1, rack_state(domains[1], low, inlet));  // below the points of platinum only
    ranges.saw(minute(1), 0, rack_state(domains[0], low, inlet));
    ranges.saw(minute(2), 3, rack_state(domains[3], low, Temperature::celsius(60)));  // has no fans
    ranges.saw(minute(3), 2, rack_state(domains[2], good, Temperature::celsius(50)));
    ranges.saw(minute(4), 0, rack_state(domains[0], good, Temperature::celsius(46)));
    ranges.saw(minute(6), 1, rack_state(domains[1], good, inlet));
    ranges.saw(minute(7), 2, rack_state(domains[2], good, inlet));
    ranges.close(minute(10));
    const auto uses = ranges.uses();
    const RangeUse& of_platinum = use_of(uses, "power supplies of 20 to 100 % load", "load over rating");
    CHECK(of_platinum.outside == std::chrono::minutes(5));
    CHECK(of_platinum.worst == 0.15);
    CHECK(use_of(uses, "power supplies of 10 to 100 % load", "load over rating").outside == Duration{0});
    const RangeUse& air = use_of(uses, "server fans", "inlet air");
    CHECK(air.outside == std::chrono::minutes(7));  // types 2 and 0 together, to the end
    CHECK(air.first == minute(3));
    CHECK(air.worst == doctest::Approx(323.15));
    CHECK(use_of(uses, "accelerators", "power over thermal design power").outside == Duration{0});
    CHECK(RackRanges({}, true).uses().empty());
  }
}
