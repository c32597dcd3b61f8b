/// Hardware, spread over its life: embodied carbon and price of the servers that stand.
///
///   rate = Σ over rack types of servers within their life · (embodied | price) / life
///
/// A rack is new when it comes, and at the start; when some of a type go, the oldest go first. One that outlives its
/// life has been paid for and is charged no more.
///
/// Inputs   the racks that stand (floor.hpp)
/// Columns  emissions_embodied, of what is known: absent where nothing is; cost_capital where every server has a price
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/facility/hall/floor.hpp"
#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"

namespace wattershed {

class Hardware : public SitePart {
 public:
  Hardware(SiteContext& context, const Floor& floor);

  /// After racks came or went.
  void update();

  void record(Columns& columns) override;
  void start() override;
  void summarise(SiteSummary& summary) const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;

 private:
  /// Racks of a type that came together.
  struct Cohort {
    std::int64_t racks = 0;
    double life_s = 0;  // by the calendar, from its day on
    Time ends{};        // of its life
  };
  void come_and_go(std::size_t type);
  void charge();
  void wait_for_next_end();

  SiteContext& context_;
  const Floor& floor_;
  std::vector<std::deque<Cohort>> cohorts_;  // by type, oldest first
  std::optional<Time> next_end_;             // that is waited for
  bool started_ = false;
  Signal<CarbonRate> embodied_;
  Signal<MoneyRate> capital_;
  const Meter* embodied_meter_ = nullptr;  // null: nothing of it is known
  const Meter* capital_meter_ = nullptr;   // null: a price is not known
};

}  // namespace wattershed
