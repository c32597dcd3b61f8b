#include "models/weather/check.hpp"

#include <fmt/format.h>

namespace wattershed {

void check_station(const Location& location, const Station& station, const Complaints& complaints) {
  if (!location.latitude || !location.longitude) return;
  const Length distance =
      distance_between(*location.latitude, *location.longitude, station.latitude, station.longitude);
  if (distance > 100'000_m)
    complaints.warn(
        fmt::format("the weather of {} was taken {:.0f} km from the site", station.name, distance.si() / 1000));
}

}  // namespace wattershed
