#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "example_schema.hpp"

using namespace wattershed;
using example::Root;

namespace {

constexpr const char* head = "title: t\nstart: 2027-01-01\n";

struct Read {
  Root root;
  Document document;
  std::string error;  ///< empty when it read
  std::vector<Problem> problems;
};

Read read_whole(const std::string& text, std::vector<std::string> sets = {}) {
  static const Catalog catalog = example::catalog();
  Read read;
  try {
    read.document = load_document_text(text, "a.yaml", {.catalog = &catalog, .sets = std::move(sets)},
                                       [&](Fields& f) { read.root.visit(f); });
  } catch (const InputError& error) {
    read.error = error.what();
    read.problems = error.problems();
  }
  return read;
}
Read read(const std::string& text, std::vector<std::string> sets = {}) { return read_whole(head + text, sets); }

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
#define CHECK_SAYS(read, part) CHECK_MESSAGE(has((read).error, part), "says: ", (read).error)
#define CHECK_READS(read) CHECK_MESSAGE((read).error.empty(), (read).error)

std::string value(const Read& read, std::string_view path) {
  const ResolvedValue* found = read.document.find(path);
  return found ? found->text : "(not there)";
}

/// A folder of files that lasts as long as the test.
struct Folder {
  std::filesystem::path path;
  explicit Folder(const std::string& name) : path(std::filesystem::temp_directory_path() / ("wattershed_" + name)) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name, std::ios::binary) << text;
    return path / name;
  }
};

Read read_file(const std::filesystem::path& file, std::vector<std::string> sets = {}) {
  static const Catalog catalog = example::catalog();
  Read read;
  try {
    read.document = load(file, read.root, {.catalog = &catalog, .sets = std::move(sets)});
  } catch (const InputError& error) {
    read.error = error.what();
    read.problems = error.problems();
  }
  return read;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every kind of field is read") {
    Read r = read(R"(duration: 5 years
every: 1 h 30 min
seed: 15.6e+3
site:
  connection: 40 MW
  ups: 2.5 MW
  energy: 0.052 USD/kWh
  weather: {climate: phoenix}
  racks:
    b: {accelerator: {max_power: 700 W}, servers: 8, count: 3, linear: 80 %}
    a: {accelerator: b200, servers: 2}
  inlet: 80 degF
  policy: easy-backfill
  recorded: false
  pue: 1.1
traces: [{swf: some/file.swf, from: 2027-02-01T12:00}]
numbers: [3, 4]
note: "none"
)");
    CHECK_READS(r);
    CHECK(r.root.title == "t");
    CHECK(r.root.start == parse_local_time("2027-01-01"));
    CHECK(r.root.duration.months == 60);
    CHECK(r.root.every == std::chrono::minutes(90));
    CHECK(r.root.seed == 15600);
    CHECK(r.root.site.connection == 40_MW);
    CHECK(r.root.site.ups.given == 2.5_MW);
    CHECK(r.root.site.energy->price == 0.052_USD_per_kWh);
    CHECK(r.root.site.weather->climate == "phoenix");
    REQUIRE(r.root.site.racks.size() == 2);
    CHECK(r.root.site.racks[0].first == "b");
    CHECK(r.root.site.racks[0].second.servers == 8);
    CHECK(r.root.site.racks[0].second.linear == 80_percent);
    CHECK(r.root.site.racks[1].second.accelerator.max_power == 1_kW);
    CHECK(r.root.site.inlet.si() == doctest::Approx(299.8167));
    CHECK(r.root.site.policy == example::Policy::easy_backfill);
    CHECK_FALSE(r.root.site.recorded);
    CHECK(r.root.site.pue == 1.1);
    REQUIRE(r.root.traces.size() == 1);
    CHECK(r.root.traces[0].swf.written == "some/file.swf");
    CHECK(r.root.traces[0].swf.place.line == 18);
    CHECK(r.root.numbers == std::vector<double>{3, 4});
    CHECK(r.root.note == "none");
    CHECK(value(r, "site.energy.price") == "0.052 USD/kWh");
    CHECK(value(r, "site.racks.a.accelerator.use") == "b200");
    CHECK(r.document.find("site.connection")->unit == "W");
    CHECK(r.document.find("site.connection")->given);
    CHECK(r.document.find("site.connection")->may_change);
    CHECK(r.document.find("site.connection")->place == Place{"a.yaml", 7, 15});
  }

  TEST_CASE("what is not written has its default, and says so") {
    Read r = read("site: {}\n");
    CHECK_READS(r);
    CHECK_FALSE(r.root.site.connection);
    CHECK(value(r, "site.connection") == "none");
    CHECK(value(r, "site.ups") == "auto");
    CHECK(value(r, "site.weather") == "none");
    CHECK(value(r, "site.inlet") == "27 degC");
    CHECK(value(r, "every") == "15 min");
    CHECK(value(r, "numbers.1") == "2.5");
    CHECK(r.document.find("site.inlet")->origin == Origin::schema_default);
    CHECK(read("site:\n").error.empty());
    Read words = read("site: {connection: none, ups: auto, weather: none}\n");
    CHECK_READS(words);
    CHECK(words.document.find("site.ups")->given);
  }

  TEST_CASE("the example of the design: two problems, with places and the way out") {
    Read r = read("sitte: 1\nsite:\n  connection: 40\n  colling: 3\n");
    REQUIRE(r.problems.size() == 3);
    CHECK_SAYS(r, "a.yaml:3:1: unknown key 'sitte'; did you mean 'site'?\n    3 | sitte: 1");
    CHECK_SAYS(r, "a.yaml:5:15: '40' has no unit");
    CHECK_SAYS(r, "a.yaml:6:3: unknown key 'colling'");
  }

  TEST_CASE("a file is read from disk") {
    Folder folder("document_disk");
    CHECK_READS(read_file(folder.write("a.yaml", std::string(head) + "site: {}\n")));
    CHECK_SAYS(read_file(folder.path / "b.yaml"), "there is no file");
    CHECK_SAYS(read_file(folder.path), "is a folder, not a file");
  }
}
