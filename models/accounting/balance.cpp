#include "models/accounting/balance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/base/sum.hpp"

namespace wattershed {
namespace {

struct Totals {
  double net, gross;
};

Totals totals(const std::vector<Balance::Entry>& entries) {
  Sum net, gross;
  for (const Balance::Entry& entry : entries) {
    net += entry.amount;
    gross += std::abs(entry.amount);
  }
  return {net.value(), gross.value()};
}

std::string list(const std::vector<Balance::Entry>& entries) {
  std::string text;
  for (const Balance::Entry& entry : entries)
    text += fmt::format("{}{} {:.12g}", text.empty() ? "" : ", ", entry.name, entry.amount);
  return text;
}

}  // namespace

double Balance::residual() const {
  const Totals a = totals(in), b = totals(out);
  const double scale = std::max(a.gross, b.gross);
  return scale > 0 ? (a.net - b.net) / scale : (a.net - b.net);
}

bool Balance::failed() const { return !(std::abs(residual()) <= bound); }

std::string Balance::to_string() const {
  return fmt::format("{}: in {:.12g} ({}), out {:.12g} ({}): residual {:.3g}", name, totals(in).net, list(in),
                     totals(out).net, list(out), residual());
}

}  // namespace wattershed
