#include "models/facility/record/provenance.hpp"

#include <array>
#include <string_view>

namespace wattershed {
namespace {

/// Magnifying glasses look; what happens does not depend on them.
bool only_looks(const ResolvedValue& value) {
  return value.path.starts_with("record.windows.") || value.path.starts_with("record.events.");
}

/// A number that goes into the run: not what is absent, left to the program, or worked out by it.
bool is_input(const ResolvedValue& value) {
  return value.is_number && !only_looks(value) && value.origin != Origin::derived && value.text != "none" &&
         value.text != "auto";
}

}  // namespace

Provenance::Provenance(const LoadedScenario& loaded, RunSink& file) : loaded_(loaded), file_(file) {
  catalog_ = file.table("catalog", row_axis(),
                        {text_axis("path", "path in the scenario"), text_axis("value", "value as written"),
                         text_axis("unit", "SI unit of its dimension"), text_axis("source", "where it comes from"),
                         text_axis("kind", "measured, published, modelled or assumed")});
  std::size_t inputs = 0, assumed = 0;
  for (const ResolvedValue& value : loaded.document->values) {
    if (!is_input(value)) continue;
    ++inputs;
    if (!value.given && value.kind == ValueKind::assumed) ++assumed;
  }
  file.group_attribute("catalog", "inputs", static_cast<double>(inputs));
  file.group_attribute("catalog", "inputs_assumed", static_cast<double>(assumed));
  ColumnSpec count;
  count.name = "count";
  count.units = "1";
  count.long_name = "how often it came";
  warnings_ = file.table("warnings", row_axis(), {text_axis("text", "warning"), count});
  not_modelled_ =
      file.table("not_modelled", row_axis(),
                 {text_axis("site", "the site whose scenario touches it"), text_axis("effect", "the effect left out"),
                  text_axis("needed", "what would be needed to know it")});
}

void Provenance::write() {
  for (const ResolvedValue& value : loaded_.document->values) {
    const bool from_catalog = value.origin == Origin::catalog || value.origin == Origin::schema_default;
    if (!from_catalog || !is_input(value)) continue;
    const std::string_view kind = to_string(value.kind);
    const std::array<std::string_view, 5> texts{value.path, value.text, value.unit, value.source, kind};
    file_.append(catalog_, {}, texts);
  }
  for (const Warning& warning : loaded_.warnings) warn(warning);
}

void Provenance::warn(const Warning& warning) {
  const std::array values{static_cast<double>(warning.count)};
  const std::array<std::string_view, 1> texts{warning.text};
  file_.append(warnings_, values, texts);
}

void Provenance::left_out(std::string_view site, const Omission& omission) {
  const std::array texts{site, omission.effect, omission.needed};
  file_.append(not_modelled_, {}, texts);
}

}  // namespace wattershed
