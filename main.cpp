/// The program: what each word of the command line does.
///
/// Exit status  0 done; 1 what was asked for does not hold (--strict, swing, evidence); 2 input that cannot be used;
///              3 anything else (a failed audit, a full disk); 130 interrupted with Ctrl-C.

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/component/component.hpp"
#include "analysis/evidence/evidence.hpp"
#include "analysis/expectation/check_evidence.hpp"
#include "analysis/export/export.hpp"
#include "analysis/inspect/catalog_listing.hpp"
#include "analysis/inspect/explain.hpp"
#include "analysis/network/hosting_report.hpp"
#include "analysis/network/modes_report.hpp"
#include "analysis/network/named_case.hpp"
#include "analysis/network/power_flow_report.hpp"
#include "analysis/screen/screen.hpp"
#include "analysis/sizing/report.hpp"
#include "analysis/swing/report.hpp"
#include "analysis/text/text_output.hpp"
#include "build_info.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "models/facility/record/run.hpp"
#include "models/grid/point/grid_point.hpp"
#include "sim/output/run_file.hpp"

namespace {

using namespace wattershed;
namespace fs = std::filesystem;

constexpr int kDone = 0, kDoesNotHold = 1, kBadInput = 2, kFailed = 3, kInterrupted = 130;

std::atomic<bool> interrupt_requested{false};
extern "C" void on_interrupt(int) { interrupt_requested = true; }

/// To stderr; that nobody can be told is no reason to die.
void complain(const std::string& text) { std::fputs((text + "\n").c_str(), stderr); }

Catalog program_catalog() { return Catalog(embedded_catalog()); }

std::string utc_now() {
  return format_utc(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

// ---- run -----------------------------------------------------------------------------------------------------

struct RunArguments {
  std::string scenario, output, units = "si";
  std::vector<std::string> sets, leaks;
  std::optional<std::uint64_t> seed;
  std::uint64_t run = 0;
  bool json = false, quiet = false, strict = false, verbose = false;
};

/// A line that is written over again, on a terminal only.
class ProgressBar {
 public:
  explicit ProgressBar(bool wanted) : shown_(wanted && isatty(STDERR_FILENO) != 0) {}
  ~ProgressBar() { clear(); }

  void update(const Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - last_ < std::chrono::milliseconds(100)) return;
    last_ = now;
    const double wall_s = std::chrono::duration<double>(now - begin_).count();
    const double share = seconds(progress.now - progress.start) / seconds(progress.end - progress.start);
    const int filled = static_cast<int>(share * 30);
    const double rate = static_cast<double>(progress.events) / wall_s;
    const std::string events = rate >= 1e6   ? fmt::format("{:.1f} M", rate / 1e6)
                               : rate >= 1e3 ? fmt::format("{:.0f} k", rate / 1e3)
                                             : fmt::format("{:.0f}", rate);
    fmt::print(stderr, "\r{} [{:#<{}}{:.<{}}] {:3.0f} %  {} events/s  {:.0f} s left \x1b[K",
               format_utc(progress.now).substr(0, 10), "", filled, "", 30 - filled, share * 100, events,
               share > 0 ? wall_s * (1 / share - 1) : 0.0);
    std::fflush(stderr);
    drawn_ = true;
  }
  void clear() {
    if (drawn_) fmt::print(stderr, "\r\x1b[K");
    drawn_ = false;
  }

 private:
  bool shown_, drawn_ = false;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now(), last_ = begin_;
};

int run(const RunArguments& arguments) {
  std::vector<std::string> sets = arguments.sets;
  if (arguments.seed) sets.push_back("seed=" + std::to_string(*arguments.seed));
  const LoadedScenario loaded = load_whole_scenario(arguments.scenario, program_catalog(), sets);

  RunOptions options;
  options.output = arguments.output.empty() ? fs::path(arguments.scenario).stem().string() + ".h5" : arguments.output;
  options.run = arguments.run;
  options.program_version = program_version;
  options.git_hash = git_hash;
  options.created = utc_now();
  ProgressBar bar(!arguments.quiet && !arguments.json);
  options.progress = [&](const Progress& progress) {
    bar.update(progress);
    return !interrupt_requested.load();
  };
  ::signal(SIGINT, on_interrupt);
  ::signal(SIGTERM, on_interrupt);

  const auto begin = std::chrono::steady_clock::now();
  const RunResult result = run_scenario(loaded, options);
  const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  bar.clear();

  const std::vector<RunSummary> sites = read_summaries(options.output, FileOrigin::own);
  if (arguments.json)
    fmt::print("{}\n", to_json(sites));
  else if (!arguments.quiet)
    fmt::print("{}", screen(sites, {.scenario = fs::path(arguments.scenario).filename().string(),
                                    .wall_s = wall_s,
                                    .verbose = arguments.verbose,
                                    .us_units = arguments.units == "us"}));
  if (!result.audits_hold()) {
    for (const Balance& balance : result.balances)
      if (balance.failed()) fmt::print(stderr, "wattershed: failed audit of {}\n", balance.to_string());
    fmt::print(stderr, "wattershed: {} is kept; its books do not close\n", options.output.string());
    return kFailed;
  }
  if (result.interrupted) return kInterrupted;
  if (arguments.strict && result.broken_limits > 0) {
    fmt::print(stderr, "wattershed: {} limit{} broken\n", result.broken_limits, result.broken_limits == 1 ? "" : "s");
    return kDoesNotHold;
  }
  return kDone;
}

// ---- check, explain, export, component, evidence -------------------------------------------------------------

int check(const std::vector<std::string>& scenarios, const std::vector<std::string>& sets) {
  const Catalog catalog = program_catalog();
  int status = kDone;
  for (const std::string& scenario : scenarios) {
    try {
      const LoadedScenario loaded = load_whole_scenario(scenario, catalog, sets);
      fmt::print("{}: good, {} values\n", scenario, loaded.document->values.size());
      for (const Warning& warning : loaded.warnings) fmt::print("  warning: {}\n", warning.text);
    } catch (const InputError& error) {
      complain(error.what());
      status = kBadInput;
    }
  }
  return status;
}

int explain(const std::string& scenario, const std::vector<std::string>& sets) {
  const LoadedScenario loaded = load_whole_scenario(scenario, program_catalog(), sets);
  fmt::print("{}", explanation(*loaded.document));
  return kDone;
}

int export_run(const std::string& file, const ExportOptions& options, const std::string& output, bool list) {
  if (list) {
    for (const std::string& group : exportable_groups(file)) fmt::print("{}\n", group);
    return kDone;
  }
  std::error_code error;
  if (fs::equivalent(file, output, error))
    throw InputError({output, 0, 0}, "is the run file itself: choose another output path");
  TextOutput out(output);
  export_csv(file, options, [&](std::string_view text) { out.write(text); });
  out.finish();
  return kDone;
}

struct ComponentArguments {
  std::string model, states, output;
  std::vector<std::string> sets;
  bool compare = false;
};

int component(const ComponentArguments& arguments) {
  std::error_code error;
  if (fs::equivalent(arguments.states, arguments.output, error))
    throw InputError({arguments.output, 0, 0}, "is the file of states itself: choose another output path");
  const ComponentResult result =
      evaluate_component(arguments.model, arguments.states, arguments.sets, program_catalog(), arguments.compare);
  if (!arguments.compare || !arguments.output.empty()) {
    TextOutput out(arguments.output);
    write_component_csv(result, [&](std::string_view text) { out.write(text); });
    out.finish();
  }
  for (const std::string& warning : result.warnings) complain("wattershed: warning: " + warning);
  if (arguments.compare) fmt::print("{}", deviation_table(result.deviations));
  return kDone;
}

struct PowerFlowArguments {
  std::string file, csv, hosting, contingencies;
  std::vector<std::string> loads;
  std::vector<std::string> sites;
  double power_factor = 1;
  std::optional<double> damping;
  bool dc = false, limits = false, modes = false;
};

void write_table(const std::string& path, const std::string& table) {
  if (path.empty()) return;
  TextOutput out(path);
  out.write(table);
  out.finish();
}

int hosting(const PowerFlowArguments& arguments, const GridCase& grid) {
  const HostingOptions options{.contingencies = !arguments.contingencies.empty(),
                               .reactive_limits = arguments.limits,
                               .power_factor = arguments.power_factor};
  const HostingStudy study = hosting_capacity(grid, hosting_buses(grid, arguments.hosting), options);
  fmt::print("{}", hosting_report(grid, study, options));
  if (!study.no_solution.empty()) {
    complain("wattershed: " + arguments.file + ": no power flow: " + study.no_solution);
    return kDoesNotHold;
  }
  write_table(arguments.csv, hosting_csv(grid, study));
  return kDone;
}

int powerflow(const PowerFlowArguments& arguments) {
  std::error_code error;
  if (fs::equivalent(arguments.file, arguments.csv, error))
    throw InputError({arguments.csv, 0, 0}, "is the case itself: choose another output path");
  std::optional<Frequency> damping;
  if (arguments.damping) damping = Frequency(*arguments.damping);
  NamedNetwork network = named_network(arguments.file, program_catalog(), damping);
  GridCase& grid = network.grid;
  for (const std::string& load : arguments.loads) add_written_load(grid, load);
  if (!arguments.hosting.empty()) return hosting(arguments, grid);
  PowerFlowOptions options{.reactive_limits = arguments.limits};
  PowerFlow flow = arguments.dc ? solve_dc_power_flow(grid) : solve_power_flow(grid, options);
  if (!flow.converged && !arguments.dc) {  // far from flat, the case may bring a better start
    options.start = PowerFlowStart::stored;
    if (PowerFlow again = solve_power_flow(grid, options); again.converged) flow = std::move(again);
  }
  if (!arguments.modes || !flow.converged)
    fmt::print("{}", power_flow_report(grid, flow, {arguments.dc, arguments.limits}));
  if (!flow.converged) {
    complain("wattershed: " + arguments.file + ": no power flow: " + flow.reason);
    return kDoesNotHold;
  }
  if (arguments.modes) {
    std::vector<std::size_t> buses;
    for (const std::string& site : arguments.sites) buses.push_back(place_of_bus(grid, "--site", site));
    fmt::print("{}", modes_report(network, flow, buses));
  }
  write_table(arguments.csv, power_flow_csv(grid, flow));
  return kDone;
}

struct SwingArguments {
  std::string file, limits, csv, size;
  std::vector<std::string> bands, sets;
  SwingQuestion question;
  bool json = false;
};

int size_swing(const SwingArguments& arguments) {
  const LoadedLimits limits = load_swing_limits(arguments.limits, program_catalog());
  const std::string& site = arguments.question.site;
  SizingQuestion question{{arguments.file, arguments.sets, site, arguments.question.window}, {}};
  for (const Mitigation mitigation : {Mitigation::bess, Mitigation::floor, Mitigation::capacitor})
    if (mitigation_name(mitigation) == arguments.size) question.mitigation = mitigation;
  ::signal(SIGINT, on_interrupt);
  ::signal(SIGTERM, on_interrupt);
  const bool shown = isatty(STDERR_FILENO) != 0;
  std::string last;
  const auto go_on = [&](const std::string& what) {
    if (shown && what != last) fmt::print(stderr, "\r{:.78}\x1b[K", last = what);
    return !interrupt_requested.load();
  };
  const SwingSizing sizing = size_mitigation(question, limits, program_catalog(), go_on);
  if (shown) fmt::print(stderr, "\r\x1b[K");
  fmt::print("{}", arguments.json ? sizing_json(sizing) + "\n" : sizing_report(sizing));
  return sizing.holds() ? kDone : kDoesNotHold;
}

int swing(const SwingArguments& arguments) {
  if (!arguments.size.empty()) return size_swing(arguments);
  std::error_code error;
  if (fs::equivalent(arguments.file, arguments.csv, error))
    throw InputError({arguments.csv, 0, 0}, "is the run file itself: choose another output path");
  SwingQuestion question = arguments.question;
  for (const std::string& band : arguments.bands) question.bands.push_back(parse_band(band));
  std::optional<LoadedLimits> limits;
  if (!arguments.limits.empty()) limits = load_swing_limits(arguments.limits, program_catalog());
  const SwingAnalysis analysis = analyse_swing(arguments.file, question, limits ? &*limits : nullptr);
  if (!arguments.csv.empty()) {
    TextOutput out(arguments.csv);
    out.write(spectrum_csv(analysis));
    out.finish();
  }
  fmt::print("{}", arguments.json ? swing_json(analysis) + "\n" : swing_report(analysis));
  return analysis.holds() ? kDone : kDoesNotHold;
}

int evidence(const std::vector<std::string>& names) {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const std::vector<EvidenceRow> rows = run_all_evidence(evidence_files(names, program), program_catalog());
  fmt::print("{}", evidence_table(rows));
  return evidence_holds(rows) ? kDone : kDoesNotHold;
}

bool known_command(const CLI::App& app, const std::string& word) {
  const std::vector<const CLI::App*> commands = app.get_subcommands({});
  return std::any_of(commands.begin(), commands.end(), [&](const CLI::App* c) { return c->get_name() == word; });
}

int program(int argc, char** argv) {
  CLI::App app("wattershed: a discrete-event simulator of AI data centers", "wattershed");
  app.set_version_flag("--version", fmt::format("wattershed {} ({})", program_version, git_hash));
  app.require_subcommand(1);
  int status = kDone;

  RunArguments run_arguments;
  CLI::App* run_command = app.add_subcommand("run", "simulate a scenario");
  run_command->add_option("SCENARIO", run_arguments.scenario, "the scenario (YAML)")->required();
  run_command->add_option("-o,--output", run_arguments.output, "the run file; default: SCENARIO's stem + .h5, here");
  run_command->add_option("--set", run_arguments.sets, "PATH=VALUE on top of the scenario; may be repeated")
      ->allow_extra_args(false);
  const CLI::Validator whole(
      [](std::string& text) {
        const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        return digits && text.size() <= 18 ? std::string() : "'" + text + "' is not a whole number from 0";
      },
      "N");
  run_command->add_option("--seed", run_arguments.seed, "seed of all random streams")->check(whole);
  run_command->add_option("--run", run_arguments.run, "number of the replication")->check(whole);
  run_command->add_option("--units", run_arguments.units, "units of the screen")->check(CLI::IsMember({"si", "us"}));
  run_command->add_flag("--json", run_arguments.json, "print the summary as JSON");
  run_command->add_flag("--quiet,-q", run_arguments.quiet, "print nothing but errors");
  run_command->add_flag("--strict", run_arguments.strict, "exit with 1 when a limit is broken");
  run_command->add_flag("--verbose,-v", run_arguments.verbose, "print every warning");
#ifdef WATTERSHED_TEST_LEAKS
  run_command->add_option("--leak", run_arguments.leaks, "LAYER=AMOUNT lost outside the books")
      ->allow_extra_args(false);
#endif
  run_command->callback([&] { status = run(run_arguments); });

  std::vector<std::string> scenarios, sets;
  CLI::App* check_command = app.add_subcommand("check", "validate scenarios: every error at once");
  check_command->add_option("SCENARIO", scenarios, "the scenarios")->required();
  check_command->add_option("--set", sets, "PATH=VALUE on top of the scenario")->allow_extra_args(false);
  check_command->callback([&] { status = check(scenarios, sets); });

  std::string scenario;
  CLI::App* explain_command = app.add_subcommand("explain", "print the resolved scenario: defaults, sources, paths");
  explain_command->add_option("SCENARIO", scenario, "the scenario")->required();
  explain_command->add_option("--set", sets, "PATH=VALUE on top of the scenario")->allow_extra_args(false);
  explain_command->callback([&] { status = explain(scenario, sets); });

  std::string kind, name;
  CLI::App* catalog_command = app.add_subcommand("catalog", "what can be named in a scenario, with sources");
  catalog_command->add_option("KIND", kind, "for example racks");
  catalog_command->add_option("NAME", name, "for example gb200-nvl72");
  catalog_command->callback([&] { fmt::print("{}", list_catalog(program_catalog(), kind, name)); });

  std::string file, output;
  ExportOptions export_options;
  bool list = false;
  CLI::App* export_command = app.add_subcommand("export", "a table of a run file as CSV");
  export_command->add_option("RUN", file, "the run file")->required();
  export_command->add_option("-o,--output", output, "the CSV; default: standard output");
  export_command->add_option("--group", export_options.group, "the table; default: the first site's time table");
  export_command->add_option("--columns", export_options.columns, "only these columns")->delimiter(',');
  export_command->add_flag("--list", list, "list the tables");
  export_command->callback([&] { status = export_run(file, export_options, output, list); });

  ComponentArguments component_arguments;
  CLI::App* component_command =
      app.add_subcommand("component", "one model over a CSV of states, beside a data sheet");
  component_command
      ->add_option("NAME", component_arguments.model, fmt::format("{}", fmt::join(component_names(), ", ")))
      ->required();
  component_command->add_option("--states", component_arguments.states, "the states (CSV)")->required();
  component_command->add_option("--set", component_arguments.sets, "PATH=VALUE: design constants; may be repeated")
      ->allow_extra_args(false);
  component_command->add_option("-o,--output", component_arguments.output,
                                "the states with our columns (CSV); default: standard output");
  component_command->add_flag("--compare", component_arguments.compare,
                              "print how far ours lie from the file's columns");
  component_command->callback([&] { status = component(component_arguments); });

  PowerFlowArguments flow_arguments;
  CLI::App* flow_command = app.add_subcommand("powerflow", "voltages and flows of a network");
  flow_command->add_option("CASE", flow_arguments.file, "a MATPOWER case (.m), or a network of the catalog")
      ->required();
  flow_command->add_option("--load", flow_arguments.loads, "BUS=MW[,MVAr] on top of the case's; may be repeated")
      ->allow_extra_args(false);
  CLI::Option* dc = flow_command->add_flag("--dc", flow_arguments.dc, "the linear flow: no losses, no voltages");
  flow_command->add_flag("--limits", flow_arguments.limits, "keep the reactive limits of the units")->excludes(dc);
  CLI::Option* hosting_option =
      flow_command
          ->add_option("--hosting", flow_arguments.hosting,
                       "BUS or all: the largest load on top, within voltages, ratings and collapse")
          ->excludes(dc);
  flow_command
      ->add_option("--contingencies", flow_arguments.contingencies, "of --hosting: N-1, each branch out in turn")
      ->check(CLI::IsMember({"N-1"}))
      ->needs(hosting_option);
  const CLI::Validator factor(
      [](std::string& text) {
        double value = 0;
        const bool good = CLI::detail::lexical_cast(text, value) && value > 0 && value <= 1;
        return good ? std::string() : "'" + text + "' is no power factor; it is above 0 and at most 1";
      },
      "PF");
  flow_command
      ->add_option("--power-factor", flow_arguments.power_factor, "of --hosting: of the load, lagging; default 1")
      ->check(factor)
      ->needs(hosting_option);
  CLI::Option* modes =
      flow_command->add_flag("--modes", flow_arguments.modes, "how the machines swing against each other")
          ->excludes(dc)
          ->excludes(hosting_option);
  flow_command
      ->add_option("--site", flow_arguments.sites, "of --modes: BUS of a load that oscillates; may be repeated")
      ->allow_extra_args(false)
      ->needs(modes);
  flow_command
      ->add_option("--damping", flow_arguments.damping, "of --modes: D/2H of machines without damping, per second")
      ->check(CLI::Range(0.0, 100.0))
      ->needs(modes);
  flow_command->add_option("--csv", flow_arguments.csv, "write the buses to this file");
  flow_command->callback([&] { status = powerflow(flow_arguments); });

  SwingArguments swing_arguments;
  CLI::App* swing_command =
      app.add_subcommand("swing", "ramps, spectrum, flicker of a run's windows, against a utility's limits");
  swing_command->add_option("RUN", swing_arguments.file, "the run file; with --size a scenario")->required();
  CLI::Option* swing_limits =
      swing_command->add_option("--limits", swing_arguments.limits, "limits of the catalog, or a file of limits");
  CLI::Option* swing_size =
      swing_command
          ->add_option("--size", swing_arguments.size, "the smallest of these that keeps the limits, and its cost")
          ->check(CLI::IsMember({"bess", "floor", "capacitor"}))
          ->needs(swing_limits);
  swing_command->add_option("--set", swing_arguments.sets, "of --size: PATH=VALUE on top of the scenario")
      ->allow_extra_args(false)
      ->needs(swing_size);
  swing_command->add_option("--site", swing_arguments.question.site, "only this site; default: all");
  swing_command->add_option("--window", swing_arguments.question.window, "only this window; default: all");
  swing_command->add_option("--band", swing_arguments.bands, "LOW-HIGH: one band more, in Hz; may be repeated")
      ->allow_extra_args(false)
      ->excludes(swing_size);
  swing_command->add_option("--csv", swing_arguments.csv, "write the spectrum to this file")->excludes(swing_size);
  swing_command->add_flag("--json", swing_arguments.json, "print the sheet as JSON");
  swing_command->callback([&] { status = swing(swing_arguments); });

  std::vector<std::string> names;
  CLI::App* evidence_command = app.add_subcommand("evidence", "published numbers against simulated ones");
  evidence_command->add_option("NAME", names, "scenarios; default: all of scenarios/evidence");
  evidence_command->callback([&] { status = evidence(names); });

  // Said by the library without the word that was meant.
  if (argc > 1 && argv[1][0] != '-' && !known_command(app, argv[1])) {
    std::vector<std::string> commands;
    for (const CLI::App* command : std::as_const(app).get_subcommands({})) commands.push_back(command->get_name());
    throw InputError({}, fmt::format("'{}' is no command{}; there is {}", argv[1], did_you_mean(argv[1], commands),
                                     fmt::join(commands, ", ")));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kBadInput;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  // A full disk is an error to report, not a signal to die of.
  ::signal(SIGXFSZ, SIG_IGN);
  ::signal(SIGPIPE, SIG_DFL);
  try {
    const int status = program(argc, argv);
    if (std::fflush(stdout) == 0) return status;
    complain("wattershed: standard output cannot be written: is the disk full?");
    return kFailed;
  } catch (const wattershed::InputError& error) {
    complain(error.what());
    return kBadInput;
  } catch (const wattershed::SizingStopped&) {
    return kInterrupted;
  } catch (const wattershed::VoltageCollapse& error) {
    complain(std::string("wattershed: ") + error.what());
    return kDoesNotHold;
  } catch (const std::exception& error) {
    complain(std::string("wattershed: ") + error.what());
    return kFailed;
  }
}
