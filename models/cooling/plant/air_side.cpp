#include "models/cooling/plant/air_side.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cooling/machines/fluid.hpp"
#include "models/weather/moist_air.hpp"

namespace wattershed {

namespace {

constexpr double longest_hold_s = 7 * 86'400.0;  // more heat than turns over in a week drowns the books in rounding
constexpr double kRoomHumidity = 0.008;          // of room air, for its density only [kg/kg]

const Conductance kStandardVolumeHeat(1.2 * kAirSpecificHeat);  // a cubic metre of standard air a second

double air_density(Temperature supply, Pressure pressure) {
  return moist_air::density_kg_per_m3(supply.si(), kRoomHumidity, pressure.si());
}

}  // namespace

void AirSideParameters::visit(Fields& f) {
  f.optional("supply_air", supply_air,
             {.help = "set-point of the air that the coils supply",
              .changes = true,
              .source = "inside 18 to 27 degC, recommended by ASHRAE TC 9.9",
              .kind = ValueKind::published,
              .example = "24 degC"});
  f.optional("chilled_water", chilled_water,
             {.help = "set-point of the chilled water supply",
              .changes = true,
              .source = "above the dew point of rooms, for free cooling",
              .kind = ValueKind::assumed,
              .example = "16 degC"});
  f.optional("air_rise", air_rise,
             {.help = "return air over supply air at design",
              .above = 0,
              .source = "about that of servers at full load",
              .kind = ValueKind::assumed,
              .example = "12 K"});
  f.optional("chilled_water_rise", chilled_water_rise,
             {.help = "chilled water return over supply at design",
              .above = 0,
              .source = "5 to 10 K is usual",
              .kind = ValueKind::assumed,
              .example = "8 K"});
  f.optional("recirculation", recirculation,
             {.help = "share of return air at the rack inlets",
              .at_least = 0,
              .at_most = 0.5,
              .source = "well contained aisles; 10 % in an example of EnergyPlus",
              .kind = ValueKind::assumed,
              .example = "5 %"});
  f.optional("room_fan", room_fan, {.help = "fans of the coils"});
  f.optional("chilled_water_pump", chilled_water_pump, {.help = "pumps of the chilled water"});
  f.required("chiller", chiller, {.help = "the chillers", .example = "carrier-19xr-1407kw-vsd"});
  f.optional("chillers", chillers,
             {.help = "chillers that carry the design load, without reserve",
              .at_least = 1,
              .at_most = 10'000,
              .source = "sized",
              .kind = ValueKind::modelled,
              .example = "4"});
  f.optional("chiller_capacity", chiller_capacity,
             {.help = "capacity of one chiller at design",
              .above = 0,
              .source = "sized",
              .kind = ValueKind::modelled,
              .example = "5 MW"});
  f.optional("largest_chiller", largest_chiller,
             {.help = "when their number is auto: the largest to use",
              .above = 0,
              .source = "about the largest in the EnergyPlus data set of chillers",
              .kind = ValueKind::published,
              .example = "5 MW"});
  f.optional("economizer_approach", economizer_approach,
             {.help = "chilled water over the economizer's cold side when it carries all; none: no economizer",
              .above = 0,
              .source = "1.7 to 2.8 K, Lei and Masanet 2022",
              .kind = ValueKind::published,
              .example = "2 K"});
  f.optional("economizer_dead_band", economizer_dead_band,
             {.help = "what the economizer must gain to go on, and chilled water may rise before chillers help",
              .above = 0,
              .source = "as the 1 K at which Modelica Buildings' ChillerPlant example goes off",
              .kind = ValueKind::published,
              .example = "1 K"});
  f.optional("economizer_hold", economizer_hold,
             {.help = "least time on, and off, of the economizer",
              .at_least = 0,
              .at_most = longest_hold_s,
              .source = "Stein 2009, as in Modelica Buildings' ChillerPlant example",
              .kind = ValueKind::published,
              .example = "20 min"});
  f.optional("room_hold_up", room_hold_up,
             {.help = "heat capacity of room and racks over that of the design air flow",
              .at_most = longest_hold_s,
              .above = 0,
              .source = "rooms of 5 kW a rack shut down about 3 minutes after cooling stops",
              .kind = ValueKind::assumed,
              .example = "3 min"});
  f.optional("loop_turnover", loop_turnover,
             {.help = "content of every water loop over its design flow",
              .at_most = longest_hold_s,
              .above = 0,
              .source = "pipes, exchangers and basins of large sites",
              .kind = ValueKind::assumed,
              .example = "5 min"});
}

AirSide::AirSide(const AirSideParameters& p, const DesignLoad& load, Pressure pressure, Redundancy redundancy,
                 const CondenserDesign& condenser)
    : fan_(p.room_fan),
      pump_(p.chilled_water_pump),
      design_chilled_water_(p.chilled_water),
      recirculation_(p.recirculation),
      room_hold_up_(p.room_hold_up),
      turnover_(p.loop_turnover),
      air_rise_(p.air_rise),
      dead_band_(p.economizer_dead_band),
      economizer_approach_(p.economizer_approach),
      economizer_hold_s_(p.economizer_hold.si()) {
  const double volume_heat = air_density(p.supply_air, pressure) * kAirSpecificHeat;  // J/(m3 K)
  const Conductance air =
      load.it_air_flow.si() > 0 ? Conductance(load.it_air_flow.si() * volume_heat) : load.air / p.air_rise;
  fan_.flow = VolumeFlow(air.si() / volume_heat);
  const Power fan_heat = heat_to_stream(fan_, fan_power(fan_, 1));
  const Power coil_heat = load.air + fan_heat;
  const Temperature back = p.supply_air + load.air / air;
  coil_ = sized_heat_exchanger(air_coil_kind(), coil_heat, back, back - coil_heat / air, p.chilled_water,
                               p.chilled_water + p.chilled_water_rise);
  pump_.flow = VolumeFlow(coil_.cold_design.si() / (kWaterSpecificHeat * kWaterDensity));
  design_water_heat_ = coil_heat + heat_to_stream(pump_, pump_power(pump_, 1));

  const double most = p.chiller.most_load.si();
  if (p.chillers.given)
    needed_ = static_cast<int>(*p.chillers.given);
  else
    needed_ = std::max(
        2, static_cast<int>(std::ceil(design_water_heat_ / p.chiller_capacity.value_or(p.largest_chiller) - 1e-9)));
  const Power each = p.chiller_capacity.value_or(design_water_heat_ / static_cast<double>(needed_));
  if (flow_needs(p.chiller).condenser && !condenser.range)
    throw SizingError({"chiller",
                       "the chiller's curves ask for the flow of water in the condenser, and here outdoor air "
                       "cools it; give a chiller with curves of what enters the condenser"});
  // The rating is at the machine's reference temperatures, the need at those of the design.
  const auto streams_of = [&](const Chiller& chiller) {
    return ChillerStreams{
        p.chilled_water,
        condenser.range ? condenser_water(chiller, condenser.entering, *condenser.range)
                        : WaterStream{condenser.entering},
        {p.chilled_water + p.chilled_water_rise, water_mass_flow(chiller.capacity / p.chilled_water_rise)}};
  };
  const double factor = available_capacity(p.chiller, streams_of(p.chiller)) / p.chiller.capacity;
  chiller_ = scaled_to(p.chiller, each / factor);
  installed_ = installed_machines(needed_, redundancy);
  if (each * static_cast<double>(needed_) * most < design_water_heat_ * (1 - 1e-9))
    throw SizingError(
        {"chillers", fmt::format("{} chillers of {:.3g} MW at design cannot carry the design load of {:.3g} MW; give "
                                 "more or larger ones, or leave one of the two to auto",
                                 needed_, each.si() / 1e6, design_water_heat_.si() / 1e6)});
  const ChillerState state =
      run_chiller(chiller_, design_water_heat_ / static_cast<double>(needed_), streams_of(chiller_));
  design_condenser_heat_ = static_cast<double>(needed_) * state.condenser;
  design_compressors_ = static_cast<double>(needed_) * state.input;
  air_flow_ = air;
  water_flow_ = coil_.cold_design;
}

HeatExchanger AirSide::sized_economizer(Conductance source_flow) const {
  const Temperature back = design_chilled_water_ + design_water_heat_ / coil_.cold_design;
  const Temperature cold = design_chilled_water_ - *economizer_approach_;
  return sized_heat_exchanger(plate_kind(), design_water_heat_, back, design_chilled_water_, cold,
                              cold + design_water_heat_ / source_flow);
}

void AirSide::join(HeatBooks& books, int economizer_to, int condenser, const PlantSettings& settings) {
  LoopNetwork& network = books.network;
  room_node_ = network.add_node(coil_.hot_design * room_hold_up_, settings.supply_air + air_rise_);
  water_node_ = network.add_node(coil_.cold_design * turnover_,
                                 settings.chilled_water + design_water_heat_ / coil_.cold_design);
  load_flow_ = network.add_flow(LoopNetwork::outside, room_node_);
  fan_flow_ = network.add_flow(LoopNetwork::outside, room_node_);
  coil_flow_ = network.add_flow(room_node_, water_node_);
  pump_flow_ = network.add_flow(LoopNetwork::outside, water_node_);
  const auto add_sink = [&](int to) {
    return to == LoopNetwork::outside ? books.add_rejection(water_node_) : books.add_one_way(water_node_, to);
  };
  economizer_flow_ = add_sink(economizer_to);
  chiller_flow_ = add_sink(condenser);
  if (condenser != LoopNetwork::outside) compressor_flow_ = network.add_flow(LoopNetwork::outside, condenser);
  supply_air_ = LinearForm(settings.supply_air);
  water_supply_ = LinearForm(settings.chilled_water);
  source_now_ = settings.chilled_water;
}

void AirSide::reset() {
  economizing_ = false;
  chilling_ = true;
  since_switch_s_ = 1e9;
  running_ = 0;
}

void AirSide::decide_air(const LoopNetwork& network, double step_s, const PlantDemand& demand,
                         const PlantSettings& settings, const Outdoors& outdoors) {
  const double volume_heat = air_density(settings.supply_air, outdoors.pressure) * kAirSpecificHeat;
  const Conductance wanted_flow =
      demand.it_air_flow.si() > 0 ? demand.it_air_flow.si() * kStandardVolumeHeat : demand.air / air_rise_;
  const Conductance full_flow(fan_.flow.si() * volume_heat);
  fan_asked_ = fan_domain.bounds[0].rounded(wanted_flow / full_flow);
  const double ratio = std::clamp(wanted_flow / full_flow, fan_.least_flow.si(), 1.0);
  air_flow_ = ratio * full_flow;
  fan_power_ = fan_power(fan_, ratio);
  const Power fan_heat = heat_to_stream(fan_, fan_power_);

  // The coil that holds the supply air, with return air and chilled water as they are.
  const Temperature now_back = network.temperature(room_node_);
  const Temperature cold = Temperature::celsius(network.at(water_supply_));
  const Power take =
      heat_to_take(network, room_node_, demand.air + fan_heat, settings.supply_air + demand.air / air_flow_, step_s);
  const double most = exchange_per_kelvin(coil_, air_flow_, coil_.cold_design).si();
  const double wanted = now_back > cold ? std::max(take / (now_back - cold) / Conductance(1), 0.0) : 0.0;
  double conductance = most, water_ratio = 1;
  if (wanted < most) {
    const double least_ratio = pump_.least_flow.si();
    double low = least_ratio, high = 1, exponent = 0.5;
    double now = std::clamp(std::pow(wanted / most, 1 / exponent), low, high), last_log = 0, last_log_g = 0;
    for (int i = 0; i < 20; ++i) {
      conductance = exchange_per_kelvin(coil_, air_flow_, now * coil_.cold_design).si();
      const double miss = conductance / wanted;
      if (std::abs(miss - 1) < 1e-4 || (miss > 1 && now <= least_ratio)) break;
      (miss > 1 ? high : low) = now;
      const double log_now = std::log(now), log_g = std::log(conductance);
      if (i > 0 && log_now != last_log) exponent = std::clamp((log_g - last_log_g) / (log_now - last_log), 0.02, 2.0);
      last_log = log_now;
      last_log_g = log_g;
      double next = now * std::exp(-std::log(miss) / exponent);
      if (!(next > low && next < high)) next = low > least_ratio || high < 1 ? 0.5 * (low + high) : next;
      now = std::clamp(next, least_ratio, 1.0);
    }
    water_ratio = now;
    conductance = std::min(conductance, wanted);  // at the least flow some of the water passes the coils by
  }
  water_ratio_ = water_ratio;
  water_flow_ = water_ratio * coil_.cold_design;
  pump_power_ = pump_power(pump_, water_ratio);

  coil_conductance_w_per_k_ = conductance;
  water_heat_ = Power(std::max(conductance * (now_back - cold).si(), 0.0)) + heat_to_stream(pump_, pump_power_);
}

Temperature AirSide::free_source(const PlantSettings& settings, double conductance_w_per_k) const {
  return settings.chilled_water + water_heat_ / water_flow_ - water_heat_ / Conductance(conductance_w_per_k);
}

void AirSide::decide_chillers(LoopNetwork& network, const PlantSettings& settings, const ColdSource& source,
                              bool source_at_limit, WaterStream condenser) {
  const LinearForm water_back = network.node(water_node_);
  const double flow_w_per_k = water_flow_.si();
  LinearForm economizer_w;
  source_now_ = Temperature::celsius(network.at(source.temperature_c));
  if (economizing_ && source_now_ < network.temperature(water_node_))
    economizer_w = source.conductance_w_per_k * (water_back - source.temperature_c);
  const LinearForm behind = water_back - (1 / flow_w_per_k) * economizer_w;  // the economizer
  const Temperature behind_now = Temperature::celsius(network.at(behind));
  const Power needed = Power(flow_w_per_k * (behind_now - settings.chilled_water).si());

  // With an economizer that carries everything the chillers stay off until the water is too warm by the dead-band.
  if (!economizing_)
    chilling_ = true;
  else if (!chilling_)
    chilling_ = behind_now > settings.chilled_water + dead_band_;
  else
    chilling_ = source_at_limit || needed > 0.02 * design_water_heat_;

  LinearForm chillers_w;
  compressor_power_ = compressor_heat_ = Power();
  at_limit_ = false;
  seen_ = {};
  if (!chilling_ || !(needed.si() > 0)) {
    running_ = 0;
  } else {
    const auto streams_of_one = [&](double count) {
      return ChillerStreams{settings.chilled_water,
                            {condenser.entering, condenser.flow / count},
                            {behind_now, water_mass_flow(water_flow_) / count}};
    };
    const Power each = available_capacity(chiller_, streams_of_one(needed_));
    // Those in reserve stand idle until the others are beyond their limit.
    const auto enough = [&](double load_share) {
      const int wanted = static_cast<int>(std::ceil(std::min(needed / (load_share * each), 1e6)));
      const bool reserve = needed > static_cast<double>(needed_) * chiller_.most_load.si() * each;
      return std::clamp(wanted, 1, reserve ? installed_ : needed_);
    };
    if (running_ < 1 || needed > static_cast<double>(running_) * each)
      running_ = enough(1);
    else
      running_ = std::min(running_, enough(0.9));  // so that one does not come and go
    const double count = running_;
    const ChillerState state = run_chiller(chiller_, needed / count, streams_of_one(count));
    compressor_power_ = count * state.input;
    compressor_heat_ = count * (state.condenser - state.evaporator);
    seen_ = {state.outside, state.asked};
    at_limit_ = count * state.evaporator < (1 - 1e-9) * needed;
    chillers_w = at_limit_ ? LinearForm(count * state.evaporator)
                           : flow_w_per_k * (behind - LinearForm(settings.chilled_water));
  }
  water_supply_ = behind - (1 / flow_w_per_k) * chillers_w;

  const LinearForm air_back = network.node(room_node_);
  const LinearForm coil_w = coil_conductance_w_per_k_ * (air_back - water_supply_);
  const Power fan_heat = heat_to_stream(fan_, fan_power_);
  supply_air_ = air_back - (1 / air_flow_.si()) * (coil_w - LinearForm(fan_heat));
  network.set_flow(coil_flow_, coil_w);
  network.set_flow(fan_flow_, LinearForm(fan_heat));
  network.set_flow(pump_flow_, LinearForm(heat_to_stream(pump_, pump_power_)));
  network.set_flow(economizer_flow_, economizer_w);
  network.set_flow(chiller_flow_, chillers_w);
  if (compressor_flow_ >= 0) network.set_flow(compressor_flow_, LinearForm(compressor_heat_));
}

Power AirSide::motor_heat() const {
  return heat_to_stream(fan_, fan_power_) + heat_to_stream(pump_, pump_power_) +
         (compressor_flow_ >= 0 ? compressor_heat_ : Power());
}

void AirSide::publish(const LoopNetwork& network, const PlantSettings& settings, PlantPowers& powers,
                      PlantReadings& readings) const {
  powers.compressors = compressor_power_;
  powers.pumps = pump_power_;
  powers.room_fans = fan_power_;
  readings.return_air = network.temperature(room_node_);
  readings.supply_air = Temperature::celsius(network.at(supply_air_));
  readings.rack_inlet = readings.supply_air + recirculation_.si() * (readings.return_air - readings.supply_air);
  readings.chilled_water_return = network.temperature(water_node_);
  readings.chilled_water_supply = Temperature::celsius(network.at(water_supply_));
  readings.mode = !economizing_ ? PlantMode::mechanical : chilling_ ? PlantMode::partial : PlantMode::free;
  readings.chillers_running = running_;
  readings.overloaded = readings.supply_air > settings.supply_air + TemperatureDelta(1) ||
                        (at_limit_ && readings.chilled_water_supply > settings.chilled_water + TemperatureDelta(1));
}

void AirSide::add_ratings(std::vector<Rating>& ratings) const {
  ratings.push_back({"room_air.flow", fan_.flow.si(), "m3/s", "air at the design rise, or as the racks ask"});
  ratings.push_back({"room_air.fan_power", fan_power(fan_, 1).si(), "W", "all fans at full flow"});
  ratings.push_back({"room_air.coil_ua", coil_.ua_design.si(), "W/K", "from the design temperatures"});
  ratings.push_back(
      {"chilled_water.flow", coil_.cold_design.si() / kWaterSpecificHeat, "kg/s", "from the design rise"});
  ratings.push_back({"chilled_water.pump_power", pump_power(pump_, 1).si(), "W", "at full flow"});
  ratings.push_back({"chillers.load", design_water_heat_.si(), "W", "heat to air with that of fans and pump"});
  ratings.push_back({"chillers.needed", double(needed_), "1", "to carry the design load"});
  ratings.push_back({"chillers.installed", double(installed_), "1", "with redundancy"});
  ratings.push_back({"chillers.capacity", chiller_.capacity.si(), "W", "of one, at its reference temperatures"});
  ratings.push_back({"chillers.power", design_compressors_.si(), "W", "of all that are needed, at design"});
}

}  // namespace wattershed
