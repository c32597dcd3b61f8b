#include "analysis/evidence/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include "analysis/expectation/check_evidence.hpp"
#include "analysis/expectation/expression.hpp"
#include "analysis/summary/run_summary.hpp"
#include "models/facility/record/run.hpp"
#include "models/facility/scenario/quantities.hpp"

namespace wattershed {
namespace {

/// The number at the head of a printed value.
std::string_view number_of(std::string_view printed) {
  const std::size_t end = printed.find_first_not_of("+-.0123456789eE");
  std::string_view number = printed.substr(0, end);
  while (!number.empty() && (number.back() == 'e' || number.back() == 'E')) number.remove_suffix(1);
  return number;
}

/// A number written like a printed one, with one more digit.
std::string like(std::string_view printed, double value) {
  if (printed.find_first_of("eE") != std::string_view::npos) return fmt::format("{:.4e}", value);
  const std::size_t point = printed.find('.');
  const std::size_t decimals = point == std::string_view::npos ? 0 : printed.size() - point - 1;
  return fmt::format("{:.{}f}", value, decimals + 1);
}

/// Equal within what double precision tells apart is within.
bool within(double value, double wanted, double tolerance) {
  constexpr double rounding = 4 * std::numeric_limits<double>::epsilon();
  return std::abs(value - wanted) <= tolerance + rounding * std::abs(wanted);
}

class Judge {
 public:
  Judge(const std::filesystem::path& file, const Catalog& catalog, const std::filesystem::path& scratch)
      : file_(file), catalog_(catalog), scratch_(scratch), loaded_(load_whole_scenario(file, catalog)) {}

  std::vector<EvidenceRow> run() {
    std::vector<EvidenceRow> rows;
    for (const auto& [name, expectation] : loaded_.scenario.expect) {
      if (expectation.value) rows.push_back(row(name, expectation, "", *expectation.value));
      for (const auto& [case_name, printed] : expectation.values)
        rows.push_back(row(name, expectation, case_name, printed));
    }
    return rows;
  }

 private:
  EvidenceRow row(const std::string& name, const Expectation& expectation, const std::string& case_name,
                  const std::string& printed) {
    EvidenceRow row{.scenario = file_.stem().string(),
                    .name = case_name.empty() ? name : name + " (" + case_name + ")",
                    .kind = expectation.kind,
                    .published = printed,
                    .simulated = {},
                    .tolerance = expectation.tolerance.si(),
                    .source = expectation.source,
                    .problem = {}};
    try {
      const RunSummary& summary = summary_of(case_name, expectation.site);
      row.problem = unmeasured(expectation.quantity, summary);
      if (!row.problem.empty()) return row;
      const AnyQuantity value =
          evaluate(expectation.quantity, [&](std::string_view word) { return lookup(word, summary); });
      row.simulated_si = value.si;
      row.published_si = value.dimension == Dimension{} ? parse_any(printed).si : parse_si(printed, value.dimension);
      const std::string_view number = number_of(printed);
      const double unit_si = row.published_si / parse_number(number);
      const double simulated = value.si / unit_si;
      row.simulated = like(number, simulated) + std::string(printed.substr(number.size()));
      row.holds = within(row.simulated_si, row.published_si, row.tolerance * std::abs(row.published_si)) ||
                  within(simulated, parse_number(number), half_last_digit(printed));
      if (!std::isfinite(value.si)) row.problem = "not measurable: the expression is not a finite number";
    } catch (const std::invalid_argument& error) {
      row.problem = error.what();
    }
    if (!row.problem.empty()) row.holds = false;
    return row;
  }

  /// A scalar that this run has not: what it is of did not happen. Empty: all are there.
  static std::string unmeasured(const std::string& expression, const RunSummary& summary) {
    for (const std::string& word : names_in(expression))
      if (const SiteQuantity* quantity = find_summary_quantity(word); quantity && !summary.has(word))
        return fmt::format("not measurable: this run has no {} ({})", word, quantity->long_name);
    return {};
  }

  std::optional<AnyQuantity> lookup(std::string_view word, const RunSummary& summary) const {
    const auto scalar = summary.scalars.find(word);
    const SiteQuantity* quantity = find_summary_quantity(word);
    if (scalar != summary.scalars.end() && quantity) return AnyQuantity{scalar->second.si, quantity->dimension};
    for (const auto& [name, constant] : loaded_.scenario.constants)
      if (name == word) return parse_any(constant.value, name);
    return std::nullopt;
  }

