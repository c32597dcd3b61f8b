#include "analysis/expectation/check_evidence.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "analysis/expectation/expression.hpp"
#include "models/facility/scenario/quantities.hpp"
#include "sim/input/set_option.hpp"

namespace wattershed {
namespace {

class ExpectationChecker {
 public:
  explicit ExpectationChecker(const LoadedScenario& loaded) : loaded_(loaded), scenario_(loaded.scenario) {}

  std::vector<Problem> run() {
    constants();
    for (const auto& entry : scenario_.expect) {
      const Expectation& expectation = entry.second;
      const std::string path = "expect." + entry.first;
      Dimension dimension;
      if (!at(path + ".quantity", [&] { dimension = dimension_of(expectation.quantity); })) continue;
      const auto check_value = [&](const std::string& value_path, const std::string& printed) {
        at(value_path, [&] {
          const double si = dimension == Dimension{} ? parse_any(printed).si : parse_si(printed, dimension);
          if (si == 0) throw std::invalid_argument("a published number of zero has no ratio to hold a run against");
        });
      };
      if (expectation.value) check_value(path + ".value", *expectation.value);
      for (const auto& [case_name, printed] : expectation.values) check_value(path + ".values." + case_name, printed);
    }
    return std::move(problems_);
  }

 private:
  template <class F>
  bool at(const std::string& path, F f) {
    try {
      f();
      return true;
    } catch (const std::invalid_argument& error) {
      const ResolvedValue* value = loaded_.document->find(path);
      problems_.push_back(
          loaded_.document->problem(value ? value->place : Place{loaded_.document->name, 0, 0}, error.what()));
      return false;
    }
  }

  void constants() {
    for (const auto& [name, constant] : scenario_.constants)
      at("constants." + name + ".value", [&, n = name, &c = constant] {
        if (find_summary_quantity(n))
          throw std::invalid_argument(fmt::format("'{}' is a scalar of every run; name the constant otherwise", n));
        constants_.emplace_back(n, parse_any(c.value, n));
      });
  }

  Dimension dimension_of(const std::string& expression) {
    for (const std::string& word : names_in(expression)) {
      if (find_summary_quantity(word) || is_constant(word)) continue;
      std::vector<std::string> names;
      for (const SiteQuantity& scalar : summary_quantities()) names.emplace_back(scalar.name);
      for (const auto& [name, constant] : scenario_.constants) names.push_back(name);
      throw std::invalid_argument(fmt::format("in '{}': '{}' is neither a summary scalar of a run nor a constant{}",
                                              expression, word, did_you_mean(word, names)));
    }
    return evaluate(expression,
                    [&](std::string_view word) -> std::optional<AnyQuantity> {
                      for (const auto& [name, value] : constants_)
                        if (name == word) return AnyQuantity{1.0, value.dimension};
                      if (const SiteQuantity* scalar = find_summary_quantity(word))
                        return AnyQuantity{1.0, scalar->dimension};
                      return AnyQuantity{1.0, {}};  // a constant that has been complained of
                    })
        .dimension;
  }
  [[nodiscard]] bool is_constant(std::string_view word) const {
    for (const auto& [name, constant] : scenario_.constants)
      if (name == word) return true;
    return false;
  }

  const LoadedScenario& loaded_;
  const Scenario& scenario_;
  std::vector<std::pair<std::string, AnyQuantity>> constants_;
  std::vector<Problem> problems_;
};

/// Applies every case once. What is wrong is told at the setting that brings it, where one does.
std::vector<Problem> problems_of_cases(const LoadedScenario& loaded, const std::filesystem::path& file,
                                       const Catalog& catalog, const std::vector<std::string>& sets) {
  std::vector<Problem> problems;
  for (const auto& [name, variant] : loaded.scenario.cases) {
    std::vector<std::string> all = sets;
    for (const Setting& setting : variant.set.items) all.push_back(setting.path + "=" + setting.value);
    try {
      load_scenario(file, catalog, all);
    } catch (const InputError& error) {
      for (Problem problem : error.problems()) {
        for (const Setting& setting : variant.set.items)
          if (problem.place.file == set_option_name(setting.path + "=" + setting.value)) {
            problem.place = setting.place;
            problem.excerpt.clear();
          }
        problem.message = fmt::format("in case '{}': {}", name, problem.message);
        problems.push_back(std::move(problem));
      }
    }
  }
  return problems;
}

}  // namespace

void check_expectations(const LoadedScenario& loaded) {
  std::vector<Problem> problems = ExpectationChecker(loaded).run();
  if (!problems.empty()) throw InputError(std::move(problems));
}

LoadedScenario load_whole_scenario(const std::filesystem::path& file, const Catalog& catalog,
                                   const std::vector<std::string>& sets) {
  LoadedScenario loaded = load_scenario(file, catalog, sets);
  std::vector<Problem> problems = ExpectationChecker(loaded).run();
  std::vector<Problem> more = problems_of_cases(loaded, file, catalog, sets);
  problems.insert(problems.end(), more.begin(), more.end());
  if (!problems.empty()) throw InputError(std::move(problems));
  return loaded;
}

}  // namespace wattershed
