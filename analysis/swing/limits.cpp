#include "analysis/swing/limits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/problem.hpp"
#include "sim/input/yaml.hpp"

namespace wattershed {
namespace {

constexpr std::string_view base_help = "what the share is of: the window's highest power, or the connection";

/// The root of a file of limits.
struct LimitsFile {
  SwingLimits limits;
  void visit(Fields& f) { f.required("limits", limits, {.help = "limits on swings of power"}); }
};

LoadedLimits loaded(std::string name, const std::function<Document(LimitsFile&)>& load_into) {
  LimitsFile file;
  LoadedLimits result;
  result.document = load_into(file);
  result.name = std::move(name);
  result.limits = std::move(file.limits);
  return result;
}

/// Such a name is meant as a file, even when there is none.
bool looks_like_a_file(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".yaml") || name.ends_with(".yml");
}

}  // namespace

void RampLimit::visit(Fields& f) {
  f.alternatives({"rate", "share"}, true);
  f.optional("rate", rate, {.help = "steepest ramp allowed", .above = 0, .example = "20 MW/min"});
  f.optional("share", share, {.help = "steepest ramp as a share per time", .above = 0, .example = "10 %/min"});
  f.optional("of", of, {.help = base_help});
  f.required("over", over, {.help = "time between the two instants compared", .above = 0, .example = "1 min"});
  f.optional("direction", direction, {.help = "rising, falling or both"});
}

void RangeLimit::visit(Fields& f) {
  f.alternatives({"swing", "share"}, true);
  f.optional("swing", swing, {.help = "largest less smallest power allowed", .above = 0, .example = "10 MW"});
  f.optional("share", share, {.help = "the same as a share", .above = 0, .example = "10 %"});
  f.optional("of", of, {.help = base_help});
  f.optional("within", within,
             {.help = "inside any stretch so long; without it, in the whole window", .above = 0, .example = "1 min"});
}

void BandLimit::visit(Fields& f) {
  f.required("from", from, {.help = "low edge of the band", .above = 0, .example = "0.1 Hz"});
  f.required("to", to, {.help = "high edge of the band", .above = 0, .example = "20 Hz"});
  f.alternatives({"swing", "share"});
  f.optional("energy_share", energy_share,
             {.help = "share of the energy of all swings that may lie in the band", .at_most = 1, .above = 0});
  f.optional("negligible", negligible,
             {.help = "peak to peak in the band below which its share of the energy does not matter", .above = 0});
  f.optional("swing", swing, {.help = "peak to peak allowed in the band", .above = 0, .example = "2 MW"});
  f.optional("share", share, {.help = "the same as a share", .above = 0, .example = "2 %"});
  f.optional("of", of, {.help = base_help});
  if (!(from < to)) f.fault("to", "the band must rise: 'to' above 'from'");
  if (!energy_share && !swing && !share)
    f.fault("", "a band needs a limit: energy_share (20 %), swing (2 MW) or share (2 %)");
  if (negligible && !energy_share) f.fault("negligible", "'negligible' belongs to 'energy_share'");
}

void FlickerLimit::visit(Fields& f) {
  f.optional("short_term", short_term, {.help = "Pst allowed, over 10 min", .above = 0, .example = "0.8"});
  f.optional("long_term", long_term, {.help = "Plt allowed, over 2 h", .above = 0, .example = "0.6"});
}

void VoltageLimit::visit(Fields& f) {
  f.optional("lowest", lowest, {.help = "of nominal", .above = 0, .example = "95 %"});
  f.optional("highest", highest, {.help = "of nominal", .above = 0, .example = "105 %"});
  f.optional("rapid_change", rapid_change,
             {.help = "largest deviation between two steady states, of nominal", .above = 0, .example = "3 %"});
  f.optional("steady_change", steady_change,
             {.help = "from one steady state to the next, of nominal", .above = 0, .example = "3 %"});
  if (lowest && highest && !(*lowest < *highest)) f.fault("highest", "'highest' must be above 'lowest'");
}

