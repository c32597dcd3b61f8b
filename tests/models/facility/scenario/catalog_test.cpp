// Every entry of the catalog reads as what it is, and every number in it says where it comes from.

#include <doctest/doctest.h>

#include <string>

#include "models/electrical/storage.hpp"
#include "models/facility/scenario/scenario.hpp"
#include "models/grid/case/scenario.hpp"
#include "models/grid/point/frequency_response.hpp"
#include "models/grid/point/ride_through_curve.hpp"
#include "models/workload/llm.hpp"
#include "tests/models/facility/run_helper.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// Reads `x: NAME` (with further keys) as a T and gives the document with what was read.
template <class T>
Document read_entry(const std::string& name, T& value, const std::string& more = "") {
  const std::string text = more.empty() ? "x: " + name : "x: {use: " + name + ", " + more + "}";
  return load_document_text(text, "entry.yaml", {.catalog = &test_catalog(), .sets = {}},
                            [&](Fields& f) { f.required("x", value); });
}

void check_sources(const Document& document) {
  std::size_t numbers = 0;
  for (const ResolvedValue& value : document.values) {
    if (!value.is_number || value.origin != Origin::catalog) continue;
    CAPTURE(value.path);
    CHECK(!value.source.empty());
    ++numbers;
  }
  CHECK(numbers > 0);
}

template <class T>
std::size_t check_kind(const std::string& more = "") {
  const std::vector<std::string> names = test_catalog().names(T::catalog_kind);
  for (const std::string& name : names) {
    CAPTURE(name);
    T value;
    check_sources(read_entry(name, value, more));
  }
  return names.size();
}

