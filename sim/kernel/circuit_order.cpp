/// What build() makes sure of: names, one writer a signal, and an order of the models.
#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <stdexcept>
#include <string_view>

#include "sim/kernel/circuit.hpp"
#include "sim/kernel/random.hpp"

namespace wattershed {

namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += "'" + names[i] + "'";
  }
  return text;
}

}  // namespace

void Circuit::check_names() const {
  std::vector<std::string_view> names;
  names.reserve(labels_.size());
  for (const SignalLabel& label : labels_) names.push_back(label.name);
  std::sort(names.begin(), names.end());
  std::vector<std::string> doubles;
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (names[i] == names[i - 1] && (doubles.empty() || doubles.back() != names[i])) doubles.emplace_back(names[i]);
  }
  if (!doubles.empty()) throw std::logic_error("more than one signal is named " + listed(doubles));
}

std::vector<std::uint32_t> Circuit::writers() const {
  std::vector<std::uint32_t> writer(signals_.size(), none);
  std::string doubles;
  for (std::uint32_t m = 0; m < models_.size(); ++m) {
    for (const std::uint32_t signal : models_[m].outputs) {
      if (writer[signal] == none) {
        writer[signal] = m;
        continue;
      }
      if (!doubles.empty()) doubles += "; ";
      doubles += "signal '" + labels_[signal].name + "' is written by " +
                 listed({models_[writer[signal]].name, models_[m].name});
    }
  }
  if (!doubles.empty()) throw std::logic_error(doubles);
  return writer;
}

std::vector<std::uint32_t> Circuit::order(const std::vector<std::uint32_t>& writer) const {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  Graph graph(models_.size());
  std::string loops;
  const auto add_loop = [&](const std::vector<std::string>& names) {
    loops += (loops.empty() ? "" : "; ") + std::string("algebraic loop through ") + listed(names);
  };
  for (std::uint32_t m = 0; m < models_.size(); ++m) {
    bool itself = false;
    for (const std::uint32_t signal : models_[m].inputs) {
      if (writer[signal] == m)
        itself = true;
      else if (writer[signal] != none)
        boost::add_edge(writer[signal], m, graph);
    }
    if (itself) add_loop({models_[m].name});  // no strong component shows an edge to oneself
  }

  std::vector<std::uint32_t> component(models_.size());
  const auto components = boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(), boost::get(boost::vertex_index, graph)));
  if (components < models_.size()) {
    std::vector<std::vector<std::string>> members(components);
    for (std::uint32_t m = 0; m < models_.size(); ++m) members[component[m]].push_back(models_[m].name);
    for (const std::vector<std::string>& names : members) {
      if (names.size() > 1) add_loop(names);
    }
  }
  if (!loops.empty()) throw std::logic_error(loops + ": something in it must be a state, which an event advances");

  if (options_.shuffled_order) return random_order(writer);
  std::vector<std::uint32_t> sorted;
  sorted.reserve(models_.size());
  boost::topological_sort(graph, std::back_inserter(sorted));
  std::reverse(sorted.begin(), sorted.end());
  return sorted;
}

/// Kahn's algorithm (1962) with a random pick among the models whose inputs are all known.
std::vector<std::uint32_t> Circuit::random_order(const std::vector<std::uint32_t>& writer) const {
  std::vector<std::vector<std::uint32_t>> followers(models_.size());
  std::vector<std::size_t> missing(models_.size());
  for (std::uint32_t m = 0; m < models_.size(); ++m) {
    for (const std::uint32_t signal : models_[m].inputs) {
      if (writer[signal] == none) continue;
      followers[writer[signal]].push_back(m);
      ++missing[m];
    }
  }
  std::vector<std::uint32_t> ready, sorted;
  for (std::uint32_t m = 0; m < models_.size(); ++m) {
    if (missing[m] == 0) ready.push_back(m);
  }
  sorted.reserve(models_.size());
  Random random(*options_.shuffled_order, 0, "order of models");
  while (!ready.empty()) {
    std::swap(ready[random.below(ready.size())], ready.back());
    sorted.push_back(ready.back());
    ready.pop_back();
    for (const std::uint32_t m : followers[sorted.back()]) {
      if (--missing[m] == 0) ready.push_back(m);
    }
  }
  assert(sorted.size() == models_.size());  // loops were refused before
  return sorted;
}

}  // namespace wattershed
