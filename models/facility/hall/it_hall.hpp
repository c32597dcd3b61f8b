/// The IT of a site: its racks with what draws power in them, the jobs that wait for accelerators, and services whose
/// power is imposed.
///
///   it_power = Σ racks + Σ imposed services                        at the AC input
///
/// Outputs  the leaves of the distribution (feeders), IT power [W], and what the floor itself shows (floor.hpp)
/// Columns  it_power, it_fan_power, it_conversion_loss, queue_length, utilisation, accelerators_busy,
///          accelerators_installed;  /<site>/racks where it is asked for
/// Books    energy out: racks, each imposed service; heat in: it_power
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/facility/hall/floor.hpp"
#include "models/facility/hall/jobs.hpp"
#include "models/facility/part/feeder.hpp"
#include "models/facility/part/open_logs.hpp"
#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"

namespace wattershed {

class ItHall : public SitePart {
 public:
  explicit ItHall(SiteContext& context);

  /// A service of which only the energy of a request is known.
  struct ImposedService {
    std::string name;
    const RequestStream* requests = nullptr;
    Signal<double> base_rate, rate;  ///< as written, and with growth and swings [1/s]
    Signal<Load> load;
    std::uint32_t leaf = 0;  ///< in the plan
    Meter* power = nullptr;
    Meter* served = nullptr;
  };

  std::vector<Feeder> feeders;
  Signal<Load> it;
  Signal<Power> it_power;
  /// Of IT power, as it is recorded.
  [[nodiscard]] const Meter& it_meter() const { return *it_meter_; }
  [[nodiscard]] Floor& floor() { return *floor_; }
  [[nodiscard]] Jobs& jobs() { return *jobs_; }
  [[nodiscard]] Lockstep& lockstep() { return lockstep_; }
  [[nodiscard]] const std::vector<ImposedService>& imposed_services() const { return imposed_; }

  BackLink<HasRoom> has_room{"the connection's room to the jobs"};
  BackLink<const Attribution*> attribution{"attribution to the jobs"};
  BackLink<std::function<void(std::uint32_t job, std::vector<PowerSegment> cycle)>> swings{
      "swings of the jobs to the battery"};
  BackLink<std::function<void()>> racks_changed{"counts of racks to the ledger of hardware"};

  /// Around a change of the draws of everything on the floor.
  void set_inlet(Temperature inlet);
  void set_fed(bool fed);

  [[nodiscard]] std::vector<const OpenLink*> back_links() const override;
  void record(Columns& columns) override;
  void start() override;
  void tables(SiteTables& tables) override;
  void open_log(WaveformLog& log) override;
  void close_log(WaveformLog& log) override;
  void close() override { ranges_->close(context_.now()); }
  void book(Books& books) const override;
  void summarise(SiteSummary& summary) const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;
  [[nodiscard]] std::vector<RangeUse> validity() const override { return ranges_->uses(); }

 private:
  void add_imposed_service(const std::string& name, const InferenceService& service);
  void follow_counts();
  void follow_ranges();

  SiteContext& context_;
  Lockstep lockstep_;
  std::unique_ptr<Floor> floor_;
  std::unique_ptr<Jobs> jobs_;
  std::optional<RackRanges> ranges_;
  Signal<double> fed_;  // 1: the racks are fed
  Extent<Power> it_extent_;
  std::vector<Meter*> rack_meters_;
  const Meter* it_meter_ = nullptr;
  const Meter* fan_meter_ = nullptr;
  const Meter* loss_meter_ = nullptr;
  const Meter* busy_meter_ = nullptr;
  const Meter* installed_meter_ = nullptr;
  const Meter* draining_meter_ = nullptr;
  std::vector<ImposedService> imposed_;
  Signal<double> utilisation_;
  OpenLogs logs_;
};

}  // namespace wattershed
