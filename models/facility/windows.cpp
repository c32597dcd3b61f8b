#include "models/facility/windows.hpp"

#include <algorithm>

#include "models/facility/waveform.hpp"

namespace wattershed {
namespace {

constexpr Duration lead = std::chrono::seconds(60);

ColumnSpec column(std::string name, std::string units, std::string long_name) {
  ColumnSpec spec;
  spec.name = std::move(name);
  spec.units = std::move(units);
  spec.long_name = std::move(long_name);
  spec.single_precision = true;
  return spec;
}

struct Choice {
  std::string name;
  Time begin, end;
  Duration every;
};

// Those that are asked for, and one for each event, within the run and in whole samples.
std::vector<Choice> choices_of(const LoadedScenario& loaded, const TimeZone& zone) {
  std::vector<Choice> choices;
  const Record& record = loaded.scenario.record;
  for (const auto& [name, window] : record.windows) {
    const Time begin = zone.to_utc(window.at);
    choices.push_back({name, begin, begin + window.length, window.every});
  }
  if (record.events)
    for (std::size_t i = 0; i < loaded.scenario.events.size(); ++i) {
      const Time begin = zone.to_utc(loaded.scenario.events[i].at) - record.events->before;
      choices.push_back(
          {"event_" + std::to_string(i + 1), begin, begin + record.events->length, record.events->every});
    }
  std::vector<Choice> kept;
  for (Choice& choice : choices) {
    choice.begin = std::max(choice.begin, loaded.start);
    choice.end = std::min(choice.end, loaded.end);
    if (choice.end - choice.begin < choice.every) continue;
    choice.end -= (choice.end - choice.begin) % choice.every;
    kept.push_back(choice);
  }
  return kept;
}

}  // namespace

struct SiteWindows::Glass {
  Choice choice;
  TableId table;
  std::unique_ptr<WaveformLog> log;
};

SiteWindows::SiteWindows(Simulation& simulation, SiteModel& site, const LoadedScenario& loaded, RunFile& file)
    : simulation_(simulation), site_(site), file_(file) {
  for (const Choice& choice : choices_of(loaded, site.zone())) {
    glasses_.push_back(std::make_unique<Glass>());
    Glass& glass = *glasses_.back();
    glass.choice = choice;
    const std::string group = site.name() + "/windows/" + choice.name;
    glass.table =
        file.time_table(group, choice.begin,
                        {column("it_power", "W", "IT power, at the AC input of the equipment"),
                         column("facility_power", "W", "facility power: IT, losses, cooling, lighting, other"),
                         column("grid_power", "W", "grid power at the point of interconnection")});
    file.group_attribute(group, "sample_rate", 1 / seconds(choice.every));
    const Time opens = std::max(choice.begin - lead, loaded.start);
    simulation.at(
        opens, [this, &glass] { open(glass); }, EventPriority::early);
    simulation.at(
        choice.end, [this, &glass] { close(glass, glass.choice.end); }, EventPriority::early);
  }
}

SiteWindows::~SiteWindows() = default;

void SiteWindows::open(Glass& glass) {
  glass.log = std::make_unique<WaveformLog>(simulation_.now());
  site_.open_log(*glass.log);
}

void SiteWindows::stop() {
  for (const auto& glass : glasses_) {
    const Duration seen = simulation_.now() - glass->choice.begin;
    if (glass->log) close(*glass, simulation_.now() - seen % glass->choice.every);
  }
}

void SiteWindows::close(Glass& glass, Time end) {
  site_.close_log(*glass.log);
  const std::unique_ptr<WaveformLog> log = std::move(glass.log);
  const Choice& choice = glass.choice;
  if (end <= choice.begin) return;
  // A whole number of samples before the begin, so that no sample lies across it.
  const std::int64_t before = (lead + choice.every - Duration{1}) / choice.every;
  WaveformOptions options;
  options.begin_s = log->since(choice.begin - before * choice.every);
  options.end_s = log->since(end);
  options.every_s = seconds(choice.every);
  options.lag_s = seconds(site_.supply_lag());
  options.stream = "window " + choice.name;
  options.seed = simulation_.options().seed;
  options.run = simulation_.options().run;
  synthesize(site_.plan(), *log, options, [&](const WaveformBlock& block) {
    for (std::size_t i = 0; i < block.it_w.size(); ++i) {
      const std::int64_t sample = static_cast<std::int64_t>(block.first + i) - before;
      if (sample < 0) continue;
      const Time begin = choice.begin + sample * choice.every;
      const double values[] = {block.it_w[i], block.facility_w[i], block.grid_w[i]};
      file_.append(glass.table, begin, begin + choice.every, values);
    }
  });
}

}  // namespace wattershed
