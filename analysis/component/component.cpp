#include "analysis/component/component.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "analysis/component/model.hpp"
#include "sim/base/text.hpp"

namespace wattershed {
namespace {

constexpr ComponentEntry kModels[] = {
    {"moist-air", moist_air_component},
    {"chiller", chiller_component},
    {"tower", tower_component},
    {"dry-cooler", dry_cooler_component},
};
constexpr std::size_t kMostProblems = 20;
constexpr Column kOutside{"1 where the model is beyond its range", ColumnKind::ratio, {"outside"}};
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

const ComponentEntry& entry_of(const std::string& name) {
  const auto* const at = std::find_if(std::begin(kModels), std::end(kModels),
                                      [&](const ComponentEntry& entry) { return entry.name == name; });
  if (at != std::end(kModels)) return *at;
  throw InputError({}, fmt::format("no model '{}'{}; there is {}", name, did_you_mean(name, component_names()),
                                   fmt::join(component_names(), ", ")));
}

/// How many rows share a fault, and where the first is.
struct Count {
  std::size_t rows = 0;
  int first_line = 0;
  void add(int line) {
    if (rows++ == 0) first_line = line;
  }
};

class Evaluation {
 public:
  Evaluation(const std::string& name, const std::string& states, const std::vector<std::string>& sets,
             const Catalog& catalog)
      : catalog_(catalog), sets_(sets) {
    const ComponentEntry& entry = entry_of(name);
    result_.states = read_csv(file_name(states), table_file);
    model_ = entry.make(ComponentRequest{columns_, sets_, catalog_});
    model_.outputs.push_back(kOutside);
    for (const Column& output : model_.outputs) {
      given_.push_back(&output == &model_.outputs.back() ? std::nullopt : columns_.find(output));
      std::string sim_name = "sim_" + (given_.back() ? table().names[given_.back()->index] : default_name(output));
      if (table().index_of(sim_name))
        throw InputError(table().header_place(),
                         fmt::format("the column '{}' is there already: rename or remove it", sim_name));
      result_.sim_names.push_back(std::move(sim_name));
    }
  }

  void run() {
    std::vector<Problem> problems;
    std::vector<double> outputs(model_.outputs.size());
    result_.values.assign(table().rows.size() * outputs.size(), kMissing);
    for (std::size_t row = 0; row < table().rows.size() && problems.size() < kMostProblems; ++row) {
      try {
        std::fill(outputs.begin(), outputs.end(), kMissing);
        const std::string_view why = model_.evaluate(row, std::span(outputs).first(outputs.size() - 1));
        outputs.back() = why.empty() ? 0 : 1;
        const bool answers = why.empty() || std::any_of(outputs.begin(), outputs.end() - 1,
                                                        [](double value) { return !std::isnan(value); });
        if (answers) store(row, outputs);
        if (!why.empty()) (answers ? beyond_ : empty_)[std::string(why)].add(table().line(row));
      } catch (const InputError& error) {
        problems.insert(problems.end(), error.problems().begin(), error.problems().end());
      }
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    warn();
  }

  void compare() {
    for (std::size_t i = 0; i < model_.outputs.size(); ++i)
      if (given_[i]) result_.deviations.push_back(deviation(i));
    if (!result_.deviations.empty()) return;
    std::vector<std::string> names;
    for (const Column& output : model_.outputs)
      if (&output != &model_.outputs.back()) names.push_back(default_name(output));
    throw InputError(table().header_place(),
                     fmt::format("no column to compare with: none of {}", fmt::join(names, ", ")));
  }

  ComponentResult result() && { return std::move(result_); }

 private:
  [[nodiscard]] const CsvTable& table() const { return result_.states; }
  [[nodiscard]] FoundColumn unit(std::size_t output) const {
    return given_[output].value_or(default_unit(model_.outputs[output]));
  }

  void store(std::size_t row, const std::vector<double>& outputs) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (std::isfinite(outputs[i]))
        result_.values[row * outputs.size() + i] = unit(i).from_si(outputs[i]);
      else
        undefined_[result_.sim_names[i]].add(table().line(row));
    }
  }

  void warn() {
    const auto say = [&](const std::string& what, const Count& count, const std::string& why) {
      result_.warnings.push_back(fmt::format("{} in {} of {} rows, first in line {}: {}", what, count.rows,
                                             table().rows.size(), count.first_line, why));
    };
    for (std::string& sentence : columns_.near_misses()) result_.warnings.push_back(std::move(sentence));
    for (const std::string& note : model_.notes) result_.warnings.push_back(note);
    for (const auto& [why, count] : beyond_) say("the model is beyond its range", count, why);
    for (const auto& [why, count] : empty_) say("all sim_ fields are empty", count, why);
    for (const auto& [name, count] : undefined_) say(name + " is empty", count, "it has no value there");
    if (table().rows.empty()) result_.warnings.push_back("the file has no rows");
  }

