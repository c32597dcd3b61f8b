// Every chiller, tower and dry cooler of the catalog reads as what it is, has sources, and behaves.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <list>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "models/cooling/machines/chiller.hpp"
#include "models/cooling/machines/dry_cooler.hpp"
#include "models/cooling/machines/fan.hpp"
#include "models/cooling/machines/pump.hpp"
#include "models/cooling/machines/tower.hpp"
#include "sim/input/catalog.hpp"
#include "sim/input/document.hpp"

using namespace wattershed;

namespace {

// The catalog as it stands in the tree; texts live as long as the program.
const Catalog& tree_catalog() {
  static std::list<std::string> texts;
  static const Catalog catalog([] {
    const std::filesystem::path root = std::filesystem::path(WATTERSHED_SOURCE_DIR) / "models" / "catalog";
    std::vector<CatalogFile> files;
    for (const char* kind : {"chillers", "towers", "dry-coolers"})
      for (const auto& entry : std::filesystem::directory_iterator(root / kind)) {
        std::ifstream file(entry.path());
        std::ostringstream text;
        text << file.rdbuf();
        const std::string& path = texts.emplace_back(std::string(kind) + "/" + entry.path().filename().string());
        files.push_back({path, texts.emplace_back(text.str())});
      }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
  }());
  return catalog;
}

template <class T>
Document read(const std::string& text, T& value) {
  return load_document_text(text, "entry.yaml", {.catalog = &tree_catalog(), .sets = {}},
                            [&](Fields& f) { f.required("x", value); });
}

template <class T, class Check>
std::size_t for_each_entry(Check check) {
  const std::vector<std::string> names = tree_catalog().names(T::catalog_kind);
  for (const std::string& name : names) {
    CAPTURE(name);
    T value;
    const Document document = read("x: " + name, value);
    std::size_t numbers = 0;
    for (const ResolvedValue& each : document.values) {
      if (!each.is_number || each.origin != Origin::catalog) continue;
      CAPTURE(each.path);
      CHECK(!each.source.empty());
      ++numbers;
    }
    CHECK(numbers > 5);
    check(value);
  }
  return names.size();
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("chillers have their capacity and efficiency at their rating, and sound curves all over their range") {
    const std::size_t count = for_each_entry<Chiller>([](const Chiller& chiller) {
      const auto& eir = std::get<EirCurves>(chiller.curves);
      const ChillerState rating =
          run_chiller(chiller, chiller.capacity, {eir.leaving_reference, {eir.entering_reference}});
      CHECK(rating.capacity_factor == doctest::Approx(1).epsilon(0.025));
      CHECK(rating.evaporator / rating.input == doctest::Approx(chiller.cop).epsilon(0.025));
      for (int i = 0; i <= 10; ++i)
        for (int k = 0; k <= 10; ++k) {
          const Temperature leaving = eir.leaving_least + 0.1 * i * (eir.leaving_most - eir.leaving_least);
          const Temperature entering = eir.entering_least + 0.1 * k * (eir.entering_most - eir.entering_least);
          const ChillerStreams streams{leaving, {entering}};
          for (double load : {0.05, 0.3, 0.6, 1.0}) {
            const ChillerState state = run_chiller(chiller, load * available_capacity(chiller, streams), streams);
            CHECK(state.capacity_factor > 0.3);
            CHECK(state.input_factor > 0.3);
            CHECK(state.evaporator / state.input > 0.5);
            CHECK(state.evaporator / state.input < 20);
          }
        }
    });
    CHECK(count >= 10);
  }

  TEST_CASE("towers can be sized or rated, and give off their design heat") {
    const std::size_t count = for_each_entry<Tower>([](const Tower& entry) {
      const Tower tower = entry.water.si() > 0 ? rated(entry)
                                               : sized_tower(entry, 1_MW, entry.design_wet_bulb, entry.approach,
                                                             entry.range, entry.design_pressure);
      CHECK(tower.ua_design.si() > 0);
      CHECK(tower.fan.si() > 0);
    });
    CHECK(count >= 2);
    Tower defaults, entry;
    read("x: merkel-default", entry);
    CHECK(defaults.air_use == entry.air_use);
    CHECK(defaults.fan_pressure == entry.fan_pressure);
    CHECK(defaults.drift.si() == doctest::Approx(entry.drift.si()).epsilon(1e-12));
  }

  TEST_CASE("dry coolers give off their rating") {
    const std::size_t count = for_each_entry<DryCooler>([](const DryCooler& entry) {
      const DryCooler cooler = rated(entry);
      const DryCoolerState state = run_dry_cooler(
          cooler, {cooler.design_dry_bulb + cooler.approach + cooler.range, cooler.water}, 1, cooler.design_dry_bulb);
      CHECK(state.heat.si() == doctest::Approx(2931e3).epsilon(1e-3));
      CHECK(state.fan / state.heat == doctest::Approx(0.040).epsilon(0.01));
    });
    CHECK(count >= 1);
  }

  TEST_CASE("parts read inline, and a wrong one is told why") {
    Fan fan;
    read("x: {pressure: 500 Pa, efficiency: 65 %, curve: {square: 1, cubic: 0}}", fan);
    CHECK(fan.pressure.si() == 500);
    CHECK(fan.curve(0.5) == doctest::Approx(0.25));
    Pump pump;
    read("x: {head: 170 kPa, static_head: 20 %}", pump);
    CHECK(pump.head.si() == 170e3);
    Tower tower;
    read("x: {use: merkel-default, approach: 3 K, fan: 50 kW}", tower);
    CHECK(tower.approach.si() == 3);
    CHECK(tower.fan.si() == 50e3);
    CHECK(tower.water.si() == 0);  // auto
    Chiller chiller;
    CHECK_THROWS_AS(read("x: {use: doe2-centrifugal, input_by_load: [1, 2]}", chiller), InputError);
    CHECK_THROWS_AS(read("x: {use: doe2-centrifugal, leaving_most: 4 degC}", chiller), InputError);
    CHECK_THROWS_AS(read("x: {use: merkel-default, free_convection: 40 %}", tower), InputError);
    CHECK_THROWS_AS(read("x: {use: merkel-default, air: 5 m3/s, air_mass: 5 kg/s}", tower), InputError);
  }
}
