#include "models/compute/server_draw.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <random>

#include "catalog_entry.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

constexpr Temperature mild = Temperature::celsius(25);

Rack rack_of(const std::string& name) { return read_struct<Rack>("{use: " + name + ", count: 1}"); }

std::vector<Rack> all_racks() {
  std::vector<Rack> racks;
  for (const std::string& name : names_of(Rack::catalog_kind)) racks.push_back(rack_of(name));
  return racks;
}

/// What a supply draws, written down again: a search for the segment, then two points' losses.
double slow_supply_w(const PowerSupply& supply, double count, double output_w) {
  if (supply.efficiency) return (output_w + count * supply.fixed->si()) / supply.efficiency->si();
  const double x = output_w / (count * supply.rating->si());
  const auto& p = supply.points;
  std::size_t last = p.size() - 1;
  for (std::size_t i = 1; i < p.size(); ++i)
    if (x <= p[i].load.si()) {
      last = i;
      break;
    }
  const double x0 = p[last - 1].load.si(), x1 = p[last].load.si();
  const double l0 = x0 / p[last - 1].efficiency.si() - x0, l1 = x1 / p[last].efficiency.si() - x1;
  const double loss = l0 * (x1 - x) / (x1 - x0) + l1 * (x - x0) / (x1 - x0);
  return output_w + std::max(loss, 0.0) * count * supply.rating->si();
}

/// Fans at the mean heat of a step, 25 degC or cooler: 30 % of the speed and the rest with heat.
double slow_fans_w(const Server& server, std::span<const PhasePower> phases) {
  if (!server.parts->fans) return 0;
  const Host& host = server.parts->host;
  double heat_j = 0, length_s = 0;
  for (const PhasePower& phase : phases) {
    heat_j += phase.length_s *
              (static_cast<double>(server.accelerators) * phase.accelerator.si() +
               host.idle_power.si() * (1 - phase.host_utilisation) + host.max_power.si() * phase.host_utilisation);
    length_s += phase.length_s;
  }
  const double full_w =
      static_cast<double>(server.accelerators) * server.accelerator.max_power.si() + host.max_power.si();
  return server.parts->fans->power.si() * std::pow(0.3 + 0.7 * heat_j / length_s / full_w, 3);
}

/// A rack's input in one phase, all of its servers alike, worked out for the whole rack.
double slow_rack_w(const Rack& rack, const PhasePower& phase, double fans_w) {
  const Server& server = rack.server;
  const Host& host = server.parts->host;
  const double host_w = host.idle_power.si() + phase.host_utilisation * (host.max_power - host.idle_power).si();
  double one_w = static_cast<double>(server.accelerators) * phase.accelerator.si() + host_w + fans_w;
  if (server.parts->power_supply)
    one_w = slow_supply_w(*server.parts->power_supply, static_cast<double>(server.parts->power_supplies), one_w);
  const double all_w = static_cast<double>(rack.servers) * one_w + rack.overhead_power.si();
  return rack.shelf ? slow_supply_w(*rack.shelf, static_cast<double>(rack.shelf_supplies), all_w) : all_w;
}

struct Step {
  double high, low, duty;
};
constexpr std::array steps{Step{0.9, 0.45, 0.8}, Step{1.0, 0.3, 0.7}, Step{1.0, 0.1, 0.5}};

