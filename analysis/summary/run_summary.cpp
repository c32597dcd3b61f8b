#include "analysis/summary/run_summary.hpp"

#include <algorithm>
#include <utility>

#include "sim/calendar/calendar.hpp"

namespace wattershed {
namespace {

constexpr std::size_t kRowsAtOnce = 65'536;  // tables over time may be long

void read_scalars(const RunSource& run, RunSummary& summary) {
  const std::string group = "summary/" + summary.site;
  if (!run.has(group)) return;
  for (const RunColumn& column : run.columns(group)) {
    if (column.spec.type == ColumnType::text) continue;
    const std::optional<double> value = run.summary(summary.site, column.spec.name);
    if (value) summary.scalars[column.spec.name] = {*value, column.spec.units, column.spec.long_name};
  }
}

void read_months(const RunSource& run, RunSummary& summary) {
  const std::string group = summary.site + "/monthly";
  if (!run.has(group)) return;
  const std::vector<double> starts = run.numbers(group, "month");
  for (double start : starts) summary.months.push_back({summary.start + from_seconds(start), {}});
  for (const RunColumn& column : run.columns(group)) {
    if (column.is_scale) continue;
    const std::vector<double> values = run.numbers(group, column.spec.name);
    for (std::size_t i = 0; i < summary.months.size(); ++i) summary.months[i].values[column.spec.name] = values[i];
  }
}

void read_limits(const RunSource& run, RunSummary& summary) {
  const std::string group = summary.site + "/limits";
  if (!run.has(group)) return;
  const auto names = run.texts(group, "limit"), quantities = run.texts(group, "quantity"),
             units = run.texts(group, "units");
  const auto allowed = run.numbers(group, "allowed"), worst = run.numbers(group, "worst");
  const auto headroom = run.numbers(group, "headroom"), over = run.numbers(group, "time_over");
  const auto first = run.numbers(group, "first_breach"), is_maximum = run.numbers(group, "is_maximum");
  // Files of before there were spans and verdicts have none.
  const bool has_verdicts = run.has(group, "verdict");
  const auto or_empty = [&](const char* column) {
    return has_verdicts ? run.texts(group, column) : std::vector<std::string>(names.size());
  };
  const auto per = or_empty("per"), why = or_empty("why");
  for (std::size_t i = 0; i < names.size(); ++i)
    summary.limits.push_back({.name = names[i],
                              .quantity = quantities[i],
                              .units = units[i],
                              .is_maximum = is_maximum[i] != 0,
                              .allowed = allowed[i],
                              .worst = worst[i],
                              .headroom = headroom[i],
                              .time_over_s = over[i],
                              .first_breach_s = first[i],
                              .per = per[i],
                              .broken = over[i] > 0,
                              .why = why[i]});
}

// Files of before there was such a table have none.
void read_validity(const RunSource& run, RunSummary& summary) {
  const std::string group = summary.site + "/validity";
  if (!run.has(group)) return;
  const auto models = run.texts(group, "model"), inputs = run.texts(group, "input"),
             units = run.texts(group, "units");
  const auto low = run.numbers(group, "low"), high = run.numbers(group, "high");
  const auto worst = run.numbers(group, "worst"), outside = run.numbers(group, "time_outside"),
             first = run.numbers(group, "first");
  for (std::size_t i = 0; i < models.size(); ++i)
    summary.validity.push_back({models[i], inputs[i], units[i], low[i], high[i], worst[i], outside[i], first[i]});
}

void read_omissions(const RunSource& run, RunSummary& summary) {
  if (!run.has("not_modelled")) return;
  const auto sites = run.texts("not_modelled", "site"), effects = run.texts("not_modelled", "effect"),
             needed = run.texts("not_modelled", "needed");
  for (std::size_t i = 0; i < sites.size(); ++i)
    if (sites[i] == summary.site) summary.not_modelled.push_back({effects[i], needed[i]});
}

void read_users(const RunSource& run, RunSummary& summary) {
  const std::string group = summary.site + "/shares";
  if (!run.has(group)) return;
  const auto names = run.texts(group, "user");
  const auto it = run.numbers(group, "it_energy"), grid = run.numbers(group, "grid_energy");
  const auto water = run.numbers(group, "water"), emissions = run.numbers(group, "emissions"),
             cost = run.numbers(group, "cost");
  for (std::size_t i = 0; i < names.size(); ++i)
    summary.users.push_back({names[i], it[i], grid[i], water[i], emissions[i], cost[i]});
}

void read_services(const RunSource& run, RunSummary& summary) {
  const std::string group = summary.site + "/services";
  if (!run.has(group, "output_token_rate")) return;
  const std::vector<std::string> names = run.texts(group, "service");
  if (names.empty()) return;
  std::vector<double> tokens(names.size());
  const std::size_t rows = run.rows(group);
  for (std::size_t first = 0; first < rows; first += kRowsAtOnce) {
    const std::vector<double> interval = run.numbers(summary.site, "interval", first, kRowsAtOnce);
    const std::vector<double> rate = run.numbers(group, "output_token_rate", first, kRowsAtOnce);
    const std::size_t count = std::min(interval.size(), rate.size() / names.size());
    for (std::size_t row = 0; row < count; ++row)
      for (std::size_t i = 0; i < names.size(); ++i) tokens[i] += interval[row] * rate[row * names.size() + i];
  }
  for (std::size_t i = 0; i < names.size(); ++i)
    if (tokens[i] > 0) summary.services.push_back({names[i], tokens[i]});
}

// An interval belongs to the day in which it begins: not worth telling when it is a good part of that day.
void read_thirstiest_day(const RunSource& run, RunSummary& summary) {
  constexpr Duration day = std::chrono::days(1);
  if (summary.value("water_withdrawn") <= 0 || summary.end - summary.start < 2 * day) return;
  if (!run.has(summary.site, "water_makeup")) return;
  const TimeZone zone(summary.time_zone);
  DaySummary today, worst;
  Time tomorrow = summary.start;
  const std::size_t rows = run.rows(summary.site);
  if (rows == 0) return;
  for (std::size_t first = 0; first < rows; first += kRowsAtOnce) {
    const std::vector<double> time = run.numbers(summary.site, "time", first, kRowsAtOnce);
    const std::vector<double> interval = run.numbers(summary.site, "interval", first, kRowsAtOnce);
    const std::vector<double> makeup = run.numbers(summary.site, "water_makeup", first, kRowsAtOnce);
    for (std::size_t row = 0; row < time.size(); ++row) {
      if (interval[row] > 3600) return;
      const Time begin = summary.start + from_seconds(time[row]);
      if (begin >= tomorrow) {
        if (today.water_kg > worst.water_kg) worst = today;
        const auto date = std::chrono::floor<std::chrono::days>(zone.to_local(begin));
        today = {zone.to_utc(date), 0};
        tomorrow = zone.to_utc(date + std::chrono::days(1));
      }
      today.water_kg += makeup[row] * interval[row];
    }
  }
  summary.thirstiest_day = today.water_kg > worst.water_kg ? today : worst;
}

void read_warnings(const RunSource& run, RunSummary& summary) {
  if (!run.has("warnings")) return;
  const auto texts = run.texts("warnings", "text");
  const auto counts = run.numbers("warnings", "count");
  for (std::size_t i = 0; i < texts.size(); ++i)
    summary.warnings.push_back({texts[i], static_cast<std::uint64_t>(counts[i])});
}

RunSummary of_whole_run(const RunSource& run) {
  RunSummary summary;
  summary.title = run.attributes().title;
  summary.time_zone = run.attributes().time_zone;
  summary.seed = run.attributes().seed;
  summary.run = run.attributes().run;
  summary.complete = run.complete();
  read_warnings(run, summary);
  summary.inputs = static_cast<std::size_t>(run.group_number("catalog", "inputs").value_or(0));
  summary.assumed_inputs = static_cast<std::size_t>(run.group_number("catalog", "inputs_assumed").value_or(0));
  return summary;
}

RunSummary of_file(RunSummary summary, const std::filesystem::path& file) {
  summary.file = file;
  summary.file_bytes = std::filesystem::file_size(file);
  return summary;
}

RunSummary of_site(const RunSource& run, RunSummary summary, const std::string& site) {
  summary.site = site;
  if (const auto zone = run.group_text(site, "time_zone")) summary.time_zone = *zone;
  summary.start = run.epoch(site);
  read_scalars(run, summary);
  summary.end = summary.start + from_seconds(summary.value("duration"));
  if (run.has(site, "carbon_intensity"))
    for (const auto& [name, value] : run.column(site, "carbon_intensity").spec.attributes)
      if (name == "boundary") summary.boundary = value;
  read_months(run, summary);
  read_limits(run, summary);
  read_validity(run, summary);
  read_omissions(run, summary);
  read_users(run, summary);
  read_services(run, summary);
  read_thirstiest_day(run, summary);
  return summary;
}

}  // namespace

RunSummary read_summary(const RunSource& run) {
  RunSummary summary = of_whole_run(run);
  const std::vector<std::string> sites = run.sites();
  return sites.empty() ? summary : of_site(run, std::move(summary), sites.front());
}

RunSummary read_summary(const std::filesystem::path& file, FileOrigin origin) {
  return of_file(read_summary(RunFileReader(file, origin)), file);
}

std::vector<RunSummary> read_summaries(const RunSource& run) {
  const RunSummary whole = of_whole_run(run);
  std::vector<RunSummary> summaries;
  for (const std::string& site : run.sites()) summaries.push_back(of_site(run, whole, site));
  if (summaries.empty()) summaries.push_back(whole);
  return summaries;
}

std::vector<RunSummary> read_summaries(const std::filesystem::path& file, FileOrigin origin) {
  std::vector<RunSummary> summaries = read_summaries(RunFileReader(file, origin));
  for (RunSummary& site : summaries) site = of_file(std::move(site), file);
  return summaries;
}

}  // namespace wattershed
