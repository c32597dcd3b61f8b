// A run in memory against the same run in a file: everything is read alike, bit for bit.
#include "sim/output/memory_sink.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cfloat>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>

#include "sim/base/problem.hpp"
#include "sim/output/run_reader.hpp"
#include "sim/output/stored_value.hpp"
#include "tests/sim/output/run_file_fixture.hpp"
#include "tests/sim/output/same_runs.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

/// The same run, left in a file and in memory.
struct Both {
  explicit Both(const std::function<void(RunSink&)>& leave, const RunAttributes& attributes = sample_attributes())
      : memory(attributes) {
    RunFile written(folder / "run.h5", attributes, BurstPolicy{.rows = 7});
    leave(written);
    leave(memory);
    file.emplace(folder / "run.h5", FileOrigin::own);
  }
  TemporaryFolder folder;
  MemorySink memory;
  std::optional<RunFileReader> file;
  [[nodiscard]] const RunSource& run() const { return memory.run(); }
};

ColumnSpec typed(std::string name, ColumnType type) {
  ColumnSpec spec = column(std::move(name), "1");
  spec.type = type;
  if (type == ColumnType::flags) spec.flag_meanings = {"off", "on"};
  return spec;
}
ColumnSpec single(std::string name) {
  ColumnSpec spec = column(std::move(name), "W");
  spec.single_precision = true;
  return spec;
}
ColumnSpec with_missing(ColumnSpec spec) {
  spec.allows_missing = true;
  return spec;
}