  const RunSummary& summary_of(const std::string& case_name, const std::optional<std::string>& site) {
    const std::vector<RunSummary>& sites = summaries_of(case_name);
    for (const RunSummary& summary : sites)
      if (summary.site == site) return summary;
    if (site) throw std::invalid_argument("this case has no site '" + *site + "'");
    return sites.front();
  }

  const std::vector<RunSummary>& summaries_of(const std::string& case_name) {
    const auto known = summaries_.find(case_name);
    if (known != summaries_.end()) return known->second;
    const LoadedScenario scenario = load_scenario(file_, catalog_, case_sets(loaded_.scenario, case_name));
    const std::filesystem::path output =
        scratch_ / (file_.stem().string() + (case_name.empty() ? "" : "." + case_name) + ".h5");
    const RunResult result = run_scenario(scenario, {.output = output});
    std::vector<RunSummary> sites = read_summaries(output, FileOrigin::own);
    std::filesystem::remove(output);
    if (!result.audits_hold()) throw std::invalid_argument("the audit of this run failed: " + failed_audits(result));
    return summaries_.emplace(case_name, std::move(sites)).first->second;
  }

  static std::string failed_audits(const RunResult& result) {
    std::string text;
    for (const Balance& balance : result.balances)
      if (balance.failed()) text += balance.to_string() + " ";
    return text;
  }

  const std::filesystem::path& file_;
  const Catalog& catalog_;
  const std::filesystem::path& scratch_;
  LoadedScenario loaded_;
  std::map<std::string, std::vector<RunSummary>> summaries_;
};

}  // namespace

double half_last_digit(std::string_view printed) {
  std::string_view number = number_of(printed);
  double scale = 1;
  const std::size_t exponent = number.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view digits = number.substr(exponent + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    scale = std::pow(10.0, parse_number(digits));
    number = number.substr(0, exponent);
  }
  const std::size_t point = number.find('.');
  const std::size_t decimals = point == std::string_view::npos ? 0 : number.size() - point - 1;
  return 0.5 * std::pow(10.0, -static_cast<double>(decimals)) * scale;
}

std::vector<EvidenceRow> run_evidence(const std::filesystem::path& scenario, const Catalog& catalog,
                                      const std::filesystem::path& scratch) {
  return Judge(scenario, catalog, scratch).run();
}

std::string evidence_table(const std::vector<EvidenceRow>& rows) {
  std::size_t name_width = 4, published_width = 9, simulated_width = 9;
  for (const EvidenceRow& row : rows) {
    name_width = std::max(name_width, row.name.size() + 2);
    published_width = std::max(published_width, row.published.size());
    simulated_width = std::max(simulated_width, row.simulated.size());
  }
  std::string text =
      fmt::format("{:<{}}  {:>{}}  {:>{}}  {:>7}  {:>6}  {:<8}  verdict\n", "", name_width, "published",
                  published_width, "simulated", simulated_width, "ratio", "within", "kind");
  std::string scenario;
  std::size_t judged = 0, held = 0;
  for (const EvidenceRow& row : rows) {
    if (row.scenario != scenario) text += (scenario = row.scenario) + "\n";
    const bool explores = row.kind == EvidenceKind::explores;
    if (!explores || !row.problem.empty()) {
      ++judged;
      held += row.holds ? 1 : 0;
    }
    const std::string verdict = row.problem.starts_with("not measurable") ? row.problem
                                : !row.problem.empty()                    ? "FAILS: " + row.problem
                                : explores                                ? "shown"
                                : row.holds                               ? "holds"
                                                                          : "FAILS";
    text +=
        fmt::format("  {:<{}}  {:>{}}  {:>{}}  {:>7.4f}  {:>6}  {:<8}  {}\n", row.name, name_width - 2, row.published,
                    published_width, row.simulated, simulated_width, row.problem.empty() ? row.ratio() : 0.0,
                    explores ? "" : fmt::format("{:g} %", row.tolerance * 100),
                    enum_names(row.kind)[static_cast<std::size_t>(row.kind)], verdict);
  }
  text += fmt::format("{} rows, {} judged, {} hold, {} fail\n", rows.size(), judged, held, judged - held);
  return text;
}

}  // namespace wattershed
