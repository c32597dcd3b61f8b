// Machines beyond what they were made for: finite, continuous, and their domains say so.
#include <doctest/doctest.h>

#include <string>

#include "models/catalog/embedded_catalog.hpp"
#include "models/cooling/machines/chiller.hpp"
#include "models/cooling/machines/dry_cooler.hpp"
#include "models/cooling/machines/fan.hpp"
#include "models/cooling/machines/heat_exchanger.hpp"
#include "models/cooling/machines/pre_cooler.hpp"
#include "models/cooling/machines/pump.hpp"
#include "models/cooling/machines/tower.hpp"
#include "models/weather/moist_air.hpp"
#include "sim/input/document.hpp"
#include "tests/models/range_property.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

const Catalog& catalog() {
  static const Catalog all(embedded_catalog());
  return all;
}

Chiller chiller_of(const std::string& name) {
  Chiller chiller;
  load_document_text("x: " + name, "entry.yaml", {.catalog = &catalog(), .sets = {}},
                     [&](Fields& f) { f.required("x", chiller); });
  return chiller;
}

Outdoors air_at(double dry_k, double wet_k) {
  Outdoors air;
  air.dry_bulb = Temperature(dry_k);
  air.wet_bulb = Temperature(wet_k);
  air.humidity_ratio = moist_air::humidity_ratio_from_wet_bulb(dry_k, wet_k, air.pressure.si());
  return air;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("chillers of the catalog beyond their curves") {
    for (const std::string& name : catalog().names(Chiller::catalog_kind)) {
      CAPTURE(name);
      const Chiller chiller = chiller_of(name);
      const Domain<2> domain = domain_of(chiller);
      const auto streams = [&](const std::array<double, 2>& at) {
        return ChillerStreams{
            Temperature(at[0]), {Temperature(at[1]), MassFlow(50)}, {Temperature(at[0] + 6), MassFlow(50)}};
      };
      for (const std::size_t input : {0, 1}) {
        drive(domain, input, domain.inside(), [&](const std::array<double, 2>& at) {
          const ChillerState state = run_chiller(chiller, 0.6 * chiller.capacity, streams(at));
          REQUIRE(state.outside == domain.outside(at));
          return state.input.si();
        });
        drive(domain, input, domain.inside(),
              [&](const std::array<double, 2>& at) { return available_capacity(chiller, streams(at)).si(); });
      }
    }
  }

  TEST_CASE("fans and pumps asked for more than their design") {
    Fan damped{.flow = VolumeFlow(10), .curve = damper_fan_curve()};
    const Fan cubed{.flow = VolumeFlow(10), .curve = {}};
    // Between nothing and its least flow a machine is switched.
    for (const Fan& fan : {damped, cubed})
      drive(fan_domain, 0, {0.5}, [&](const std::array<double, 1>& at) { return fan_power(fan, at[0]).si(); },
            {.least = fan.least_flow.si()});
    const Pump pump{.flow = VolumeFlow(1), .static_head = Share(0.2)};
    drive(pump_domain, 0, {0.5}, [&](const std::array<double, 1>& at) { return pump_power(pump, at[0]).si(); },
          {.least = pump.least_flow.si()});
  }

  TEST_CASE("plates and coils at flows beyond their films' law") {
    for (const HeatExchanger& kind : {plate_kind(), air_coil_kind()}) {
      const HeatExchanger exchanger =
          sized_heat_exchanger(kind, Power(1e6), Temperature::celsius(36), Temperature::celsius(26),
                               Temperature::celsius(18), Temperature::celsius(26));
      for (const std::size_t input : {0, 1})
        drive(exchanger_domain, input, {1, 1},
              [&](const std::array<double, 2>& at) {
                return run_heat_exchanger(exchanger, Temperature::celsius(36), at[0] * exchanger.hot_design,
                                          Temperature::celsius(18), at[1] * exchanger.cold_design)
                    .heat.si();
              },
              {.least = 0.01});
    }
  }

  TEST_CASE("a tower beyond the ranges of its factors") {
    const Tower tower = sized_tower(Tower{}, Power(5e6), Temperature::celsius(25), TemperatureDelta(4),
                                    TemperatureDelta(6), Pressure(101'325));
    for (const std::size_t input : {0, 1})
      for (const double speed : {1.0, 0.5, 0.1, 0.0})
        drive(tower_domain, input, {290, 0.7},
              [&](const std::array<double, 2>& at) {
                const Outdoors air = air_at(at[0] + 5, at[0]);
                return run_tower(tower, {Temperature(335), at[1] * tower.water}, speed, air).heat.si();
              },
              {.least = 0.01, .noise = 1e-6});
  }

  TEST_CASE("a dry cooler at flows beyond its films' law, a wet pad in frost, a pad beyond its chart") {
    const DryCooler cooler =
        sized_dry_cooler(DryCooler{}, Power(5e6), Temperature::celsius(35), TemperatureDelta(6), TemperatureDelta(8));
    for (const double speed : {1.0, 0.3})
      drive(dry_cooler_domain, 0, {0.8},
            [&](const std::array<double, 1>& at) {
              return run_dry_cooler(cooler, {Temperature::celsius(45), at[0] * cooler.water}, speed,
                                    Temperature::celsius(20))
                  .heat.si();
            },
            {.least = 0.01});
    // Its humidity jumps where the wet bulb's two formulas do not meet (moist_air.hpp); its dry bulb does not.
    drive(pre_cooler_domain, 0, {290}, [&](const std::array<double, 1>& at) {
      return pre_cooled(air_at(at[0] + 8, at[0]), Share(0.8)).air.dry_bulb.si();
    });
    drive(pre_cooler_domain, 0, {290},
          [&](const std::array<double, 1>& at) {
            return pre_cooled(air_at(at[0] + 8, at[0]), Share(0.8)).water_per_dry_air;
          },
          {.jumps = true});
    for (const std::size_t input : {0, 1})
      drive(celdek_domain, input, {2, 0.3},
            [&](const std::array<double, 2>& at) { return celdek_effectiveness(at[0], Length(at[1])).si(); },
            {.least = 0});
  }
}
