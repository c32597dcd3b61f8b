#include "models/facility/part/signal_sum.hpp"

#include <utility>

namespace wattershed {
namespace {

constexpr std::size_t kGroup = 32;  // parts of one sum: a change costs two or three sums of this size

template <class T>
Signal<T> tree_sum(Circuit& circuit, const std::string& name, std::vector<Signal<T>> parts) {
  if (parts.empty()) return circuit.signal<T>(name);
  std::size_t level = 0;
  do {
    std::vector<Signal<T>> sums;
    for (std::size_t begin = 0; begin < parts.size(); begin += kGroup) {
      const std::size_t end = std::min(begin + kGroup, parts.size());
      const bool last = parts.size() <= kGroup;
      const std::string label = last ? name : name + "." + std::to_string(level) + "." + std::to_string(sums.size());
      std::vector<Signal<T>> group(parts.begin() + static_cast<std::ptrdiff_t>(begin),
                                   parts.begin() + static_cast<std::ptrdiff_t>(end));
      const Signal<T> sum = circuit.signal<T>(label);
      circuit.model("sum of " + label, {group.begin(), group.end()}, {sum}, [&circuit, group, sum] {
        T total{};
        for (const Signal<T>& part : group) total += circuit.get(part);
        circuit.set(sum, total);
      });
      sums.push_back(sum);
    }
    parts = std::move(sums);
    ++level;
  } while (parts.size() > 1);
  return parts.front();
}

}  // namespace

Signal<Load> sum_of(Circuit& circuit, const std::string& name, std::vector<Signal<Load>> parts) {
  return tree_sum(circuit, name, std::move(parts));
}
Signal<Power> sum_of(Circuit& circuit, const std::string& name, std::vector<Signal<Power>> parts) {
  return tree_sum(circuit, name, std::move(parts));
}

}  // namespace wattershed
