#include <array>
#include <cassert>
#include <stdexcept>
#include <string>

#include "models/scheduling/easy_backfill.hpp"
#include "models/scheduling/fifo.hpp"
#include "models/scheduling/policy.hpp"

namespace wattershed {

std::span<const PolicyKind> policies() {
  static constexpr std::array table{
      PolicyKind{"fifo", make_fifo},
      PolicyKind{"easy-backfill", make_easy_backfill},
  };
  return table;
}

std::vector<std::string_view> enum_names(PolicyId) {
  std::vector<std::string_view> names;
  for (const PolicyKind& kind : policies()) names.push_back(kind.name);
  return names;
}

std::unique_ptr<Policy> make_policy(PolicyId policy) {
  assert(index(policy) < policies().size());
  return policies()[index(policy)].make();
}

PolicyId policy_named(std::string_view name) {
  std::string names;
  for (std::size_t i = 0; i < policies().size(); ++i) {
    if (policies()[i].name == name) return PolicyId{i};
    names += (i > 0 ? ", " : "") + std::string(policies()[i].name);
  }
  throw std::invalid_argument("no policy is named '" + std::string(name) + "'; there are " + names);
}

}  // namespace wattershed
