#include "analysis/network/hosting_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "analysis/network/power_flow_report.hpp"
#include "sim/base/problem.hpp"

namespace wattershed {
namespace {

constexpr std::size_t most_listed = 12;

std::string branch_name(const GridCase& grid, std::size_t k) {
  const GridBranch& branch = grid.branches[k];
  return fmt::format("branch {} ({} to {})", k + 1, grid.buses[branch.from].number, grid.buses[branch.to].number);
}

std::string limit_text(const GridCase& grid, HostingBound bound, std::size_t place, double value, double limit) {
  switch (bound) {
    case HostingBound::nothing:
      return "nothing up to here";
    case HostingBound::voltage_low:
      return fmt::format("bus {}: {:.5f} p.u. below {:g}", grid.buses[place].number, value, limit);
    case HostingBound::voltage_high:
      return fmt::format("bus {}: {:.5f} p.u. above {:g}", grid.buses[place].number, value, limit);
    case HostingBound::branch_rating:
      return fmt::format("{}: {:.2f} MVA of {:g}", branch_name(grid, place), value, limit);
    case HostingBound::collapse:
      return fmt::format("no solution (collapse, worst at bus {})", grid.buses[place].number);
  }
  return {};
}

HostingBound bound_of(GridLimit limit) {
  return limit == GridLimit::voltage_high  ? HostingBound::voltage_high
         : limit == GridLimit::voltage_low ? HostingBound::voltage_low
                                           : HostingBound::branch_rating;
}

/// Those of the network as it is, then those of outages that are not the same there too, the furthest beyond first.
std::vector<BrokenBefore> worst_first(const std::vector<BrokenBefore>& all) {
  std::vector<BrokenBefore> chosen;
  for (const BrokenBefore& broken : all) {
    const bool same_without = broken.out && std::any_of(all.begin(), all.end(), [&](const BrokenBefore& other) {
                                return !other.out && other.limit.limit == broken.limit.limit &&
                                       other.limit.place == broken.limit.place &&
                                       broken.limit.excess() < other.limit.excess() + 1e-6;
                              });
    if (!same_without) chosen.push_back(broken);
  }
  std::stable_sort(chosen.begin(), chosen.end(), [](const BrokenBefore& a, const BrokenBefore& b) {
    if (a.out.has_value() != b.out.has_value()) return b.out.has_value();
    return a.limit.excess() > b.limit.excess();
  });
  return chosen;
}

/// A heading and at most so many lines of a list.
std::string listing(const std::string& heading, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = "\n" + heading + "\n";
  for (std::size_t i = 0; i < std::min(lines.size(), most_listed); ++i) text += "  " + lines[i] + "\n";
  if (lines.size() > most_listed) text += fmt::format("  and {} more\n", lines.size() - most_listed);
  return text;
}

}  // namespace

std::string hosting_report(const GridCase& grid, const HostingStudy& study, const HostingOptions& options) {
  std::string text = fmt::format("{}   {} buses, {} branches, base {:g} MVA\n",
                                 std::filesystem::path(grid.file).filename().string().substr(0, 40),
                                 grid.buses.size(), grid.branches.size(), grid.base_mva);
  text +=
      fmt::format("HOSTING: largest load on top of the case, power factor {:g}, to 0.1 MW\n", options.power_factor);
  if (!study.no_solution.empty()) return text + "  no power flow without any load: " + study.no_solution + "\n";
  if (!study.ratings) text += "  the case has no branch ratings: only voltages and collapse bind\n";
  if (!study.voltage_limits)
    text += fmt::format("  the case has no voltage limits: only {}collapse bind{}\n",
                        study.ratings ? "branch ratings and " : "", study.ratings ? "" : "s");
  if (options.contingencies)
    text += fmt::format("  N-1: as it is, and with each of {} branches out\n", study.outages);
  if (options.reactive_limits) text += "  reactive limits of the units are kept\n";

  text += "\n       bus         MW  stopped by\n";
  bool worsened = false;
  double most_slack_mw = 0;
  for (const HostingCapacity& bus : study.buses) {
    text += fmt::format("{:>10} {:>10.1f}  {}{}\n", grid.buses[bus.bus].number, bus.load_mw,
                        limit_text(grid, bus.bound, bus.place, bus.value, bus.limit), bus.worsened ? " *" : "");
    if (bus.out) text += fmt::format("{:>23}with {} out\n", "", branch_name(grid, *bus.out));
    if (bus.bus == slack_bus(grid) && bus.bound == HostingBound::nothing)
      text += fmt::format("{:>23}the slack bus: its units give whatever is drawn there\n", "");
    else
      most_slack_mw = std::max(most_slack_mw, bus.slack_mw);
    worsened = worsened || bus.worsened;
  }
  if (worsened) text += "  * broken without the load already, and made worse by it\n";

  double highest_mw = 0;
  bool given = false;
  for (const GridUnit& unit : grid.units) {
    if (unit.bus != slack_bus(grid) || !takes_part(grid, unit)) continue;
    highest_mw += unit.highest_mw;
    given = given || unit.highest_mw != 0 || unit.lowest_mw != 0;
  }
  text += fmt::format("\nSLACK    bus {} gives what is missing: up to {:.1f} MW", grid.buses[slack_bus(grid)].number,
                      most_slack_mw);
  text += given && most_slack_mw > highest_mw ? fmt::format("\n         above the {:g} MW of its units\n", highest_mw)
                                              : "\n";

  std::vector<std::string> lines;
  for (const BrokenBefore& broken : worst_first(study.broken_before)) {
    const BrokenLimit& limit = broken.limit;
    lines.push_back(limit_text(grid, bound_of(limit.limit), limit.place, limit.value, limit.bound) +
                    (broken.out ? fmt::format(", branch {} out", *broken.out + 1) : ""));
  }
  text += listing(
      fmt::format("BROKEN   {} without the load; they stop it only where it makes them worse", lines.size()), lines);
  lines.clear();
  for (const std::size_t k : study.islanding) lines.push_back(branch_name(grid, k));
  text += listing("NOT COUNTED   outages that cut buses off", lines);
  lines.clear();
  for (const std::size_t k : study.hopeless) lines.push_back(branch_name(grid, k));
  text += listing("NOT COUNTED   outages that have no solution without the load either", lines);
  return text;
}

std::string hosting_csv(const GridCase& grid, const HostingStudy& study) {
  std::string text = "bus,hosting_mw,stopped_by,bus_or_branch,value,limit,branch_out,slack_mw\n";
  for (const HostingCapacity& bus : study.buses) {
    constexpr const char* names[] = {"nothing", "voltage_low", "voltage_high", "branch_rating", "collapse"};
    text += fmt::format("{},{:.1f},{},", grid.buses[bus.bus].number, bus.load_mw, names[static_cast<int>(bus.bound)]);
    if (bus.bound == HostingBound::branch_rating)
      text += std::to_string(bus.place + 1);
    else if (bus.bound != HostingBound::nothing)
      text += std::to_string(grid.buses[bus.place].number);
    if (bus.bound == HostingBound::nothing || bus.bound == HostingBound::collapse)
      text += ",,";
    else
      text += fmt::format(",{:.6f},{:g}", bus.value, bus.limit);
    text += fmt::format(",{},{:.3f}\n", bus.out ? std::to_string(*bus.out + 1) : "", bus.slack_mw);
  }
  return text;
}

std::vector<std::size_t> hosting_buses(const GridCase& grid, std::string_view text) {
  std::vector<std::size_t> buses;
  if (text == "all") {
    for (std::size_t i = 0; i < grid.buses.size(); ++i)
      if (grid.buses[i].type != BusType::isolated) buses.push_back(i);
    return buses;
  }
  return {place_of_bus(grid, "--hosting", text)};
}

}  // namespace wattershed