Time at(std::size_t row) { return sample_start + static_cast<std::int64_t>(row) * 1s; }

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every kind of table is the same in memory as in a file") {
    for (const std::size_t rows : {0U, 1U, 6U, 7U, 500U}) {
      CAPTURE(rows);
      const Both both([&](RunSink& sink) { leave_sample(sink, rows); });
      CHECK(differences(*both.file, both.run()) == "");
      CHECK(both.run().rows("phoenix") == rows);
      CHECK(both.run().attributes().created == sample_attributes().created);
    }
  }

  TEST_CASE("a comparison that finds nothing would find one bit") {
    const auto leave = [](double last, const std::string& text, const char* methods) {
      return [=](RunSink& sink) {
        ColumnSpec power = column("power", "W");
        power.cell_methods = methods;
        const TableId table = sink.time_table("site", sample_start, {power, text_column("state")});
        sink.begin();
        const std::array<std::string_view, 1> state{text};
        sink.append(table, at(0), at(1), std::array{last}, state);
        sink.finish();
      };
    };
    const Both both(leave(0.0, "on", "time: mean"));
    for (const auto& other : {leave(-0.0, "on", "time: mean"), leave(5e-324, "on", "time: mean"),
                              leave(0.0, "off", "time: mean"), leave(0.0, "on", "time: point")}) {
      MemorySink memory(sample_attributes());
      other(memory);
      CHECK(differences(*both.file, memory.run()) != "");
    }
    RunAttributes attributes = sample_attributes();
    attributes.more.clear();
    MemorySink memory(attributes);
    leave(0.0, "on", "time: mean")(memory);
    CHECK(differences(*both.file, memory.run()) != "");
  }

  TEST_CASE("axes have no cell methods") {
    const Both both([](RunSink& sink) { leave_sample(sink, 3); });
    for (const auto& [group, axis] : std::vector<std::pair<std::string, std::string>>{{"phoenix", "bound"},
                                                                                      {"phoenix/racks", "rack"},
                                                                                      {"phoenix/racks", "time"},
                                                                                      {"phoenix/jobs", "job"},
                                                                                      {"catalog", "row"}}) {
      CAPTURE(axis);
      CHECK(both.run().column(group, axis).is_scale);
      CHECK(both.run().column(group, axis).spec.cell_methods == "");
      CHECK(both.file->column(group, axis).spec.cell_methods == "");
    }
    CHECK(both.run().column("phoenix/racks", "power").spec.cell_methods == "time: mean");
  }

  TEST_CASE("numbers are cut to the type of their column as in a file") {
    const std::vector<double> values{0.0,   -0.0,   0.3,   -0.3,      0.999,   -0.999,     1.5,     -1.5,         2.5,
                                     254.6, 255.5,  256,   1e9 + 0.5, 0x1p53,  0x1p62,     -0x1p62, 0x1p-40,      0.1,
                                     1e-46, -1e-46, 1e-40, 5e-324,    1 / 3.0, 1e15 + 0.3, -0x1p63, 0x1p63 - 1024};
    std::vector<double> reals = values;
    for (const double beyond : {1e39, -1e39, 1e300, FLT_MAX * (1 + 1e-9), -FLT_MAX * (1 + 1e-9), FLT_MAX + 0.0,
                                not_a_number, -not_a_number, infinite, -infinite})
      reals.push_back(beyond);
    const Both both([&](RunSink& sink) {
      const TableId real =
          sink.time_table("real", sample_start, {with_missing(column("double", "W")), with_missing(single("float"))});
      const TableId whole = sink.time_table(
          "whole", sample_start, {typed("integer", ColumnType::integer), typed("flags", ColumnType::flags)});
      const TableId axis = sink.table("axis", typed("number", ColumnType::integer), {single("float")});
      const TableId real_axis = sink.table("real_axis", single("number"), {single("float")});
      sink.begin();
      for (std::size_t i = 0; i < reals.size(); ++i)
        sink.append(real, at(i), at(i + 1), std::array{reals[i], reals[i]});
      for (std::size_t i = 0; i < values.size(); ++i) {
        sink.append(whole, at(i), at(i + 1), std::array{values[i], values[i]});
        sink.append(axis, values[i], std::array{values[i]});
        sink.append(real_axis, values[i], std::array{values[i]});
      }
      sink.finish();
    });
    CHECK(differences(*both.file, both.run()) == "");
    const std::vector<double> integers = both.run().numbers("whole", "integer");
    for (std::size_t i = 0; i < values.size(); ++i) {
      CAPTURE(values[i]);
      CHECK(integers[i] == std::trunc(values[i]));
      CHECK_FALSE((integers[i] == 0 && std::signbit(integers[i])));
    }
    CHECK(std::signbit(both.run().numbers("real", "double").at(1)));
  }

  TEST_CASE("what whole numbers cannot hold stops at their ends") {
    CHECK(stored_integer(0x1p63) == std::numeric_limits<std::int64_t>::max());
    CHECK(stored_integer(-0x1p64) == std::numeric_limits<std::int64_t>::min());
    CHECK(stored_integer(not_a_number) == std::numeric_limits<std::int64_t>::min());
    CHECK(stored_flag(300) == 255);
    CHECK(stored_flag(-3) == 0);
    CHECK(stored_flag(not_a_number) == 0);
    CHECK(stored_single(infinite) == static_cast<float>(infinite));
  }

  TEST_CASE("scalars of the summary: numbers, whole numbers, texts, the last of each name") {
    const Both both([](RunSink& sink) {
      sink.begin();
      sink.summary("hall", "pue", 1.5, "", "");
      sink.summary("hall", "nothing", -0.0, "W", "no power");
      sink.summary("hall", "unknown", not_a_number, "W", "not known");
      sink.summary("hall", "jobs", std::int64_t{9'007'199'254'740'993}, "1", "jobs");
      sink.summary("hall", "least", std::numeric_limits<std::int64_t>::min(), "1", "least");
      sink.summary("hall", "verdict", std::string("kept"), "W", "texts have no units");
      sink.summary("yard", "pue", 1.1, "1", "of another site");
      sink.summary("hall", "pue", 1.25, "1", "power usage effectiveness");
      sink.finish();
    });
    CHECK(differences(*both.file, both.run()) == "");
    CHECK(both.run().groups() == std::vector<std::string>{"summary/hall", "summary/yard"});
    CHECK(both.run().summary("hall", "pue") == 1.25);
    CHECK(both.run().texts("summary/hall", "verdict") == std::vector<std::string>{"kept"});
    CHECK_FALSE(both.run().summary("hall", "verdict"));
  }

  TEST_CASE("texts: empty, long, of other letters, and up to a zero byte") {
    using namespace std::string_literals;
    RunAttributes attributes = sample_attributes();
    attributes.title = "a\0b"s;
    attributes.more = {{"empty", ""}, {"zero", "c\0d"s}};
    const std::vector<std::string> texts{"",      "°C and ü", std::string(100'000, 'x'),
                                         "a\0b"s, "\xff\xfe", "two\nlines"};
    const Both both(
        [&](RunSink& sink) {
          const TableId rows = sink.table("rows", row_axis(), {text_column("first"), text_column("second")});
          const TableId jobs = sink.table("jobs", text_axis("job", ""), {text_column("state")});
          const TableId racks = sink.time_table("racks", sample_start, {column("power", "W")},
                                                FixedAxis{"rack", "", {"", "a\0b"s, "ü"}});
          sink.group_attribute("rows", "region", texts[2]);
          sink.group_attribute("jobs", "time_zone", texts[3]);
          sink.begin();
          for (std::size_t i = 0; i < texts.size(); ++i) {
            const std::array<std::string_view, 2> pair{texts[i], texts[texts.size() - 1 - i]};
            sink.append(rows, std::span<const double>(), pair);
            sink.append(jobs, texts[i], std::span<const double>(), std::span(pair).last(1));
          }
          sink.append(racks, at(0), at(1), std::array{1.0, 2.0, 3.0});
          sink.summary("hall", "verdict", texts[3], "", "verdict");
          sink.finish();
        },
        attributes);
    CHECK(differences(*both.file, both.run()) == "");
    CHECK(both.run().attributes().title == "a");
  }

  TEST_CASE("attributes of groups and of the root, also of groups without a table") {
    const Both both([](RunSink& sink) {
      sink.group_attribute("hall/glass", "connection", 1.0 / 3);
      sink.group_attribute("", "region", "US-AZ");
      sink.group_attribute("", "latitude", -0.0);
      (void)sink.time_table("yard/windows/july", sample_start, {column("power", "W")});
      sink.group_attribute("yard", "time_zone", "UTC");
      sink.begin();
      sink.finish();
    });
    CHECK(differences(*both.file, both.run()) == "");
    for (const RunSource* run : {static_cast<const RunSource*>(&*both.file), &both.run()}) {
      CHECK(run->groups() == std::vector<std::string>{"yard/windows/july"});
      CHECK(run->group_number("hall/glass", "connection") == 1.0 / 3);
      CHECK_FALSE(run->group_text("hall/glass", "connection"));
      CHECK_FALSE(run->group_number("hall", "connection"));
      CHECK(run->group_text("yard", "time_zone") == "UTC");
      CHECK(run->group_text("", "region") == "US-AZ");
      CHECK(run->group_text("", "carbon_boundary") == "life-cycle");
      CHECK(run->group_number("", "latitude") == 0);
      CHECK_THROWS_WITH_AS(static_cast<void>(run->group_text("yard/windows/juli", "region")),
                           doctest::Contains("did you mean 'yard/windows/july'"), InputError);
    }
  }

  TEST_CASE("tables that are odd: without columns, of text alone over time, beside with fewer rows") {
    const Both both([](RunSink& sink) {
      const TableId bare = sink.time_table("bare", sample_start, {});
      (void)sink.time_table_beside(bare, "bare/nothing", {}, FixedAxis{"rack", "rack", {"a", "b"}});
      const TableId words = sink.time_table("words", sample_start + 500ms, {text_column("word")});
      const TableId fewer = sink.time_table_beside(words, "words/fewer", {column("power", "W")});
      (void)sink.time_table_beside(words, "words/none", {text_column("other")});
      const TableId numbered = sink.table("numbered", row_axis(), {});
      sink.begin();
      for (std::size_t i = 0; i < 5; ++i) {
        sink.append(bare, at(i), at(i + 1), std::span<const double>());
        const std::array<std::string_view, 1> word{"word"};
        sink.append(words, at(i), at(i) + 250ms, std::span<const double>(), word);
        if (i < 3) sink.append(fewer, std::array{0.5});
        sink.append(numbered, std::span<const double>());
      }
      sink.finish();
    });
    CHECK(differences(*both.file, both.run()) == "");
    CHECK(both.run().axes("words") == std::vector<std::string>{"time"});
    CHECK(both.run().axes("bare/nothing") == std::vector<std::string>{"time", "rack"});
    CHECK(both.run().rows("bare/nothing") == 5);
    CHECK(both.run().rows("words/fewer") == 3);
    CHECK(both.run().numbers("words/fewer", "time").size() == 3);
    CHECK(both.run().rows("words/none") == 0);
  }

  TEST_CASE("parts of columns are the same") {
    const Both both([](RunSink& sink) { leave_sample(sink, 20); });
    constexpr std::size_t all = RunSource::all;
    for (const auto& [first, count] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 0}, {0, 1}, {3, 5}, {19, 1}, {19, 100}, {20, 1}, {1'000, 3}, {5, all}, {all, all}}) {
      CAPTURE(first);
      CAPTURE(count);
      for (const auto& [group, name] : std::vector<std::pair<std::string, std::string>>{{"phoenix", "it_power"},
                                                                                        {"phoenix", "dry_bulb"},
                                                                                        {"phoenix", "mode"},
                                                                                        {"phoenix", "time"},
                                                                                        {"phoenix", "time_bnds"},
                                                                                        {"phoenix", "bound"},
                                                                                        {"phoenix/racks", "inlet"},
                                                                                        {"phoenix/racks", "interval"},
                                                                                        {"phoenix/jobs", "wait"},
                                                                                        {"summary/phoenix", "pue"}}) {
        CAPTURE(name);
        CHECK(
            same_bits(both.file->numbers(group, name, first, count), both.run().numbers(group, name, first, count)));
      }
      CHECK(both.file->texts("phoenix/jobs", "job", first, count) ==
            both.run().texts("phoenix/jobs", "job", first, count));
      CHECK(both.file->texts("phoenix/racks", "rack", first, count) ==
            both.run().texts("phoenix/racks", "rack", first, count));
    }
  }

  TEST_CASE("a name that is not there is answered with the nearest, under the name of the run") {
    MemorySink memory(sample_attributes(), "trial of hall.yaml");
    leave_sample(memory, 1);
    const RunSource& run = memory.run();
    CHECK(run.name() == "trial of hall.yaml");
    CHECK_THROWS_WITH_AS(static_cast<void>(run.numbers("phoenix", "it_powr")),
                         doctest::Contains("trial of hall.yaml: has no 'it_powr'"), InputError);
    CHECK_THROWS_WITH_AS(static_cast<void>(run.rows("phonix")), doctest::Contains("did you mean 'phoenix'"),
                         InputError);
    CHECK_THROWS_AS(static_cast<void>(run.numbers("phoenix/jobs", "job")), InputError);
    CHECK_THROWS_AS(static_cast<void>(run.texts("phoenix", "it_power")), InputError);
  }

  TEST_CASE("the end: finished, interrupted, abandoned before and after it") {
    const Both whole([](RunSink& sink) { leave_sample(sink, 3); });
    CHECK(whole.run().complete());
    const Both cut([](RunSink& sink) {
      const SampleTables tables = declare_sample(sink);
      sink.begin();
      append_sample_row(sink, tables, 0);
      sink.summary("phoenix", "pue", 1.2, "1", "power usage effectiveness");
      sink.finish_incomplete();
      sink.abandon();
    });
    CHECK_FALSE(cut.run().complete());
    CHECK(differences(*cut.file, cut.run()) == "");

    MemorySink memory(sample_attributes());
    CHECK(memory.run().groups().empty());
    const SampleTables tables = declare_sample(memory);
    memory.begin();
    CHECK_FALSE(memory.run().complete());
    for (std::size_t i = 0; i < 3; ++i) append_sample_row(memory, tables, i);
    CHECK(memory.run().numbers("phoenix", "it_power") ==
          std::vector<double>{sample_power(0), sample_power(1), sample_power(2)});
    memory.abandon();
    CHECK(memory.run().groups().empty());
    CHECK_THROWS_AS(static_cast<void>(memory.run().numbers("phoenix", "it_power")), InputError);
    CHECK_THROWS_AS(append_sample_row(memory, tables, 3), std::logic_error);
  }

  TEST_CASE("only what is asked for is kept") {
    MemorySink memory(sample_attributes(), "some",
                      [](const DeclaredTable& table) { return table.group() != "phoenix"; });
    leave_sample(memory, 10);
    MemorySink all(sample_attributes());
    leave_sample(all, 10);
    const RunSource& run = memory.run();
    CHECK(run.groups() == all.run().groups());
    for (const char* group : {"phoenix", "phoenix/racks"}) {  // racks share the time of the site
      CAPTURE(group);
      CHECK(run.rows(group) == 0);
      CHECK(run.columns(group).size() == all.run().columns(group).size());
      CHECK(run.numbers(group, "time").empty());
    }
    CHECK(run.numbers("phoenix", "it_power").empty());
    CHECK(run.texts("phoenix/racks", "rack").size() == 3);
    CHECK(run.epoch("phoenix") == sample_start);
    CHECK(run.numbers("phoenix/monthly", "peak") == std::vector<double>{2e6, 2.1e6});
    CHECK(run.summary("phoenix", "pue") == 1.25);
    CHECK(memory.rows({0}) == 10);  // counted all the same
  }

  TEST_CASE("what no file could keep is refused before it is kept") {
    MemorySink memory(sample_attributes());
    const auto declare = [&](ColumnSpec spec) { (void)memory.time_table("bad", sample_start, {std::move(spec)}); };
    ColumnSpec flags = typed("flags", ColumnType::flags);
    flags.flag_meanings = {"two words", "on"};
    CHECK_THROWS_AS(declare(flags), std::logic_error);
    flags.flag_meanings = {"off", ""};
    CHECK_THROWS_AS(declare(flags), std::logic_error);
    flags.flag_meanings.clear();
    CHECK_THROWS_AS(declare(flags), std::logic_error);
    flags.flag_meanings = {"off"};
    flags.flag_values = {0, 1};
    CHECK_THROWS_AS(declare(flags), std::logic_error);
    const TableId table =
        memory.time_table("hall", sample_start, {with_missing(typed("count", ColumnType::integer))});
    memory.begin();
    for (const double value : {0x1p63, -0x1p64, not_a_number, infinite})
      CHECK_THROWS_AS(memory.append(table, at(0), at(1), std::array{value}), std::logic_error);
    memory.append(table, at(0), at(1), std::array{-0x1p63});
    CHECK(memory.rows(table) == 1);
    CHECK(memory.run().rows("hall") == 1);
    CHECK_FALSE(memory.run().column("hall", "count").spec.allows_missing);
  }
}
