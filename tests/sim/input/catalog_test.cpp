#include "sim/input/catalog.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "example_schema.hpp"
#include "sim/input/node.hpp"

using namespace wattershed;

TEST_SUITE("fast") {
  TEST_CASE("kinds, names, entries and their text") {
    const Catalog catalog = example::catalog();
    CHECK(catalog.kinds() == std::vector<std::string>{"accelerators", "racks"});
    CHECK(catalog.names("accelerators") == std::vector<std::string>{"a100", "b200", "h100"});
    CHECK(catalog.names("racks").size() == 6);
    CHECK(catalog.names("boats").empty());
    REQUIRE(catalog.find("accelerators", "h100"));
    CHECK(catalog.find("accelerators", "h100")->find("max_power")->text == "700 W");
    CHECK(catalog.find("accelerators", "h100")->mark.place().file == "catalog/accelerators/h100.yaml");
    CHECK(catalog.find("accelerators", "a100")->find("max_power")->mark.place() ==
          Place{"catalog/accelerators.yaml", 7, 14});
    CHECK_FALSE(catalog.find("accelerators", "h1000"));
    CHECK_FALSE(catalog.find("boats", "h100"));
    CHECK(catalog.text("accelerators", "h100") == "source: a data sheet\nkind: published\nmax_power: 700 W\n");
    CHECK(catalog.text("accelerators", "b200") ==
          "b200:\n  max_power: {value: 1 kW, source: a blog, kind: assumed}\n");
    CHECK(catalog.text("accelerators", "a100") == "a100:\n  max_power: 400 W\n");
    CHECK(catalog.text("accelerators", "none").empty());
  }

  TEST_CASE("source and kind hold for everything below") {
    const Catalog catalog = example::catalog();
    const Node& dense = *catalog.find("racks", "dense");
    REQUIRE(dense.find("servers")->annotation);
    CHECK(dense.find("servers")->annotation->source == "maker");
    CHECK(dense.find("servers")->annotation->kind == "measured");
    CHECK(dense.find("rating")->find("value")->annotation->source == "plate");
  }

  TEST_CASE("a broken file is told when it is used, at its place") {
    const Catalog catalog({{"racks/bad.yaml", "a: [1\n"}, {"racks/good.yaml", "a: 1\n"}});
    CHECK(catalog.names("racks").size() == 2);
    CHECK(catalog.find("racks", "good"));
    CHECK_THROWS_WITH_AS(static_cast<void>(catalog.find("racks", "bad")),
                         doctest::Contains("catalog/racks/bad.yaml:1:4"), InputError);
    CHECK_THROWS_AS(static_cast<void>(catalog.find("racks", "bad")), InputError);  // and again
  }

  TEST_CASE("several threads may ask at once") {
    for (int round = 0; round < 20; ++round) {
      const Catalog catalog = example::catalog();
      std::vector<std::thread> threads;
      std::vector<int> found(4);
      for (int& f : found)
        threads.emplace_back([&catalog, &f] { f = catalog.find("accelerators", "b200") != nullptr; });
      for (std::thread& thread : threads) thread.join();
      CHECK(found == std::vector<int>{1, 1, 1, 1});
    }
  }
}
