/// Reactive power and voltage at the point of interconnection.
///
///   reactive power  by the curves of the feed, the motors and the transformers (reactive_load.hpp)
///   voltage         exact behind a Thévenin impedance, or what a sag leaves where that is less (grid_point.hpp)
///   their extent    the same at the highest and at the lowest that the steps of jobs come to
///
/// At a bus of a network the voltage is the network's, known at the end of an interval: only the reactive power is
/// here.
/// Inputs   load of the site, of it the mechanical board's; grid power and its extent; the voltage that sags leave
/// Outputs  reactive power, lagging positive [VA]; voltage [1, of nominal]; 0: no voltage carries the highest phase
/// Columns  reactive_power, poi_voltage
/// Errors   VoltageCollapse, with the time, where no voltage carries the load
#pragma once

#include <optional>
#include <vector>

#include "models/electrical/reactive_load.hpp"
#include "models/facility/part/columns.hpp"
#include "models/facility/part/feeder.hpp"
#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/grid/point/grid_point.hpp"

namespace wattershed {

class VoltagePoint : public SitePart {
 public:
  struct Inputs {
    Signal<Load> load, mechanical;
    Signal<Power> grid_power;
    Extent<Power> grid_extent;
    Signal<double> retained;
    const std::vector<Feeder>& racks;  ///< at the top of the distribution, for their design power
    std::size_t ups_modules = 0, transformer_modules = 0;
  };
  VoltagePoint(SiteContext& context, const Inputs& inputs);

  Signal<double> voltage;

  void record(Columns& columns) override;
  void stand(GridSideSetup& setup) const override;
  [[nodiscard]] std::vector<Omission> omissions() const override;
  void close() override;
  [[nodiscard]] std::vector<RangeUse> validity() const override;

 private:
  void add_reactive_power(const Inputs& inputs);
  void add_voltage(const Inputs& inputs);

  SiteContext& context_;
  ReactiveLoad reactive_load_;
  Signal<ApparentPower> reactive_;  // invalid: neither a point nor a bus is given
  Extent<ApparentPower> reactive_extent_;
  Extent<double> voltage_extent_;
  std::optional<TheveninImpedance> impedance_;
  std::optional<ValidityTally> of_reactive_;  // none: no curve is asked
  std::optional<ValidityTally> of_voltage_;   // none: the voltage is the network's, and no sag strikes
};

}  // namespace wattershed
