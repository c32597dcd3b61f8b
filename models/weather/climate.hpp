/// Weather generated from the monthly normals of a place: for built-in climates without a file.
///
///   dry bulb    the day's highest and lowest follow the monthly means (a course through the months whose monthly
///               means are the normals), both moved by the day's anomaly; between them a cosine from sunrise to 15:00
///               solar time and one through the night to the next sunrise
///   anomaly     a(d) = ρ a(d−1) + √(1−ρ²) σ ε,  ρ = 0.7, σ between a winter and a summer value by the time of year
///   range       the day's swing varies by a share of the mean swing, independently from day to day
///   dew point   its own course, moved by a share of the day's anomaly and an anomaly of its own; never above the dry
///               bulb. The course is found such that the mean relative humidity comes back
///   pressure    of the standard atmosphere at the elevation
///
/// Inputs    twelve monthly means of daily highest and lowest dry bulb and of relative humidity; latitude, longitude,
///           elevation, time zone
/// Outputs   marks of the hours of any year, from one stream a year
/// Source    M. C. T. de Wit 1978 for the cosine of day and night; Richardson, Water Resources Research 17 (1981) for
///           first-order persistence of daily temperature; Killworth, J. Phys. Oceanogr. 26 (1996) for a course
///           through monthly means; normals in the catalog with their sources
/// Valid     level, season and swing of a place; not storms, fronts, fog, or the joint extremes of heat and moisture
/// Accuracy  monthly means of daily highest and lowest within 0.5 K and of relative humidity within 3 points of the
///           normals over many years (tests/models/weather/climate_test.cpp)
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/weather/weather.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

/// Temperatures of a climate by month, January first.
struct TemperatureNormals {
  std::vector<Temperature> daily_max;  ///< mean of the days' highest dry bulbs, 12 values
  std::vector<Temperature> daily_min;  ///< mean of the days' lowest dry bulbs, 12 values
  void visit(Fields& f);
};

/// Humidity of a climate by month, January first.
struct HumidityNormals {
  std::vector<Share> relative;         ///< mean relative humidity over day and month, 12 values
  std::vector<Temperature> dew_point;  ///< mean dew point where it is known, 12 values or none; not used to generate
  void visit(Fields& f);
};

/// How days differ from the mean of the season.
struct DayToDay {
  TemperatureDelta winter{4};      ///< standard deviation of a day's mean dry bulb in the coldest month [K]
  TemperatureDelta summer{2.5};    ///< in the hottest month [K]
  Share persistence{0.7};          ///< correlation of a day with the day before
  Share range{0.3};                ///< standard deviation of the daily swing, as a share of its mean
  TemperatureDelta dew_point{3};   ///< standard deviation of a day's dew point beside what follows the dry bulb [K]
  double dew_point_follows = 0.5;  ///< how far the dew point goes with the dry bulb's anomaly [K/K]
  void visit(Fields& f);
};

/// A named climate of the catalog.
struct Climate {
  static constexpr std::string_view catalog_kind = "climates";
  std::string title;
  std::string zone;  ///< ASHRAE climate zone
  double latitude = 0, longitude = 0;
  Length elevation{};
  std::string time_zone = "UTC";
  TemperatureNormals temperature;
  HumidityNormals humidity;
  DayToDay day_to_day;
  void visit(Fields& f);
};

/// A climate made ready to generate: a few milliseconds of work, once.
class ClimateGenerator {
 public:
  /// `climate` as its visit accepts it: twelve values in every list.
  explicit ClimateGenerator(const Climate& climate);

  /// The marks of 0:00 on 1 January to 24:00 on 31 December of a calendar year in local standard time. Years join
  /// without a step: each draws from the stream (seed, run, "STREAM.YEAR") and takes up what the year before left.
  [[nodiscard]] std::vector<WeatherMark> year(int year, std::uint64_t seed, std::uint64_t run,
                                              std::string_view stream) const;
  /// Of 30 years of a stream that no scenario's seed changes.
  [[nodiscard]] DesignConditions design_conditions() const;
  [[nodiscard]] const Station& station() const { return station_; }

 private:
  static constexpr std::size_t kDays = 365, kMonths = 12;
  using Course = std::array<double, kDays>;
  using Months = std::array<double, kMonths>;

  /// What makes a day different from its season: standard normal draws.
  struct Draw {
    double temperature, dew_point, range;
  };
  /// Dry bulb and dew point of an hour [degC].
  struct HourlyAir {
    double dry_bulb, dew_point;
  };

  [[nodiscard]] static std::vector<Draw> draws(int year, std::uint64_t seed, std::uint64_t run,
                                               std::string_view stream);
  /// The marks of a year of `days` days, from 0:00 on; the draws begin a year before it and end a day after it.
  void generate(std::span<const Draw> draws, std::size_t warm_up, std::size_t days,
                std::vector<HourlyAir>& marks) const;
  [[nodiscard]] std::vector<HourlyAir> air_of_year(int year, std::uint64_t seed, std::uint64_t run,
                                                   std::string_view stream) const;
  /// Moves the courses until generated years have the normals.
  void calibrate();

  Climate climate_;
  Station station_;
  Course highest_{}, lowest_{}, dew_point_{};  ///< of the mean day [degC]
  Course deviation_{};                         ///< of the daily mean [K]
  Course sunrise_h_{};                         ///< local standard time
  double peak_h_ = 15;
};

/// The years that a run from `start` to `end` touches, drawn from streams whose names begin with `stream`.
Weather weather_from_climate(const Climate& climate, Time start, Time end, std::uint64_t seed, std::uint64_t run,
                             std::string_view stream = "weather");

}  // namespace wattershed
