#include "models/facility/record/windows.hpp"

#include <algorithm>

#include "models/facility/record/network_windows.hpp"
#include "models/facility/waveform/grid_side.hpp"
#include "models/facility/waveform/waveform.hpp"
#include "sim/calendar/calendar.hpp"

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
std::vector<Choice> choices_of(const LoadedSite& loaded) {
  const TimeZone zone(loaded.clock_zone);
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

bool has_batteries(const GridSideSetup& setup) { return setup.battery || setup.ups; }
bool has_voltage(const GridSideSetup& setup) { return setup.impedance || setup.sags; }

std::vector<ColumnSpec> columns_of(const GridSideSetup& setup, bool in_network) {
  std::vector<ColumnSpec> columns{
      column("it_power", "W", "IT power, at the AC input of the equipment"),
      column("facility_power", "W", "facility power: IT, losses, cooling, lighting, other"),
      column("grid_power", "W", "grid power at the point of interconnection")};
  if (has_batteries(setup))
    columns.push_back(column("battery_power", "W", "power into stored energy of batteries, charging positive"));
  if (setup.battery)
    columns.push_back(column("state_of_charge", "1", "of the battery at the point of interconnection"));
  if (setup.reactive)
    columns.push_back(
        column("reactive_power", "VA", "reactive power at the point of interconnection, lagging positive"));
  if (has_voltage(setup))
    columns.push_back(column("poi_voltage", "1", "voltage at the point of interconnection, of nominal"));
  if (setup.frequency)
    columns.push_back(column("poi_frequency", "Hz", "frequency of the interconnection"));
  else if (in_network)
    columns.push_back(column("poi_frequency", "Hz", "local frequency at the site's bus of the network"));
  return columns;
}

}  // namespace

struct SiteWindows::Glass {
  Choice choice;
  TableId table;
  std::unique_ptr<WaveformLog> log;
  GridSideSetup setup;  // when the log began
};

struct SiteWindows::Rows {
  Rows(RunSink& run_file, const Glass& of, bool has_point, bool in_network)
      : file(run_file), glass(of), own_voltage(has_point), waits(in_network) {
    load.begin = of.choice.begin;
    load.every = of.choice.every;
  }

  void draws(const GridSideSample& sample) {
    load.active_w.push_back(static_cast<float>(sample.grid_w));
    load.reactive_va.push_back(static_cast<float>(sample.reactive_va));
  }
  void take(std::int64_t number, double it_w, const GridSideSample& sample) {
    const GridSideSetup& setup = glass.setup;
    values = {it_w, sample.facility_w, sample.grid_w};
    if (has_batteries(setup)) values.push_back(sample.battery_w);
    if (setup.battery) values.push_back(sample.state_of_charge);
    if (setup.reactive) values.push_back(sample.reactive_va);
    if (has_voltage(setup)) values.push_back(sample.voltage);
    if (waits || setup.frequency) values.push_back(sample.frequency_hz);
    if (waits)
      kept.insert(kept.end(), values.begin(), values.end());
    else
      write(number);
  }
  // Voltage and frequency are the last two of a row; a sag is deeper than what a swing does.
  void hear(std::size_t number, double voltage, double frequency_hz) {
    const std::size_t width = values.size();
    const auto row = kept.begin() + static_cast<std::ptrdiff_t>(number * width);
    std::copy(row, row + static_cast<std::ptrdiff_t>(width), values.begin());
    double& heard = values[width - 2];
    if (!own_voltage) heard = heard < 1 ? std::min(heard, voltage) : voltage;
    if (!glass.setup.frequency) values[width - 1] = frequency_hz;
    write(static_cast<std::int64_t>(number));
  }
  void write(std::int64_t number) {
    const Time begin = glass.choice.begin + number * glass.choice.every;
    file.append(glass.table, begin, begin + glass.choice.every, values);
  }

  RunSink& file;
  const Glass& glass;
  bool own_voltage, waits;
  WindowLoad load;
  std::vector<double> values;
  std::vector<float> kept;  // rows that wait, as the file will have them
};

SiteWindows::SiteWindows(Simulation& simulation, SiteModel& site, const LoadedSite& loaded, RunSink& file,
                         NetworkSeat seat)
    : simulation_(simulation),
      site_(site),
      file_(file),
      seat_(seat),
      stream_prefix_(loaded.stream_prefix),
      start_(loaded.start) {
  for (const Choice& choice : choices_of(loaded)) {
    glasses_.push_back(std::make_unique<Glass>());
    Glass& glass = *glasses_.back();
    glass.choice = choice;
    const std::string group = site.name() + "/windows/" + choice.name;
    glass.table = file.time_table(group, choice.begin, columns_of(site.grid_side(), seat_.windows != nullptr));
    file.group_attribute(group, "sample_rate", 1 / seconds(choice.every));
    if (const auto& point = site.grid().point) {
      file.group_attribute(group, "nominal_voltage", point->voltage.si());
      file.group_attribute(group, "nominal_frequency", point->frequency.si());
    } else if (const auto& frequency = site.grid_side().frequency) {
      file.group_attribute(group, "nominal_frequency", frequency->nominal().si());
    } else if (seat_.windows) {
      file.group_attribute(group, "nominal_frequency", seat_.windows->frequency().si());
    }
    if (const auto nominal =
            seat_.windows && !site.grid().point ? seat_.windows->nominal_voltage(seat_.place) : std::nullopt)
      file.group_attribute(group, "nominal_voltage", nominal->si());
    if (const auto& connection = site.grid().connection) file.group_attribute(group, "connection", connection->si());
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
  glass.setup = site_.grid_side();
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
  if (!glass.setup.balanced) glass.setup.balanced = site_.grid_side().balanced;  // it opened with the run
  const std::unique_ptr<WaveformLog> log = std::move(glass.log);
  const Choice& choice = glass.choice;
  if (end <= choice.begin) return;
  // A whole number of samples before the begin, so that no sample lies across it; none from before the run.
  const std::int64_t before =
      std::min((lead + choice.every - Duration{1}) / choice.every, (choice.begin - start_) / choice.every);
  WaveformOptions options;
  options.begin_s = log->since(choice.begin - before * choice.every);
  options.end_s = log->since(end);
  options.every_s = seconds(choice.every);
  options.lag_s = seconds(site_.supply_lag());
  options.stream = stream_prefix_ + "window " + choice.name;
  options.seed = simulation_.options().seed;
  options.run = simulation_.options().run;
  GridSide grid(glass.setup, *log, options.begin_s, options.every_s);
  const auto rows = std::make_shared<Rows>(file_, glass, site_.grid().point.has_value(), seat_.windows != nullptr);
  if (seat_.windows) rows->load.lead = static_cast<std::size_t>(before);
  synthesize(site_.plan(), *log, options, [&](const WaveformBlock& block) {
    grid.run(block, [&](std::size_t number, const GridSideSample& sample) {
      if (seat_.windows) rows->draws(sample);
      const std::int64_t after = static_cast<std::int64_t>(number) - before;
      if (after >= 0) rows->take(after, block.it_w[number - block.first], sample);
    });
  });
  if (!seat_.windows) return;
  WindowLoad load = std::move(rows->load);
  load.hear = [rows](std::size_t sample, double voltage, double frequency_hz) {
    rows->hear(sample, voltage, frequency_hz);
  };
  seat_.windows->hand_in(seat_.place, choice.name, std::move(load));
}

}  // namespace wattershed
