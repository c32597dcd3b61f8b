/// What a person wants to know first of a site of a run, read from its file or from memory: scalars, months, limits,
/// who used what.
///
///   RunSummary summary = read_summary("site.h5");
///   std::vector<RunSummary> sites = read_summaries(sink.run());         // of a run in memory (memory_sink.hpp)
///
/// Errors  those of the run (run_source.hpp), and of its file (run_reader.hpp)
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/output/run_reader.hpp"
#include "sim/units/time.hpp"
#include "sim/units/units.hpp"

namespace wattershed {

/// A scalar of /summary/<site>.
struct SummaryScalar {
  double si = 0;
  std::string units;
  std::string long_name;
};

struct MonthSummary {
  Time start{};
  std::map<std::string, double, std::less<>> values;  ///< by column of /<site>/monthly [SI]
};

struct LimitSummary {
  std::string name, quantity, units;
  bool is_maximum = true;
  double allowed = 0, worst = 0;  ///< [SI]; allowed is what stood when the worst came, margin taken off
  double headroom = 0;            ///< share of the allowed value that was left [1]
  double time_over_s = 0;
  double first_breach_s = 0;  ///< since the start, NaN when there was none, or it is known of the whole run alone
  std::string per{};          ///< "day", "month", "year", "run"; empty: of a level at every instant
  bool broken = false;
  std::string why{};  ///< it is not measurable: why; the numbers above are NaN then. Empty: it is
  [[nodiscard]] bool measured() const { return why.empty(); }
};

/// What a user of /<site>/shares took: jobs, a service, idle accelerators.
struct UserSummary {
  std::string name;
  double it_energy_j = 0, grid_energy_j = 0, water_kg = 0, emissions_kg = 0, cost_usd = 0;
};

/// A service that is modelled with its tokens.
struct ServiceSummary {
  std::string name;
  double output_tokens = 0;
};

/// An input of a model, against what that was made for.
struct ValiditySummary {
  std::string model, input, units;
  double low = 0, high = 0;  ///< [SI]
  double worst = 0;          ///< NaN: never outside
  double time_outside_s = 0;
  double first_s = 0;  ///< since the start, NaN: never
};

/// An effect that the site's scenario touches and the program leaves out, with what would be needed to know it.
struct OmissionSummary {
  std::string effect, needed;
};

/// A day of the site's calendar, by what began in it.
struct DaySummary {
  Time start{};
  double water_kg = 0;  ///< taken in
};

struct WarningSummary {
  std::string text;
  std::uint64_t count = 1;
};

struct RunSummary {
  std::filesystem::path file;  ///< empty where there is none
  std::uintmax_t file_bytes = 0;
  std::string title, site, time_zone, boundary;  ///< the zone is the site's
  std::uint64_t seed = 1, run = 0;
  bool complete = false;
  Time start{}, end{};
  std::map<std::string, SummaryScalar, std::less<>> scalars;
  std::vector<MonthSummary> months;
  std::vector<LimitSummary> limits;
  std::vector<ValiditySummary> validity;
  std::vector<OmissionSummary> not_modelled;
  std::vector<UserSummary> users;
  std::vector<ServiceSummary> services;
  std::optional<DaySummary> thirstiest_day;  ///< none: no water, under two days, or intervals of over an hour
  std::vector<WarningSummary> warnings;      ///< of the whole run, as are the inputs
  std::size_t inputs = 0, assumed_inputs = 0;

  [[nodiscard]] bool has(std::string_view name) const { return scalars.find(name) != scalars.end(); }
  /// The scalar's value [SI], or 0 when the run does not have it.
  [[nodiscard]] double value(std::string_view name) const {
    const auto at = scalars.find(name);
    return at == scalars.end() ? 0.0 : at->second.si;
  }
};

/// That of the first site. What a run in memory did not keep is read as empty.
RunSummary read_summary(const RunSource& run);
/// The same of every site in the run, in its order; one without a site when there is none.
std::vector<RunSummary> read_summaries(const RunSource& run);
/// From a run file. One that this process has just written needs no trial read in a child process.
RunSummary read_summary(const std::filesystem::path& file, FileOrigin origin = FileOrigin::unknown);
std::vector<RunSummary> read_summaries(const std::filesystem::path& file, FileOrigin origin = FileOrigin::unknown);

}  // namespace wattershed
