/// An effect that a model leaves out: data beside that model, told wherever a scenario touches it.
///
///   constexpr OmissionRule<Pump> rules[]{
///       {{"wear of the seals", "hours of service and the maker's curve"}, [](const Pump& p) { return p.runs; }}};
///   touched(rules, pump)
///
/// A rule looks at its own subject's part of a scenario and at nothing else.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace wattershed {

struct Omission {
  std::string_view effect;  ///< one line, with what the program does instead
  std::string_view needed;  ///< what would be needed to know it
};

template <class Subject>
struct OmissionRule {
  Omission omission;
  bool (*touches)(const Subject&);
};

/// Those whose effect the subject asks for, in the order of the rules.
template <class Subject, std::size_t N>
std::vector<Omission> touched(const OmissionRule<Subject> (&rules)[N], const Subject& subject) {
  std::vector<Omission> found;
  for (const OmissionRule<Subject>& rule : rules)
    if (rule.touches(subject)) found.push_back(rule.omission);
  return found;
}

}  // namespace wattershed