template <class T>
void check_efficiency(double least_at_full_load) {
  for (const std::string& name : test_catalog().names(T::catalog_kind)) {
    CAPTURE(name);
    T module;
    read_entry(name, module);
    const double efficiency = module.rating / (module.rating + stage_loss(module.loss, module.rating, module.rating));
    CHECK(efficiency > least_at_full_load);
    CHECK(efficiency < 1);
  }
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every entry reads, and every number has a source") {
    CHECK(check_kind<Llm>() >= 14);
    CHECK(check_kind<Region>() == 77);
    CHECK(check_kind<Accelerator>() >= 15);
    CHECK(check_kind<Server>() >= 8);
    CHECK(check_kind<Rack>("count: 1") >= 6);
    CHECK(check_kind<PowerSupply>() >= 5);
    CHECK(check_kind<Pdu>() >= 1);
    CHECK(check_kind<Ups>() >= 3);
    CHECK(check_kind<Transformer>() >= 2);
    CHECK(check_kind<GridSystem>("size: 60 GW") >= 4);
    CHECK(check_kind<RideThroughCurve>() >= 4);
    CHECK(check_kind<Battery>("smoothing: {}") >= 3);
    CHECK(check_kind<PowerFactor>() >= 5);
    CHECK(check_kind<Network>() >= 2);
  }

  TEST_CASE("stages are as efficient as such equipment is") {
    check_efficiency<Pdu>(0.96);
    check_efficiency<Ups>(0.94);
    check_efficiency<Transformer>(0.98);
  }

  TEST_CASE("a UPS takes its ride-through and its power factor, a transformer its reactive power") {
    Ups ups;
    read_entry("eco-mode", ups);
    CHECK(!ups.ride_through);
    CHECK(!ups.power_factor);
    read_entry("eco-mode", ups, "ride_through: {return_policy: automatic, walk_in: 30 s}, power_factor: ups-bypass");
    CHECK(ups.ride_through->return_policy == ReturnPolicy::automatic);
    CHECK(ups.ride_through->walk_in == std::chrono::seconds(30));
    CHECK(ups.power_factor->curve().no_load == doctest::Approx(-0.1));
    CHECK_THROWS_AS(read_entry("eco-mode", ups, "ride_through: {transfer_below: 120 %}"), InputError);
    Transformer transformer;
    read_entry("oil-50mva", transformer, "reactive: {leakage: 12 %}");
    CHECK(transformer.reactive->curve() == ReactiveCurve{0.01, 0, 0.12});
  }

  TEST_CASE("a battery is overridden flat, has a price, and is refused when it cannot hold its charge") {
    Battery battery;
    read_entry("lfp-container", battery, "power: 30 MW, energy: 10 MWh, smoothing: {ramp_up: 1 MW/s, window: 20 s}");
    CHECK(battery.power == 30_MW);
    CHECK(battery.usable().si() == doctest::Approx(9 * 3.6e9));
    CHECK(battery.smoothing->ramp_up->si() == 1e6);
    CHECK(battery.price()->si() == doctest::Approx(2.5e6));
    CHECK_THROWS_AS(read_entry("lfp-container", battery, "lowest: 96 %"), InputError);
    CHECK_THROWS_AS(read_entry("lfp-container", battery, "smoothing: {state_of_charge: 2 %}"), InputError);
  }

  TEST_CASE("figures of the regions, as their table has them") {
    Region region;
    read_entry("US-AZ", region);
    CHECK(region.carbon.si() == doctest::Approx(393e-3 / 3.6e6));
    CHECK(region.price.si() == doctest::Approx(0.0811 / 3.6e6));
    CHECK(region.water_intensity.si() == doctest::Approx(4.959 / 3.6e6));
    CHECK(region.boundary == "life-cycle");
    read_entry("CN-SC", region);
    CHECK(region.carbon.si() == doctest::Approx(140.4e-3 / 3.6e6));
    read_entry("CL", region);  // no figure of Electricity Maps: Ember's
    CHECK(region.carbon.si() == doctest::Approx(265.52e-3 / 3.6e6));
  }

  TEST_CASE("cooling plants read, say where each number is from, and can be sized") {
    const Outdoors hot{Temperature::celsius(38), Temperature::celsius(21), 0.0086, Pressure(101'325)};
    const Outdoors humid{Temperature::celsius(30), Temperature::celsius(25), 0.0180, Pressure(101'325)};
    for (const char* name : {"air-chiller-tower", "dlc-tower", "dlc-dry"}) {
      CAPTURE(name);
      CoolingSystem system;
      check_sources(read_entry(name, system));
      CHECK(!system.imposed());
      const SizedPlant sized =
          size_plant(system, {Power(8e6), Power(2e6), VolumeFlow()}, {hot, humid}, Redundancy::n_plus_1);
      CHECK(sized.problems.empty());
      CHECK(sized.plant);
      CHECK(sized.ratings.size() > 10);
    }
  }

  TEST_CASE("set-points of a plant are overridden flat, and keys of another kind of plant are unknown") {
    CoolingSystem system;
    read_entry("dlc-tower", system, "facility_water: 40 degC, cycles_of_concentration: 4, economizer_approach: none");
    CHECK(system.type == CoolingType::dlc_tower);
    CHECK(system.settings().facility_water == Temperature::celsius(40));
    CHECK(system.settings().cycles_of_concentration == 4);
    CHECK(!system.air.economizer_approach);
    CHECK_THROWS_AS(read_entry("air-chiller-tower", system, "facility_water: 40 degC"), InputError);
    CHECK_THROWS_AS(read_entry("dlc-dry", system, "cycles_of_concentration: 4"), InputError);
    CHECK_THROWS_AS(read_entry("dlc-dry", system, "pue: 1.2"), InputError);
  }

  TEST_CASE("a part that is not built is named, not accepted") {
    CoolingSystem system;
    try {
      read_entry("dlc-adiabatic-trim", system);
      FAIL("dlc-adiabatic-trim was accepted");
    } catch (const InputError& error) {
      CHECK(std::string(error.what()).find("'dlc-adiabatic-trim' is not built yet") != std::string::npos);
    }
  }

  TEST_CASE("a server's power is linear in utilisation, and shares add up") {
    Rack rack;
    read_entry("rack-dgx-h100", rack, "count: 1");
    CHECK(rack.accelerators() == 32);
    CHECK(power_at(rack, Share(0)) == rack.idle_share());
    CHECK(power_at(rack, Share(1)).si() == doctest::Approx(rack.max_share().si()).epsilon(1e-15));
    CHECK((power_at(rack, Share(0.25)) + power_at(rack, Share(0.75))).si() ==
          doctest::Approx((rack.idle_share() + rack.max_share()).si()).epsilon(1e-15));
    CHECK((32.0 * rack.max_share() + rack.overhead_power).si() ==
          doctest::Approx(rack.max_power().si()).epsilon(1e-15));
  }
}
