#include "models/facility/record/network_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace wattershed {
namespace {

using Range = NetworkWatch::Range;

ColumnSpec column(std::string name, std::string units, std::string long_name, std::string method = "time: mean") {
  ColumnSpec spec;
  spec.name = std::move(name);
  spec.units = std::move(units);
  spec.long_name = std::move(long_name);
  spec.cell_methods = std::move(method);
  return spec;
}

std::vector<std::string> bus_names(const GridCase& grid) {
  std::vector<std::string> names;
  for (const GridBus& bus : grid.buses) names.push_back(std::to_string(bus.number));
  return names;
}

// "5-6", and "5-6 (2)" for the next between the same buses.
std::vector<std::string> branch_names(const GridCase& grid) {
  std::map<std::pair<std::size_t, std::size_t>, int> seen;
  std::vector<std::string> names;
  for (const GridBranch& branch : grid.branches) {
    const int number = ++seen[std::minmax(branch.from, branch.to)];
    names.push_back(fmt::format("{}-{}", grid.buses[branch.from].number, grid.buses[branch.to].number));
    if (number > 1) names.back() += fmt::format(" ({})", number);
  }
  return names;
}

bool has_rating(const GridBranch& branch) { return branch.rating_mva > 0; }
double loading(const GridBranch& branch, double va) {
  return has_rating(branch) ? va / (branch.rating_mva * 1e6) : 0;
}

}  // namespace

NetworkRecord::NetworkRecord(Simulation& simulation, NetworkWatch& watch, const LoadedScenario& loaded, RunSink& file)
    : watch_(watch), recorder_(file, "network/balance", loaded.start, loaded.end, loaded.scenario.record.every) {
  const GridCase& grid = watch_.grid();
  const bool ratings = std::any_of(grid.branches.begin(), grid.branches.end(), has_rating);
  recorder_.derived(column("losses", "W", "losses of all branches, at the mean loads"),
                    [this](const RecordedRow& row) { return watch_.take(row.end()).losses_w; });
  recorder_.derived(column("slack_power", "W", "power of the units at the slack bus, at the mean loads"),
                    [this](const RecordedRow& row) { return watch_.take(row.end()).slack_w; });
  if (ratings)
    recorder_.derived(column("largest_loading", "1", "of all branches with a rating, at the mean loads"),
                      [this](const RecordedRow& row) {
                        const auto& branches = watch_.grid().branches;
                        const auto& flows = watch_.take(row.end()).branch;
                        double largest = 0;
                        for (std::size_t k = 0; k < branches.size(); ++k)
                          largest = std::max(largest, loading(branches[k], flows[k].mean));
                        return largest;
                      });
  const auto buses = recorder_.beside("network/buses", {"bus", "number of the bus", bus_names(grid)});
  const auto voltage = [&](std::string name, std::string meaning, std::string method, double Range::*which) {
    recorder_.derived_each(buses, column(std::move(name), "1", std::move(meaning), std::move(method)),
                           [this, which](const RecordedRow& row, std::span<double> out) {
                             const auto& all = watch_.take(row.end()).voltage;
                             for (std::size_t b = 0; b < out.size(); ++b) out[b] = all[b].*which;
                           });
  };
  voltage("voltage", "voltage of the bus at the mean loads, of nominal; 0: isolated", "time: mean", &Range::mean);
  voltage("voltage_min", "lowest voltage of the bus, phases of steps included", "time: minimum", &Range::lowest);
  voltage("voltage_max", "highest voltage of the bus, phases of steps included", "time: maximum", &Range::highest);

  if (!grid.branches.empty()) declare_branches(ratings);
  recorder_.declare();
  recorder_.observe(simulation);
}

void NetworkRecord::declare_branches(bool ratings) {
  const auto branches =
      recorder_.beside("network/branches", {"branch", "its two buses", branch_names(watch_.grid())});
  const auto flow = [&](ColumnSpec spec, double Range::*which, bool share) {
    recorder_.derived_each(branches, std::move(spec),
                           [this, which, share](const RecordedRow& row, std::span<double> out) {
                             const auto& all = watch_.take(row.end()).branch;
                             for (std::size_t k = 0; k < out.size(); ++k) {
                               const double va = all[k].*which;
                               out[k] = share ? loading(watch_.grid().branches[k], va) : va;
                             }
                           });
  };
  flow(column("apparent_power", "VA", "the larger of both ends, at the mean loads"), &Range::mean, false);
  flow(column("apparent_power_max", "VA", "the same at its highest, phases of steps included", "time: maximum"),
       &Range::highest, false);
  if (ratings) {
    flow(column("loading", "1", "apparent power of the rating, at the mean loads; 0: no rating"), &Range::mean, true);
    flow(column("loading_max", "1", "the same at its highest, phases of steps included", "time: maximum"),
         &Range::highest, true);
  }
}

}  // namespace wattershed
