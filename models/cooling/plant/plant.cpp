#include "models/cooling/plant/plant.hpp"

#include "sim/base/problem.hpp"

namespace wattershed {

std::string_view to_string(PlantMode mode) {
  switch (mode) {
    case PlantMode::mechanical:
      return "mechanical";
    case PlantMode::partial:
      return "partial";
    case PlantMode::free:
      return "free";
  }
  return "";
}

double PlantTotals::residual() const {
  const double in_j = from_load.si() + from_motors.si();
  return in_j > 0 ? (in_j - rejected.si() - stored.si()) / in_j : 0.0;
}

// Long steps are exact, so that two days take some hundred.
void Plant::start(const PlantDemand& demand, const Outdoors& outdoors) {
  reset();
  decide(0, demand, outdoors);
  for (const double length_s : {600.0, 60.0})
    for (int i = 0; i < 300; ++i) {
      advance(length_s, {.liquid = demand.liquid * TimeSpan(length_s), .air = demand.air * TimeSpan(length_s)});
      decide(length_s, demand, outdoors);
    }
  open_books();
}

void Plant::step(Duration length, const PlantLoad& load, const PlantDemand& demand, const Outdoors& outdoors) {
  const double length_s = seconds(length);
  advance(length_s, load);
  decide(length_s, demand, outdoors);
}

int installed_machines(int needed, Redundancy redundancy) {
  switch (redundancy) {
    case Redundancy::n:
      return needed;
    case Redundancy::n_plus_1:
      return needed + 1;
    case Redundancy::n_plus_2:
      return needed + 2;
    case Redundancy::two_n:
      return 2 * needed;
  }
  return needed;
}

SizedPlant sized_by(const std::function<std::unique_ptr<Plant>(std::vector<Rating>& ratings)>& make) {
  SizedPlant sized;
  try {
    sized.plant = make(sized.ratings);
  } catch (const SizingError& error) {
    sized.problems.push_back(error.problem);
  } catch (const InputError& error) {
    sized.problems.push_back({"", error.what()});
  }
  return sized;
}

}  // namespace wattershed
