/// Arithmetic on quantities with units: "facility_energy / home_energy".
///
///   expression := term (('+' | '-') term)*      term := factor (('*' | '/') factor)*
///   factor     := name | '(' expression ')' | '-' factor
///
/// Names are scalars of a run's summary or constants with a source; literal numbers are not allowed, so that an
/// expectation cannot hide one. Dimensions are checked: a sum of unlike quantities is an error.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/units/units.hpp"

namespace wattershed {

/// Gives the value of a name, or nothing when there is none.
using NameLookup = std::function<std::optional<AnyQuantity>(std::string_view)>;

/// Evaluates; throws std::invalid_argument that says what is wrong and where in the text.
AnyQuantity evaluate(std::string_view expression, const NameLookup& lookup);
/// The names in an expression, in order of appearance; throws as `evaluate` on a syntax error.
std::vector<std::string> names_in(std::string_view expression);

}  // namespace wattershed
