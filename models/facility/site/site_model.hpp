/// One site of a run: a list of parts on one circuit, joined in the order of the picture in this room's README.
///
///   jobs, services → racks → distribution → grid → carbon, cost, water of power plants
///                      └→ heat → cooling → power (back to the distribution), water
///
/// The table "where each watt and litre is counted" of models/facility/README.md is this list in words.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/facility/part/site_tables.hpp"
#include "models/facility/power/sags.hpp"
#include "models/facility/site/limit_verdict.hpp"

namespace wattershed {

class Limits;

/// What parts show to those who record a site or join it with others.
struct SiteOutputs {
  Meter* month_peak = nullptr;       ///< highest grid power, phases of steps included, since the last month began
  Meter* jobs_that_swing = nullptr;  ///< on the floor
  SagMeters sags;                    ///< of a site whose voltage is a network's
  const Limits* limits = nullptr;
};

class SiteModel {
 public:
  /// Wires the parts and builds the circuit. Throws std::logic_error that names a link between parts that was left
  /// open.
  SiteModel(Simulation& simulation, const LoadedSite& loaded);
  ~SiteModel();
  /// Starts the processes of the parts, when the circuit is built. Throws std::logic_error that names a link between
  /// parts that was left open, and InputError at a change that no part of the site follows, and at a limit of a scalar
  /// that no part of it has.
  void start();

  [[nodiscard]] const std::string& name() const { return context_.site().name; }
  /// "west: " when there are several sites, for messages; else nothing.
  [[nodiscard]] std::string label() const { return context_.loaded.label(); }
  [[nodiscard]] const LoadedSite& loaded() const { return context_.loaded; }
  [[nodiscard]] const TimeZone& zone() const { return context_.zone; }
  [[nodiscard]] const Columns& columns() const { return columns_; }
  [[nodiscard]] const Parameters& parameters() const { return context_.parameters; }
  [[nodiscard]] const SiteOutputs& outputs() const { return outputs_; }
  [[nodiscard]] const Grid& grid() const { return context_.site().grid; }

  /// For magnifying glasses: the distribution as plain values, what stands at the point of interconnection, and a log
  /// of what changes from now on.
  [[nodiscard]] const DistributionPlan& plan() const { return context_.plan; }
  [[nodiscard]] GridSideSetup grid_side() const;
  [[nodiscard]] Duration supply_lag() const;
  void open_log(WaveformLog& log);
  void close_log(WaveformLog& log);

  /// For the record: the tables of the parts and the columns of the months.
  void tables(SiteTables& tables);
  [[nodiscard]] std::vector<MonthColumn> months();

  /// Brings states that advance in steps up to now; at the end of a run, before the balances.
  void close();
  /// The four balances of the run up to now.
  [[nodiscard]] std::vector<Balance> balances() const;
  /// Writes the last rows of the parts' tables.
  void finish();
  [[nodiscard]] SiteSummary summary() const;
  /// Of the limits on levels.
  [[nodiscard]] std::vector<LimitVerdict> limit_verdicts() const;
  [[nodiscard]] std::vector<Warning> warnings() const;
  /// Effects that the scenario touches and the parts leave out; before a run as well.
  [[nodiscard]] std::vector<Omission> omissions() const;

  [[nodiscard]] const std::vector<std::unique_ptr<SitePart>>& parts() const { return parts_; }

 private:
  void join();
  void check_limited_scalars() const;
  template <class Part, class... Inputs>
  Part& add(Inputs&&... inputs);

  SiteContext context_;
  Columns columns_;
  std::vector<std::unique_ptr<SitePart>> parts_;
  SiteOutputs outputs_;
};

}  // namespace wattershed
