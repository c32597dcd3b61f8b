#include "analysis/network/power_flow_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <vector>

#include "sim/base/problem.hpp"
#include "sim/base/text.hpp"

namespace wattershed {
namespace {

constexpr std::size_t most_rows = 60, worst_rows = 10;

/// A number without the minus sign of a zero, in at most 10 columns.
std::string number(double value, int digits) {
  if (std::abs(value) < 0.5 * std::pow(10.0, -digits)) value = 0;
  const std::string text = fmt::format("{:.{}f}", value, digits);
  return text.size() <= 10 ? text : fmt::format("{:.3g}", value);
}

/// All places, or where there are too many, the ten with the largest weight.
template <class Weight>
std::vector<std::size_t> chosen(std::size_t count, Weight weight) {
  std::vector<std::size_t> places(count);
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (count <= most_rows) return places;
  std::stable_sort(places.begin(), places.end(), [&](std::size_t a, std::size_t b) { return weight(a) > weight(b); });
  places.resize(worst_rows);
  return places;
}

std::string broken_line(const GridCase& grid, const BrokenLimit& broken) {
  const auto bus = [&] { return fmt::format("bus {}", grid.buses[broken.place].number); };
  switch (broken.limit) {
    case GridLimit::voltage_high:
      return fmt::format("{}: {:.4f} p.u. above {:.4f}", bus(), broken.value, broken.bound);
    case GridLimit::voltage_low:
      return fmt::format("{}: {:.4f} p.u. below {:.4f}", bus(), broken.value, broken.bound);
    case GridLimit::branch_rating: {
      const GridBranch& branch = grid.branches[broken.place];
      return fmt::format("branch {} ({} to {}): {:.1f} MVA of {:.1f}", broken.place + 1,
                         grid.buses[branch.from].number, grid.buses[branch.to].number, broken.value, broken.bound);
    }
    case GridLimit::reactive_high:
      return fmt::format("units at {}: {:.2f} MVAr above {:.2f}", bus(), broken.value, broken.bound);
    case GridLimit::reactive_low:
      return fmt::format("units at {}: {:.2f} MVAr below {:.2f}", bus(), broken.value, broken.bound);
    case GridLimit::active_high:
      return fmt::format("units at {}: {:.2f} MW above {:.2f}", bus(), broken.value, broken.bound);
    case GridLimit::active_low:
      return fmt::format("units at {}: {:.2f} MW below {:.2f}", bus(), broken.value, broken.bound);
  }
  return {};
}

std::string type_name(const GridBus& bus, const BusFlow& flow) {
  if (flow.at_reactive_limit) return "at limit";
  switch (bus.type) {
    case BusType::load:
      return "load";
    case BusType::voltage_controlled:
      return "voltage";
    case BusType::slack:
      return "slack";
    case BusType::isolated:
      return "isolated";
  }
  return {};
}

}  // namespace

std::string power_flow_report(const GridCase& grid, const PowerFlow& flow, const PowerFlowQuestion& question) {
  std::string text = fmt::format("{}   {} buses, {} branches, base {:g} MVA\n",
                                 std::filesystem::path(grid.file).filename().string().substr(0, 40),
                                 grid.buses.size(), grid.branches.size(), grid.base_mva);
  const char* kind = question.direct_current ? "DC power flow" : "AC power flow";
  if (!flow.converged) {
    text += fmt::format("{}: no solution\n  {}\n", kind, flow.reason);
    if (flow.largest_mismatch_mva > 0)
      text += fmt::format("  largest mismatch {:.4g} MVA at bus {}\n", flow.largest_mismatch_mva,
                          grid.buses[flow.mismatch_bus].number);
    return text;
  }
  text += question.direct_current
              ? fmt::format("{}: voltages 1 p.u., no losses, no reactive power\n\n", kind)
              : fmt::format("{}: {} iterations, largest mismatch {:.1e} MVA{}\n\n", kind, flow.iterations,
                            flow.largest_mismatch_mva, question.reactive_limits ? ", reactive limits kept" : "");
  const BusFlow& slack = flow.buses[slack_bus(grid)];
  const GridBus& slack_place = grid.buses[slack_bus(grid)];
  text += fmt::format("GENERATION {:>12.3f} MW {:>12.3f} MVAr, of the slack bus {} {:.3f} MW\n", flow.generation_mw,
                      flow.generation_mvar, slack_place.number, slack.injection_mw + slack_place.load_mw);
  text += fmt::format("LOAD       {:>12.3f} MW {:>12.3f} MVAr\n", flow.load_mw, flow.load_mvar);
  text += fmt::format("LOSSES     {:>12.3f} MW in branches, {:.3f} MW in shunts\n\n", flow.loss_mw, flow.shunt_mw);

  const bool few_buses = grid.buses.size() <= most_rows;
  text += few_buses ? "BUSES\n" : "BUSES, the ten furthest from 1 p.u. (in DC: from angle 0)\n";
  text += "       bus  kind        V p.u.  angle deg       P MW     Q MVAr\n";
  const auto from_one = [&](std::size_t i) {
    if (grid.buses[i].type == BusType::isolated) return -1.0;
    return question.direct_current ? std::abs(flow.buses[i].angle_deg) : std::abs(flow.buses[i].voltage_pu - 1);
  };
  for (const std::size_t i : chosen(grid.buses.size(), from_one)) {
    const BusFlow& bus = flow.buses[i];
    text += fmt::format("{:>10}  {:<8}{:>10} {:>10} {:>10} {:>10}\n", grid.buses[i].number,
                        type_name(grid.buses[i], bus), number(bus.voltage_pu, 5), number(bus.angle_deg, 4),
                        number(bus.injection_mw, 3), number(bus.injection_mvar, 3));
  }

  const bool rated = std::any_of(grid.branches.begin(), grid.branches.end(),
                                 [](const GridBranch& branch) { return branch.rating_mva > 0; });
  const auto weight = [&](std::size_t k) {
    return rated ? flow.branches[k].loading : std::hypot(flow.branches[k].from_mw, flow.branches[k].from_mvar);
  };
  if (grid.branches.size() <= most_rows)
    text += "\nBRANCHES\n";
  else
    text += rated ? "\nBRANCHES, the ten with the highest loading\n" : "\nBRANCHES, the ten that carry most\n";
  text += "     branch       from         to     P MW   Q MVAr  loss MW    loaded\n";
  for (const std::size_t k : chosen(grid.branches.size(), weight)) {
    const GridBranch& branch = grid.branches[k];
    const BranchFlow& carried = flow.branches[k];
    const std::string loaded = !takes_part(grid, branch) ? "off"
                               : branch.rating_mva > 0   ? fmt::format("{:.1f} %", carried.loading * 100)
                                                         : "no rating";
    text += fmt::format("{:>11} {:>10} {:>10} {:>8} {:>8} {:>8} {:>9}\n", k + 1, grid.buses[branch.from].number,
                        grid.buses[branch.to].number, number(carried.from_mw, 2), number(carried.from_mvar, 2),
                        number(carried.loss_mw, 3), loaded);
  }

  std::vector<BrokenLimit> broken = broken_limits(grid, flow, question.direct_current);
  text += fmt::format("\nLIMITS   {}{}\n", broken.empty() ? "none broken" : fmt::format("{} broken", broken.size()),
                      rated ? "" : "; the case has no branch ratings");
  if (broken.size() > most_rows) {
    std::stable_sort(broken.begin(), broken.end(),
                     [](const BrokenLimit& a, const BrokenLimit& b) { return a.excess() > b.excess(); });
    broken.resize(worst_rows);
    text += "  the ten furthest beyond:\n";
  }
  for (const BrokenLimit& limit : broken) text += "  " + broken_line(grid, limit) + "\n";
  return text;
}

std::string power_flow_csv(const GridCase& grid, const PowerFlow& flow) {
  assert(flow.converged);
  std::string text = "bus,vm_pu,va_deg,p_inj_mw,q_inj_mvar\n";
  for (std::size_t i = 0; i < grid.buses.size(); ++i) {
    const BusFlow& bus = flow.buses[i];
    text += fmt::format("{},{:.10f},{:.8f},{:.6f},{:.6f}\n", grid.buses[i].number, bus.voltage_pu, bus.angle_deg,
                        bus.injection_mw, bus.injection_mvar);
  }
  return text;
}

void add_written_load(GridCase& grid, std::string_view text) {
  const Place place{fmt::format("--load {}", text), 0, 0};
  const auto refuse = [&] { throw InputError(place, "write BUS=MW or BUS=MW,MVAr, for example 5=100,20"); };
  const std::size_t equals = text.find('='), comma = text.find(',', equals == text.npos ? 0 : equals);
  if (equals == text.npos) refuse();
  const auto bus = read_whole<std::int64_t>(text.substr(0, equals));
  const auto mw = read_real(text.substr(equals + 1, comma == text.npos ? comma : comma - equals - 1));
  const auto mvar = comma == text.npos ? std::optional<double>(0) : read_real(text.substr(comma + 1));
  if (!bus || !mw || !mvar) refuse();
  add_load(grid, *bus, Power(*mw * 1e6), ApparentPower(*mvar * 1e6));
}

std::size_t place_of_bus(const GridCase& grid, std::string_view option, std::string_view text) {
  const Place place{fmt::format("{} {}", option, text), 0, 0};
  const auto number = read_whole<std::int64_t>(text);
  if (!number)
    throw InputError(place, fmt::format("write the number of a bus{}", option == "--hosting" ? ", or all" : ""));
  for (std::size_t i = 0; i < grid.buses.size(); ++i) {
    if (grid.buses[i].number != *number) continue;
    if (grid.buses[i].type == BusType::isolated)
      throw InputError(place, fmt::format("bus {} is isolated (type 4); choose one that is connected", *number));
    return i;
  }
  throw InputError(place, fmt::format("{} has no bus {}; powerflow without options lists them", grid.file, *number));
}

}  // namespace wattershed
