#include "models/facility/scenario/scenario.hpp"

namespace wattershed {

namespace {

void visit_rate(Fields& f, Duration& length, Duration& every, std::string_view length_help) {
  f.required("for", length, {.help = length_help, .above = 0, .example = "10 min"});
  f.optional("every", every,
             {.help = "length of a sample",
              .at_least = 1e-4,
              .source = "sees swings up to 400 Hz",
              .kind = ValueKind::assumed,
              .example = "1 ms"});
  if (length % every != Duration{0})
    f.fault("for", "a window is a whole number of samples long; give a multiple of `every`");
  if (length / every > 20'000'000) f.fault("every", "a window has at most 20 million samples");
}

}  // namespace

void Window::visit(Fields& f) {
  f.required("at", at, {.help = "its begin, wall clock", .example = "2029-07-18T15:00"});
  visit_rate(f, length, every, "its length");
}

void EventWindows::visit(Fields& f) {
  f.optional("before", before,
             {.help = "how long before the event it begins",
              .at_least = 0,
              .source = "so that what stood before is seen",
              .kind = ValueKind::assumed});
  visit_rate(f, length, every, "its length, what lies before the event included");
}

void Record::visit(Fields& f) {
  f.optional("every", every,
             {.help = "length of a recorded interval",
              .above = 0,
              .source = "the metering interval of most tariffs",
              .kind = ValueKind::assumed,
              .example = "15 min"});
  f.optional("racks", racks, {.help = "also record every rack"});
  f.optional("windows", windows, {.help = "stretches recorded phase by phase, by name"});
  f.optional("events", events, {.help = "a window around every event"});
}

void Site::visit(Fields& f) {
  f.optional("name", name, {.help = "name of the site in the run file"});
  for (const char* reserved : {"summary", "catalog", "warnings", "not_modelled", "links", "network"})
    if (name == reserved) f.fault("name", "'" + name + "' is a reserved name in the run file; choose another");
  if (name.empty() ||
      name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != std::string::npos)
    f.fault("name", "a site's name is made of letters, digits, - and _");
  visit_parts(f);
}

void WorkingSite::visit(Fields& f) {
  if (f.written("name")) {
    f.optional("name", site.name);
    f.fault("name", "a site in `sites` is named by its key: leave `name` out");
  }
  site.visit_parts(f);
  f.optional("workload", workload, {.help = "the work it does"});
}

void Site::visit_parts(Fields& f) {
  f.optional("location", location, {.help = "where it stands"});
  f.optional("weather", weather, {.help = "outdoor air: a file, a named climate, or a design day"});
  f.required("grid", grid, {.help = "its connection, and what grid power costs, emits and drinks"});
  f.optional("electrical", electrical, {.help = "distribution chain; without it, no losses"});
  f.optional("battery", battery, {.help = "a battery at the point of interconnection", .example = "lfp-container"});
  f.required("cooling", cooling, {.help = "its cooling system"});
  f.optional("racks", racks, {.help = "racks by type"});
  f.optional("scheduler", scheduler, {.help = "how jobs are placed"});
  f.optional(
      "lighting", lighting,
      {.help = "lighting", .changes = true, .at_least = 0, .source = "not given: none", .kind = ValueKind::assumed});
  f.optional("other", other,
             {.help = "any other load of the building",
              .changes = true,
              .at_least = 0,
              .source = "not given: none",
              .kind = ValueKind::assumed});
  for (const char* key : {"generators", "solar", "wind"}) f.later(key, "storage and on-site generation");
  if (!cooling.system.imposed() && !weather)
    f.fault("cooling", "this cooling system needs outdoor air: give weather, for example {climate: phoenix}");
  if (cooling.system.pue && electrical && (electrical->pdu || electrical->ups || electrical->transformer))
    f.fault("electrical",
            "an imposed PUE already holds the distribution losses: leave `electrical` out, or give "
            "cooling.system.overhead (for example 20 %) instead of pue");
}

void Sag::visit(Fields& f) {
  f.required("voltage", voltage,
             {.help = "what is left at the point of interconnection", .at_least = 0, .below = 1, .example = "25 %"});
  f.required("for", length, {.help = "how long", .above = 0, .example = "66 ms"});
}

void Repeat::visit(Fields& f) {
  f.required("times", times, {.help = "how often in all", .at_least = 1, .at_most = 100000, .example = "6"});
  f.required("every", every, {.help = "from one to the next", .above = 0, .example = "16 s"});
}

void Event::visit(Fields& f) {
  f.alternatives({"set", "sag"}, true);
  f.required("at", at, {.help = "wall clock of the first site"});
  f.optional("set", set, {.help = "paths and the values that they take"});
  f.optional("sag", sag, {.help = "the grid's voltage falls", .example = "{voltage: 25 %, for: 66 ms}"});
  f.optional("repeat", repeat, {.help = "the same sag again and again"});
  for (const char* key : {"fail", "restore", "for"}) f.later(key, "the parts that can fail");
  f.optional("site", site, {.help = "the site whose grid sags, when there are several"});
  if (repeat && !sag) f.fault("repeat", "only a sag is repeated");
  if (site && !sag) f.fault("site", "only a sag has a site; what is set says its own in its path");
  if (repeat && sag && repeat->every <= sag->length && repeat->times > 1)
    f.fault("repeat", "the next sag begins before this one has ended; give a longer `every`");
}

void Limit::visit(Fields& f) {
  f.alternatives({"max", "min"}, true);
  f.required("quantity", quantity,
             {.help = "a column of the site's time table, or a scalar of its summary", .example = "grid_power"});
  f.optional("per", per,
             {.help = "within each day, month, year or the run: a rate's sum, a level's mean, a scalar's growth; "
                      "without it a column at every instant, a scalar at the end",
              .example = "day"});
  f.optional("max", max, {.help = "largest allowed value, or the path of one", .example = "site.grid.connection"});
  f.optional("min", min, {.help = "smallest allowed value, or the path of one"});
  f.optional("margin", margin,
             {.help = "kept free on the safe side",
              .at_least = 0,
              .below = 1,
              .source = "none",
              .kind = ValueKind::assumed,
              .example = "3 %"});
  f.optional("site", site, {.help = "only of this site; else of the site that the bound is a value of, or of all"});
}

void Constant::visit(Fields& f) {
  f.required("value", value, {.help = "a number with its unit", .example = "10.73 MWh"});
  f.required("source", source, {.help = "where it is published"});
}

void Case::visit(Fields& f) {
  f.optional("title", title, {.help = "what is different"});
  set.any_path = true;
  f.required("set", set, {.help = "paths and the values that they take in this case"});
}

std::vector<std::string> case_sets(const Scenario& scenario, std::string_view name) {
  std::vector<std::string> sets;
  for (const auto& [each, variant] : scenario.cases)
    if (each == name)
      for (const Setting& setting : variant.set.items) sets.push_back(setting.path + "=" + setting.value);
  return sets;
}

void Expectation::visit(Fields& f) {
  f.alternatives({"value", "values"}, true);
  f.required("quantity", quantity,
             {.help = "an expression of summary scalars and constants", .example = "facility_energy"});
  f.optional("value", value, {.help = "the published number as printed, with its unit", .example = "1287 MWh"});
  f.optional("values", values, {.help = "published numbers by case"});
  f.optional("tolerance", tolerance,
             {.help = "allowed deviation; half a unit of the last printed digit always passes",
              .at_least = 0,
              .source = "the bound for numbers that follow from published inputs",
              .kind = ValueKind::assumed});
  f.optional("kind", kind,
             {.help = "closes: follows from published inputs; imposed: returns an input; predicts: our "
                      "physics; explores: direction only"});
  f.required("source", source, {.help = "paper and table"});
  f.optional("site", site, {.help = "the site whose scalars these are, when there are several"});
  f.optional("note", note, {.help = "what a reader should know"});
}

void Scenario::visit(Fields& f) {
  f.required("title", title, {.help = "one line for people"});
  f.required("start", start, {.help = "wall clock of the first site", .example = "2027-01-01"});
  f.required("duration", duration, {.help = "simulated time", .example = "5 years"});
  f.optional("seed", seed, {.help = "of all random streams", .at_least = 0});
  f.optional("fidelity", fidelity, {.help = "how jobs are represented"});
  f.optional("record", record, {.help = "what is written"});
  f.alternatives({"site", "sites"}, true);
  std::optional<Site> one;
  f.optional("site", one, {.help = "the data center"});
  if (one) site = std::move(*one);
  f.optional("sites", sites, {.help = "several data centers by name, each with its workload", .names_in_file = true});
  const bool several = f.written("sites");
  if (!several || f.written("workload")) f.optional("workload", workload, {.help = "the work it does"});
  if (several && f.written("workload"))
    f.fault("workload", "with `sites`, each site carries its own work: write it as sites.NAME.workload");
  if (several && sites.empty()) f.fault("sites", "there is no site in it; name at least one");
  f.optional("network", network,
             {.help = "the transmission network that sites stand in", .example = "new-england-39"});
  f.optional("events", events, {.help = "things that happen at given times"});
  f.optional("limits", limits, {.help = "bounds that the run is held against"});
  f.optional("cases", cases, {.help = "variants of the scenario, for `expect`"});
  f.optional("constants", constants, {.help = "constants for `expect`, with their sources"});
  f.optional("expect", expect, {.help = "published numbers that this scenario should reproduce"});
  f.later("links", "several sites and their links");
  if (duration == CalendarSpan{} && f.written("duration"))
    f.fault("duration", "the duration must be longer than zero, for example '1 week'");
}

}  // namespace wattershed
