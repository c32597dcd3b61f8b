/// One part of a site: an IT hall, a plant room, the UPS, the meter at the point of interconnection.
///
/// A part owns its signals, is told its forward inputs in a struct when it is made, shows its outputs as members, and
/// names what it needs of later parts (back_link.hpp). The site is a list of parts
/// (models/facility/site/site_parts.cpp) and treats all of them alike: the record, the windows, the months and the
/// network reach a part only through this interface or through a struct of outputs.
///
/// Order   every function is called on the parts in the order of the list; no result depends on it
/// Grows   `assets` and `address` are empty until a part has something to say
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/accounting/balance.hpp"
#include "models/facility/part/back_link.hpp"
#include "models/facility/part/columns.hpp"
#include "models/facility/scenario/load_scenario.hpp"
#include "models/facility/waveform/grid_side.hpp"
#include "sim/base/omission.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

class SiteTables;
struct MonthColumn;

/// The four balances of a run: each part adds what went in and came out of it.
struct Books {
  Balance energy{.name = "energy"}, heat{.name = "heat"}, water{.name = "water"}, carbon{.name = "carbon"};
};

/// Scalars of /summary/<site>, by the names of summary_quantities() [SI].
class SiteSummary {
 public:
  void add(std::string_view name, double value) { scalars_.push_back({name, value}); }
  struct Scalar {
    std::string_view name;
    double value = 0;
  };
  [[nodiscard]] const std::vector<Scalar>& scalars() const { return scalars_; }

 private:
  std::vector<Scalar> scalars_;
};

/// Something bought: price, life and embodied carbon.
struct Asset {
  std::string name;
  double count = 0;
  std::optional<Money> price;
  std::optional<Carbon> embodied;
  CalendarSpan life{};
};

class SitePart {
 public:
  virtual ~SitePart() = default;
  SitePart(const SitePart&) = delete;
  SitePart& operator=(const SitePart&) = delete;

  /// Links from later parts; `start` of the site refuses while one is open.
  [[nodiscard]] virtual std::vector<const OpenLink*> back_links() const { return {}; }
  /// Adds its columns, right after the part was made.
  virtual void record(Columns& /*columns*/) {}
  /// Starts its processes, when every part is there and every link is closed.
  virtual void start() {}
  /// Declares tables of its own beside the site's time table, and columns that are worked out row by row.
  virtual void tables(SiteTables& /*tables*/) {}
  /// Adds its columns to the table of the months.
  virtual void months(std::vector<MonthColumn>& /*columns*/) {}
  /// Tells a magnifying glass what stands; from then on what changes, until the log is closed.
  virtual void open_log(WaveformLog& /*log*/) {}
  virtual void close_log(WaveformLog& /*log*/) {}
  /// Says what it contributes to the grid's side of a window, as of now.
  virtual void stand(GridSideSetup& /*setup*/) const {}

  /// At the end: brings states that advance in steps up to now, before the books are read.
  virtual void close() {}
  virtual void book(Books& /*books*/) const {}
  /// Writes the last rows of its tables.
  virtual void finish() {}
  virtual void summarise(SiteSummary& /*summary*/) const {}
  /// What went wrong during the run without ending it, and how often.
  virtual void warn(std::vector<Warning>& /*warnings*/) const {}

  /// How its models' ranges were used, up to the end: a row for each input that has one.
  [[nodiscard]] virtual std::vector<RangeUse> validity() const { return {}; }
  /// Effects that the scenario touches and its models leave out.
  [[nodiscard]] virtual std::vector<Omission> omissions() const { return {}; }
  [[nodiscard]] virtual std::vector<Asset> assets() const { return {}; }
  /// Whether `path` ("site.cooling.chillers.1") is a thing of this part that an event may fail.
  [[nodiscard]] virtual bool address(std::string_view /*path*/) const { return false; }

 protected:
  SitePart() = default;
};

/// Adds a warning that came at least once.
inline void add_warning(std::vector<Warning>& warnings, std::string text, std::uint64_t count) {
  if (count > 0) warnings.push_back({std::move(text), count});
}

}  // namespace wattershed
