#include "models/cooling/machines/eir_curves.hpp"

#include <algorithm>

#include "models/cooling/machines/curve_field.hpp"

namespace wattershed {

namespace {

double biquadratic(const std::array<double, 6>& a, double x, double y) {
  return a[0] + x * (a[1] + a[2] * x + a[5] * y) + y * (a[3] + a[4] * y);
}

Temperature clipped(Temperature t, Temperature least, Temperature most) { return std::min(std::max(t, least), most); }

double factor(const EirCurves& c, const std::array<double, 6>& a, const ChillerStreams& streams) {
  const double x = clipped(streams.leaving, c.leaving_least, c.leaving_most).celsius();
  const double y = clipped(streams.condenser.entering, c.entering_least, c.entering_most).celsius();
  return std::max(biquadratic(a, x, y), least_chiller_factor);
}

}  // namespace

void EirCurves::visit_curves(Fields& f) {
  f.required("leaving_reference", leaving_reference,
             {.help = "chilled water leaving, at the rating", .example = "6.67 degC"});
  f.required("entering_reference", entering_reference,
             {.help = "water or air entering the condenser, at the rating", .example = "29.44 degC"});
  visit_curve(f, "capacity_by_temperature", capacity_by_temperature,
              {.help = "a0..a5 of capacity, of degC: 1, x, x2, y, y2, xy (x leaving chilled water, y entering "
                       "condenser)"});
  visit_curve(f, "input_by_temperature", input_by_temperature,
              {.help = "a0..a5 of power over heat at full load, of the same terms"});
  visit_curve(f, "input_by_load", input_by_load, {.help = "b0..b2 of power over part load: 1, load, load2"});
}

void EirCurves::visit_range(Fields& f) {
  f.required("leaving_least", leaving_least, {.help = "range of the curves: chilled water"});
  f.required("leaving_most", leaving_most);
  f.required("entering_least", entering_least, {.help = "range of the curves: water or air entering the condenser"});
  f.required("entering_most", entering_most);
  if (leaving_most < leaving_least) f.fault("leaving_most", "leaving_most is below leaving_least");
  if (entering_most < entering_least) f.fault("entering_most", "entering_most is below entering_least");
}

Domain<2> EirCurves::domain() const {
  return {"chiller curves",
          {{{"leaving chilled water", "K", leaving_least.si(), leaving_most.si()},
            {"entering the condenser", "K", entering_least.si(), entering_most.si()}}},
          "the range that the curves were fitted to"};
}

double EirCurves::full_load(const ChillerRating&, const ChillerStreams& streams) const {
  return factor(*this, capacity_by_temperature, streams);
}

ChillerState EirCurves::run(const ChillerRating& rating, Power load, const ChillerStreams& streams) const {
  const auto& b = input_by_load;
  ChillerState state = chiller_state(rating, load, factor(*this, capacity_by_temperature, streams),
                                     factor(*this, input_by_temperature, streams),
                                     [&](double part_load) { return b[0] + part_load * (b[1] + part_load * b[2]); });
  state.asked = {streams.leaving.si(), streams.condenser.entering.si()};
  state.outside = domain().outside(state.asked);
  return state;
}

}  // namespace wattershed
