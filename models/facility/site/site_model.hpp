/// One site, wired: every subject of models/ as nodes of one circuit, the processes that drive it, and its meters.
///
///   jobs, services → racks → distribution → grid → carbon, cost, water of power plants
///                      └→ heat → cooling → power (back to the distribution), water
///
/// The table "where each watt and litre is counted" of models/facility/README.md is this file in words.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/accounting/attribution.hpp"
#include "models/accounting/balance.hpp"
#include "models/accounting/carbon_ledger.hpp"
#include "models/electrical/reactive_load.hpp"
#include "models/facility/hall/floor.hpp"
#include "models/facility/hall/jobs.hpp"
#include "models/facility/hall/service_run.hpp"
#include "models/facility/hall/training_run.hpp"
#include "models/facility/part/lockstep.hpp"
#include "models/facility/part/parameters.hpp"
#include "models/facility/power/distribution.hpp"
#include "models/facility/power/site_battery.hpp"
#include "models/facility/power/ups_backup.hpp"
#include "models/facility/scenario/load_scenario.hpp"
#include "models/facility/scenario/quantities.hpp"
#include "models/facility/site/limit_watch.hpp"
#include "models/facility/site/plant_room.hpp"
#include "models/facility/waveform/grid_side.hpp"
#include "models/grid/point/frequency_watch.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/kernel/meter.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

/// A loss that no ledger knows, in one layer: for the tests that prove that audits find it.
struct Leak {
  std::string layer;  ///< racks, pdu, ups, transformer, cooling, heat (W); water (kg/s); carbon (kg/s)
  double amount = 0;  ///< [SI]
};
/// The layers that a leak can be put into.
std::vector<std::string> leak_layers();

/// A quantity that this site has: what it is, its meter, and attributes of its column.
struct Channel {
  const SiteQuantity* quantity = nullptr;
  Meter* meter = nullptr;
  AnySignal signal;
  std::function<double()> read;  ///< the standing value [SI]
  std::vector<std::pair<std::string, std::string>> attributes;
};

class SiteModel {
 public:
  SiteModel(Simulation& simulation, const LoadedScenario& loaded, const std::vector<Leak>& leaks);
  ~SiteModel();

  [[nodiscard]] const std::string& name() const { return scenario_.site.name; }
  /// "west: " when there are several sites, for messages; else nothing.
  [[nodiscard]] std::string label() const { return loaded_.label(); }
  [[nodiscard]] const TimeZone& zone() const { return zone_; }
  [[nodiscard]] const std::vector<Channel>& channels() const { return channels_; }
  [[nodiscard]] const Channel* channel(std::string_view name) const;
  /// Integral of a channel since the start [unit·s].
  [[nodiscard]] double total(std::string_view name) const;
  [[nodiscard]] Jobs& jobs() { return *jobs_; }
  [[nodiscard]] Floor& floor() { return *floor_; }
  [[nodiscard]] const std::vector<Meter*>& rack_meters() const { return rack_meters_; }
  [[nodiscard]] Parameters& parameters() { return parameters_; }
  /// Requests answered by all services, and output tokens of the modelled ones, since the start.
  [[nodiscard]] double requests_served() const;
  [[nodiscard]] double tokens_served() const;
  [[nodiscard]] double tokens_trained() const;
  /// One service's columns: every service has `power` and `served`, modelled ones the rest.
  struct ServiceMeters {
    std::string name;
    Meter* power = nullptr;
    Meter* served = nullptr;
    std::map<std::string, Meter*> more;
  };
  [[nodiscard]] const std::vector<ServiceMeters>& service_meters() const { return service_meters_; }
  [[nodiscard]] const std::vector<std::unique_ptr<TrainingRun>>& trainings() const { return trainings_; }
  [[nodiscard]] const std::vector<std::unique_ptr<ServiceRun>>& services() const { return services_; }
  [[nodiscard]] const Attribution& attribution() const { return *attribution_; }
  [[nodiscard]] const PlantRoom* plant_room() const { return plant_room_.get(); }
  /// What went wrong during the run without ending it, and how often.
  [[nodiscard]] std::vector<Warning> warnings() const;
  /// For magnifying glasses: the distribution as plain values, and a log of what changes from now on.
  [[nodiscard]] const DistributionPlan& plan() const { return plan_; }
  void open_log(WaveformLog& log);
  void close_log(WaveformLog& log);
  [[nodiscard]] Duration supply_lag() const;
  /// What stands at the point of interconnection, as of now.
  [[nodiscard]] GridSideSetup grid_side() const;
  [[nodiscard]] const std::optional<GridPoint>& point() const { return scenario_.site.grid.point; }
  /// Of the scenario's network, where the site stands at one.
  [[nodiscard]] const std::optional<std::int64_t>& bus() const { return scenario_.site.grid.bus; }
  /// The voltage that sags leave, and the share of time in which one stands; null where the voltage is not that of a
  /// network with sags.
  struct SagMeters {
    Meter* retained = nullptr;
    Meter* sagging = nullptr;
  };
  [[nodiscard]] const SagMeters& sag_meters() const { return sag_meters_; }
  [[nodiscard]] const std::optional<Power>& connection() const { return scenario_.site.grid.connection; }
  /// What the frequency did in a recorded interval; null where it is not known.
  [[nodiscard]] FrequencyWatch* frequency() { return frequency_.get(); }
  [[nodiscard]] const UpsBackup* ups() const { return ups_.get(); }
  [[nodiscard]] const SiteBattery* battery() const { return battery_.get(); }
  [[nodiscard]] double battery_loss_j() const {
    return battery_loss_ ? battery_loss_->integral(simulation_.now()) : 0.0;
  }
  /// Brings states that advance in steps up to now; at the end of a run, before the balances.
  void close();
  [[nodiscard]] std::vector<LimitWatch>& limits() { return limits_; }
  /// Highest level of grid power since the last month began; closed by whoever keeps the months.
  [[nodiscard]] Meter& month_peak() { return *month_peak_; }
  /// The four balances of the run up to now.
  [[nodiscard]] std::vector<Balance> balances() const;
  /// Stages of the distribution that exist, for PUE at their output.
  [[nodiscard]] bool has_stage(const std::string& name) const { return stages_.count(name) != 0; }

