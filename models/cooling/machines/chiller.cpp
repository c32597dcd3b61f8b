#include "models/cooling/machines/chiller.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <vector>

namespace wattershed {

namespace {

// A fit may dip to zero at a corner of its range; a machine that stands still there is not meant.
constexpr double kLeastFactor = 0.01;

double biquadratic(const std::array<double, 6>& a, double x, double y) {
  return a[0] + x * (a[1] + a[2] * x + a[5] * y) + y * (a[3] + a[4] * y);
}

Temperature clipped(Temperature t, Temperature least, Temperature most) { return std::min(std::max(t, least), most); }

double factor(const Chiller& c, const std::array<double, 6>& a, Temperature leaving, Temperature entering) {
  const double x = clipped(leaving, c.leaving_least, c.leaving_most).celsius();
  const double y = clipped(entering, c.entering_least, c.entering_most).celsius();
  return std::max(biquadratic(a, x, y), kLeastFactor);
}

// A list of exactly N numbers.
template <std::size_t N>
void visit_curve(Fields& f, std::string_view name, std::array<double, N>& curve, const FieldNotes& notes) {
  std::vector<double> list(curve.begin(), curve.end());
  f.required(name, list, notes);
  if (list.size() == N)
    std::copy(list.begin(), list.end(), curve.begin());
  else
    f.fault(name, "a curve has " + std::to_string(N) + " coefficients; this has " + std::to_string(list.size()));
}

}  // namespace

void Chiller::visit(Fields& f) {
  f.optional("condenser", condenser,
             {.help = "what cools the condenser: water or air",
              .source = "large chillers of data centers are water-cooled",
              .kind = ValueKind::assumed});
  f.required("capacity", capacity,
             {.help = "cooling at the reference temperatures", .above = 0, .example = "1055 kW"});
  f.required("cop", cop, {.help = "heat over power there, at full load", .at_most = 30, .above = 0});
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
  f.required("least_load", least_load, {.help = "below it the chiller cycles", .at_least = 0, .at_most = 1});
  f.required("least_unload", least_unload,
             {.help = "below it the compressor draws what it draws there", .at_least = 0, .at_most = 1});
  f.required("most_load", most_load,
             {.help = "largest load, of what is available", .at_most = 1.5, .above = 0, .example = "105 %"});
  f.optional("motor_heat", motor_heat,
             {.help = "part of the power that ends in the condenser",
              .at_least = 0,
              .at_most = 1,
              .source = "hermetic: the refrigerant cools the motor",
              .kind = ValueKind::assumed});
  f.required("leaving_least", leaving_least, {.help = "range of the curves: chilled water"});
  f.required("leaving_most", leaving_most);
  f.required("entering_least", entering_least, {.help = "range of the curves: water or air entering the condenser"});
  f.required("entering_most", entering_most);
  if (leaving_most < leaving_least) f.fault("leaving_most", "leaving_most is below leaving_least");
  if (entering_most < entering_least) f.fault("entering_most", "entering_most is below entering_least");
}

double capacity_factor(const Chiller& chiller, Temperature leaving, Temperature entering) {
  return factor(chiller, chiller.capacity_by_temperature, leaving, entering);
}

double input_factor(const Chiller& chiller, Temperature leaving, Temperature entering) {
  return factor(chiller, chiller.input_by_temperature, leaving, entering);
}

Power available_capacity(const Chiller& chiller, Temperature leaving, Temperature entering) {
  return chiller.capacity * capacity_factor(chiller, leaving, entering);
}

ChillerState run_chiller(const Chiller& chiller, Power load, Temperature leaving, Temperature entering) {
  assert(chiller.capacity.si() > 0 && chiller.cop > 0);
  ChillerState state;
  state.outside_curves = leaving < chiller.leaving_least || leaving > chiller.leaving_most ||
                         entering < chiller.entering_least || entering > chiller.entering_most;
  if (!(load.si() > 0)) return state;
  const Power available = available_capacity(chiller, leaving, entering);
  state.part_load = std::min(load / available, chiller.most_load.si());
  const double least = chiller.least_load.si();
  state.cycling = state.part_load < least ? state.part_load / least : 1.0;
  const double compressor = std::max(state.part_load, chiller.least_unload.si());
  const auto& b = chiller.input_by_load;
  const double by_load = std::max(b[0] + compressor * (b[1] + compressor * b[2]), 0.0);
  state.input = available / chiller.cop * (input_factor(chiller, leaving, entering) * by_load * state.cycling);
  state.evaporator = std::min(load, available * chiller.most_load.si());
  state.condenser = state.evaporator + chiller.motor_heat.si() * state.input;
  return state;
}

Chiller scaled_to(Chiller chiller, Power capacity) {
  chiller.capacity = capacity;
  return chiller;
}

}  // namespace wattershed
