// The list: which parts a site has, and what each is told.
#include <memory>
#include <utility>

#include "models/facility/hall/work.hpp"
#include "models/facility/power/grid_frequency.hpp"
#include "models/facility/power/interconnection.hpp"
#include "models/facility/power/mechanical_board.hpp"
#include "models/facility/power/rack_feed.hpp"
#include "models/facility/power/site_battery.hpp"
#include "models/facility/power/switchgear.hpp"
#include "models/facility/power/ups_transfer.hpp"
#include "models/facility/power/voltage_point.hpp"
#include "models/facility/site/connection.hpp"
#include "models/facility/site/grid_ledger.hpp"
#include "models/facility/site/hardware.hpp"
#include "models/facility/site/imposed_cooling.hpp"
#include "models/facility/site/limits.hpp"
#include "models/facility/site/plant_cooling.hpp"
#include "models/facility/site/site_heat.hpp"
#include "models/facility/site/site_model.hpp"
#include "models/facility/site/user_shares.hpp"

namespace wattershed {

template <class Part, class... Inputs>
Part& SiteModel::add(Inputs&&... inputs) {
  auto part = std::make_unique<Part>(context_, std::forward<Inputs>(inputs)...);
  Part& added = *part;
  parts_.push_back(std::move(part));
  added.record(columns_);
  return added;
}

void SiteModel::join() {
  const Grid& grid = context_.site().grid;

  // Racks with their jobs and services, and what cools them.
  auto& hall = add<ItHall>();
  PlantCooling* plant = nullptr;
  CoolingOutputs cooling;
  if (context_.site().cooling.system.imposed()) {
    cooling = add<ImposedCooling>(hall.it_power, hall.it_meter()).out;
  } else {
    plant = &add<PlantCooling>();
    cooling = plant->out;
  }
  auto& work = add<Work>(hall);
  auto& board = add<MechanicalBoard>(MechanicalBoard::Inputs{.cooling = cooling.power, .machines = {}});

  // From the racks up to the point of interconnection.
  auto& feed = add<RackFeed>(RackFeed::Inputs{hall.feeders, hall.lockstep()});
  UpsTransfer* ups = UpsTransfer::stands_in(context_, feed.feeders) ? &add<UpsTransfer>(feed.feeders) : nullptr;
  SiteBattery* battery = context_.site().battery ? &add<SiteBattery>() : nullptr;
  auto& switchgear = add<Switchgear>(Switchgear::Inputs{.racks = ups ? ups->feeders : feed.feeders,
                                                        .lockstep = hall.lockstep(),
                                                        .mechanical = board.feeder,
                                                        .losses = feed.losses,
                                                        .battery_loss = battery ? battery->loss : Signal<Power>{}});
  auto& interconnection = add<Interconnection>(Interconnection::Inputs{
      .load = switchgear.load,
      .battery = battery ? Interconnection::Battery{battery->power, battery->loss, battery->above_taken,
                                                    battery->below_taken}
                         : Interconnection::Battery{},
      .ups_battery = ups ? ups->battery : Signal<Power>{}});
  if (grid.system) add<GridFrequency>(interconnection.grid_power);
  VoltagePoint* point = nullptr;
  if (grid.point || grid.bus || Sags::strike(context_)) {
    auto& sags = add<Sags>();
    point = &add<VoltagePoint>(VoltagePoint::Inputs{.load = switchgear.load,
                                                    .mechanical = board.feeder.load,
                                                    .grid_power = interconnection.grid_power,
                                                    .grid_extent = interconnection.extent,
                                                    .retained = sags.retained,
                                                    .racks = switchgear.feeders,
                                                    .ups_modules = feed.ups_modules,
                                                    .transformer_modules = switchgear.transformer_modules});
    outputs_.sags = sags.meters;
  }

  // What is used, where its heat goes, and what it costs.
  auto& heat = add<SiteHeat>(SiteHeat::Inputs{.it = hall.it_power,
                                              .liquid = hall.floor().liquid_heat(),
                                              .load = switchgear.load,
                                              .air_flow = hall.floor().air_flow(),
                                              .distribution_loss = switchgear.distribution_loss,
                                              .outdoor_loss = switchgear.outdoor_loss,
                                              .cooling = cooling.power,
                                              .lighting = board.lighting,
                                              .other = board.other,
                                              .plant_rejected = cooling.rejected});
  auto& ledger =
      add<GridLedger>(GridLedger::Inputs{interconnection.grid_power, interconnection.grid_meter(), cooling.makeup});
  auto& hardware = add<Hardware>(hall.floor());
  auto& shares = add<UserShares>(hall, work,
                                 Attribution::Rates{.it = hall.it_power,
                                                    .grid = interconnection.grid_power,
                                                    .water = cooling.makeup,
                                                    .emissions = ledger.emissions,
                                                    .cost_energy = ledger.cost_energy,
                                                    .cost_water = ledger.cost_water});
  Connection* connection =
      grid.connection
          ? &add<Connection>(Connection::Inputs{hall, board.lighting, board.other, plant ? &plant->plant() : nullptr})
          : nullptr;
  auto& limits = add<Limits>(std::as_const(columns_));
  outputs_.month_peak = &interconnection.month_peak();
  outputs_.jobs_that_swing = &context_.circuit.meter(hall.floor().swinging());
  outputs_.limits = &limits;

  // The links from later parts back to earlier ones.
  if (plant) {
    plant->heat.close(heat.heat);
    plant->inlet.close([&hall, &work](Temperature inlet) {
      hall.set_inlet(inlet);
      work.draws_changed();
    });
  }
  if (ups) {
    if (point)
      ups->follow_voltage(point->voltage);
    else
      ups->voltage.close_empty();
    ups->fed.close([&hall, &work](bool fed) {
      hall.set_fed(fed);
      work.set_fed(fed);
    });
  }
  if (battery) battery->load.close(switchgear.load);
  if (battery && !context_.resolved())
    hall.swings.close(
        [battery](std::uint32_t job, std::vector<PowerSegment> cycle) { battery->swing(job, std::move(cycle)); });
  else
    hall.swings.close_empty();
  hall.has_room.close(connection ? connection->room() : nullptr);
  work.has_room.close(connection ? connection->room() : nullptr);
  hall.attribution.close(&shares.attribution());
  hall.racks_changed.close([&hardware] { hardware.update(); });
}

}  // namespace wattershed
