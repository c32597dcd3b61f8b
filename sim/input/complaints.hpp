/// Where a check says what it found in a scenario: problems that forbid a run, and warnings that go with its results.
///
/// A subject's check (models/<subject>/check.hpp) is told the path under which its part of the scenario stands; it
/// never knows how many sites there are.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "sim/base/problem.hpp"

namespace wattershed {

/// A message that a reader of the results should see, and how often it came.
struct Warning {
  std::string text;
  std::uint64_t count = 1;
};

/// Where complaints go: a problem at the value of that path, problems with places of their own, or a warning.
struct Complaints {
  std::function<void(const std::string& path, std::string text)> problem;
  std::function<void(const InputError& error)> errors;
  std::function<void(Warning warning)> warning;
  void warn(std::string text, std::uint64_t count = 1) const { warning({std::move(text), count}); }
  /// What `f` throws as an InputError is complained of; the check goes on.
  template <class F>
  void collect(F f) const {
    try {
      f();
    } catch (const InputError& error) {
      errors(error);
    }
  }
};

}  // namespace wattershed
