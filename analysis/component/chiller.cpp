/// The electric chiller (models/cooling/machines/chiller.hpp) over a table of states.
///
/// A row gives the load, the chilled water leaving, the water or air entering the condenser and, for curves that ask
/// for them, the flows of both. Which machine: `--set chiller=NAME` (or {use: NAME, …}) for every row; or, by the
/// row, the curve set that a column `curve` names: of the table `--set curves=FILE.csv`, else of the catalog.
#include "models/cooling/machines/chiller.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>

#include "analysis/component/model.hpp"

namespace wattershed {
namespace {

constexpr Column kLoad{"load", ColumnKind::power, {"load"}};
constexpr Column kLeaving{"chilled water leaving", ColumnKind::temperature, {"T_eva_lvg", "T_chw_lvg"}};
constexpr Column kEntering{
    "water or air entering the condenser", ColumnKind::temperature, {"T_con_ent", "T_con_in", "T_drybulb"}};
constexpr Column kCondenserFlow{"flow of water in the condenser", ColumnKind::mass_flow, {"m_con"}};
constexpr Column kChilledFlow{"flow of chilled water", ColumnKind::mass_flow, {"m_eva"}};

enum Output {
  capacity_by_temperature,
  input_by_temperature,
  part_load,
  compressor_load,
  input_by_load,
  cycling,
  power,
  evaporator,
  condenser,
  performance,
  available,
};
constexpr Column kOutputs[] = {
    {"capacity by temperature", ColumnKind::ratio, {"capFT"}},
    {"input by temperature", ColumnKind::ratio, {"EIRFT"}},
    {"part load", ColumnKind::ratio, {"PLR"}},
    {"part load of the compressor", ColumnKind::ratio, {"PLR_compressor"}},
    {"input by load", ColumnKind::ratio, {"EIRFPLR"}},
    {"cycling ratio", ColumnKind::ratio, {"cycling_ratio"}},
    {"power", ColumnKind::power, {"power", "P"}},
    {"heat of the evaporator", ColumnKind::power, {"Q_evap"}},
    {"heat of the condenser", ColumnKind::power, {"Q_cond"}},
    {"coefficient of performance", ColumnKind::ratio, {"COP"}},
    {"available capacity", ColumnKind::power, {"Q_available"}},
};

struct ChillerSettings {
  std::optional<Chiller> chiller;
  std::optional<FileName> curves;
  void visit(Fields& f) {
    f.alternatives({"chiller", "curves"});
    f.optional("chiller", chiller, {.help = "the machine of every row"});
    f.optional("curves", curves, {.help = "a table of curve sets (CSV), for the column `curve`"});
  }
};

/// A row of the EnergyPlus data set of Chiller:Electric:EIR.
Chiller chiller_of_row(const CsvTable& table, std::size_t row) {
  const auto number = [&](const std::string& name) {
    const std::optional<std::size_t> index = table.index_of(name);
    if (!index)
      throw InputError(table.header_place(), fmt::format("no column '{}'{}", name, did_you_mean(name, table.names)));
    return table.number(row, *index);
  };
  const auto temperature = [&](const std::string& name) { return Temperature::celsius(number(name)); };
  Chiller c;
  c.capacity = Power(number("capacity_W"));
  c.cop = number("COP");
  if (!(c.capacity.si() > 0 && c.cop > 0))
    throw InputError(table.place(row), "capacity_W and COP must be above zero");
  EirCurves& eir = c.curves.emplace<EirCurves>();
  eir.leaving_reference = temperature("T_eva_lvg_ref_C");
  eir.entering_reference = temperature("T_con_ent_ref_C");
  for (std::size_t i = 0; i < eir.capacity_by_temperature.size(); ++i) {
    eir.capacity_by_temperature[i] = number(fmt::format("capft_{}", i));
    eir.input_by_temperature[i] = number(fmt::format("eirft_{}", i));
  }
  for (std::size_t i = 0; i < eir.input_by_load.size(); ++i)
    eir.input_by_load[i] = number(fmt::format("eirfplr_{}", i));
  c.least_load = Share(number("PLR_min"));
  c.least_unload = Share(number("PLR_min_unload"));
  c.most_load = Share(number("PLR_max"));
  c.motor_heat = Share(number("motor_eff"));
  eir.leaving_least = temperature("T_eva_min_C");
  eir.leaving_most = temperature("T_eva_max_C");
  eir.entering_least = temperature("T_con_min_C");
  eir.entering_most = temperature("T_con_max_C");
  return c;
}

bool is_part_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool has_word(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_part_of_name(text[at - 1])) && (end == text.size() || !is_part_of_name(text[end])))
      return true;
  }
  return false;
}

/// The catalog's entry of that name, or the one whose source names that curve set.
std::string catalog_name_of(const Catalog& catalog, std::string set) {
  constexpr std::string_view prefix = "ElectricEIRChiller_";
  const std::vector<std::string> names = catalog.names(Chiller::catalog_kind);
  for (const std::string& name : names)
    if (name == set) return name;
  if (set.starts_with(prefix)) set.erase(0, prefix.size());
  for (const std::string& name : names)
    if (!set.empty() && has_word(catalog.text(Chiller::catalog_kind, name), set)) return name;
  return {};
}

