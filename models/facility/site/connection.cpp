#include "models/facility/site/connection.hpp"

namespace wattershed {

Connection::Connection(SiteContext& context, const Inputs& inputs)
    : context_(context),
      hall_(inputs.hall),
      grid_power_(inputs.grid_power),
      allowed_(context.parameters.at(context.path("grid.connection"), context.site().grid.connection->si())) {
  context.parameters.on_change(context.path("grid.connection"), [this](double) { hall_.jobs().room_changed(); });
}

std::function<bool(Power)> Connection::room() const {
  return [this](Power rise) {
    const Circuit& circuit = context_.circuit;
    Power imposed{};
    for (const ItHall::ImposedService& service : hall_.imposed_services()) imposed += circuit.get(service.load).mean;
    // What stands was settled before the starts of this instant: the floor knows them already.
    const Power settled = circuit.get(hall_.it).mean - imposed;
    const Power more = hall_.floor().peak_now() - settled + rise;
    const double ratio = context_.loaded.design.grid_per_it;
    return (circuit.get(grid_power_) + ratio * more).si() <= circuit.get(allowed_);
  };
}

// Cooler air leaves more room for jobs.
Process Connection::ask_hourly() {
  while (true) {
    co_await context_.simulation.delay(std::chrono::hours(1));
    if (hall_.jobs().held() > 0) hall_.jobs().room_changed();
  }
}

void Connection::start() { context_.simulation.spawn(ask_hourly(), "jobs held by the connection"); }

}  // namespace wattershed
