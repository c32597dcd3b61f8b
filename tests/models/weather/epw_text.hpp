/// Small EPW texts for tests: a made-up place whose air is a formula of the hour.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace wattershed::test {

/// Design conditions as the TMY3 files of 2008 have them (Denver), and as TMYx files of 2021 do (Phoenix).
inline const std::string design_2009 =
    "DESIGN CONDITIONS,1,Climate Design Data 2009 ASHRAE "
    "Handbook,,Heating,12,-17.4,-14,-21.5,0.7,-11.7,-18.9,0.9,-6.9,"
    "14.1,1.8,12,2.4,3.3,160,Cooling,7,15.2,34.6,15.7,33.2,15.6,31.8,15.4,18.3,27.3,17.6,27,17,26.5,4.2,80,16,14,19."
    "9,"
    "15.2,13.2,19.7,14.1,12.3,19.6,58.3,27,55.9,26.9,53.8,26.3,722,Extremes,11.9,10.4,8.8,20.7,-22.7,37.1,2.8,1.3,"
    "-24.7,38,-26.3,38.8,-27.9,39.5,-29.9,40.5";
inline const std::string design_2021 =
    "DESIGN CONDITIONS,1,2021 ASHRAE Handbook -- Fundamentals - Chapter 14 Climatic Design "
    "Information,,Heating,12,4.0,"
    "5.5,-16.5,0.9,19.0,-14.0,1.2,19.2,8.8,13.5,7.5,15.0,1.6,100,0.437,Cooling,7,11.4,43.6,20.7,42.5,20.6,41.5,20.5,"
    "24.2,34.2,23.8,34.3,23.3,34.5,4.4,260,21.9,17.3,27.7,20.9,16.2,28.9,19.8,15.1,30.2,74.5,33.8,72.7,34.2,70.9,34."
    "2,"
    "27.5,Extremes,8.6,7.4,6.4,1.4,46.0,1.5,1.3,0.3,47.0,-0.6,47.7,-1.4,48.5,-2.5,49.4";

struct EpwText {
  std::string location = "LOCATION,Somewhere,XX,Land,Test,000000,40.00,-105.00,-7.0,1650.0";
  std::string design = "DESIGN CONDITIONS,0";
  std::string periods = "DATA PERIODS,1,1,Data,Sunday,1/ 1,12/31";
  bool leap = false;
  std::string line_end = "\n";
  /// Cells 6 to 9 of a row, by the index of its hour (0 is 1 January 0:00 to 1:00).
  std::function<std::string(int)> air = [](int hour) { return default_air(hour); };
  /// May change a finished row or leave it out (by returning nothing).
  std::function<std::string(int, std::string)> row = [](int, std::string text) { return text; };

  static double default_dry_bulb(int hour) {
    return 10 + 15 * std::sin((hour - 2500) * 2 * M_PI / 8760) + 6 * std::sin((hour - 9) * 2 * M_PI / 24);
  }
  static std::string default_air(int hour) {
    return fmt::format("{:.2f},{:.2f},{},83700", default_dry_bulb(hour), default_dry_bulb(hour) - 8, 57);
  }

  [[nodiscard]] std::string text() const {
    const std::vector<int> lengths{31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    std::string out;
    for (const std::string& line :
         {location, design, std::string("TYPICAL/EXTREME PERIODS,0"), std::string("GROUND TEMPERATURES,0"),
          std::string("HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0"), std::string("COMMENTS 1,made up"),
          std::string("COMMENTS 2,"), periods})
      out += line + line_end;
    int index = 0;
    for (int month = 1; month <= 12; ++month)
      for (int day = 1; day <= lengths[static_cast<std::size_t>(month - 1)]; ++day)
        for (int hour = 1; hour <= 24; ++hour, ++index) {
          const std::string written = row(
              index, fmt::format("1999,{},{},{},0,?9?9,{},0,0,290,0,0,0,0,0,0,0,0,0.0,2,2,16.0,77777,9,999999999,130,"
                                 "0.1080,0,88,0.160,0.0,1.0",
                                 month, day, hour, air(index)));
          if (!written.empty()) out += written + line_end;
        }
    return out;
  }
};

}  // namespace wattershed::test
