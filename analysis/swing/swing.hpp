/// Power swings of a run's windows: every measure that a window can see, held against a utility's limits.
///
///   const LoadedLimits limits = load_swing_limits("generic-utility", catalog);
///   const SwingAnalysis analysis = analyse_swing("run.h5", {}, &limits);   // or of a run in memory
///   if (!analysis.holds()) …                                           // some limit is broken
///
/// A measure that a window cannot see is listed with the reason. A limit of such a measure is not measurable there, and
/// does not hold unless another window of the site shows it: what was not looked at is not said to hold.
///
/// Errors  InputError: as `windows_of` and `read_window`; a band asked for that a window cannot see.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/swing/limits.hpp"
#include "analysis/swing/measures.hpp"
#include "sim/output/run_source.hpp"

namespace wattershed {

struct SwingQuestion {
  std::string site, window;  ///< only of this site, only this window; empty: all
  std::vector<Band> bands;   ///< besides `grid_bands`
  bool only_checks = false;  ///< leave out measures, modes and spectrum
};

/// `unmeasurable`: the window cannot show what the limit is about.
enum class SwingVerdict { pass, breach, exempt, unmeasurable };
std::string_view to_string(SwingVerdict verdict);

/// One limit against one measure.
struct SwingCheck {
  std::string limit;              ///< its path: "ramps.minute.rate"
  SwingMeasure measure;           ///< has a value unless it is not measurable
  std::optional<double> allowed;  ///< SI, a share already taken of its base; none: the base is not known
  bool is_minimum = false;        ///< the measure may not be below it
  SwingVerdict verdict{};
  std::string remark;  ///< why a verdict is not what the numbers say
  std::string source;  ///< of the limit's number
  ValueKind kind = ValueKind::assumed;

  /// What is left, of the limit; below zero when it is broken. Nothing of what is not measurable.
  [[nodiscard]] std::optional<double> margin() const;
};

/// One window's answer.
struct WindowSwing {
  std::string site, name;
  Time start;
  std::string time_zone;
  Frequency rate;
  TimeSpan duration;
  std::vector<SwingMeasure> measures;  ///< those without a value among them
  std::vector<Mode> modes;             ///< amplitudes [W]
  std::optional<Spectrum> spectrum;    ///< [W2/Hz]
  std::vector<SwingCheck> checks;
};

struct SwingAnalysis {
  std::string run;  ///< its name: of a file, the path
  std::optional<std::string> limits, limits_title;
  std::vector<WindowSwing> windows;
  std::vector<std::string> empty_windows;  ///< "site/name" of those that the run did not reach
  /// Limits that no window of their site shows: "site: voltage.rapid_change".
  [[nodiscard]] std::vector<std::string> not_shown() const;
  /// None is broken, every one is shown, and the run reached its windows.
  [[nodiscard]] bool holds() const;
};

/// Reads one window after another; each costs 8 bytes a sample and column, and its transforms.
SwingAnalysis analyse_swing(const RunSource& run, const SwingQuestion& question, const LoadedLimits* limits);
SwingAnalysis analyse_swing(const std::filesystem::path& file, const SwingQuestion& question,
                            const LoadedLimits* limits);

/// A band as the command line writes it, "0.1-20" [Hz]. Throws InputError.
Band parse_band(const std::string& text);

}  // namespace wattershed