std::array<PhasePower, 2> phases_of(const Step& step, const Rack& rack) {
  const Power peak = rack.server.accelerator.max_power;
  return {PhasePower{6 * step.duty, step.high * peak, 0.4}, PhasePower{6 * (1 - step.duty), step.low * peak, 0.1}};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("mean, variance and peak of a step are those of its phases, one by one") {
    for (const Rack& rack : all_racks())
      for (const Step& step : steps) {
        const auto phases = phases_of(step, rack);
        const ServerDraw draw = server_draw(rack, phases, mild);
        const double fans_w = slow_fans_w(rack.server, phases);
        CHECK(draw.fans.si() == doctest::Approx(fans_w).epsilon(1e-12));
        double energy_j = 0, square = 0, peak_w = 0;
        for (const PhasePower& phase : phases) {
          const double w = slow_rack_w(rack, phase, fans_w);
          energy_j += phase.length_s * w;
          peak_w = std::max(peak_w, w);
        }
        const double mean_w = energy_j / 6;
        for (const PhasePower& phase : phases)
          square += phase.length_s / 6 * std::pow(slow_rack_w(rack, phase, fans_w) - mean_w, 2);
        const double servers = static_cast<double>(rack.servers);
        CHECK(std::abs(servers * draw.input.mean.si() / mean_w - 1) < 1e-12);
        CHECK(std::abs(servers * servers * draw.input.variance.si() / square - 1) < 1e-9);
        CHECK(servers * draw.peak.si() == doctest::Approx(peak_w).epsilon(1e-12));
      }
  }

  TEST_CASE("the mean of the loss is not the loss of the mean: a supply that is curved shows the difference") {
    const Rack rack = rack_of("rack-dgx-b200");
    const auto phases = phases_of(steps[2], rack);
    const ServerDraw draw = server_draw(rack, phases, mild);
    const PhasePower mean{6, 0.5 * (phases[0].accelerator + phases[1].accelerator), 0.25};
    const ServerDraw flat = server_draw(rack, {&mean, 1}, mild);
    CHECK(draw.conversion_loss > 1.1 * flat.conversion_loss);
    CHECK(flat.input.variance == PowerVariance{});
  }

  TEST_CASE("Frontier, as counted from the configuration of RAPS") {
    const Rack cabinet = rack_of("frontier-cabinet");
    const double idle_w = idle_draw(cabinet, mild).input.mean.si();
    const ServerDraw hpl = utilised_draw(cabinet, Share(0.79), Share(0.33), mild);
    const double hpl_w = hpl.input.mean.si();
    CHECK(9472 * idle_w == doctest::Approx(7.095e6).epsilon(0.0005 / 7.095));
    CHECK(9216 * hpl_w + 256 * idle_w == doctest::Approx(22.320e6).epsilon(0.0005 / 22.320));
    CHECK(9472 * hpl_w == doctest::Approx(22.743e6).epsilon(0.0005 / 22.743));
    CHECK(9472 * utilised_draw(cabinet, Share(1), Share(0), mild).input.mean.si() ==
          doctest::Approx(26.103e6).epsilon(0.0005 / 26.103));
    CHECK(9472 * utilised_draw(cabinet, Share(1), Share(1), mild).input.mean.si() ==
          doctest::Approx(28.016e6).epsilon(0.0005 / 28.016));
    const double idle_loss_w = idle_draw(cabinet, mild).conversion_loss.si();
    CHECK(std::abs(idle_loss_w / idle_w - 0.0805) < 0.0001);
    CHECK(std::abs((9216 * hpl.conversion_loss.si() + 256 * idle_loss_w) / (9216 * hpl_w + 256 * idle_w) - 0.0660) <
          0.0001);
    CHECK(hpl.liquid_heat.si() == doctest::Approx(0.945 * hpl_w).epsilon(1e-12));
    CHECK(hpl.fans == Power{});
  }

  TEST_CASE("NVL72: power within what is published, 87 % of it to liquid") {
    const Rack gb200 = rack_of("gb200-nvl72");
    const ServerDraw full = utilised_draw(gb200, Share(1), Share(1), mild);
    const double rack_w = 18 * full.input.mean.si();
    CHECK(rack_w > 120e3);
    CHECK(rack_w < 132e3);
    CHECK(18 * full.liquid_heat.si() == doctest::Approx(0.87 * rack_w));
    const double gb300_w = 18 * utilised_draw(rack_of("gb300-nvl72"), Share(1), Share(1), mild).input.mean.si();
    CHECK(gb300_w > 130e3);
    CHECK(gb300_w < 142e3);
  }

  TEST_CASE("every rack: rated power, heat, losses and air hold together") {
    for (const Rack& rack : all_racks()) {
      const double servers = static_cast<double>(rack.servers);
      CHECK(servers * idle_draw(rack, mild).input.mean.si() == doctest::Approx(rack.idle_power().si()).epsilon(0.01));
      CHECK(servers * rated_draw(rack, Share(1), Share(1), mild).input.mean.si() ==
            doctest::Approx(rack.max_power().si()).epsilon(0.01));
      Power before{};
      for (double u = 0; u <= 1; u += 0.05) {
        const ServerDraw draw = utilised_draw(rack, Share(u), Share(u), mild);
        REQUIRE(draw.input.mean > before);
        before = draw.input.mean;
        REQUIRE(draw.peak == draw.input.mean);
        REQUIRE(draw.input.variance == PowerVariance{});
        const double efficiency = 1 - draw.conversion_loss / draw.input.mean;
        REQUIRE(efficiency > 0.86);
        REQUIRE(efficiency < 0.985);
        REQUIRE(draw.fans < 0.2 * draw.input.mean);
        REQUIRE(draw.liquid_heat <= draw.input.mean);
        REQUIRE(air_rise(draw).si() > 2);
        REQUIRE(air_rise(draw).si() < 20);
        REQUIRE(utilised_draw(rack, Share(u), Share(u), Temperature::celsius(35)).input.mean >= draw.input.mean);
      }
      const ServerDraw full = rated_draw(rack, Share(1), Share(1), mild);
      CHECK(air_rise(full).si() == doctest::Approx(rack.server.air_rise.si()).epsilon(0.15));
    }
  }

  TEST_CASE("work draws no more than was ever measured, and idle and rating stay what they are") {
    Rack rack = rack_of("rack-dgx-h100");
    REQUIRE(rack.server.highest_measured);
    const double most_w = rack.server.highest_measured->si() + rack.overhead_power.si() / 4;
    for (const double celsius : {20.0, 25.0, 35.0, 45.0}) {
      CAPTURE(celsius);
      const double full_w = utilised_draw(rack, Share(1), Share(1), Temperature::celsius(celsius)).input.mean.si();
      CHECK(full_w <= most_w);
      CHECK(full_w > 0.97 * most_w);
    }
    const ServerDraw half = utilised_draw(rack, Share(0.5), Share(0.2), mild);
    const double idle_w = idle_draw(rack, mild).input.mean.si();
    const double rated_w = rated_draw(rack, Share(0.5), Share(0.2), mild).input.mean.si();
    CHECK(half.input.mean.si() == doctest::Approx(idle_w + (rated_w - idle_w) * (8480.0 - 2200) / (10200 - 2200)));
    CHECK(half.liquid_heat == Power{});
    CHECK(half.fans + half.conversion_loss < 0.3 * half.input.mean);
    rack.server.highest_measured.reset();
    CHECK(utilised_draw(rack, Share(1), Share(1), mild).input.mean ==
          rated_draw(rack, Share(1), Share(1), mild).input.mean);
    CHECK(idle_draw(rack, mild).input.mean.si() == idle_w);
    CHECK_THROWS_WITH_AS(read_struct<Server>("{use: dgx-h100, highest_measured: 10.3 kW}"),
                         doctest::Contains("between idle_power and max_power"), InputError);
  }

  TEST_CASE("capped steps draw less, whatever the cap") {
    const Rack rack = rack_of("rack-dgx-h100");
    Power before(1e9);
    for (double cap_w = 700; cap_w > 130; cap_w -= 10) {
      const PhasePower phase{1, std::min(Power(630), Power(cap_w)), 0.3};
      const ServerDraw draw = server_draw(rack, {&phase, 1}, mild);
      REQUIRE(draw.input.mean <= before);
      before = draw.input.mean;
    }
  }

  TEST_CASE("servers without parts are linear in utilisation, switches apart") {
    const Rack rack = read_struct<Rack>(
        "{server: {accelerator: {max_power: 1 kW}, accelerators: 4, idle_power: 1 kW, max_power: 5 kW}, servers: 2, "
        "overhead_power: 400 W, count: 1}");
    CHECK(idle_draw(rack, mild).input.mean.si() == doctest::Approx(1200));
    CHECK(utilised_draw(rack, Share(0.25), Share(0), mild).input.mean.si() == doctest::Approx(2200));
    CHECK(utilised_draw(rack, Share(1), Share(1), mild).input.mean.si() == doctest::Approx(5200));
    CHECK(idle_draw(rack, mild).conversion_loss == Power{});
    CHECK(air_rise(idle_draw(rack, mild)).si() == doctest::Approx(15));
  }

  TEST_CASE("an imposed power is what is drawn, with the switches' share; its insides are in proportion") {
    const Rack rack = rack_of("rack-dgx-h100");
    const ServerDraw draw = imposed_draw(rack, Power(1000), mild);
    CHECK(draw.input.mean.si() == doctest::Approx(8000 + 125).epsilon(1e-12));
    CHECK(draw.peak == draw.input.mean);
    CHECK(draw.conversion_loss.si() > 0.03 * 8125);
    CHECK(draw.conversion_loss.si() < 0.10 * 8125);
    CHECK(draw.fans.si() > 0);
    const ServerDraw beyond = imposed_draw(rack, Power(5000), mild);
    CHECK(beyond.input.mean.si() == doctest::Approx(40125));
    CHECK(beyond.fans + beyond.conversion_loss < 0.3 * beyond.input.mean);
    const ServerDraw none = imposed_draw(rack, Power(0), mild);
    CHECK(none.input.mean.si() == doctest::Approx(125));
  }

  TEST_CASE("one accelerator's share times their number is the server") {
    const Rack rack = rack_of("rack-dgx-h100");
    const ServerDraw draw = server_draw(rack, phases_of(steps[0], rack), mild);
    const ServerDraw again = 8.0 * per_accelerator(rack, draw);
    CHECK(again.input.mean.si() == doctest::Approx(draw.input.mean.si()).epsilon(1e-15));
    CHECK(again.input.variance.si() == doctest::Approx(draw.input.variance.si()).epsilon(1e-15));
    CHECK(again.air_flow.si() == doctest::Approx(draw.air_flow.si()).epsilon(1e-15));
  }

  TEST_CASE("random phases: peak over mean over least, variance within the range of powers") {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform;
    const std::vector<Rack> racks = all_racks();
    for (int round = 0; round < 2000; ++round) {
      const Rack& rack = racks[random() % racks.size()];
      std::vector<PhasePower> phases(1 + random() % 6);
      for (PhasePower& phase : phases)
        phase = {uniform(random) + 1e-3, uniform(random) * rack.server.accelerator.max_power, uniform(random)};
      const Temperature inlet = Temperature::celsius(15 + 25 * uniform(random));
      const ServerDraw draw = server_draw(rack, phases, inlet);
      REQUIRE(draw.peak >= draw.input.mean);
      REQUIRE(draw.input.variance.si() <= std::pow(draw.peak.si(), 2));
      REQUIRE(std::isfinite(draw.input.variance.si()));
      REQUIRE(draw.air_heat().si() >= 0);
      // A phase of no length changes nothing.
      phases.push_back({0, rack.server.accelerator.max_power, 1});
      const ServerDraw same = server_draw(rack, phases, inlet);
      REQUIRE(same.input == draw.input);
      REQUIRE(same.peak == draw.peak);
    }
  }
}
