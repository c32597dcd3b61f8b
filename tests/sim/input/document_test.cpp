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
    CHECK_SAYS(read_file(folder.path / "b.yaml"), "b.yaml': no such file");
    CHECK_SAYS(read_file(folder.path), "': it is a folder");
  }
}

TEST_SUITE("fast") {
  TEST_CASE("what is wrong is told with its place and the way out") {
    struct Wrong {
      std::string text, says;
    };
    for (const Wrong& wrong : std::vector<Wrong>{
             {"site: {connection: 40 GWh}", "a.yaml:3:20: "},
             {"site: {connection: -3 MW}", "site.connection must be above 0 W"},
             {"site: {connection: 0 MW}", "site.connection must be above 0 W"},
             {"site: {connection: }", "site.connection has no value; write one, for example '40 MW' (or 'none')"},
             {"site: {connection: null}", "site.connection has no value"},
             {"site: {connection: [1]}", "site.connection is one value such as '40 MW' (or 'none'); this is a list"},
             {"site: {connection: {a: 1}}", "this is a map"},
             {"site: {connection: auto}", "a.yaml:3:20: "},
             {"site: {ups: none}", "a.yaml:3:13: "},
             {"site: {inlet: -300 degC}", "a.yaml:3:15: "},
             {"site: {inlet: -5 degC}", "site.inlet must be at least 0 degC"},
             {"site: {pue: 0.9}", "site.pue must be at least 1"},
             {"site: {pue: 5.1}", "site.pue must be at most 5"},
             {"site: {pue: .nan}", "a.yaml:3:13: "},
             {"site: {pue: .inf}", "a.yaml:3:13: "},
             {"site: {pue: 1e400}", "a.yaml:3:13: "},
             {"site: {policy: easy}", "'easy' is not a choice for site.policy"},
             {"site: {policy: easy}", "it is one of fifo, easy-backfill"},
             {"site: {recorded: yes}", "neither true nor false"},
             {"site: 5", "site is a map of keys and values; this is '5'"},
             {"site: [1]", "site is a map of keys and values; this is a list"},
             {"site: none", "site is a map"},
             {"site: {racks: [1]}", "site.racks is a map of names"},
             {"site: {racks: {a b: dense}}", "'a b' cannot be a name"},
             {"site: {racks: {a.b: dense}}", "cannot be a name"},
             {"site: {racks: {summary: dense}}", "'summary' is reserved in the run file"},
             {"site: {}\ntraces: {swf: x}", "traces is a list; this is a map; put it behind '- '"},
             {"site: {}\ntraces: x", "traces is a list"},
             {"site: {}\ntraces: [{from: 2027-01-01}]", "a.yaml:4:10: 'swf' is missing in traces.0"},
             {"site: {}\ntraces: [{swf: }]", "traces.0.swf has no value"},
             {"site: {}\ntraces: [{swf: ''}]", "traces.0.swf is the name of a file"},
             {"site: {}\nseed: 1.5", "not whole"},
             {"site: {}\nseed: 99999999999999999999", "too large a number for seed"},
             {"site: {}\nseed: 1e300", "too large a number for seed"},
             {"site: {}\nseed: -1", "seed must be at least 0"},
             {"site: {}\nseed: 5 MW", "is not a whole number; seed is a count"},
             {"site: {}\nseed: 0x10", "not a whole number"},
             {"site: {}\nevery: 1 month", "no fixed length"},
             {"site: {}\nevery: 0 s", "every must be above 0"},
             {"site: {}\nevery: 15", "a.yaml:4:8: "},
             {"site: {}\nduration: long", "a.yaml:4:11: "},
             {"site: {}\nnumbers: [1, 200]", "a.yaml:4:14: '200' is too high; numbers.1 must be at most 100"},
             {"site: {}\nlinks: {}", "a.yaml:4:1: 'links' is not built yet: it comes with several sites"},
             {"site: {}\nevents: [{at: 2027-02-30}]", "a.yaml:4:15: "},
             {"site: {}\nevents: [{at: 2027-02-03, fail: x}]",
              "'fail' is not built yet: it comes with the parts that"},
             {"site: {racks: {a: {accelerator: h100, servers: 2147483648}}}", "too large a number"},
         }) {
      Read r = read(wrong.text);
      INFO(wrong.text);
      CHECK_SAYS(r, wrong.says);
    }
    CHECK_SAYS(read_whole("site: {}\n"), "a.yaml:1:1: 'title' is missing; write it here");
    CHECK_SAYS(read_whole("site: {}\n"), "'start' is missing; write it, for example 'start: 2027-01-01'");
    CHECK_SAYS(read_whole(""), "'title' is missing");
    CHECK_SAYS(read_whole("- 1\n"), "this is a list; a file like this is a map");
    CHECK_SAYS(read_whole("40 MW\n"), "this is '40 MW'; a file like this is a map");
    CHECK_SAYS(read(""), "'site' is missing");
  }

  TEST_CASE("problems come sorted by place, each once") {
    Read r = read(
        "site:\n  pue: 9\n  connection: 3\n  racks: {a: {accelerator: &x {max_power: 1}, servers: 1},\n"
        "    b: {accelerator: *x, servers: 0}}\nxx: 1\n");
    REQUIRE(r.problems.size() == 6);  // max_power is two values at one place
    for (std::size_t i = 1; i < r.problems.size(); ++i) {
      const Place &a = r.problems[i - 1].place, &b = r.problems[i].place;
      CHECK(std::pair(a.line, a.column) <= std::pair(b.line, b.column));
    }
    Read one = read("site: {racks: {a: &x {accelerator: h100}, b: *x}}\n");
    CHECK(one.problems.size() == 2);  // the two paths differ, the place does not
  }

  TEST_CASE("a struct's fault is told, unless it follows from something else") {
    CHECK_SAYS(read("site: {racks: {a: {accelerator: h100, servers: 13}}}"), "a.yaml:3:48: 13 servers do not fit");
    Read r = read("site: {racks: {a: {accelerator: h1000, servers: 13}}}");
    CHECK(r.problems.size() == 1);
  }

  TEST_CASE("references: a name, a name with overrides, and a whole map") {
    Read r = read(
        "site:\n  racks:\n    a: dense\n    b: {use: dense, servers: 9, count: 2}\n    c: denser\n"
        "    d: {use: dense, accelerator: b200}\n    e: {use: dense, accelerator: {max_power: 900 W}}\n"
        "    f: {accelerator: {use: h100, spare: 1 kWh}, servers: 1, source: seen, kind: measured}\n");
    CHECK_READS(r);
    const auto& racks = r.root.site.racks;
    CHECK(racks[0].second.servers == 8);
    CHECK(racks[0].second.accelerator.max_power == 700_W);
    CHECK(racks[1].second.servers == 9);
    CHECK(racks[1].second.count == 2);
    CHECK(racks[1].second.given == 40_kW);
    CHECK(racks[2].second.servers == 16);
    CHECK(racks[2].second.rating == 50_kW);
    CHECK(racks[3].second.accelerator.max_power == 1_kW);
    CHECK(racks[4].second.accelerator.max_power == 900_W);
    CHECK(value(r, "site.racks.e.accelerator.use") == "h100");
    const Document& d = r.document;
    CHECK(d.find("site.racks.a.use")->text == "dense");
    CHECK(d.find("site.racks.a.use")->origin == Origin::scenario);
    const ResolvedValue& servers = *d.find("site.racks.b.given");
    CHECK(servers.origin == Origin::catalog);
    CHECK(servers.source == "maker");
    CHECK(servers.kind == ValueKind::measured);
    CHECK(servers.place.file == "catalog/racks/dense.yaml");
    CHECK(servers.place.line == 7);
    CHECK_FALSE(servers.given);
    CHECK(d.find("site.racks.b.servers")->given);
    CHECK(d.find("site.racks.b.servers")->source.empty());
    CHECK(d.find("site.racks.c.servers")->source == "other");
    CHECK(d.find("site.racks.c.given")->source == "maker");
    CHECK(d.find("site.racks.a.rating")->source == "plate");
    CHECK(d.find("site.racks.d.accelerator.max_power")->source == "a blog");
    CHECK(d.find("site.racks.d.accelerator.max_power")->kind == ValueKind::assumed);
    CHECK(d.find("site.racks.f.servers")->source == "seen");
    CHECK(d.find("site.racks.f.rating")->source == "a data sheet");  // the default's own
    CHECK(d.find("site.racks.f.rating")->kind == ValueKind::published);
  }

  TEST_CASE("references that lead nowhere") {
    auto rack = [](const std::string& text) { return read("site: {racks: {r: " + text + "}}"); };
    CHECK_SAYS(rack("dens"), "a.yaml:3:19: 'dens' is not in the catalog of racks; did you mean 'dense'? `wattershed");
    CHECK_SAYS(rack("zzzzzz"), "`wattershed catalog racks` lists what there is");
    CHECK_SAYS(rack("{use: zzzzzz}"), "a.yaml:3:25: 'zzzzzz' is not in the catalog");
    CHECK_SAYS(rack("{use: [a]}"), "'use' takes the name of a catalog entry, not a list");
    CHECK_SAYS(rack("tall"), "'tall' is not built yet: it comes with taller halls");
    CHECK_SAYS(rack("about"), "use each other in a circle: about → round → about");
    CHECK_SAYS(rack("list"), "must be a map");
    CHECK_SAYS(rack("{use: dense, kind: guessed}"), "is no kind of number");
    CHECK_SAYS(rack("{use: dense, serverss: 1}"), "unknown key 'serverss'; did you mean 'servers'?");
    CHECK_SAYS(rack("none"), "'none' is not in the catalog");
    CHECK_SAYS(rack("{use: dense, accelerator: {accelerator: h100}}"), "unknown key 'accelerator'");
    CHECK_SAYS(read("site: {source: x}"), "unknown key 'source'");
  }

  TEST_CASE("alternatives exclude each other; the later layer holds") {
    CHECK_SAYS(read("site: {weather: {epw: a, climate: b}}"),
               "a.yaml:3:26: 'climate' excludes 'epw' (at a.yaml:3:18)");
    CHECK_SAYS(read("site: {weather: {}}"), "site.weather needs one of epw, climate");
    CHECK_READS(read("site: {weather: {epw: none, climate: b}}"));
    Read set = read("site: {weather: {epw: a}}", {"site.weather.climate=b"});
    CHECK_READS(set);
    CHECK_FALSE(set.root.site.weather->epw);
    CHECK(set.root.site.weather->climate == "b");
    // The catalog's `given` gives way to the scenario's `linear`.
    Read rack = read("site: {racks: {r: {use: dense, linear: 50 %}}}");
    CHECK_READS(rack);
    CHECK_FALSE(rack.root.site.racks[0].second.given);
    CHECK(rack.root.site.racks[0].second.linear == 50_percent);
    CHECK_SAYS(read("site: {racks: {r: {use: dense, linear: 50 %, given: 1 kW}}}"), "'given' excludes 'linear'");
    Read two = read("site: {}", {"site.weather.climate=b", "site.weather.epw=c"});
    CHECK_READS(two);
    CHECK(two.root.site.weather->epw->written == "c");
  }

  TEST_CASE("a short form is the value alone") {
    for (const char* text : {"0.05 USD/kWh", "{price: 0.05 USD/kWh}", "{value: 0.05 USD/kWh, source: x}",
                             "{2026-01-01: 0.05 USD/kWh, 2028-01-01: 0.06 USD/kWh}"}) {
      Read r = read(std::string("site: {energy: ") + text + "}");
      CHECK_READS(r);
      CHECK(r.root.site.energy->price->si() == doctest::Approx(0.05 / 3.6e6));
    }
    CHECK_SAYS(read("site: {energy: 0.05}"), "a.yaml:3:16: '0.05' has no unit");
    CHECK_SAYS(read("site: {energy: }"), "site.energy needs one of price, csv");
    Read csv = read("site: {energy: 0.05 USD/kWh}", {"site.energy.csv=x.csv"});
    CHECK_READS(csv);
    CHECK_FALSE(csv.root.site.energy->price);
    Read boundary = read("site: {energy: 0.05 USD/kWh}", {"site.energy.boundary=direct"});
    CHECK_READS(boundary);
    CHECK(boundary.root.site.energy->price);
    CHECK(boundary.root.site.energy->boundary == "direct");
    Read back = read("site: {energy: {csv: x.csv}}", {"site.energy=0.06 USD/kWh"});
    CHECK_READS(back);
    CHECK_FALSE(back.root.site.energy->csv);
  }

  TEST_CASE("annotated values") {
    Read r = read("site: {connection: {value: 40 MW, source: the utility, kind: measured, notes: by phone}}");
    CHECK_READS(r);
    CHECK(r.root.site.connection == 40_MW);
    CHECK(r.document.find("site.connection")->source == "the utility");
    CHECK(r.document.find("site.connection")->kind == ValueKind::measured);
    CHECK_SAYS(read("site: {connection: {value: 40, source: x}}"), "a.yaml:3:28: '40' has no unit");
    CHECK_SAYS(read("site: {connection: {value: 40 MW, kind: guess}}"), "is no kind of number");
    CHECK_SAYS(read("site: {connection: {value: 40 MW, source: [1]}}"), "'source' says where");
    CHECK_SAYS(read("site: {connection: {value: {value: 1 W}}}"), "a value inside a value");
    CHECK_SAYS(read("site: {connection: {value: 40 MW, sauce: x}}"), "site.connection is one value");
  }

  TEST_CASE("dated values") {
    Read r = read(
        "site: {connection: {2026-01-01: 20 MW, 2027-01-01: 30 MW, 2028-07-01: 40 MW,"
        " 2029-07-01T12:00: {value: 60 MW, source: s}}, racks: {r: {use: dense, count: {2027-01-01: 96,"
        " 2028-07-01: 216}}}}");
    CHECK_READS(r);
    CHECK(r.root.site.connection == 30_MW);
    CHECK(r.root.site.racks[0].second.count == 96);
    REQUIRE(r.document.changes.size() == 3);
    CHECK(r.document.changes[0].path == "site.connection");
    CHECK(r.document.changes[0].si == 40e6);
    CHECK(r.document.changes[0].at == parse_local_time("2028-07-01"));
    CHECK(r.document.changes[1].path == "site.racks.r.count");
    CHECK(r.document.changes[1].text == "216");
    CHECK(r.document.changes[2].at == parse_local_time("2029-07-01T12:00"));
    CHECK(r.document.find("site.connection")->text == "30 MW");

    auto dated = [](const std::string& text) { return read("site: {connection: {" + text + "}}"); };
    CHECK_SAYS(dated("2028-01-01: 20 MW, 2027-01-01: 30 MW"),
               "a.yaml:3:40: the dates of site.connection are not in order");
    CHECK_SAYS(dated("2027-01-01: 20 MW, '2027-01-01T00:00': 30 MW"), "stands twice");
    CHECK_SAYS(dated("2028-01-01: 20 MW"), "no value at the start 2027-01-01: its first date is 2028-01-01");
    CHECK_SAYS(dated("2027-01-01: 20 MW, 2027-02-30: 30 MW"), "a.yaml:3:40: ");
    CHECK_SAYS(dated("2027-01-01: 20 MW, later: 30 MW"), "a.yaml:3:40: ");
    CHECK_SAYS(dated("2026-01-01: 20, 2027-01-01: 30 MW"), "a.yaml:3:33: '20' has no unit");
    CHECK_SAYS(dated("2027-01-01: 20 MW, 2028-01-01: -1 MW"), "must be above 0 W");
    CHECK_SAYS(dated("2027-01-01: 20 MW, 2028-01-01: none"), "cannot be 'none'");
    CHECK_SAYS(dated("2027-01-01: {2027-01-01: 20 MW}"), "dates inside dates");
    CHECK_SAYS(read("site: {pue: {2027-01-01: 1.2}}"), "site.pue cannot change during a run");
    Read from_set = read("site: {}", {"site.connection={2027-01-01: 20 MW, 2028-01-01: 30 MW}"});
    CHECK_READS(from_set);
    CHECK(from_set.document.changes.size() == 1);
    Read start_set = read("site: {connection: {2027-01-01: 20 MW, 2028-01-01: 30 MW}}", {"start=2028-06-01"});
    CHECK_READS(start_set);
    CHECK(start_set.root.site.connection == 30_MW);
    CHECK(start_set.document.changes.empty());
  }

  TEST_CASE("--set") {
    Read r =
        read("site: {connection: 40 MW}\ntraces: [{swf: a}]",
             {"site.connection=50 MW", "traces.1.swf=b", "traces.0={swf: c}", "site.racks.x={use: dense, count: 3}",
              "site.racks.y=dense", "site.racks.y.count=4", "numbers=[7]", "note='a = b'"});
    CHECK_READS(r);
    CHECK(r.root.site.connection == 50_MW);
    REQUIRE(r.root.traces.size() == 2);
    CHECK(r.root.traces[0].swf.written == "c");
    CHECK(r.root.traces[1].swf.written == "b");
    CHECK(r.root.site.racks[0].second.count == 3);
    CHECK(r.root.site.racks[1].second.count == 4);
    CHECK(r.root.site.racks[1].second.servers == 8);
    CHECK(r.root.numbers == std::vector<double>{7});
    CHECK(r.root.note == "a = b");
    CHECK(r.document.find("site.connection")->origin == Origin::set_option);
    CHECK(r.document.find("site.connection")->given);
    Read fresh = read("site: {}", {"traces.0.swf=a", "traces.1.swf=b"});
    CHECK_READS(fresh);
    CHECK(fresh.root.traces.size() == 2);

    auto set = [](const std::string& option) { return read("site: {}\ntraces: [{swf: a}]", {option}); };
    CHECK_SAYS(set("site.connection=40"), "--set site.connection=40: '40' has no unit");
    CHECK_SAYS(set("site.conection=40 MW"), "--set site.conection=40 MW: unknown key 'conection'; did you mean");
    CHECK_SAYS(set("site.connection"), "--set takes PATH=VALUE");
    CHECK_SAYS(set("=3"), "--set takes PATH=VALUE");
    CHECK_SAYS(set("site..x=3"), "is no path");
    CHECK_SAYS(set("site.connection="), "there is no value after '='");
    CHECK_SAYS(set("site.connection={"), "--set site.connection={: a '{' is not closed");
    CHECK_SAYS(set("traces.5.swf=x"), "traces is a list of 1; '5' is not one of its places (1 appends)");
    CHECK_SAYS(set("traces.x.swf=x"), "'x' is not one of its places");
    CHECK_SAYS(set("traces.99999999999999999999.swf=x"), "not one of its places");
    CHECK_SAYS(set("base=x"), "'base' cannot be set");
    CHECK_SAYS(set("site.pue.x=3"), "--set site.pue.x=3: site.pue is one value");
    CHECK(read("site: {}", {"a=1", "site.pue=9"}).problems.size() == 2);
  }

  TEST_CASE("base: files underneath, circles and missing files") {
    Folder folder("document_base");
    folder.write("deep/far.yaml",
                 "title: far\nstart: 2027-01-01\nsite: {connection: 10 MW, weather: {epw: w.epw},"
                 " racks: {a: dense, b: dense}}\nnumbers: [1, 2]\ntraces: [{swf: t.swf}]\n");
    folder.write("near.yaml", "base: deep/far.yaml\nsite: {connection: 20 MW, racks: {a: {count: 5}}}\n");
    auto top =
        folder.write("top.yaml", "base: near.yaml\ntitle: top\nsite: {weather: {climate: dry}}\nnumbers: [3]\n");
    Read r = read_file(top);
    CHECK_READS(r);
    CHECK(r.root.title == "top");
    CHECK(r.root.site.connection == 20_MW);
    CHECK_FALSE(r.root.site.weather->epw);
    CHECK(r.root.site.weather->climate == "dry");
    CHECK(r.root.numbers == std::vector<double>{3});
    CHECK(r.root.site.racks[0].second.count == 5);
    CHECK(r.root.site.racks[0].second.servers == 8);
    CHECK(r.root.traces[0].swf.path == folder.path / "deep/t.swf");
    CHECK(value(r, "traces.0.swf") == "deep/t.swf");
    CHECK(r.document.find("site.connection")->origin == Origin::base);
    CHECK(r.document.files.size() == 3);

    auto circle = folder.write("c1.yaml", "base: c2.yaml\n");
    folder.write("c2.yaml", "base: deep/../c1.yaml\n");
    CHECK_SAYS(read_file(circle), "in a circle");
    CHECK_SAYS(read_file(circle), "c1.yaml → ");
    CHECK_SAYS(read_file(folder.write("m.yaml", "\nbase: nowhere.yaml\n")),
               "m.yaml:2:7: cannot read 'nowhere.yaml': no such file");
    CHECK_SAYS(read_file(folder.write("l.yaml", "base: [a]\n")), "'base' is the name of one file");
    CHECK_SAYS(read_file(folder.write("f.yaml", "base: deep\n")), "f.yaml:1:7: cannot read 'deep': it is a folder");
    folder.write("bad.yaml", "title: [\n");
    CHECK_SAYS(read_file(folder.write("b.yaml", "base: bad.yaml\n")), "bad.yaml:1:8: a '[' is not closed");
  }

  TEST_CASE("files: where they are, and what to_yaml makes of them") {
    Read r = read_whole("title: t\nstart: 2027-01-01\nsite: {}\ntraces: [{swf: x/a.swf}, {swf: /abs/b.swf}]\n",
                        {"traces.2.swf=here.swf"});
    CHECK_READS(r);
    CHECK(r.root.traces[0].swf.path == "x/a.swf");
    CHECK(r.root.traces[1].swf.path == "/abs/b.swf");
    CHECK(r.root.traces[2].swf.path == "here.swf");
  }

  TEST_CASE("events name what may change; cases name anything") {
    Read r = read(
        "site: {connection: 40 MW, energy: 0.05 USD/kWh, racks: {r: dense}}\n"
        "events: [{at: 2028-01-01, set: {site.connection: 50 MW, site.energy: 0.06 USD/kWh,"
        " site.racks.r.count: 7, site.policy: easy-backfill}}]\n"
        "cases: {x: {set: {site.pue: 1.1, site.racks.r: {use: dense}}}}\n");
    CHECK_READS(r);
    const std::vector<Setting>& items = r.root.events[0].set.items;
    REQUIRE(items.size() == 4);
    Change change = r.document.parse_change(r.root.events[0].at, items[1]);
    CHECK(change.path == "site.energy.price");
    CHECK(change.si == doctest::Approx(0.06 / 3.6e6));
    CHECK(r.document.parse_change({}, items[2]).si == 7);
    CHECK(r.document.parse_change({}, items[3]).si == 1);
    CHECK(r.root.cases[0].second.set.items[1].value == "{use: dense}");

    auto event = [](const std::string& text) {
      return read("site: {energy: 0.05 USD/kWh}\nevents: [{at: 2028-01-01, set: {" + text + "}}]\n");
    };
    CHECK_SAYS(event("site.conection: 50 MW"),
               "a.yaml:4:33: there is no 'site.conection' in this document; did you mean "
               "'site.connection'?");
    CHECK_SAYS(event("site.pue: 1.1"), "a.yaml:4:33: 'site.pue' cannot change during a run");
    CHECK_SAYS(event("site.connection: 50"), "a.yaml:4:50: '50' has no unit");
    CHECK_SAYS(event("site.connection: -1 MW"), "must be above 0 W");
    CHECK_SAYS(event("site.connection: none"), "cannot become 'none'");
    CHECK_SAYS(event("site.connection: {a: 1}"), "to one value; this is a map");
    CHECK_SAYS(event("site.connection: "), "is set to nothing");
    CHECK_SAYS(read("site: {}\nevents: [{at: 2028-01-01, set: [a]}]\n"), "is a map of paths and values");
    CHECK(has(fmt::format("{}", fmt::join(r.document.changeable_paths(), " ")), "site.racks.r.count"));
    CHECK_FALSE(has(fmt::format("{}", fmt::join(r.document.changeable_paths(), " ")), "site.pue"));
    CHECK(has(fmt::format("{}", fmt::join(r.document.paths(), " ")), "site.pue"));
  }
}

