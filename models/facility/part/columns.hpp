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

/// How to read a signal: now, and over an interval.
struct Observed {
  AnySignal signal;
  std::function<double()> read;  ///< the standing value [SI]
  Meter* meter = nullptr;
};

/// Signals of how far a quantity goes while its mean stands: phases of the steps of jobs.
template <class T>
struct Extent {
  Signal<T> highest, lowest;
};

/// A quantity that a site has: what it is, its meter, and attributes of its column. `highest` and `lowest` are the
/// quantity itself where it has no extent of its own.
struct Channel {
  const SiteQuantity* quantity = nullptr;
  Meter* meter = nullptr;
  AnySignal signal;
  std::function<double()> read;  ///< the standing value [SI]
  std::vector<std::pair<std::string, std::string>> attributes;
  bool has_extent = false;
  Observed highest{}, lowest{};
  /// What a limit from above or from below watches.
  [[nodiscard]] const Observed& bounded(bool is_maximum) const { return is_maximum ? highest : lowest; }
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
    const Observed own = reading(signal, &simulation_.circuit().meter(signal));
    return channels_.emplace_back(
        Channel{quantity, own.meter, own.signal, own.read, std::move(attributes), false, own, own});
  }
  /// The same, of a quantity that goes further than its mean.
  template <class T>
  const Channel& add(std::string_view name, Signal<T> signal, Extent<T> extent) {
    add(name, signal);
    Channel& channel = channels_.back();
    channel.has_extent = true;
    channel.highest = reading(extent.highest, &simulation_.circuit().meter(extent.highest));
    channel.lowest = reading(extent.lowest, &simulation_.circuit().meter(extent.lowest));
    return channel;
  }

  [[nodiscard]] const std::deque<Channel>& all() const { return channels_; }
  /// Null where the site has no such quantity.
  [[nodiscard]] const Channel* find(std::string_view name) const;
  /// Integral of a column since the start [unit·s]; zero where there is none.
  [[nodiscard]] double total(std::string_view name) const;

 private:
  template <class T>
  Observed reading(Signal<T> signal, Meter* meter) {
    const Circuit& circuit = simulation_.circuit();
    return {signal,
            [&circuit, signal]() -> double {
              if constexpr (std::is_arithmetic_v<T>)
                return circuit.get(signal);
              else
                return circuit.get(signal).si();
            },
            meter};
  }

  Simulation& simulation_;
  std::deque<Channel> channels_;  // a channel stays where it is
};

}  // namespace wattershed
