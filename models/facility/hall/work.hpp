/// What runs on the floor of a site: modelled services, training jobs, fixed jobs and the jobs of traces.
///
/// Inputs   the hall with its racks and queue (it_hall.hpp)
/// Tables   /<site>/services: one column a service and quantity; imposed services first, with zeros for what they do
///          not have
/// Columns  lost_rate, time_to_first_token of all modelled services together
/// Outputs  the power of every modelled service, for attribution
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/facility/hall/it_hall.hpp"
#include "models/facility/hall/service_run.hpp"
#include "models/facility/hall/training_run.hpp"
#include "models/workload/work_ranges.hpp"

namespace wattershed {

class Work : public SitePart {
 public:
  Work(SiteContext& context, ItHall& hall);

  [[nodiscard]] const std::vector<std::unique_ptr<ServiceRun>>& services() const { return services_; }
  [[nodiscard]] const std::vector<std::unique_ptr<TrainingRun>>& trainings() const { return trainings_; }

  BackLink<HasRoom> has_room{"the connection's room to the services"};

  /// After the air at the racks' inlets has changed.
  void draws_changed();
  /// The racks lost their power, or have it back.
  void set_fed(bool fed);

  [[nodiscard]] std::vector<const OpenLink*> back_links() const override { return {&has_room}; }
  void record(Columns& columns) override;
  void start() override;
  void tables(SiteTables& tables) override;
  void open_log(WaveformLog& log) override;
  void summarise(SiteSummary& summary) const override;
  void warn(std::vector<Warning>& warnings) const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;
  void close() override { ranges_.close(context_.now()); }
  [[nodiscard]] std::vector<RangeUse> validity() const override { return ranges_.uses(); }

 private:
  /// One service's columns: every service has `power` and `served`, modelled ones the rest.
  struct Meters {
    std::string name;
    Meter* power = nullptr;
    Meter* served = nullptr;
    std::map<std::string, Meter*> more;
  };
  void add_imposed_meters();
  void add_services();
  void start_trainings();
  void start_traces();
  void summarise_traces(SiteSummary& summary) const;

  SiteContext& context_;
  ItHall& hall_;
  std::vector<std::unique_ptr<ServiceRun>> services_;
  std::vector<std::unique_ptr<TrainingRun>> trainings_;
  std::vector<Meters> meters_;
  WorkRanges ranges_;
};

}  // namespace wattershed
