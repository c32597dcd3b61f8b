// The point of interconnection: UPS that transfer, the battery, reactive power, voltage and frequency, and sags.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "models/facility/site/site_wiring.hpp"

namespace wattershed {
namespace {

// Gain of a swing of IT power on its way to the grid, at 70 % of each stage's rating.
double swing_gain(const Electrical& electrical) {
  double gain = 1;
  const auto through = [&](const StageModule& module) {
    gain *= 1 + module.loss.proportional.si() + 2 * 0.7 * module.loss.square.si();
  };
  if (electrical.pdu) through(*electrical.pdu);
  if (electrical.ups) through(*electrical.ups);
  if (electrical.transformer) through(*electrical.transformer);
  return gain;
}

}  // namespace

// Between the UPS and what feeds them: a share of the load, and what refills their batteries.
void SiteModel::wire_ups_backup(Wiring& w) {
  const auto& electrical = scenario_.site.electrical;
  if (scenario_.fidelity != Fidelity::resolved || !electrical || !electrical->ups || !electrical->ups->ride_through ||
      w.feeders.empty())
    return;
  std::vector<Signal<Load>> inputs;
  Power rating{};
  for (const Feeder& feeder : w.feeders) {
    inputs.push_back(feeder.load);
    rating += Power(plan_.banks[feeder.place].rating_w);
    plan_.banks[feeder.place].backed = true;
  }
  ups_ = std::make_unique<UpsBackup>(simulation_, *electrical->ups->ride_through, rating);
  // What refills the batteries comes from where the load is fed from.
  const Signal<double> refilling = circuit_.signal<double>("refilling from the grid");
  circuit_.model(
      "source of the refilling", {ups_->refilling, ups_->on_generator}, {refilling}, [this, refilling, rating] {
        const double from_grid = circuit_.get(ups_->on_generator) > 0 ? 0.0 : circuit_.get(ups_->refilling);
        circuit_.set(refilling, from_grid);
        for (WaveformLog* log : logs_) {
          log->outside(simulation_.now(), "refilling_from_grid", from_grid * rating.si());
          log->outside(simulation_.now(), "refilling", circuit_.get(ups_->refilling) * rating.si());
        }
      });
  for (Feeder& feeder : w.feeders) {
    const std::string label = "transfer of " + circuit_.name(AnySignal(feeder.load));
    const Signal<Load> out = circuit_.signal<Load>(label);
    const double bank_w = plan_.banks[feeder.place].rating_w;
    circuit_.model(label, {feeder.load, ups_->on_grid, refilling}, {out},
                   [this, in = feeder.load, out, share = ups_->on_grid, refilling, bank_w] {
                     Load load = circuit_.get(in) * circuit_.get(share);
                     load.mean += Power(circuit_.get(refilling) * bank_w);
                     circuit_.set(out, load);
                   });
    feeder.load = out;
  }
  const Signal<Load> all = sum_of(circuit_, "input of the UPS", std::move(inputs));
  ups_->follow(all);
  const Signal<Power> battery = circuit_.signal<Power>("battery power of the UPS");
  const Signal<Power> generator = circuit_.signal<Power>("generator_power");
  circuit_.model(
      "batteries of the UPS", {all, ups_->on_battery, ups_->on_generator, ups_->refilling}, {battery, generator},
      [this, all, battery, generator, rating] {
        const Power load = circuit_.get(all).mean;
        circuit_.set(battery, circuit_.get(ups_->refilling) * rating - circuit_.get(ups_->on_battery) * load);
        const double by_generator = circuit_.get(ups_->on_generator);
        circuit_.set(generator,
                     by_generator * load + (by_generator > 0 ? circuit_.get(ups_->refilling) : 0.0) * rating);
      });
  ups_battery_ = battery;
  refilling_ = refilling;
  const Signal<double> load_heard = circuit_.signal<double>("the UPS have heard of their load");
  circuit_.model("load of the UPS", {all, ups_->on_battery}, {load_heard}, [this] {
    if (circuit_.get(ups_->on_battery) > 0) simulation_.after(Duration{0}, [this] { ups_->load_changed(); });
  });
  record("generator_power", generator);
  const Signal<double> off_grid = circuit_.signal<double>("ups_off_grid");
  circuit_.model("UPS off the grid", {ups_->on_grid, ups_->on_battery}, {off_grid}, [this, off_grid] {
    circuit_.set(off_grid, 1 - circuit_.get(ups_->on_grid));
    for (WaveformLog* log : logs_) {
      log->outside(simulation_.now(), "share_on_grid", circuit_.get(ups_->on_grid));
      log->outside(simulation_.now(), "share_on_battery", circuit_.get(ups_->on_battery));
    }
  });
  record("ups_off_grid", off_grid);
  ups_->on_power([this](bool fed) {
    jobs_->before_draws_change();
    floor_->set_fed(fed);
    jobs_->after_draws_change();
    for (const auto& service : services_) service->draws_changed();
    for (const auto& training : trainings_) training->fed(fed);
    circuit_.set(fed_, fed ? 1.0 : 0.0);
  });
}

void SiteModel::wire_battery(Wiring& w) {
  if (!scenario_.site.battery) return;
  battery_ = std::make_unique<SiteBattery>(simulation_, *scenario_.site.battery);
  w.losses.push_back(battery_->loss);
  w.outdoor.emplace_back(battery_->loss, 1.0);
  battery_loss_ = &circuit_.meter(battery_->loss);
  if (scenario_.fidelity == Fidelity::resolved) return;
  const double gain = swing_gain(scenario_.site.electrical.value_or(Electrical{}));
  jobs_->on_swing([this, gain](std::uint32_t job, std::vector<PowerSegment> cycle) {
    for (PowerSegment& segment : cycle) segment.power *= gain;
    battery_->swing(job, cycle);
  });
}

// Grid power from the site's load and its batteries; what they store is no use of the site.
void SiteModel::wire_interconnection(Wiring& w) {
  w.grid_power = circuit_.signal<Power>("grid_power");
  grid_power_ = w.grid_power;
  if (!battery_) {
    circuit_.model("point of interconnection", {w.grid}, {w.grid_power},
                   [this, in = w.grid, out = w.grid_power] { circuit_.set(out, circuit_.get(in).mean); });
  } else {
    circuit_.model("point of interconnection", {w.grid, battery_->power, battery_->loss}, {w.grid_power},
                   [this, in = w.grid, out = w.grid_power] {
                     circuit_.set(
                         out, circuit_.get(in).mean + circuit_.get(battery_->power) + circuit_.get(battery_->loss));
                   });
    if (scenario_.fidelity == Fidelity::resolved) simulation_.spawn(battery_->control(w.grid), "battery");
    record("state_of_charge", battery_->state_of_charge);
  }
  record("grid_power", w.grid_power);
  std::vector<Signal<Power>> stored;
  if (battery_) stored.push_back(battery_->power);
  if (ups_) stored.push_back(ups_battery_);
  if (!stored.empty()) record("battery_power", sum_of(circuit_, "all battery power", std::move(stored)));
}

// What curves give the reactive power, and on which ratings.
ReactiveLoad SiteModel::reactive_load(const Wiring& w) const {
  ReactiveLoad load;
  const Electrical electrical = scenario_.site.electrical.value_or(Electrical{});
  Power design{};
  for (const Feeder& feeder : w.feeders) design += feeder.design;
  if (scenario_.site.grid.point) load.power_factor = scenario_.site.grid.point->power_factor;
  const auto stage = stages_.find("ups");
  if (stage != stages_.end() && electrical.ups->power_factor)
    load.feed = ReactiveLoad::Part{electrical.ups->power_factor->curve(),
                                   static_cast<double>(stage->second.modules) * electrical.ups->rating};
  else if (electrical.reactive && electrical.reactive->supplies)
    load.feed = ReactiveLoad::Part{electrical.reactive->supplies->curve(), design};
  if (electrical.reactive && electrical.reactive->motors && loaded_.design.cooling > Power{})
    load.motors = ReactiveLoad::Part{electrical.reactive->motors->curve(), loaded_.design.cooling};
  const auto transformers = stages_.find("transformer");
  if (transformers != stages_.end() && electrical.transformer->reactive)
    load.transformers =
        ReactiveLoad::Part{electrical.transformer->reactive->curve(),
                           static_cast<double>(transformers->second.modules) * electrical.transformer->rating};
  return load;
}

void SiteModel::wire_point(Wiring& w) {
  const Grid& grid = scenario_.site.grid;
  if (grid.system) {
    frequency_ = std::make_unique<FrequencyWatch>(*grid.system, simulation_.now());
    const Signal<double> heard = circuit_.signal<double>("frequency has heard");
    circuit_.model("frequency", {w.grid_power}, {heard},
                   [this, power = w.grid_power] { frequency_->change(simulation_.now(), circuit_.get(power)); });
  }
  const auto sags_here = [this](const Event& event) { return event.sag && event.site.value_or(name()) == name(); };
  const bool sags = std::any_of(scenario_.events.begin(), scenario_.events.end(), sags_here);
  if (!grid.point && !grid.bus && !sags) return;
  retained_ = circuit_.signal<double>("voltage that a sag leaves", 1);
  const Signal<double> voltage = circuit_.signal<double>("poi_voltage", 1);
  Signal<ApparentPower> reactive;
  if (grid.point || grid.bus) {
    reactive_ = reactive_load(w);
    reactive = circuit_.signal<ApparentPower>("reactive_power");
    circuit_.model("reactive power", {w.grid, w.mechanical}, {reactive},
                   [this, all = w.grid, mechanical = w.mechanical, reactive] {
                     const Load both = circuit_.get(all);
                     const Power beside = circuit_.get(mechanical).mean;
                     circuit_.set(reactive, reactive_.at({both.mean - beside, both.variance}, beside));
                   });
    record("reactive_power", reactive);
  }
  if (grid.point) {
    impedance_ = impedance_of(*grid.point);
    circuit_.model("voltage at the point of interconnection", {w.grid_power, reactive, retained_}, {voltage},
                   [this, power = w.grid_power, reactive, voltage] {
                     const double retained = circuit_.get(retained_);
                     const std::optional<double> steady =
                         thevenin_voltage(*impedance_, circuit_.get(power), circuit_.get(reactive));
                     if (!steady && retained >= 1)
                       throw VoltageCollapse(collapse_text(simulation_.now(), circuit_.get(power),
                                                           circuit_.get(reactive), impedance_->short_circuit));
                     circuit_.set(voltage, std::min(retained, steady.value_or(retained)));
                   });
  } else {
    circuit_.model("voltage at the point of interconnection", {retained_}, {voltage},
                   [this, voltage] { circuit_.set(voltage, circuit_.get(retained_)); });
  }
  if (grid.point || !grid.bus) {
    record("poi_voltage", voltage);
  } else if (sags) {  // the rest is the network's, known at the end of an interval
    sagging_ = circuit_.signal<double>("a sag stands");
    sag_meters_ = {&circuit_.meter(retained_), &circuit_.meter(sagging_)};
  }
  if (ups_) {
    const Signal<double> heard = circuit_.signal<double>("the UPS have heard");
    circuit_.model("voltage at the UPS", {voltage}, {heard}, [this, voltage] {
      simulation_.after(Duration{0}, [this, voltage] { ups_->voltage_changed(circuit_.get(voltage)); });
    });
  }
  const TimeZone clock(loaded_.clock_zone);
  for (const Event& event : scenario_.events) {
    if (!sags_here(event)) continue;
    const Repeat repeat = event.repeat.value_or(Repeat{});
    for (std::int64_t i = 0; i < repeat.times; ++i) {
      const Time begin = clock.to_utc(event.at) + i * repeat.every;
      if (begin < loaded_.start || begin >= loaded_.end) continue;
      simulation_.at(
          begin, [this, left = event.sag->voltage.si()] { sag(left, true); }, EventPriority::early);
      simulation_.at(
          begin + event.sag->length, [this, left = event.sag->voltage.si()] { sag(left, false); },
          EventPriority::early);
    }
  }
}

// Of several faults at once the deepest counts.
void SiteModel::sag(double left, bool begins) {
  if (begins)
    sags_.push_back(left);
  else
    sags_.erase(std::find(sags_.begin(), sags_.end(), left));
  const double retained = sags_.empty() ? 1.0 : *std::min_element(sags_.begin(), sags_.end());
  circuit_.set(retained_, retained);
  if (sagging_.valid()) circuit_.set(sagging_, sags_.empty() ? 0.0 : 1.0);
  for (WaveformLog* log : logs_) log->outside(simulation_.now(), "retained_voltage", retained);
}

}  // namespace wattershed
