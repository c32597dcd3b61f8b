/// The values of a scenario that may change during a run, each a signal of the circuit named by its path.
///
/// Models that depend on such a value read its signal, so a dated value or an event's `set` is one `set` of one
/// signal. What cannot be a signal (the number of racks) asks to be told.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "sim/input/document.hpp"
#include "sim/kernel/circuit.hpp"

namespace wattershed {

class Parameters {
 public:
  explicit Parameters(Circuit& circuit) : circuit_(circuit) {}

  /// The signal at `path` [SI], made with the value given when it is asked for the first time.
  Signal<double> at(const std::string& path, double initial);
  /// Calls `listener` with the new value [SI] after each change of `path`.
  void on_change(const std::string& path, std::function<void(double)> listener);
  /// Takes a new value; throws std::logic_error when nothing in the site depends on the path.
  void set(const std::string& path, double si);
  [[nodiscard]] bool has(const std::string& path) const { return entries_.count(path) != 0; }
  [[nodiscard]] double value(const std::string& path) const { return circuit_.get(entries_.at(path).signal); }

 private:
  struct Entry {
    Signal<double> signal;
    std::function<void(double)> listener;
  };
  Circuit& circuit_;
  std::map<std::string, Entry> entries_;
};

}  // namespace wattershed
