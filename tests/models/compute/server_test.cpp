#include "models/compute/server.hpp"

#include <doctest/doctest.h>

#include "catalog_entry.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

ServerPower at(const Server& server, double accelerator_w, double host, double inlet_celsius = 25) {
  const Power each(accelerator_w);
  return server_power(server, each, host, server_fan_speed(server, each, host, Temperature::celsius(inlet_celsius)));
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the parts of every server of the catalog give its rating within 1 %") {
    for (const std::string& name : names_of(Server::catalog_kind)) {
      CAPTURE(name);
      const Server server = read_struct<Server>(name);
      REQUIRE(server.parts);
      CHECK(at(server, server.accelerator.idle().si(), 0).input.si() ==
            doctest::Approx(server.idle_power.si()).epsilon(0.01));
      CHECK(at(server, server.accelerator.max_power.si(), 1).input.si() ==
            doctest::Approx(server.max_power.si()).epsilon(0.01));
    }
  }

  TEST_CASE("a DGX H100 by hand") {
    const Server server = read_struct<Server>("dgx-h100");
    // 8 × 630 W, host at 30 %: 1250 + 0.3·1540 = 1712 W; fans at (5040 + 1712)/(5600 + 2790) of the heat: 0.8633 of
    // the speed, 900.8 W; 7652.8 W of 19.8 kW is 38.65 %, loss between 1.2766 and 2.0833 % of the rating: 1.7781 %.
    const ServerPower power = at(server, 630, 0.3);
    CHECK(power.fans.si() == doctest::Approx(900.8).epsilon(1e-4));
    CHECK(power.conversion_loss.si() == doctest::Approx(0.017781 * 19800).epsilon(1e-4));
    CHECK(power.input.si() == doctest::Approx(7652.8 + 352.1).epsilon(1e-4));
    // Heavy training draws about 76 % of the rating (arXiv 2412.08602).
    CHECK(power.input / server.max_power == doctest::Approx(0.76).epsilon(0.05));
  }

  TEST_CASE("more work, a busier host, or a warmer inlet never draws less; nothing comes from nothing") {
    for (const std::string& name : names_of(Server::catalog_kind)) {
      CAPTURE(name);
      const Server server = read_struct<Server>(name);
      const double idle_w = server.accelerator.idle().si(), max_w = server.accelerator.max_power.si();
      for (double u = 0; u <= 1; u += 0.1)
        for (double host = 0; host <= 1; host += 0.25)
          for (double t = 15; t <= 45; t += 5) {
            const double each_w = idle_w + u * (max_w - idle_w);
            const ServerPower here = at(server, each_w, host, t);
            REQUIRE(at(server, each_w + 1, host, t).input > here.input);
            REQUIRE(at(server, each_w, host + 0.1, t).input > here.input);
            REQUIRE(at(server, each_w, host, t + 1).input >= here.input);
            REQUIRE(here.conversion_loss.si() >= 0);
            REQUIRE(here.input.si() >=
                    static_cast<double>(server.accelerators) * each_w + here.fans.si() + here.conversion_loss.si());
          }
    }
  }

  TEST_CASE("a rating that the parts do not give is refused, and without parts it holds") {
    CHECK_THROWS_WITH_AS(read_struct<Server>("{use: dgx-h100, max_power: 8.4 kW}"),
                         doctest::Contains("write 'parts: none'"), InputError);
    CHECK_THROWS_WITH_AS(read_struct<Server>("{use: dgx-h100, accelerator: b200-sxm}"),
                         doctest::Contains("the parts of this server give"), InputError);
    const Server linear =
        read_struct<Server>("{use: dgx-h100, parts: none, max_power: 8.4 kW, highest_measured: none}");
    CHECK(at(linear, 75, 0.5).input.si() == doctest::Approx(2200));
    CHECK(at(linear, 700, 0).input.si() == doctest::Approx(8400));
    CHECK(at(linear, 387.5, 1).input.si() == doctest::Approx(5300));
    CHECK(at(linear, 387.5, 1).fans == Power{});
  }
}
