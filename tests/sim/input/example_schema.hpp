/// A small schema with every kind of field, for the tests of the document reader and its fuzzer.
#pragma once

#include <array>

#include "sim/input/document.hpp"

namespace example {

using namespace wattershed;

enum class Policy { fifo, easy_backfill };
constexpr std::array<std::string_view, 2> enum_names(Policy) { return {"fifo", "easy-backfill"}; }

struct Accelerator {
  static constexpr std::string_view catalog_kind = "accelerators";
  Power max_power{};
  std::optional<Energy> spare;
  void visit(Fields& f) {
    f.required("max_power", max_power, {.help = "thermal design power", .above = 0, .example = "700 W"});
    f.optional("spare", spare);
  }
};

struct Rack {
  static constexpr std::string_view catalog_kind = "racks";
  Accelerator accelerator;
  int servers = 0;
  std::int64_t count = 0;
  std::optional<Power> given;
  std::optional<Share> linear;
  Power rating{};
  void visit(Fields& f) {
    f.required("accelerator", accelerator, {.help = "what computes"});
    f.required("servers", servers, {.help = "servers in a rack", .at_least = 1});
    f.optional("count", count, {.help = "racks", .changes = true, .at_least = 0, .at_most = 1000});
    f.optional("given", given, {.help = "a given power"});
    f.optional("linear", linear);
    f.alternatives({"given", "linear"});  // after its fields, on purpose
    f.optional("rating", rating, {.source = "a data sheet", .kind = ValueKind::published});
    if (servers == 13) f.fault("servers", "13 servers do not fit");
  }
};

struct Price {
  static constexpr std::string_view short_form = "price";
  std::optional<EnergyPrice> price;
  std::optional<FileName> csv;
  std::string boundary = "unknown";
  void visit(Fields& f) {
    f.alternatives({"price", "csv"}, true);
    f.optional("price", price, {.changes = true, .example = "0.052 USD/kWh"});
    f.optional("csv", csv);
    f.optional("boundary", boundary);
  }
};

struct Weather {
  std::optional<FileName> epw;
  std::optional<std::string> climate;
  void visit(Fields& f) {
    f.alternatives({"epw", "climate"}, true);
    f.optional("epw", epw);
    f.optional("climate", climate);
  }
};

struct Trace {
  FileName swf;
  std::optional<LocalTime> from;
  void visit(Fields& f) {
    f.required("swf", swf);
    f.optional("from", from);
  }
};

struct Event {
  LocalTime at{};
  Settings set;
  void visit(Fields& f) {
    f.required("at", at);
    f.optional("set", set);
    f.later("fail", "the parts that can fail");
  }
};

struct Case {
  Settings set;
  void visit(Fields& f) {
    set.any_path = true;
    f.required("set", set);
  }
};

struct Site {
  std::optional<Power> connection;
  Sized<Power> ups;
  std::optional<Price> energy;
  std::optional<Weather> weather;
  Named<Rack> racks;
  Temperature inlet = 27_degC;
  Policy policy = Policy::fifo;
  bool recorded = true;
  double pue = 1.25;
  void visit(Fields& f) {
    f.optional("connection", connection,
               {.help = "power that the site may draw", .changes = true, .above = 0, .example = "40 MW"});
    f.optional("ups", ups);
    f.optional("energy", energy);
    f.optional("weather", weather);
    f.optional("racks", racks, {.help = "racks by name", .names_in_file = true});
    f.optional("inlet", inlet, {.changes = true, .at_least = 273.15});
    f.optional("policy", policy, {.changes = true});
    f.optional("recorded", recorded);
    f.optional("pue", pue, {.at_least = 1, .at_most = 5});
  }
};

struct Root {
  std::string title;
  LocalTime start{};
  CalendarSpan duration{.months = 12, .rest = Duration{0}};
  Duration every = std::chrono::minutes(15);
  std::int64_t seed = 1;
  Site site;
  std::vector<Trace> traces;
  std::vector<double> numbers{1.5, 2.5};
  std::vector<Event> events;
  Named<Case> cases;
  std::optional<std::string> note;
  void visit(Fields& f) {
    f.required("title", title);
    f.required("start", start, {.example = "2027-01-01"});
    f.optional("duration", duration);
    f.optional("every", every, {.above = 0});
    f.optional("seed", seed, {.at_least = 0});
    f.required("site", site);
    f.optional("traces", traces);
    f.optional("numbers", numbers, {.at_most = 100});
    f.optional("events", events);
    f.optional("cases", cases);
    f.optional("note", note);
    f.later("links", "several sites");
  }
};

/// A catalog with every kind of entry.
inline Catalog catalog() {
  return Catalog({
      {"accelerators/h100.yaml", "source: a data sheet\nkind: published\nmax_power: 700 W\n"},
      {"accelerators.yaml",
       "# chips in one file\nb200:\n  max_power: {value: 1 kW, source: a blog, kind: assumed}\n\n# the next\n"
       "a100:\n  max_power: 400 W\n"},
      {"racks/dense.yaml",
       "title: a dense rack\nsource: maker\nkind: measured\nnotes: seen\naccelerator: h100\nservers: 8\n"
       "given: 40 kW\nrating: {value: 50 kW, source: plate}\n"},
      {"racks/denser.yaml", "use: dense\nsource: other\nservers: 16\n"},
      {"racks/round.yaml", "use: about\n"},
      {"racks/about.yaml", "use: round\n"},
      {"racks/tall.yaml", "not_built_yet: taller halls\n"},
      {"racks/list.yaml", "- 1\n"},
  });
}

}  // namespace example
