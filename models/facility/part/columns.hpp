/// What a site records over time: the quantities that its parts have, each with its meter and its standing value.
///
/// A part adds its own, by the names of models/facility/scenario/quantities.hpp; whoever records, watches a limit or
/// keeps a month finds them here by that name, and knows no part. The order is that of the parts.
#pragma once

#include <cassert>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/facility/scenario/quantities.hpp"
#include "sim/kernel/circuit.hpp"
#include "sim/kernel/simulation.hpp"

namespace wattershed {

/// A quantity that a site has: what it is, its meter, and attributes of its column.
struct Channel {
  const SiteQuantity* quantity = nullptr;
  Meter* meter = nullptr;
  AnySignal signal;
  std::function<double()> read;  ///< the standing value [SI]
  std::vector<std::pair<std::string, std::string>> attributes;
};

class Columns {
 public:
  explicit Columns(Simulation& simulation) : simulation_(simulation) {}
  Columns(const Columns&) = delete;  // parts and the record hold on to its channels

  /// A column of that name; the name is one of site_quantities(), used once.
  template <class T>
  const Channel& add(std::string_view name, Signal<T> signal,
                     std::vector<std::pair<std::string, std::string>> attributes = {}) {
    const SiteQuantity* quantity = find_site_quantity(name);
    assert(quantity && !find(name));
    Circuit& circuit = simulation_.circuit();
    return channels_.emplace_back(Channel{quantity, &circuit.meter(signal), signal,
                                          [&circuit, signal]() -> double {
                                            if constexpr (std::is_arithmetic_v<T>)
                                              return circuit.get(signal);
                                            else
                                              return circuit.get(signal).si();
                                          },
                                          std::move(attributes)});
  }

  [[nodiscard]] const std::deque<Channel>& all() const { return channels_; }
  /// Null where the site has no such quantity.
  [[nodiscard]] const Channel* find(std::string_view name) const;
  /// Integral of a column since the start [unit·s]; zero where there is none.
  [[nodiscard]] double total(std::string_view name) const;

 private:
  Simulation& simulation_;
  std::deque<Channel> channels_;  // a channel stays where it is
};

}  // namespace wattershed
