// Every command by itself: it returns text and status, and prints nothing.
#include <doctest/doctest.h>

#include "analysis/component/command.hpp"
#include "analysis/evidence/command.hpp"
#include "analysis/export/command.hpp"
#include "analysis/inspect/command.hpp"
#include "analysis/network/command.hpp"
#include "analysis/run/command.hpp"
#include "analysis/sizing/command.hpp"
#include "sim/base/problem.hpp"
#include "tests/analysis/command/called.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

using Words = std::vector<std::string>;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void quiet(const Called& called, Status status) {
  CHECK(called.printed == "");
  CHECK(called.outcome.status == status);
}

std::string run_file(const Folder& folder) {
  const std::string file = folder / "run.h5";
  (void)call(run_command(), {{"SCENARIO", folder.file("wave.yaml", square_wave)}, {"--output", file}});
  return file;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("check says what is good and complains of what is not, in the order given") {
    const Folder folder;
    const std::string good = folder.file("good.yaml", square_wave), bad = folder.file("bad.yaml", "titel: x\n");
    const Called both = call(check_command(), {{"SCENARIO", Words{good, bad, good}}});
    quiet(both, Status::bad_input);
    REQUIRE(both.outcome.pieces.size() == 3);
    CHECK(both.outcome.pieces[1].complaint);
    CHECK(has(both.outcome.complaint(), "did you mean 'title'"));
    CHECK(has(both.outcome.text(), "good.yaml: good, "));
    quiet(call(check_command(), {{"SCENARIO", Words{good}}, {"--set", Words{"seed=2"}}}), Status::done);
    quiet(call(check_command(), {{"SCENARIO", Words{good}}, {"--set", Words{"sead=2"}}}), Status::bad_input);
  }

  TEST_CASE("explain returns the resolved scenario, catalog what can be named") {
    const Folder folder;
    const Called explained =
        call(explain_command(), {{"SCENARIO", folder.file("wave.yaml", square_wave)}, {"--set", Words{"seed=77"}}});
    quiet(explained, Status::done);
    CHECK(has(explained.outcome.text(), "seed: 77"));
    const Called entry = call(catalog_command(), {{"KIND", "racks"}, {"NAME", "gb200-nvl72"}});
    quiet(entry, Status::done);
    CHECK(has(entry.outcome.text(), "source"));
    CHECK_THROWS_AS((void)call(catalog_command(), {{"KIND", "rack"}}), InputError);
  }

  TEST_CASE("export streams a table, or writes it to a file") {
    const Folder folder;
    const std::string run = run_file(folder);
    const Called streamed = call(export_command(), {{"RUN", run}, {"--columns", Words{"it_power"}}});
    quiet(streamed, Status::done);
    CHECK(streamed.streamed.starts_with("time [UTC],it_power [W]\n"));
    CHECK(streamed.outcome.pieces.empty());
    const std::string csv = folder / "out.csv";
    const Called written =
        call(export_command(), {{"RUN", run}, {"--columns", Words{"it_power"}}, {"--output", csv}});
    quiet(written, Status::done);
    CHECK(written.streamed.empty());
    CHECK(text_of(csv) == streamed.streamed);
    CHECK(has(call(export_command(), {{"RUN", run}, {"--list", true}}).outcome.text(), "/hall\n"));
    CHECK_THROWS_AS((void)call(export_command(), {{"RUN", run}, {"--output", run}}), InputError);
  }

  TEST_CASE("component streams its states; with --compare it returns deviations alone") {
    const Folder folder;
    const std::string states = folder.file("s.csv", "T_drybulb_C,RH_pct,W_kg_kg\n20,50,0.00726\n");
    const Given given{{"NAME", "moist-air"}, {"--states", states}, {"--set", Words{"input=relative_humidity"}}};
    const Called streamed = call(component_command(), given);
    quiet(streamed, Status::done);
    CHECK(has(streamed.streamed, "sim_W_kg_kg"));
    Given compare = given;
    compare.emplace_back("--compare", true);
    const Called compared = call(component_command(), compare);
    quiet(compared, Status::done);
    CHECK(compared.streamed.empty());
    CHECK(has(compared.outcome.text(), "W_kg_kg"));
  }

  TEST_CASE("powerflow returns its report, and keeps it where the table cannot be written") {
    const Folder folder;
    const std::string csv = folder / "buses.csv";
    const Called flow = call(powerflow_command(), {{"CASE", "western-9"}, {"--csv", csv}});
    quiet(flow, Status::done);
    CHECK(has(flow.outcome.text(), "4.641 MW"));
    CHECK(text_of(csv).starts_with("bus,vm_pu"));
    const Called nowhere = call(powerflow_command(), {{"CASE", "western-9"}, {"--csv", folder / "no/buses.csv"}});
    quiet(nowhere, Status::bad_input);
    CHECK(nowhere.outcome.text() == flow.outcome.text());
    CHECK(has(nowhere.outcome.complaint(), "no/buses.csv: cannot be written"));
    const Called heavy = call(powerflow_command(), {{"CASE", "western-9"}, {"--load", Words{"5=100000"}}});
    quiet(heavy, Status::does_not_hold);
    CHECK(has(heavy.outcome.complaint(), "western-9: no power flow: "));
  }

  TEST_CASE("powerflow asks of hosting and of modes where they are given") {
    const Called hosting =
        call(powerflow_command(), {{"CASE", "western-9"}, {"--hosting", "5"}, {"--contingencies", "N-1"}});
    quiet(hosting, Status::done);
    CHECK(has(hosting.outcome.text(), "branches out"));
    const Called modes = call(powerflow_command(), {{"CASE", "new-england-39"},
                                                    {"--modes", true},
                                                    {"--site", Words{"20"}},
                                                    {"--damping", std::optional<double>(0.25)}});
    quiet(modes, Status::done);
    CHECK(has(modes.outcome.text(), "GAIN of a load at bus 20"));
  }

  TEST_CASE("swing holds windows against limits") {
    const Folder folder;
    const std::string run = run_file(folder);
    const std::string tight = folder.file("tight.yaml", "limits: {ranges: {all: {swing: 1 W}}}\n");
    const std::string loose = folder.file("loose.yaml", "limits: {ranges: {all: {swing: 1 GW}}}\n");
    const Called broken = call(swing_command(), {{"RUN", run}, {"--limits", tight}});
    quiet(broken, Status::does_not_hold);
    CHECK(has(broken.outcome.text(), "BREACH"));
    const std::string csv = folder / "spectrum.csv";
    const Called held = call(swing_command(), {{"RUN", run}, {"--limits", loose}, {"--csv", csv}, {"--json", true}});
    quiet(held, Status::done);
    CHECK(held.outcome.text().starts_with("{"));
    CHECK(text_of(csv).starts_with("site,window,"));
    CHECK_FALSE(held.heeded);
  }

  TEST_CASE("swing --size shows what it tries and can be interrupted") {
    const Folder folder;
    const Given given{{"RUN", folder.file("wave.yaml", square_wave)},
                      {"--limits", folder.file("loose.yaml", "limits: {ranges: {all: {swing: 1 GW}}}\n")},
                      {"--size", "bess"}};
    const Called sized = call(swing_command(), given, false, true);
    quiet(sized, Status::done);
    CHECK(has(sized.outcome.text(), "HOLDS"));
    CHECK(sized.heeded);
    REQUIRE(sized.progress.size() >= 2);
    CHECK(sized.progress.back() == "");
    CHECK(call(swing_command(), given).progress.empty());
    const Called stopped = call(swing_command(), given, true);
    quiet(stopped, Status::interrupted);
    CHECK(stopped.outcome.pieces.empty());
  }

  TEST_CASE("evidence refuses what expects nothing") {
    const Folder folder;
    const std::string file = folder.file("wave.yaml", square_wave);
    CHECK_THROWS_AS((void)call(evidence_command(), {{"NAME", Words{file}}}), InputError);
  }
}
