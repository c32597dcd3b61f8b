/// Taps that let something get lost outside of the books, one in each layer of a site: what audits are there for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/kernel/circuit.hpp"
#include "sim/units/load.hpp"

namespace wattershed::test {

struct Leak {
  std::string signal;   ///< that is tapped
  std::string balance;  ///< in which it must be found
  std::function<void(Circuit&)> tap;
};

inline Leak load_leak(const std::string& signal) {
  return {signal, "energy", [signal](Circuit& circuit) {
            circuit.tap<Load>(signal, [](Load load) { return load + Load{1_W, PowerVariance{}}; });
          }};
}
inline Leak power_leak(const std::string& signal, const std::string& balance) {
  return {signal, balance,
          [signal](Circuit& circuit) { circuit.tap<Power>(signal, [](Power power) { return power - 1_W; }); }};
}
template <class T>
Leak rate_leak(const std::string& signal, const std::string& balance) {
  return {signal, balance,
          [signal](Circuit& circuit) { circuit.tap<T>(signal, [](T rate) { return rate + T(1e-3); }); }};
}

/// A watt that a stage asks for and nobody gets, a loss that a stage forgets, heat, a gram a second of water and carbon.
inline std::vector<Leak> leaks(bool has_plant) {
  return {load_leak("pdu.0.input"),
          load_leak("ups.0.input"),
          load_leak("transformer.0.input"),
          load_leak("mechanical load"),
          power_leak("pdu.0.loss", "energy"),
          power_leak(has_plant ? "heat to room air" : "heat_rejected", "heat"),
          rate_leak<MassFlow>("water_makeup", "water"),
          rate_leak<CarbonRate>("emissions_location", "carbon")};
}

}  // namespace wattershed::test