  [[nodiscard]] Deviation deviation(std::size_t output) const {
    Deviation d;
    d.column = table().names[given_[output]->index];
    d.has_relative = model_.outputs[output].kind != ColumnKind::temperature;
    double sum = 0, relative_sum = 0;
    for (std::size_t row = 0; row < table().rows.size(); ++row) {
      const double ours = result_.values[row * model_.outputs.size() + output];
      const bool beyond = result_.values[(row + 1) * model_.outputs.size() - 1] != 0;
      if (beyond || std::isnan(ours) || table().text(row, given_[output]->index).empty()) continue;
      const double theirs = table().number(row, given_[output]->index);
      const double apart = std::abs(ours - theirs);
      sum += apart;
      if (d.rows++ == 0 || apart > d.largest) {
        d.largest = apart;
        d.largest_line = table().line(row);
      }
      if (!d.has_relative || theirs == 0) continue;
      ++d.relative_rows;
      relative_sum += apart / std::abs(theirs);
      d.largest_relative = std::max(d.largest_relative, apart / std::abs(theirs));
    }
    if (d.rows > 0) d.mean = sum / static_cast<double>(d.rows);
    if (d.relative_rows > 0) d.mean_relative = relative_sum / static_cast<double>(d.relative_rows);
    return d;
  }

  const Catalog& catalog_;
  const std::vector<std::string>& sets_;
  ComponentResult result_;
  StateColumns columns_{result_.states};
  ComponentModel model_;
  std::vector<std::optional<FoundColumn>> given_;  // by output: the file's own column of it
  std::map<std::string, Count> beyond_, empty_, undefined_;
};

}  // namespace

void ComponentRequest::read(std::string_view model, const std::vector<std::string>& given,
                            const std::function<void(Fields&)>& visit) const {
  LoadOptions options;
  options.catalog = &catalog;
  options.sets = given;
  load_document_text("{}\n", fmt::format("component {}", model), options, visit);
}

std::vector<std::string> component_names() {
  std::vector<std::string> names;
  for (const ComponentEntry& entry : kModels) names.emplace_back(entry.name);
  return names;
}

ComponentResult evaluate_component(const std::string& name, const std::string& states,
                                   const std::vector<std::string>& sets, const Catalog& catalog, bool compare) {
  Evaluation evaluation(name, states, sets, catalog);
  evaluation.run();
  if (compare) evaluation.compare();
  return std::move(evaluation).result();
}

void write_component_csv(const ComponentResult& result, const std::function<void(std::string_view)>& write) {
  const std::size_t outputs = result.sim_names.size();
  std::string line;
  for (const std::string& name : result.states.names) line += csv_field(name) + ",";
  for (const std::string& name : result.sim_names) line += csv_field(name) + ",";
  line.back() = '\n';
  write(line);
  for (std::size_t row = 0; row < result.states.rows.size(); ++row) {
    line.clear();
    for (const CsvCell& cell : result.states.rows[row]) line += csv_field(cell.text) + ",";
    for (std::size_t i = 0; i < outputs; ++i) {
      const double value = result.values[row * outputs + i];
      if (!std::isnan(value)) fmt::format_to(std::back_inserter(line), "{:.10g}", value);
      line += ",";
    }
    line.back() = '\n';
    write(line);
  }
}

std::string deviation_table(const std::vector<Deviation>& deviations) {
  std::string text = fmt::format("{:<22} {:>5} {:>11} {:>5} {:>11} {:>10} {:>10}\n", "deviation of", "rows",
                                 "largest", "line", "mean", "largest", "mean");
  for (const Deviation& d : deviations) {
    text += fmt::format("{:<22} {:>5}", d.column, d.rows);
    if (d.rows > 0)
      text += fmt::format(" {:>11.4g} {:>5} {:>11.4g}", d.largest, d.largest_line, d.mean);
    else
      text += fmt::format(" {:>11} {:>5} {:>11}", "-", "-", "-");
    if (d.relative_rows > 0)
      text += fmt::format(" {:>8.3g} % {:>8.3g} %\n", 100 * d.largest_relative, 100 * d.mean_relative);
    else
      text += fmt::format(" {:>10} {:>10}\n", "-", "-");
  }
  return text;
}

}  // namespace wattershed
