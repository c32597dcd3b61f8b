/// What a utility asks of a load's power at its connection, as data: catalog kind `limits`, or a file of a user.
///
///   limits:
///     use: generic-utility                 # or start from nothing
///     ramps: {minute: {rate: 20 MW/min, over: 1 min, direction: up}}
///     ranges: {second: {share: 10 %, of: peak, within: 1 s}}
///     bands: {critical: {from: 0.1 Hz, to: 20 Hz, energy_share: 20 %, negligible: 1 MW}}
///     flicker: {short_term: 0.8, long_term: 0.6}
///     voltage: {lowest: 95 %, highest: 105 %, rapid_change: 3 %}
///     frequency: {deviation: 0.036 Hz, rate_of_change: 1 Hz/s, over: 500 ms}
///     power_factor: {least: 0.95, above: 10 %}
///     ride_through: {curve: itic, keeps: 90 %, after: 1 s}
///
/// Forms    ramp rate, dynamic power range and spectral energy in a band after Choukse et al., arXiv 2508.14318;
///          planning levels of flicker after IEC 61000-3-7
/// Errors   InputError with every problem of the file at once, as for a scenario; a name that is neither of the
///          catalog nor of a file
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/waveform/spectrum.hpp"
#include "models/grid/point/ride_through_curve.hpp"
#include "sim/input/catalog.hpp"
#include "sim/input/document.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

using FrequencyRamp = Quantity<Dimension{.time = -2}>;  ///< [Hz/s]

/// What a share of power is a share of: the window's highest power, or what the site may draw.
enum class PowerBase { peak, connection };
constexpr std::array<std::string_view, 2> enum_names(PowerBase) { return {"peak", "connection"}; }

enum class RampDirection { both, up, down };
constexpr std::array<std::string_view, 3> enum_names(RampDirection) { return {"both", "up", "down"}; }

/// Steepest change of power between two instants so far apart: `rate`, or `share` of the base per time.
struct RampLimit {
  std::optional<PowerRamp> rate;
  std::optional<Frequency> share;
  PowerBase of = PowerBase::peak;
  TimeSpan over{};
  RampDirection direction = RampDirection::both;
  void visit(Fields& f);
};

/// Largest less smallest power inside any stretch of this length (in the whole window when it has none).
struct RangeLimit {
  std::optional<Power> swing;
  std::optional<Share> share;
  PowerBase of = PowerBase::peak;
  std::optional<TimeSpan> within;
  void visit(Fields& f);
};

/// What of the power lies in a band of frequency: share of the energy of all swings, peak to peak, or both.
struct BandLimit {
  Frequency from{}, to{};
  std::optional<Share> energy_share;
  std::optional<Power> negligible;  ///< swings that are smaller, peak to peak, keep `energy_share` whatever it is
  std::optional<Power> swing;
  std::optional<Share> share;  ///< of the base, peak to peak
  PowerBase of = PowerBase::peak;
  [[nodiscard]] Band band() const { return {from, to}; }
  void visit(Fields& f);
};

struct FlickerLimit {
  std::optional<double> short_term;  ///< Pst
  std::optional<double> long_term;   ///< Plt
  void visit(Fields& f);
};

/// Of nominal, at the point of interconnection.
struct VoltageLimit {
  std::optional<Share> lowest, highest;
  std::optional<Share> rapid_change;   ///< d_max
  std::optional<Share> steady_change;  ///< d_c
  void visit(Fields& f);
};

struct FrequencyLimit {
  std::optional<Frequency> deviation;  ///< from nominal, either way
  std::optional<Frequency> lowest, highest;
  std::optional<FrequencyRamp> rate_of_change;  ///< either way
  TimeSpan over = TimeSpan(0.5);                ///< window of the rate of change
  void visit(Fields& f);
};

/// |P| / √(P² + Q²) where the power is above a share of the window's highest.
struct PowerFactorLimit {
  double least = 0;
  Share above = Share(0.1);
  void visit(Fields& f);
};

/// After every sag or swell that the curve says to ride through, the load must be there again.
struct RideThroughLimit {
  RideThroughCurve curve;
  Share keeps = Share(0.9);      ///< of the mean power before it
  TimeSpan after = TimeSpan(1);  ///< from its end, this long, it may be away
  TimeSpan averaged =
      TimeSpan(10);  ///< mean power before and after; shorter where the record or the next sag cuts it
  void visit(Fields& f);
};

struct SwingLimits {
  static constexpr std::string_view catalog_kind = "limits";
  std::string title;
  std::optional<Power> applies_from;  ///< loads with a smaller connection (where unknown: peak) are exempt
  Named<RampLimit> ramps;
  Named<RangeLimit> ranges;
  Named<BandLimit> bands;
  std::optional<FlickerLimit> flicker;
  std::optional<VoltageLimit> voltage;
  std::optional<FrequencyLimit> frequency;
  std::optional<PowerFactorLimit> power_factor;
  std::optional<RideThroughLimit> ride_through;
  void visit(Fields& f);
};

/// Limits with the document that says where each number is from; paths begin with "limits.".
struct LoadedLimits {
  std::string name;  ///< of the catalog, or of the file
  SwingLimits limits;
  Document document;
};

/// An entry of the catalog, or else a file with `limits:` at its root.
LoadedLimits load_swing_limits(const std::string& name_or_file, const Catalog& catalog);
/// A file's text; `name` stands for it in messages.
LoadedLimits load_swing_limits_text(const std::string& text, const std::string& name, const Catalog& catalog);

}  // namespace wattershed
