/// One model as `wattershed component` sees it: outputs by the row, from columns and settings.
///
/// A new model is one file (its columns, its settings, its evaluation) and one line in the table of component.cpp.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/component/columns.hpp"
#include "sim/input/document.hpp"

namespace wattershed {

struct ComponentModel {
  std::vector<Column> outputs;
  std::vector<std::string> notes;  ///< what is not evaluated, and what would have to be given: warnings
  /// Fills the outputs of a row, SI; they come as NaN, and one that stays NaN has no value there. Returns an empty
  /// text, or what of the state lies outside the model's range: its answer counts all the same, and the row is marked
  /// in `sim_outside`; or, with no output filled, why there is no answer.
  /// Throws InputError at the row's line.
  std::function<std::string_view(std::size_t row, std::span<double> outputs)> evaluate;
};

/// What a model is made from; lives as long as the model.
struct ComponentRequest {
  StateColumns& columns;
  const std::vector<std::string>& sets;  ///< PATH=VALUE
  const Catalog& catalog;

  /// Reads the sets into a struct of settings. Throws InputError.
  template <class Settings>
  void read(std::string_view model, Settings& settings) const {
    read(model, sets, [&](Fields& f) { settings.visit(f); });
  }
  void read(std::string_view model, const std::vector<std::string>& given,
            const std::function<void(Fields&)>& visit) const;
};

struct ComponentEntry {
  std::string_view name;
  ComponentModel (*make)(const ComponentRequest& request);
};

ComponentModel moist_air_component(const ComponentRequest& request);
ComponentModel chiller_component(const ComponentRequest& request);
ComponentModel tower_component(const ComponentRequest& request);
ComponentModel dry_cooler_component(const ComponentRequest& request);

/// In a range, its ends taken a little wider: tables are rounded.
constexpr bool within(double value, double least, double most) {
  const double slack = 1e-3 * (most - least);
  return value >= least - slack && value <= most + slack;
}

}  // namespace wattershed
