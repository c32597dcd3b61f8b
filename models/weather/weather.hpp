/// The outdoor air over time, by the hour of one or more years, straight between hours.
///
///   dry bulb, pressure   linear between the marks of the hours
///   humidity ratio       from the vapour pressure, whose logarithm is linear: never above saturation
///   wet bulb             linear between the wet bulbs of the marks, then one step of Newton's method
///
/// A file's year repeats: a simulated hour takes the values with its month, day and hour in local standard time;
/// 29 February repeats the 28th when the file has none, and is left out in a common year when it has one. Generated
/// climates have every year of the run, each made when its first instant is asked for, so that decades take no more memory
/// than a year; an instant outside takes a year of them in the same way.
/// Inputs    instants [UTC]; the value of an hour stands at its end, as in EPW
/// Outputs   outdoor air: dry and wet bulb [K], humidity ratio [kg/kg], pressure [Pa]
/// Accuracy  the wet bulb lies within 0.01 K of the wet bulb of the air given beside it (0.003 K over four EPW files)
/// Cost      about 60 ns a call; a generated year some 10 ms when time comes to it. One object belongs to one thread; copies
///           are apart, and share the years that they hold
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/weather/design_conditions.hpp"
#include "models/weather/outdoors.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// Where a weather was measured or stands for.
struct Station {
  std::string name;            ///< "Phoenix-Sky.Harbor.Intl.AP, AZ, USA"
  double latitude = 0;         ///< degrees north
  double longitude = 0;        ///< degrees east
  Length elevation{};          ///< above sea level [m]
  Duration utc_offset{};       ///< of local standard time, without daylight saving
  std::string time_zone = "";  ///< IANA name: the place's own, or one that keeps `utc_offset` all year
};

/// The air at the mark of an hour.
struct WeatherMark {
  double dry_bulb_k = 273.15;
  double wet_bulb_k = 273.15;
  double log_vapour_pressure = 0;  ///< ln of the pressure in Pa
  double pressure_pa = 101'325;
};

/// A mark by its dew point; one above the dry bulb counts as saturated air.
WeatherMark weather_mark(Temperature dry_bulb, Temperature dew_point, Pressure pressure);

class Weather {
 public:
  /// `years[i]` has the marks of 0:00 on 1 January to 24:00 on 31 December of year `first_year` + i in local standard
  /// time: 8761 of them, or 8785 with 29 February. At least one year.
  Weather(Station station, DesignConditions design, int first_year,
          const std::vector<std::vector<WeatherMark>>& years);
  /// The same from `years` calendar years, the marks of each as `make(year)` gives them, every time alike.
  Weather(Station station, DesignConditions design, int first_year, std::size_t years,
          std::function<std::vector<WeatherMark>(int year)> make);

  /// The air at an instant.
  [[nodiscard]] Outdoors at(Time utc) const;

  [[nodiscard]] const Station& station() const { return station_; }
  [[nodiscard]] Duration utc_offset() const { return station_.utc_offset; }
  [[nodiscard]] const DesignConditions& design() const { return design_; }

  /// The marks of one of its years (0 is the first), the ends of its 8760 or 8784 hours: for statistics. They stand until
  /// two other years have been asked for.
  [[nodiscard]] std::size_t years() const { return count_; }
  [[nodiscard]] std::span<const WeatherMark> hours_of_year(std::size_t index) const;

 private:
  using Marks = std::shared_ptr<const std::vector<WeatherMark>>;
  struct Held {
    std::size_t index = static_cast<std::size_t>(-1);
    Marks marks;
  };
  [[nodiscard]] const std::vector<WeatherMark>& marks_of(std::size_t index) const;

  Station station_;
  DesignConditions design_;
  int first_year_;
  std::size_t count_;
  std::function<Marks(std::size_t index)> marks_;
  mutable std::array<Held, 2>
      held_;  // the year asked for last and the one before: at New Year time goes back and forth
};

/// An IANA zone that keeps this offset all the year: "Etc/GMT+7" for −7 h, a place for offsets that are no whole
/// hours; "UTC" for an offset that no zone has.
std::string fixed_time_zone(Duration utc_offset);

/// Along the surface between two places given in degrees.
Length distance_between(double latitude_a, double longitude_a, double latitude_b, double longitude_b);

}  // namespace wattershed
