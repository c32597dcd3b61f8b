#include "models/facility/part/parameters.hpp"

#include <stdexcept>

namespace wattershed {

Signal<double> Parameters::at(const std::string& path, double initial) {
  const auto found = entries_.find(path);
  if (found != entries_.end()) return found->second.signal;
  const Signal<double> signal = circuit_.signal<double>(path, initial);
  entries_.emplace(path, Entry{signal, {}});
  return signal;
}

void Parameters::on_change(const std::string& path, std::function<void(double)> listener) {
  entries_.at(path).listener = std::move(listener);
}

void Parameters::set(const std::string& path, double si) {
  const auto found = entries_.find(path);
  if (found == entries_.end()) throw std::logic_error("no part of the site follows changes of " + path);
  circuit_.set(found->second.signal, si);
  if (found->second.listener) found->second.listener(si);
}

}  // namespace wattershed
