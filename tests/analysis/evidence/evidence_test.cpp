#include "analysis/evidence/evidence.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "models/catalog/embedded_catalog.hpp"

using namespace wattershed;

namespace {

/// A folder of its own for one test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wattershed_evidence_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// 100 accelerators at 1 kW for 10 hours: 1 MWh of IT, 1.2 MWh with the imposed PUE, 0.48 t at 400 g/kWh.
const char* const study = R"(
title: a study
start: 2027-01-01
duration: 10 h
site:
  grid: {carbon: 400 g/kWh, water_intensity: 0 L/kWh, tariff: {energy: 0.10 USD/kWh}}
  cooling: {system: {use: fixed-overhead, pue: 1.2}}
  racks:
    r: {server: {accelerator: {max_power: 1 kW}, accelerators: 100, idle_power: 0 W, max_power: 100 kW}, servers: 1, count: 1}
workload: {fixed: {job: {accelerators: 100, duration: 10 h, utilisation: 100 %}}}
cases:
  clean: {set: {site.grid.carbon: 20 g/kWh}}
constants: {home: {value: 0.3 MWh, source: invented}}
expect:
  energy: {quantity: facility_energy, value: 1.2 MWh, source: paper}
  homes: {quantity: facility_energy / home, value: "4", source: paper}
  carbon: {quantity: emissions_scope2_location, values: {clean: 0.024 t}, source: paper}
  rounds: {quantity: it_energy, value: 1.04 MWh, tolerance: 1 %, source: paper}
  coarse: {quantity: it_energy, value: 1.4 MWh, tolerance: 1 %, source: paper}
  shown: {quantity: it_energy, value: 2 MWh, kind: explores, source: paper}
)";

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("half of the last printed digit") {
    CHECK(half_last_digit("1287 MWh") == 0.5);
    CHECK(half_last_digit("7.5 MWh") == doctest::Approx(0.05));
    CHECK(half_last_digit("0.002 kWh") == doctest::Approx(0.0005));
    CHECK(half_last_digit("3.14e23") == doctest::Approx(0.005e23));
    CHECK(half_last_digit("88") == 0.5);
  }

  TEST_CASE("rows of a scenario, case by case") {
    Folder folder;
    const std::filesystem::path file = folder.path() / "study.yaml";
    std::ofstream(file) << study;
    const Catalog catalog(embedded_catalog());
    const std::vector<EvidenceRow> rows = run_evidence(file, catalog, folder.path());
    REQUIRE(rows.size() == 6);
    CHECK(rows[0].holds);
    CHECK(rows[0].ratio() == doctest::Approx(1).epsilon(1e-12));
    CHECK(rows[0].simulated == "1.20 MWh");
    CHECK(rows[1].holds);
    CHECK(rows[2].name == "carbon (clean)");
    CHECK(rows[2].holds);
    CHECK(!rows[3].holds);  // 4 % off, and 1.04 is printed to a hundredth
    CHECK(!rows[4].holds);
    CHECK(!rows[5].holds);
    CHECK(rows[5].problem.empty());
    CHECK(evidence_table(rows).find("6 rows, 5 judged, 3 hold, 2 fail") != std::string::npos);
    CHECK(!std::filesystem::exists(folder.path() / "study.h5"));
  }

  TEST_CASE("a scalar that a run has not is not measurable, and does not hold; equal holds") {
    std::string text(study);
    text = text.substr(0, text.find("expect:")) + R"(expect:
  absent: {quantity: compressor_energy, value: 1 MWh, source: paper}
  edge: {quantity: it_energy, value: 0.8 MWh, tolerance: 25 %, source: paper}
)";
    Folder folder;
    const std::filesystem::path file = folder.path() / "study.yaml";
    std::ofstream(file) << text;
    const std::vector<EvidenceRow> rows = run_evidence(file, Catalog(embedded_catalog()), folder.path());
    REQUIRE(rows.size() == 2);
    CHECK_FALSE(rows[0].holds);
    CHECK(rows[0].problem.starts_with("not measurable: this run has no compressor_energy"));
    CHECK(rows[1].holds);
    const std::string table = evidence_table(rows);
    CHECK(table.find("  not measurable: this run has no compressor_energy") != std::string::npos);
    CHECK(table.find("FAILS") == std::string::npos);
    CHECK(table.find("2 judged, 1 hold, 1 fail") != std::string::npos);
  }

  TEST_CASE("rows of the site that they name") {
    std::string text(study);
    const std::string site = text.substr(text.find("  grid:"), text.find("workload:") - text.find("  grid:"));
    const auto in_sites = [&](const std::string& name, const std::string& hours) {
      std::string entry = "  " + name + ":\n";
      for (std::size_t at = 0, end = 0; (end = site.find('\n', at)) != std::string::npos; at = end + 1)
        entry += "  " + site.substr(at, end - at + 1);
      return entry + "    workload: {fixed: {job: {accelerators: 100, duration: " + hours +
             ", utilisation: 100 %}}}\n";
    };
    text = "title: a study\nstart: 2027-01-01\nduration: 10 h\nsites:\n" + in_sites("west", "10 h") +
           in_sites("east", "5 h") + R"(expect:
  west: {quantity: facility_energy, value: 1.2 MWh, source: paper, site: west}
  east: {quantity: facility_energy, value: 0.6 MWh, source: paper, site: east}
)";
    Folder folder;
    const std::filesystem::path file = folder.path() / "study.yaml";
    std::ofstream(file) << text;
    const std::vector<EvidenceRow> rows = run_evidence(file, Catalog(embedded_catalog()), folder.path());
    REQUIRE(rows.size() == 2);
    for (const EvidenceRow& row : rows) {
      CAPTURE(row.problem);
      CHECK(row.holds);
      CHECK(row.ratio() == doctest::Approx(1).epsilon(1e-12));
    }
  }
}
