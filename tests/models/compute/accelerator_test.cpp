#include "models/compute/accelerator.hpp"

#include <doctest/doctest.h>

#include "catalog_entry.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {
constexpr Activity working[] = {Activity::prefill, Activity::decode,    Activity::compute,    Activity::communication,
                                Activity::bubble,  Activity::optimizer, Activity::checkpoint, Activity::input_stall};
}

TEST_SUITE("fast") {
  TEST_CASE("the power law starts parked, saturates at an MFU of 0.45, and ends at thermal design power") {
    const Accelerator h100 = read_struct<Accelerator>("h100-sxm");
    CHECK(busy_power(h100, 0, 0) == h100.parked());
    CHECK(busy_power(h100, 0.45, 0) == h100.max_power);
    CHECK(busy_power(h100, 0.9, 1) == h100.max_power);
    // By hand: 121.7 + (700 - 121.7)·(0.2/0.45)^0.7
    CHECK(busy_power(h100, 0.2, 0).si() == doctest::Approx(449.5).epsilon(1e-3));
  }

  TEST_CASE("more arithmetic or more bandwidth never draws less") {
    const Accelerator a100 = read_struct<Accelerator>("a100-80-sxm");
    for (double mfu = 0; mfu < 0.7; mfu += 0.01)
      for (double bandwidth = 0; bandwidth < 1; bandwidth += 0.05) {
        const Power here = busy_power(a100, mfu, bandwidth);
        REQUIRE(busy_power(a100, mfu + 0.01, bandwidth) >= here);
        REQUIRE(busy_power(a100, mfu, bandwidth + 0.05) >= here);
        REQUIRE(here >= a100.parked());
        REQUIRE(here <= a100.max_power);
      }
  }

  TEST_CASE("decode at 60 % of bandwidth lies between the constants of splitwise-sim and ML.ENERGY's measurement") {
    const Accelerator h100 = read_struct<Accelerator>("h100-sxm");
    const double share = busy_power(h100, 0.02, 0.6) / h100.max_power;
    CHECK(share > 0.54);
    CHECK(share < 0.65);
  }

  TEST_CASE("shares of activities lie within their measured ranges") {
    const Accelerator h100 = read_struct<Accelerator>("h100-sxm");
    const auto share = [&](Activity activity) { return activity_power(h100, activity) / h100.max_power; };
    CHECK(share(Activity::idle) == doctest::Approx(75.0 / 700));
    CHECK(share(Activity::parked) == doctest::Approx(121.7 / 700));
    CHECK(share(Activity::compute) >= 0.85);  // OLMo 2
    CHECK(share(Activity::compute) <= 0.94);  // Llama 2 LoRA on two nodes, 658 W
    CHECK(share(Activity::communication) >= 0.20);
    CHECK(share(Activity::communication) <= 0.75);
    CHECK(share(Activity::decode) >= 0.54);
    CHECK(share(Activity::decode) <= 0.63);
    CHECK(share(Activity::checkpoint) == doctest::Approx(0.15));
    CHECK(read_struct<Accelerator>("a100-80-sxm").activity.decode.si() == doctest::Approx(0.625));
  }

  TEST_CASE("every accelerator of the catalog: idle, parked, work, in this order") {
    for (const std::string& name : names_of(Accelerator::catalog_kind)) {
      CAPTURE(name);
      const Accelerator accelerator = read_struct<Accelerator>(name);
      CHECK(accelerator.idle() <= accelerator.parked());
      CHECK(accelerator.parked() < accelerator.max_power);
      for (const Activity activity : working) {
        CHECK(activity_power(accelerator, activity) >= accelerator.idle());
        CHECK(activity_power(accelerator, activity) <= accelerator.max_power);
      }
    }
  }

  TEST_CASE("a scenario may give its own shares; an idle power above the maximum is refused") {
    const Accelerator own = read_struct<Accelerator>("{use: h100-sxm, activity: {compute: 80 %}}");
    CHECK(activity_power(own, Activity::compute).si() == doctest::Approx(560));
    CHECK(activity_power(own, Activity::prefill).si() == doctest::Approx(700));
    CHECK_THROWS_WITH_AS(read_struct<Accelerator>("{max_power: 100 W, idle_power: 120 W}"),
                         doctest::Contains("idle_power is above max_power"), InputError);
  }
}