 private:
  struct Wiring;
  void wire(const std::vector<Leak>& leaks);
  void wire_it(Wiring& w);
  Signal<double> wire_rate(const std::string& name, const RequestStream& stream, Signal<double> base);
  void wire_services();
  void wire_cooling(Wiring& w);
  void wire_overhead(Wiring& w);
  void wire_plant(Wiring& w);
  void wire_weather_alone();
  void wire_building(Wiring& w);
  void wire_distribution(Wiring& w);
  void wire_ups_backup(Wiring& w);
  void wire_battery(Wiring& w);
  void wire_interconnection(Wiring& w);
  void wire_point(Wiring& w);
  [[nodiscard]] ReactiveLoad reactive_load(const Wiring& w) const;
  void sag(double left, bool begins);
  void wire_heat(Wiring& w);
  void wire_grid(Wiring& w);
  void wire_attribution(Wiring& w);
  void wire_connection(Wiring& w);
  void wire_limits();
  void hear(const std::string& name, Signal<Load> load, std::uint32_t leaf);
  void start_work();
  void schedule_changes();

  std::uint32_t add_leaf(const DistributionPlan::Leaf& leaf) {
    plan_.leaves.push_back(leaf);
    return static_cast<std::uint32_t>(plan_.leaves.size() - 1);
  }
  template <class T>
  Meter* record(const std::string& name, Signal<T> signal);

  Simulation& simulation_;
  Circuit& circuit_;
  const LoadedScenario& loaded_;
  const Scenario& scenario_;
  TimeZone zone_;
  Parameters parameters_;
  std::optional<Weather> weather_;
  std::unique_ptr<Floor> floor_;
  std::unique_ptr<Lockstep> lockstep_;
  std::unique_ptr<Jobs> jobs_;
  std::unique_ptr<PlantRoom> plant_room_;
  std::unique_ptr<Attribution> attribution_;
  std::function<bool(Power)> has_room_;
  std::map<std::string, Stage> stages_;
  DistributionPlan plan_;
  Signal<Load> mechanical_;
  std::uint32_t mechanical_leaf_ = 0;
  std::vector<WaveformLog*> logs_;
  std::unique_ptr<UpsBackup> ups_;
  std::unique_ptr<SiteBattery> battery_;
  std::unique_ptr<FrequencyWatch> frequency_;
  std::optional<TheveninImpedance> impedance_;
  ReactiveLoad reactive_;
  Signal<Power> ups_battery_;
  SagMeters sag_meters_;
  Signal<double> sagging_;         // 1: a sag stands
  Signal<double> fed_, retained_;  // 1: the racks are fed; voltage that sags leave
  Signal<double> refilling_;       // of the UPS from the grid, of rating
  std::vector<double> sags_;       // that stand
  std::vector<Channel> channels_;
  std::vector<Meter*> rack_meters_;
  struct ImposedService {
    std::string name;
    Signal<Load> load;
    std::uint32_t leaf = 0;  // in the plan
    Meter* power = nullptr;
    Meter* requests = nullptr;
  };
  std::vector<ImposedService> imposed_services_;
  std::vector<std::unique_ptr<ServiceRun>> services_;
  std::vector<ServiceMeters> service_meters_;
  std::vector<std::unique_ptr<TrainingRun>> trainings_;
  std::vector<LimitWatch> limits_;
  Signal<Power> it_power_, grid_power_;
  const Meter* outdoor_loss_ = nullptr;
  const Meter* battery_loss_ = nullptr;
  Meter* month_peak_ = nullptr;
  CarbonLedger carbon_ledger_;  // for the audit
};

}  // namespace wattershed