void FrequencyLimit::visit(Fields& f) {
  f.optional("deviation", deviation, {.help = "from nominal, either way", .above = 0, .example = "0.2 Hz"});
  f.optional("lowest", lowest, {.help = "lowest frequency allowed", .above = 0, .example = "59.5 Hz"});
  f.optional("highest", highest, {.help = "highest frequency allowed", .above = 0, .example = "60.5 Hz"});
  f.optional("rate_of_change", rate_of_change,
             {.help = "rate of change of frequency, either way", .above = 0, .example = "1 Hz/s"});
  f.optional("over", over,
             {.help = "time between the two instants compared for the rate of change",
              .above = 0,
              .source = "the window of EirGrid's proposal",
              .kind = ValueKind::assumed,
              .example = "500 ms"});
  if (lowest && highest && !(*lowest < *highest)) f.fault("highest", "'highest' must be above 'lowest'");
}

void PowerFactorLimit::visit(Fields& f) {
  f.required("least", least, {.help = "least power factor allowed", .at_most = 1, .above = 0, .example = "0.95"});
  f.optional("above", above,
             {.help = "it counts where the power is above this share of the window's highest",
              .at_least = 0,
              .below = 1,
              .source = "an idle site has no power factor worth a limit",
              .kind = ValueKind::assumed});
}

void RideThroughLimit::visit(Fields& f) {
  f.required("curve", curve, {.help = "the sags and swells to ride through", .example = "itic"});
  f.optional("keeps", keeps,
             {.help = "share of the power before it that must be back",
              .above = 0,
              .source = "EirGrid's proposal, as quoted by KPMG",
              .kind = ValueKind::published});
  f.optional("after", after,
             {.help = "from the end of a sag or swell until the power must be back",
              .at_least = 0,
              .source = "a choice; a proposal leaves the time open",
              .kind = ValueKind::assumed,
              .example = "1 s"});
  f.optional("averaged", averaged,
             {.help = "power before and after is a mean over this time, because training swings",
              .above = 0,
              .source = "some steps of training",
              .kind = ValueKind::assumed,
              .example = "10 s"});
}

void SwingLimits::visit(Fields& f) {
  f.optional("title", title, {.help = "whose limits these are"});
  f.optional("applies_from", applies_from,
             {.help = "loads with a smaller connection are exempt", .above = 0, .example = "75 MW"});
  f.optional("ramps", ramps, {.help = "limits on ramps, by name"});
  f.optional("ranges", ranges, {.help = "limits on the range of power, by name"});
  f.optional("bands", bands, {.help = "limits on swings in bands of frequency, by name"});
  f.optional("flicker", flicker, {.help = "planning levels of flicker"});
  f.optional("voltage", voltage, {.help = "voltage at the point of interconnection"});
  f.optional("frequency", frequency, {.help = "frequency of the grid"});
  f.optional("power_factor", power_factor, {.help = "power factor at the point of interconnection"});
  f.optional("ride_through", ride_through, {.help = "sags and swells after which the load must be there"});
  if (ramps.empty() && ranges.empty() && bands.empty() && !flicker && !voltage && !frequency && !power_factor &&
      !ride_through)
    f.fault("",
            "there is no limit in it: give ramps, ranges, bands, flicker, voltage, frequency, power_factor or "
            "ride_through");
}

LoadedLimits load_swing_limits_text(const std::string& text, const std::string& name, const Catalog& catalog) {
  return loaded(name, [&](LimitsFile& file) {
    return load_document_text(text, name, {.catalog = &catalog, .sets = {}}, [&](Fields& f) { file.visit(f); });
  });
}

LoadedLimits load_swing_limits(const std::string& name_or_file, const Catalog& catalog) {
  const std::vector<std::string> names = catalog.names(SwingLimits::catalog_kind);
  if (std::find(names.begin(), names.end(), name_or_file) != names.end())
    return load_swing_limits_text("limits: " + name_or_file + "\n", name_or_file, catalog);
  std::error_code error;
  if (!looks_like_a_file(name_or_file) && !std::filesystem::exists(name_or_file, error))
    throw InputError({}, fmt::format("there are no limits '{}'{}; the catalog has {}, or give a file with 'limits:' "
                                     "in it",
                                     name_or_file, did_you_mean(name_or_file, names), fmt::join(names, ", ")));
  return loaded(name_or_file,
                [&](LimitsFile& file) { return load(name_or_file, file, {.catalog = &catalog, .sets = {}}); });
}

}  // namespace wattershed
