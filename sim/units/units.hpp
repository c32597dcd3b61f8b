/// Units as people write them: "40 MW", "27 degC", "12 gpm", "0.052 USD/kWh".
///
/// A typed parser on a table of our own. SI with prefixes, and the trades' units: degF TR kW/TR gpm gal kgal Btu/h
/// MMBtu cfm psi inH2O kVA lb. Water is counted 1 L = 1 kg, so a mass accepts a volume ("2 L/kWh", "500 kgal").
/// `ton` is refused with a question, since it may be a refrigeration ton (TR), a tonne (t) or a short ton
/// (short_ton). A month is a twelfth of a Gregorian year (2,629,746 s), for prices per month only.
///
/// Errors  std::invalid_argument whose text says what is wrong and gives an example; the caller adds the place.
/// Oracle  every symbol has udunits2's factor or stands on a list of exceptions
///         (tests/sim/units/units_udunits_test.cpp).
#pragma once

#include <string>
#include <string_view>

#include "sim/units/quantity.hpp"

namespace wattershed {

/// A number with a dimension known only at run time: what an expression or a field is bound to.
struct AnyQuantity {
  double si = 0;
  Dimension dimension;
};

/// Reads "40 MW" as the dimension asked for and returns SI. `what` names the field for messages ("grid.connection").
double parse_si(std::string_view text, Dimension wanted, std::string_view what = {});
/// A point on the temperature scale ("27 degC", "80 degF", "300 K") [K].
double parse_temperature(std::string_view text, std::string_view what = {});
/// A share ("80 %") as 0..1.
double parse_share(std::string_view text, std::string_view what = {});
/// A bare finite number ("15.6e+12").
double parse_number(std::string_view text, std::string_view what = {});
/// Any value with whatever unit it has; a bare number is dimensionless.
AnyQuantity parse_any(std::string_view text, std::string_view what = {});

template <class Q>
Q parse(std::string_view text, std::string_view what = {}) {
  return Q(parse_si(text, Q::dimension, what));
}
template <>
inline Temperature parse<Temperature>(std::string_view text, std::string_view what) {
  return Temperature(parse_temperature(text, what));
}
template <>
inline Share parse<Share>(std::string_view text, std::string_view what) {
  return Share(parse_share(text, what));
}

/// The SI unit string of a dimension in the file: "W", "kg s-1", "USD J-1", "1".
std::string unit_of(Dimension d);
template <class Q>
std::string unit_of() {
  return unit_of(Q::dimension);
}
template <>
inline std::string unit_of<Temperature>() {
  return "K";
}
template <>
inline std::string unit_of<Share>() {
  return "1";
}
/// What a dimension is called and how it is written: "a power, for example '40 MW'".
std::string describe(Dimension d);

/// A value for people, three or four figures in a unit of the trade: "57.6 MW", "1,347 GWh", "0.31 L/kWh".
std::string format_human(double si, Dimension d);
/// A value that `parse_si` reads back to the same double: "40 MW", "0.052 USD/kWh".
std::string format_exact(double si, Dimension d);

}  // namespace wattershed