/// Machines by the row. One that the catalog has not is null.
class Machines {
 public:
  Machines(const ComponentRequest& request, ChillerSettings settings)
      : columns_(request.columns), catalog_(request.catalog), only_(std::move(settings.chiller)) {
    if (only_) return;
    curve_ = columns_.find_text("curve");
    const CsvTable& states = columns_.table();
    if (!curve_)
      throw InputError(states.header_place(),
                       fmt::format("which chiller? Give --set chiller=NAME (one of {}), or a column `curve`",
                                   fmt::join(catalog_.names(Chiller::catalog_kind), ", ")));
    if (settings.curves) {
      from_table(read_csv(*settings.curves, table_file));
      return;
    }
    for (std::size_t row = 0; row < states.rows.size(); ++row) {
      const std::string& set = columns_.text(row, *curve_);
      if (by_set_.contains(set)) continue;
      std::optional<Chiller>& machine = by_set_[set];
      const std::string name = catalog_name_of(catalog_, set);
      if (name.empty()) continue;
      ChillerSettings entry;
      request.read("chiller", {"chiller=" + name}, [&](Fields& f) { entry.visit(f); });
      machine = entry.chiller;
    }
  }

  [[nodiscard]] const Chiller* of(std::size_t row) const {
    if (only_) return &*only_;
    const std::string& set = columns_.text(row, *curve_);
    const auto at = by_set_.find(set);
    if (at != by_set_.end()) return at->second ? &*at->second : nullptr;
    throw InputError(columns_.table().place(row),
                     fmt::format("'{}' has no curve set '{}'{}", table_name_, set, did_you_mean(set, table_sets_)));
  }

  /// The flows that any of them cannot do without.
  [[nodiscard]] ChillerFlowNeeds needs() const {
    if (only_) return flow_needs(*only_);
    ChillerFlowNeeds all;
    for (const auto& [set, machine] : by_set_) {
      if (!machine) continue;
      const ChillerFlowNeeds needs = flow_needs(*machine);
      all.condenser = all.condenser || needs.condenser;
      all.chilled = all.chilled || needs.chilled;
    }
    return all;
  }

 private:
  void from_table(const CsvTable& table) {
    table_name_ = table.file;
    const std::optional<std::size_t> name = table.index_of("name");
    if (!name) throw InputError(table.header_place(), "no column 'name'" + did_you_mean("name", table.names));
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      const std::string& set = table.text(row, *name);
      if (by_set_.contains(set))
        throw InputError(table.place(row), fmt::format("the curve set '{}' stands twice", set));
      by_set_[set] = chiller_of_row(table, row);
      table_sets_.push_back(set);
    }
  }

  StateColumns& columns_;
  const Catalog& catalog_;
  std::optional<Chiller> only_;
  std::optional<std::size_t> curve_;
  std::map<std::string, std::optional<Chiller>> by_set_;
  std::string table_name_;
  std::vector<std::string> table_sets_;
};

struct ChillerInputs {
  FoundColumn load, leaving, entering;
  std::optional<FoundColumn> condenser_flow, chilled_flow;
};

std::string_view evaluate(const Chiller& chiller, Power load, const ChillerStreams& streams, std::span<double> out) {
  if (load.si() < 0) return "the load is below zero";
  const ChillerFlowNeeds needs = flow_needs(chiller);
  if ((needs.condenser && !(streams.condenser.flow.si() > 0)) || (needs.chilled && !(streams.chilled.flow.si() > 0)))
    return "a flow of water is not above zero";
  const ChillerState state = run_chiller(chiller, load, streams);
  const std::string_view beyond =
      state.outside != 0 ? "a temperature is outside the range of the chiller's curves" : "";
  const Power all = chiller.capacity * state.capacity_factor;
  out[capacity_by_temperature] = state.capacity_factor;
  out[input_by_temperature] = state.input_factor;
  out[part_load] = state.part_load;
  out[cycling] = state.cycling;
  out[power] = state.input.si();
  out[evaporator] = state.evaporator.si();
  out[condenser] = state.condenser.si();
  out[available] = all.si();
  if (!(load.si() > 0)) return beyond;  // off: what follows is not defined
  out[compressor_load] = std::max(state.part_load, chiller.least_unload.si());
  out[input_by_load] = state.input * chiller.cop / (all * state.input_factor * state.cycling);
  out[performance] = state.evaporator / state.input;
  return beyond;
}

}  // namespace

ComponentModel chiller_component(const ComponentRequest& request) {
  ChillerSettings settings;
  request.read("chiller", settings);
  StateColumns& columns = request.columns;
  ChillerInputs inputs{columns.need(kLoad), columns.need(kLeaving), columns.need(kEntering), {}, {}};
  const auto machines = std::make_shared<const Machines>(request, std::move(settings));  // std::function copies
  if (machines->needs().condenser) inputs.condenser_flow = columns.need(kCondenserFlow);
  if (machines->needs().chilled) inputs.chilled_flow = columns.need(kChilledFlow);
  return {{std::begin(kOutputs), std::end(kOutputs)},
          {},
          [&columns, inputs, machines](std::size_t row, std::span<double> out) -> std::string_view {
            const Power load(columns.si(row, inputs.load));
            ChillerStreams streams{Temperature(columns.si(row, inputs.leaving)),
                                   {Temperature(columns.si(row, inputs.entering))}};
            if (inputs.condenser_flow) streams.condenser.flow = MassFlow(columns.si(row, *inputs.condenser_flow));
            if (inputs.chilled_flow) {
              streams.chilled.flow = MassFlow(columns.si(row, *inputs.chilled_flow));
              streams.chilled.entering = streams.leaving + load / water_capacity_rate(streams.chilled.flow);
            }
            const Chiller* const chiller = machines->of(row);
            if (chiller == nullptr)
              return "the catalog has no such curve set: give the sets with --set curves=FILE.csv";
            return evaluate(*chiller, load, streams, out);
          }};
}

}  // namespace wattershed
