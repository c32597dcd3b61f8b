#include "analysis/network/command.hpp"

#include <cstdlib>

#include "analysis/network/hosting_report.hpp"
#include "analysis/network/modes_report.hpp"
#include "analysis/network/named_case.hpp"
#include "analysis/network/power_flow_report.hpp"
#include "analysis/text/text_output.hpp"

namespace wattershed {
namespace {

/// That the table cannot be written takes nothing away from the report before it.
void write_table(Outcome& outcome, const std::string& path, const std::string& table) {
  try {
    write_text(path, table);
  } catch (const InputError& error) {
    outcome.status = Status::bad_input;
    outcome.complain(error.what());
  } catch (const std::runtime_error& error) {
    outcome.status = Status::failed;
    outcome.complain(std::string("wattershed: ") + error.what());
  }
}

void complain_of_no_flow(Outcome& outcome, const std::string& file, const std::string& reason) {
  outcome.status = Status::does_not_hold;
  outcome.complain("wattershed: " + file + ": no power flow: " + reason);
}

Outcome hosting(const Arguments& arguments, const GridCase& grid) {
  const HostingOptions options{.contingencies = !arguments.text("--contingencies").empty(),
                               .reactive_limits = arguments.flag("--limits"),
                               .power_factor = arguments.number("--power-factor").value_or(1)};
  const HostingStudy study = hosting_capacity(grid, hosting_buses(grid, arguments.text("--hosting")), options);
  Outcome outcome;
  outcome.say(hosting_report(grid, study, options));
  if (!study.no_solution.empty())
    complain_of_no_flow(outcome, arguments.text("CASE"), study.no_solution);
  else
    write_table(outcome, arguments.text("--csv"), hosting_csv(grid, study));
  return outcome;
}

PowerFlow solve(const GridCase& grid, bool linear, bool reactive_limits) {
  if (linear) return solve_dc_power_flow(grid);
  PowerFlowOptions options{.reactive_limits = reactive_limits};
  PowerFlow flow = solve_power_flow(grid, options);
  if (flow.converged) return flow;
  options.start = PowerFlowStart::stored;  // far from flat, the case may bring a better start
  PowerFlow again = solve_power_flow(grid, options);
  return again.converged ? again : flow;
}

std::string modes(const Arguments& arguments, const NamedNetwork& network, const PowerFlow& flow) {
  std::vector<std::size_t> buses;
  for (const std::string& site : arguments.list("--site"))
    buses.push_back(place_of_bus(network.grid, "--site", site));
  return modes_report(network, flow, buses);
}

Outcome powerflow(const Arguments& arguments, const Session& session) {
  const std::string& file = arguments.text("CASE");
  refuse_same_file(file, arguments.text("--csv"), "the case");
  std::optional<Frequency> damping;
  if (const auto given = arguments.number("--damping")) damping = Frequency(*given);
  NamedNetwork network = named_network(file, session.catalog, damping);
  GridCase& grid = network.grid;
  for (const std::string& load : arguments.list("--load")) add_written_load(grid, load);
  if (!arguments.text("--hosting").empty()) return hosting(arguments, grid);

  const bool linear = arguments.flag("--dc"), limits = arguments.flag("--limits");
  const PowerFlow flow = solve(grid, linear, limits);
  Outcome outcome;
  if (!arguments.flag("--modes") || !flow.converged) outcome.say(power_flow_report(grid, flow, {linear, limits}));
  if (!flow.converged) {
    complain_of_no_flow(outcome, file, flow.reason);
    return outcome;
  }
  if (arguments.flag("--modes")) outcome.say(modes(arguments, network, flow));
  write_table(outcome, arguments.text("--csv"), power_flow_csv(grid, flow));
  return outcome;
}

std::string fault_of_power_factor(const std::string& word) {
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  const bool good = !word.empty() && end == word.c_str() + word.size() && value > 0 && value <= 1;
  return good ? "" : "'" + word + "' is no power factor; it is above 0 and at most 1";
}

}  // namespace

Command powerflow_command() {
  return {"powerflow",
          "voltages and flows of a network",
          {
              {.names = "CASE", .help = "a MATPOWER case (.m), or a network of the catalog", .required = true},
              {.names = "--load",
               .help = "BUS=MW[,MVAr] on top of the case's; may be repeated",
               .kind = OptionKind::list},
              {.names = "--dc", .help = "the linear flow: no losses, no voltages", .kind = OptionKind::flag},
              {.names = "--limits",
               .help = "keep the reactive limits of the units",
               .kind = OptionKind::flag,
               .excludes = {"--dc"}},
              {.names = "--hosting",
               .help = "BUS or all: the largest load on top, within voltages, ratings and collapse",
               .excludes = {"--dc"}},
              {.names = "--contingencies",
               .help = "of --hosting: N-1, each branch out in turn",
               .words = {"N-1"},
               .needs = {"--hosting"}},
              {.names = "--power-factor",
               .help = "of --hosting: of the load, lagging; default 1",
               .kind = OptionKind::number,
               .check = Check{"PF", fault_of_power_factor},
               .needs = {"--hosting"}},
              {.names = "--modes",
               .help = "how the machines swing against each other",
               .kind = OptionKind::flag,
               .excludes = {"--dc", "--hosting"}},
              {.names = "--site",
               .help = "of --modes: BUS of a load that oscillates; may be repeated",
               .kind = OptionKind::list,
               .needs = {"--modes"}},
              {.names = "--damping",
               .help = "of --modes: D/2H of machines without damping, per second",
               .kind = OptionKind::number,
               .range = Range{0, 100},
               .needs = {"--modes"}},
              {.names = "--csv", .help = "write the buses to this file"},
          },
          powerflow};
}

}  // namespace wattershed
