#include "models/facility/power/ups_transfer.hpp"

#include <string>
#include <utility>

#include "models/electrical/omissions.hpp"
#include "models/facility/part/signal_sum.hpp"

namespace wattershed {
namespace {

// The banks that stand behind the UPS are backed from now on.
Power backed_rating(SiteContext& context, const std::vector<Feeder>& feeders) {
  Power rating{};
  for (const Feeder& feeder : feeders) {
    rating += Power(context.plan.banks[feeder.place].rating_w);
    context.plan.banks[feeder.place].backed = true;
  }
  return rating;
}

}  // namespace

bool UpsTransfer::stands_in(const SiteContext& context, const std::vector<Feeder>& feeders) {
  const auto& electrical = context.site().electrical;
  return context.resolved() && electrical && electrical->ups && electrical->ups->ride_through && !feeders.empty();
}

UpsTransfer::UpsTransfer(SiteContext& context, std::vector<Feeder> below)
    : feeders(std::move(below)),
      context_(context),
      backup_(context.simulation, *context.site().electrical->ups->ride_through, backed_rating(context, feeders)) {
  Circuit& circuit = context.circuit;
  std::vector<Signal<Load>> inputs;
  for (const Feeder& feeder : feeders) inputs.push_back(feeder.load);
  add_transfers();
  const Signal<Load> all = sum_of(circuit, "input of the UPS", std::move(inputs));
  backup_.follow(all);
  follow_load(all);
  off_grid_ = circuit.signal<double>("ups_off_grid");
  circuit.model("UPS off the grid", {backup_.on_grid, backup_.on_battery}, {off_grid_}, [this] {
    const Circuit& c = context_.circuit;
    context_.circuit.set(off_grid_, 1 - c.get(backup_.on_grid));
    for (WaveformLog* log : logs_) {
      log->outside(context_.now(), "share_on_grid", c.get(backup_.on_grid));
      log->outside(context_.now(), "share_on_battery", c.get(backup_.on_battery));
    }
  });
}

void UpsTransfer::add_transfers() {
  Circuit& circuit = context_.circuit;
  // What refills the batteries comes from where the load is fed from.
  refilling_ = circuit.signal<double>("refilling from the grid");
  circuit.model("source of the refilling", {backup_.refilling, backup_.on_generator}, {refilling_}, [this] {
    Circuit& c = context_.circuit;
    const double from_grid = c.get(backup_.on_generator) > 0 ? 0.0 : c.get(backup_.refilling);
    c.set(refilling_, from_grid);
    for (WaveformLog* log : logs_) {
      log->outside(context_.now(), "refilling_from_grid", from_grid * backup_.rating().si());
      log->outside(context_.now(), "refilling", c.get(backup_.refilling) * backup_.rating().si());
    }
  });
  for (Feeder& feeder : feeders) {
    const std::string label = "transfer of " + circuit.name(AnySignal(feeder.load));
    const Signal<Load> out = circuit.signal<Load>(label);
    const double bank_w = context_.plan.banks[feeder.place].rating_w;
    circuit.model(label, {feeder.load, backup_.on_grid, refilling_}, {out},
                  [&circuit, in = feeder.load, out, share = backup_.on_grid, refilling = refilling_, bank_w] {
                    Load load = circuit.get(in) * circuit.get(share);
                    load.mean += Power(circuit.get(refilling) * bank_w);
                    circuit.set(out, load);
                  });
    feeder.load = out;
  }
}

void UpsTransfer::follow_load(Signal<Load> all) {
  Circuit& circuit = context_.circuit;
  battery = circuit.signal<Power>("battery power of the UPS");
  generator_ = circuit.signal<Power>("generator_power");
  circuit.model("batteries of the UPS", {all, backup_.on_battery, backup_.on_generator, backup_.refilling},
                {battery, generator_}, [this, all] {
                  Circuit& c = context_.circuit;
                  const Power load = c.get(all).mean, rating = backup_.rating();
                  c.set(battery, c.get(backup_.refilling) * rating - c.get(backup_.on_battery) * load);
                  const double by_generator = c.get(backup_.on_generator);
                  c.set(generator_,
                        by_generator * load + (by_generator > 0 ? c.get(backup_.refilling) : 0.0) * rating);
                });
  const Signal<double> heard = circuit.signal<double>("the UPS have heard of their load");
  circuit.model("load of the UPS", {all, backup_.on_battery}, {heard}, [this] {
    if (context_.circuit.get(backup_.on_battery) > 0)
      context_.simulation.after(Duration{0}, [this] { backup_.load_changed(); });
  });
}

// After the settle: a voltage and the transfers that answer it belong to two rounds of one instant.
void UpsTransfer::follow_voltage(Signal<double> at_point) {
  voltage.close(at_point);
  const Signal<double> heard = context_.circuit.signal<double>("the UPS have heard");
  context_.circuit.model("voltage at the UPS", {at_point}, {heard}, [this] {
    context_.simulation.after(Duration{0}, [this] { backup_.voltage_changed(context_.circuit.get(voltage.get())); });
  });
}

void UpsTransfer::record(Columns& columns) {
  generated_ = columns.add("generator_power", generator_).meter;
  columns.add("ups_off_grid", off_grid_);
}

void UpsTransfer::start() { backup_.on_power(fed.get()); }

void UpsTransfer::open_log(WaveformLog& log) {
  const Circuit& circuit = context_.circuit;
  const Time now = context_.now();
  log.outside(now, "share_on_grid", circuit.get(backup_.on_grid));
  log.outside(now, "share_on_battery", circuit.get(backup_.on_battery));
  log.outside(now, "refilling", circuit.get(backup_.refilling) * backup_.rating().si());
  log.outside(now, "refilling_from_grid", circuit.get(refilling_) * backup_.rating().si());
  logs_.add(log);
}

void UpsTransfer::book(Books& books) const {
  books.energy.add_in("generators", generated_->integral(context_.now()));
}

void UpsTransfer::summarise(SiteSummary& summary) const {
  summary.add("generator_energy", generated_->integral(context_.now()));
  summary.add("ups_transfers", static_cast<double>(backup_.machine().events()));
  summary.add("ups_locked_out", backup_.machine().locked_out() ? 1 : 0);
}

void UpsTransfer::warn(std::vector<Warning>& warnings) const {
  const UpsRideThrough& machine = backup_.machine();
  add_warning(warnings, "a sag made the UPS transfer to their batteries",
              static_cast<std::uint64_t>(machine.events()));
  add_warning(warnings, "the UPS locked out: their load stays off the grid until somebody returns it",
              machine.locked_out());
  add_warning(warnings, "the racks lost their power: the UPS batteries were empty", machine.dropped_at().has_value());
  add_warning(warnings, "generators ran; their fuel, emissions and cost are not counted",
              generated_->integral(context_.now()) > 0);
}

std::vector<Omission> UpsTransfer::omissions() const {
  return ride_through_omissions(*context_.site().electrical->ups->ride_through);
}

}  // namespace wattershed
