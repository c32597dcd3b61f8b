/// The top of the distribution: transformers of the racks and of the mechanical board, the sum that the site asks of
/// the grid, and the loss of the whole chain.
///
///   grid load         = Σ feeders of the racks + mechanical board                in this order
///   distribution_loss = pdu + ups + transformers of IT + mechanical transformer + battery
///
/// Inputs   feeders of the racks above their UPS; the mechanical board; losses below; the loss of a battery
/// Outputs  load of the site before the battery; loss of the distribution, and what of it heats outdoors [W]
/// Columns  transformer_loss, distribution_loss
/// Books    energy out: transformer_loss; heat in: distribution_loss
#pragma once

#include <optional>
#include <vector>

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/facility/power/rack_feed.hpp"

namespace wattershed {

class Switchgear : public SitePart {
 public:
  struct Inputs {
    const std::vector<Feeder>& racks;
    Lockstep& lockstep;  ///< racks of one job swing together
    const Feeder& mechanical;
    Losses losses;                 ///< of the stages below
    Signal<Power> battery_loss{};  ///< invalid: there is no battery
  };
  Switchgear(SiteContext& context, Inputs inputs);

  std::vector<Feeder> feeders;  ///< of the racks, at the top
  Signal<Load> load;            ///< of the whole site
  Signal<Power> distribution_loss, outdoor_loss;
  std::size_t transformer_modules = 0;  ///< of the racks; zero: none

  void record(Columns& columns) override;
  void close() override;
  void book(Books& books) const override;
  [[nodiscard]] std::vector<RangeUse> validity() const override;
  void summarise(SiteSummary& summary) const override;

 private:
  Signal<Power> outdoor_sum(const Losses& losses);

  SiteContext& context_;
  Signal<Power> transformer_loss_;  // invalid: no transformer
  const Meter* transformer_meter_ = nullptr;
  const Meter* loss_meter_ = nullptr;
  std::optional<StageRange> range_;  // of the transformers
};

}  // namespace wattershed
