/// The forms that a chiller's curves may have: the extension point of the chiller.
///
/// A form is a struct in a file of its own and an alternative here. It has
///   name                         by which an entry of the catalog chooses it (`curves: NAME`)
///   needs                        flows that it cannot do without
///   visit_curves, visit_range    its keys, which stand flat beside those of the rating
///   full_load(rating, streams)   f_cap at full load
///   domain()                     what the curves were fitted to; the state says what it was asked, and what lies outside
///   run(rating, load, streams)   the whole state, most of it by `chiller_state` (chiller_duty.hpp)
/// The first is the default; `curves` is a key as soon as there is more than one.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <variant>

#include "models/cooling/machines/eir_curves.hpp"

namespace wattershed {

using ChillerCurves = std::variant<EirCurves>;

/// A form by its place among the alternatives.
enum class ChillerForm : std::size_t {};
constexpr auto enum_names(ChillerForm) {
  return []<class... Forms>(const std::variant<Forms...>*) {
    return std::array<std::string_view, sizeof...(Forms)>{Forms::name...};
  }(static_cast<const ChillerCurves*>(nullptr));
}

}  // namespace wattershed