namespace {

/// What must survive writing out and reading back.
std::vector<std::string> lines_of(const Read& read) {
  std::vector<std::string> lines;
  for (const ResolvedValue& v : read.document.values)
    if (v.origin != Origin::derived) lines.push_back(fmt::format("{} = {} [{}]", v.path, v.text, v.unit));
  for (const Change& c : read.document.changes)
    lines.push_back(fmt::format("{} -> {} = {} = {}", format_local(c.at), c.path, c.text, c.si));
  for (const auto& event : read.root.events)
    for (const Setting& s : event.set.items) lines.push_back(s.path + ": " + s.value);
  for (const auto& [name, one] : read.root.cases)
    for (const Setting& s : one.set.items) lines.push_back(name + ": " + s.path + ": " + s.value);
  return lines;
}

void check_reads_back(const Read& first) {
  CHECK_READS(first);
  for (bool comments : {false, true}) {
    std::string text = first.document.to_yaml(comments);
    Read second = read_whole(text);
    INFO(text);
    CHECK_READS(second);
    CHECK(lines_of(second) == lines_of(first));
    CHECK(second.document.to_yaml(false) == first.document.to_yaml(false));
  }
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("to_yaml reads back to the same values") {
    check_reads_back(read("site: {}"));
    check_reads_back(
        read("site:\n  connection: {2026-01-01: 20 MW, 2028-07-01: 40 MW, 2029-07-01T12:00: 60 MW}\n"
             "  energy: 0.05 USD/kWh\n  weather: {epw: a b.epw}\n"
             "  racks: {a: dense, b: {use: denser, linear: 30 %, accelerator: {spare: 1 kWh}}}\n"
             "traces: [{swf: a.swf, from: 2027-05-01T15:00}, {swf: ../b.swf}]\nnumbers: []\n"
             "note: 'none'\nevents: [{at: 2028-01-01, set: {site.connection: 3 MW, site.energy: 0.1 USD/kWh}},"
             " {at: 2028-02-01}]\ncases: {one: {set: {site.racks.a: {use: dense, count: 3}}}}\n",
             {"site.inlet=80 degF", "seed=7"}));
    check_reads_back(read("site: {}\ntraces: []\nnote: \"a: b # c\\nd 'e' \\\"f\\\"\"\ncases: {}\nevents: []\n"));
  }

  TEST_CASE("to_yaml with comments says where values come from") {
    Read r = read("site: {racks: {a: dense}, connection: 40 MW}\n", {"site.pue=1.3"});
    CHECK_READS(r);
    r.document.derive("site.ups", "12 MW", "W", "largest load with a reserve");
    CHECK(r.document.find("site.ups")->text == "auto");  // as written; the derived value stands at the end
    CHECK(r.document.values.back().origin == Origin::derived);
    std::string text = r.document.to_yaml(true);
    INFO(text);
    CHECK(has(text, "connection: 40 MW"));
    CHECK(has(text, "# may change | power that the site may draw"));
    CHECK(has(text, "pue: 1.3"));
    CHECK(has(text, "# --set"));
    CHECK(has(text, "  # catalog/racks/dense.yaml, measured: plate\n"));
    CHECK(has(text, "# = 12 MW: largest load with a reserve"));
    CHECK(has(text, "# default"));
  }

  TEST_CASE("five thousand lines read in well under a second") {
    std::string text = "site:\n  racks:\n";
    for (int i = 0; i < 800; ++i)
      text += fmt::format(
          "    rack-{}:\n      use: dense\n      servers: 4\n      count: {{2027-01-01: 1, 2028-01-01: 2}}\n"
          "      rating: 30 kW\n      accelerator:\n        max_power: 500 W\n",
          i);
    auto begin = std::chrono::steady_clock::now();
    Read r = read(text);
    double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    CHECK_READS(r);
    CHECK(r.root.site.racks.size() == 800);
    MESSAGE("5,600 lines in " << took << " s");
    CHECK(took < 3);  // ten times what it takes, for a busy machine
  }
}
