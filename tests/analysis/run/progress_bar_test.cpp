#include "analysis/run/progress_bar.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "models/catalog/embedded_catalog.hpp"
#include "sim/input/catalog.hpp"

using namespace wattershed;

namespace {

/// The lines that a bar draws at a quarter of a run, then at its half without a pause between.
std::vector<std::string> lines(bool wanted, bool terminal) {
  const Catalog catalog(embedded_catalog());
  std::vector<std::string> drawn;
  Session session{.catalog = catalog, .terminal = terminal};
  session.progress = [&](std::string_view line) { drawn.emplace_back(line); };
  const Time start = std::chrono::sys_days(std::chrono::year(2027) / 1 / 1);
  const auto day = std::chrono::hours(24);
  ProgressBar bar(session, wanted);
  std::this_thread::sleep_for(std::chrono::milliseconds(110));
  bar.update({start + 1 * day, start, start + 4 * day, 1000});
  bar.update({start + 2 * day, start, start + 4 * day, 2000});
  bar.clear();
  bar.clear();
  return drawn;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a line says where the run is, and goes away once") {
    const std::vector<std::string> drawn = lines(true, true);
    REQUIRE(drawn.size() == 2);
    CHECK_MESSAGE(drawn[0].starts_with("2027-01-02 [#######.......................]  25 %  "), drawn[0]);
    CHECK_MESSAGE(drawn[0].ends_with(" s left "), drawn[0]);
    CHECK(drawn[1] == "");
  }

  TEST_CASE("nothing is drawn where it is not wanted or nobody watches") {
    CHECK(lines(false, true).empty());
    CHECK(lines(true, false).empty());
  }
}
