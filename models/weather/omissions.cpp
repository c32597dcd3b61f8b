#include "models/weather/omissions.hpp"

namespace wattershed {
namespace {

constexpr double long_run_years = 5;  // within which a trend is below the spread of single years

struct Chosen {
  const WeatherChoice& choice;
  double years;
};

constexpr OmissionRule<Chosen> of_weather[]{
    {{"weather that monthly normals do not know: storms, rare days of hot wind, cities' own heat",
      "a weather file of the place: weather.epw"},
     [](const Chosen& o) { return o.choice.climate.has_value(); }},
    {{"warming of the climate over the years of the run", "weather files of the coming decades"},
     [](const Chosen& o) { return !o.choice.design_day && o.years > long_run_years; }},
};

}  // namespace

std::vector<Omission> weather_omissions(const WeatherChoice& choice, double years) {
  return touched(of_weather, Chosen{choice, years});
}

}  // namespace wattershed
