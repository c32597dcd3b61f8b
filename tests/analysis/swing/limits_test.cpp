// Limits as data: every entry of the catalog reads and says where its numbers are from; a user's file is read
// strictly.
#include "analysis/swing/limits.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "models/catalog/embedded_catalog.hpp"
#include "sim/base/problem.hpp"
#include "tests/sim/output/run_file_fixture.hpp"

using namespace wattershed;
using wattershed::test::TemporaryFolder;

namespace {

const Catalog& catalog() {
  static const Catalog instance(embedded_catalog());
  return instance;
}

std::string refusal(const std::string& text) {
  try {
    load_swing_limits_text(text, "own.yaml", catalog());
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every entry of the catalog reads, and every number has a source") {
    const std::vector<std::string> names = catalog().names(SwingLimits::catalog_kind);
    CHECK(names ==
          std::vector<std::string>{"choukse-2025", "eirgrid-proposal", "ercot-large-load", "generic-utility"});
    for (const std::string& name : names) {
      CAPTURE(name);
      const LoadedLimits loaded = load_swing_limits(name, catalog());
      CHECK(!loaded.limits.title.empty());
      std::size_t numbers = 0;
      for (const ResolvedValue& value : loaded.document.values) {
        if (!value.is_number || value.origin != Origin::catalog) continue;
        CAPTURE(value.path);
        CHECK(!value.source.empty());
        ++numbers;
      }
      CHECK(numbers > 0);
    }
  }

  TEST_CASE("numbers of the entries, and what kind each is") {
    const LoadedLimits paper = load_swing_limits("choukse-2025", catalog());
    REQUIRE(paper.limits.bands.size() == 1);
    CHECK(paper.limits.bands[0].second.energy_share == Share(0.2));
    CHECK(paper.limits.bands[0].second.to == Frequency(20));
    CHECK(paper.document.find("limits.bands.critical.energy_share")->kind == ValueKind::published);
    CHECK(paper.document.find("limits.ranges.dynamic.within")->kind == ValueKind::assumed);
    CHECK(paper.limits.ramps.empty());  // the paper prints no number
    CHECK(load_swing_limits("ercot-large-load", catalog()).limits.applies_from == 75_MW);
    const LoadedLimits proposal = load_swing_limits("eirgrid-proposal", catalog());
    CHECK(proposal.limits.frequency->rate_of_change == FrequencyRamp(1));
    CHECK(proposal.document.find("limits.ride_through.keeps")->kind == ValueKind::published);
    CHECK(proposal.document.find("limits.ride_through.after")->kind == ValueKind::assumed);
    CHECK(proposal.document.find("limits.ride_through.curve.lowest")->kind == ValueKind::assumed);
    const LoadedLimits generic = load_swing_limits("generic-utility", catalog());
    CHECK(generic.document.find("limits.flicker.short_term")->kind == ValueKind::assumed);
  }

  TEST_CASE("units of every form") {
    const LoadedLimits own = load_swing_limits_text(R"(limits:
  source: our utility
  kind: published
  applies_from: 20 MW
  ramps:
    minute: {rate: 30 MW/min, over: 1 min, direction: up}
    second: {share: 10 %/s, of: connection, over: 1 s}
  ranges: {all: {swing: 5 MW}}
  bands: {torsion: {from: 7 Hz, to: 100 Hz, share: 0.5 %}}
  flicker: {long_term: 0.6}
  voltage: {steady_change: 2 %}
  frequency: {rate_of_change: 0.5 Hz/s, over: 250 ms, lowest: 59.5 Hz}
  power_factor: {least: 0.95, above: 20 %}
)",
                                                    "own.yaml", catalog());
    const SwingLimits& limits = own.limits;
    CHECK(limits.ramps[0].second.rate == PowerRamp(30e6 / 60));
    CHECK(limits.ramps[0].second.direction == RampDirection::up);
    CHECK(limits.ramps[1].second.share->si() == doctest::Approx(0.1));
    CHECK(limits.ramps[1].second.of == PowerBase::connection);
    CHECK(limits.ranges[0].second.swing == 5_MW);
    CHECK(!limits.ranges[0].second.within);
    CHECK(limits.bands[0].second.share->si() == doctest::Approx(0.005));
    CHECK(limits.frequency->over == TimeSpan(0.25));
    CHECK(limits.power_factor->above.si() == doctest::Approx(0.2));
    CHECK(own.document.find("limits.ranges.all.swing")->source == "our utility");
    CHECK(own.document.find("limits.ranges.all.swing")->kind == ValueKind::published);
  }

  TEST_CASE("an entry may be used and changed") {
    const LoadedLimits own = load_swing_limits_text(
        "limits: {use: generic-utility, flicker: none, power_factor: {least: 0.9}}", "own.yaml", catalog());
    CHECK(!own.limits.flicker);
    CHECK(own.limits.power_factor->least == 0.9);
    CHECK(own.limits.ramps.size() == 1);
  }

  TEST_CASE("a file that cannot be used says every fault at its place") {
    const std::string text = refusal(R"(limits:
  ramps:
    minute: {rate: 30, over: 1 min}
    second: {over: 1 s}
    both: {rate: 1 MW/s, share: 10 %/s, over: 1 s}
  band: {x: {from: 1 Hz, to: 2 Hz, swing: 1 MW}}
  bands:
    falling: {from: 2 Hz, to: 1 Hz, swing: 1 MW}
    empty: {from: 1 Hz, to: 2 Hz}
  flicker: {short_term: -1}
  voltage: {lowest: 105 %, highest: 95 %}
  power_factor: {least: 1.2}
)");
    CAPTURE(text);
    CHECK(has(text, "own.yaml:3:20: '30' has no unit"));
    CHECK(has(text, "needs one of rate, share"));
    CHECK(has(text, "excludes"));
    CHECK(has(text, "unknown key 'band'; did you mean 'bands'?"));
    CHECK(has(text, "the band must rise"));
    CHECK(has(text, "a band needs a limit"));
    CHECK(has(text, "own.yaml:10:"));
    CHECK(has(text, "'highest' must be above 'lowest'"));
    CHECK(has(text, "own.yaml:12:"));
    CHECK(has(refusal("limits: {title: nothing}"), "there is no limit in it"));
    CHECK(has(refusal("limits: generic-utlity"), "'generic-utlity' is not in the catalog of limits"));
    CHECK(refusal("ramps: {}") != "accepted");
    CHECK(refusal("") != "accepted");
    CHECK(refusal("limits: [1, 2") != "accepted");
  }

  TEST_CASE("a name, a file, or neither") {
    const TemporaryFolder folder;
    std::ofstream(folder / "own.yaml") << "limits: {ranges: {all: {swing: 5 MW}}}\n";
    CHECK(load_swing_limits((folder / "own.yaml").string(), catalog()).limits.ranges.size() == 1);
    CHECK_THROWS_WITH_AS(load_swing_limits("generic-utlity", catalog()),
                         doctest::Contains("did you mean 'generic-utility'?"), InputError);
    CHECK_THROWS_AS(load_swing_limits((folder / "absent.yaml").string(), catalog()), InputError);
  }
}
