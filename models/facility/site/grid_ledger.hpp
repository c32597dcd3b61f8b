/// Carbon, money and the water of power plants, per energy from the grid.
///
///   emissions    = grid power · carbon intensity
///   cost         = grid power · price,  make-up · price of water
///   source water = grid power · water intensity + make-up
///
/// Inputs   grid power [W], make-up water [kg/s]
/// Outputs  emissions by location [kg/s], cost of energy and of water [USD/s]
/// Columns  carbon_intensity, price, emissions_location, cost_energy, cost_water, water_source
/// Books    carbon in: energy × intensity by spans; carbon out: emissions
#pragma once

#include "models/accounting/carbon_ledger.hpp"
#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"

namespace wattershed {

class GridLedger : public SitePart {
 public:
  struct Inputs {
    Signal<Power> grid_power;
    const Meter& grid_meter;  ///< of that power, as it is recorded
    Signal<MassFlow> makeup;
  };
  GridLedger(SiteContext& context, const Inputs& inputs);

  Signal<CarbonRate> emissions;
  Signal<MoneyRate> cost_energy, cost_water;

  void record(Columns& columns) override;
  void start() override;
  void book(Books& books) const override;
  void summarise(SiteSummary& summary) const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;

 private:
  Signal<double> carbon_intensity();
  Signal<double> price();
  void add_rates(const Inputs& inputs);
  void book_carbon(double intensity);

  SiteContext& context_;
  Signal<double> intensity_, price_, water_intensity_, water_price_;
  Signal<MassFlow> source_;
  const Meter& grid_;
  const Meter* emitted_ = nullptr;
  const Meter* energy_cost_ = nullptr;
  const Meter* water_cost_ = nullptr;
  const Meter* source_water_ = nullptr;
  CarbonLedger ledger_;  // for the audit
};

}  // namespace wattershed
