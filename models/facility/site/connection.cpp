#include "models/facility/site/connection.hpp"

namespace wattershed {
namespace {

constexpr Duration kept_for = std::chrono::hours(1);

// In everything that the grid feels. Air follows heat.
bool within(const HallDraw& a, const HallDraw& b) {
  return a.peak <= b.peak && a.heat <= b.heat && a.heat - a.liquid <= b.heat - b.liquid;
}

}  // namespace

Connection::Connection(SiteContext& context, const Inputs& inputs)
    : context_(context),
      inputs_(inputs),
      allowed_(context.parameters.at(context.path("grid.connection"), context.site().grid.connection->si())),
      steady_(context) {
  context.parameters.on_change(context.path("grid.connection"), [this](double) {
    forget();
    inputs_.hall.jobs().room_changed();
  });
}

HasRoom Connection::room() {
  return [this](const HallDraw& rise) { return has_room(rise); };
}

void Connection::forget() {
  fits_.reset();
  beyond_.reset();
}

bool Connection::has_room(const HallDraw& rise) {
  const Circuit& circuit = context_.circuit;
  HallDraw hall = inputs_.hall.floor().draw_now() + rise;
  for (const ItHall::ImposedService& service : inputs_.hall.imposed_services()) {
    const Power power = circuit.get(service.load).mean;
    hall.peak += power;
    hall.heat += power;
  }
  const Power allowed(circuit.get(allowed_));
  const Power building(circuit.get(inputs_.lighting) + circuit.get(inputs_.other));
  if (steady_.least(hall, building) > allowed) return false;
  if (steady_.most(hall, building) <= allowed) return true;
  if (!inputs_.plant) return false;

  const Time now = context_.now();
  if (now - solved_ >= kept_for) forget();
  if (fits_ && within(hall, *fits_)) return true;
  if (beyond_ && within(*beyond_, hall)) return false;
  if (!fits_ && !beyond_) solved_ = now;
  const bool has = steady_.at(hall, {building, context_.weather->at(now), inputs_.plant->settings}) <= allowed;
  (has ? fits_ : beyond_) = hall;
  return has;
}

// Cooler air leaves more room for jobs.
Process Connection::ask_hourly() {
  while (true) {
    co_await context_.simulation.delay(kept_for);
    if (inputs_.hall.jobs().held() > 0) inputs_.hall.jobs().room_changed();
  }
}

void Connection::start() { context_.simulation.spawn(ask_hourly(), "jobs held by the connection"); }

}  // namespace wattershed
