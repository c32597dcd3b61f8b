/// The audit of a run: what goes in must come out.
///
///   residual = (Σ in − Σ out) / max(Σ |in|, Σ |out|)        a failed audit is a residual over 1e-9
///
/// Both sides are built from different meters, so that a watt that one layer forgets shows as a residual: energy at
/// the point of interconnection against every place where it is used or lost; heat received against heat rejected
/// and stored; make-up water against evaporation, drift, blowdown and storage; recorded emissions against energy ×
/// intensity summed over the spans in which the intensity stood still.
/// Accuracy  rounding of the meters is about 1e-14 over a year (Neumaier sums)
#pragma once

#include <string>
#include <vector>

namespace wattershed {

/// One audited balance [SI, the same unit on both sides].
struct Balance {
  struct Entry {
    std::string name;
    double amount = 0;
  };
  std::string name;  ///< "energy", "heat", "water", "carbon"
  std::vector<Entry> in{}, out{};

  void add_in(std::string what, double amount) { in.push_back({std::move(what), amount}); }
  void add_out(std::string what, double amount) { out.push_back({std::move(what), amount}); }
  /// Relative residual [1]; zero when nothing flowed.
  [[nodiscard]] double residual() const;
  /// Over the bound, or not a number.
  [[nodiscard]] bool failed() const;
  /// "energy: in 12.3 (grid 12.3), out 12.2 (it 9.1, …): residual 8.1e-3", for the message of a failed audit.
  [[nodiscard]] std::string to_string() const;

  static constexpr double bound = 1e-9;
};

}  // namespace wattershed
