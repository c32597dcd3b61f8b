#include "models/facility/site/site_model.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "models/facility/scenario/limit_target.hpp"
#include "models/facility/site/limits.hpp"

namespace wattershed {

SiteModel::SiteModel(Simulation& simulation, const LoadedSite& loaded)
    : context_(simulation, loaded), columns_(simulation) {
  context_.circuit.begin_names_with(loaded.stream_prefix);
  join();
  context_.circuit.begin_names_with({});
}

// The processes look at the parts: they go first.
SiteModel::~SiteModel() { context_.simulation.shutdown(); }

void SiteModel::start() {
  for (const auto& part : parts_)
    for (const OpenLink* link : part->back_links())
      if (!link->closed()) throw std::logic_error("the link '" + link->name() + "' was left open");
  for (const auto& part : parts_) part->start();
  check_limited_scalars();
  for (const TimedChange& change : context_.loaded.changes) {
    if (change.at > context_.loaded.end) continue;
    if (!context_.parameters.has(change.path))
      throw InputError(context_.loaded.document->problem(
          change.place, change.path + " has no effect in this scenario that could change: leave this change out"));
    context_.simulation.at(
        change.at, [this, &change] { context_.parameters.set(change.path, change.si); }, EventPriority::early);
  }
}

void SiteModel::check_limited_scalars() const {
  // Of the site as a whole (models/facility/record/site_record.cpp), or there only when something has happened.
  constexpr std::array not_of_parts{std::string_view("duration"),
                                    std::string_view("voltage_lowest"),
                                    std::string_view("voltage_highest"),
                                    std::string_view("peak_power"),
                                    std::string_view("peak_time"),
                                    std::string_view("peak_level"),
                                    std::string_view("peak_jobs"),
                                    std::string_view("pue"),
                                    std::string_view("pue_pdu_output"),
                                    std::string_view("pue_ups_output"),
                                    std::string_view("wue"),
                                    std::string_view("cue"),
                                    std::string_view("cost_demand"),
                                    std::string_view("cost_total"),
                                    std::string_view("draining_time"),
                                    std::string_view("jobs_beyond_racks"),
                                    std::string_view("audit_energy"),
                                    std::string_view("audit_heat"),
                                    std::string_view("audit_water"),
                                    std::string_view("audit_carbon")};
  const SiteSummary summary = this->summary();
  const Document& document = *context_.loaded.document;
  for (const auto& [name, limit] : context_.loaded.scenario.limits) {
    const LimitTarget target = limit_target(limit, document);
    if (target.kind != LimitKind::whole && target.kind != LimitKind::growth && target.kind != LimitKind::ratio)
      continue;
    const SummaryRatio* ratio = find_summary_ratio(target.quantity->name);
    const std::vector<std::string_view> needed = ratio ? ratio->under : std::vector{target.quantity->name};
    for (const std::string_view scalar : needed) {
      const auto is_it = [&](const auto& other) { return other == scalar; };
      if (std::any_of(not_of_parts.begin(), not_of_parts.end(), is_it)) continue;
      const auto& scalars = summary.scalars();
      if (std::any_of(scalars.begin(), scalars.end(), [&](const auto& s) { return s.name == scalar; })) continue;
      throw InputError(document.problem(document.find("limits." + name + ".quantity")->place,
                                        context_.loaded.label() + "this site has no " +
                                            std::string(target.quantity->name) +
                                            ": the part that it belongs to is not in the scenario"));
    }
  }
}

GridSideSetup SiteModel::grid_side() const {
  GridSideSetup setup;
  for (const auto& part : parts_) part->stand(setup);
  return setup;
}

Duration SiteModel::supply_lag() const {
  const auto& electrical = context_.site().electrical;
  return electrical ? electrical->lag : Duration{0};
}

void SiteModel::open_log(WaveformLog& log) {
  log.begin_snapshot();
  for (const auto& part : parts_) part->open_log(log);
  log.end_snapshot();
}

void SiteModel::close_log(WaveformLog& log) {
  for (const auto& part : parts_) part->close_log(log);
}

void SiteModel::tables(SiteTables& tables) {
  for (const auto& part : parts_) part->tables(tables);
}

std::vector<MonthColumn> SiteModel::months() {
  std::vector<MonthColumn> columns;
  for (const auto& part : parts_) part->months(columns);
  return columns;
}

void SiteModel::close() {
  for (const auto& part : parts_) part->close();
}

std::vector<Balance> SiteModel::balances() const {
  Books books;
  for (const auto& part : parts_) part->book(books);
  return {books.energy, books.heat, books.water, books.carbon};
}

void SiteModel::finish() {
  for (const auto& part : parts_) part->finish();
}

SiteSummary SiteModel::summary() const {
  SiteSummary summary;
  for (const auto& part : parts_) part->summarise(summary);
  return summary;
}

std::vector<LimitVerdict> SiteModel::limit_verdicts() const { return outputs_.limits->verdicts(); }

std::vector<Warning> SiteModel::warnings() const {
  std::vector<Warning> warnings;
  for (const auto& part : parts_) part->warn(warnings);
  return warnings;
}

std::vector<Omission> SiteModel::omissions() const {
  std::vector<Omission> all;
  for (const auto& part : parts_) {
    const std::vector<Omission> of_part = part->omissions();
    all.insert(all.end(), of_part.begin(), of_part.end());
  }
  return all;
}

}  // namespace wattershed
