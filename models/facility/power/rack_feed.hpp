/// From the racks up through the power distribution units to the UPS: the two stages that stand between the racks and
/// what backs them up.
///
/// Outputs  what the UPS ask for (feeders), or the racks themselves where a stage is `none`; the losses in their
///          order, and the share of each whose heat stays outdoors
/// Columns  pdu_loss, ups_loss
/// Books    energy out: pdu_loss, ups_loss
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/facility/power/distribution.hpp"

namespace wattershed {

/// Losses of the distribution in the order in which they are summed, and those of which a share stays outdoors.
struct Losses {
  std::vector<Signal<Power>> all;
  std::vector<std::pair<Signal<Power>, double>> outdoor;
  void add(Signal<Power> loss, double outdoor_share) {
    all.push_back(loss);
    if (outdoor_share > 0) outdoor.emplace_back(loss, outdoor_share);
  }
  void add(Signal<Power> loss, const StageModule& module) {
    add(loss, module.indoor_share < 100_percent ? 1 - module.indoor_share.si() : 0.0);
  }
};

class RackFeed : public SitePart {
 public:
  struct Inputs {
    const std::vector<Feeder>& racks;
    Lockstep& lockstep;  ///< racks of one job swing together
  };
  RackFeed(SiteContext& context, const Inputs& inputs);

  std::vector<Feeder> feeders;
  Losses losses;
  std::size_t ups_modules = 0;  ///< bought; zero: there is no UPS

  void record(Columns& columns) override;
  void close() override;
  void book(Books& books) const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;
  [[nodiscard]] std::vector<RangeUse> validity() const override;

 private:
  SiteContext& context_;
  const Meter* pdu_loss_ = nullptr;
  const Meter* ups_loss_ = nullptr;
  std::optional<Stage> pdu_, ups_;
  std::optional<StageRange> pdu_range_, ups_range_;
};

}  // namespace wattershed
