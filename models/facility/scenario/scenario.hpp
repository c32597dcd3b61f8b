/// A scenario: everything that a YAML file may say, as structs. Each struct is its own schema (sim/input/schema.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/compute/rack.hpp"
#include "models/cooling/system/scenario.hpp"
#include "models/electrical/scenario.hpp"
#include "models/electrical/storage.hpp"
#include "models/grid/case/scenario.hpp"
#include "models/grid/market/scenario.hpp"
#include "models/scheduling/scenario.hpp"
#include "models/weather/scenario.hpp"
#include "models/workload/scenario.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

/// `averaged`: jobs carry the mean and variance of their power. `resolved`: every phase of every step is played, and
/// what the grid does acts back.
enum class Fidelity { averaged, resolved };
constexpr std::array<std::string_view, 2> enum_names(Fidelity) { return {"averaged", "resolved"}; }

/// A magnifying glass: a stretch of the run that is recorded phase by phase.
struct Window {
  LocalTime at{};
  Duration length = std::chrono::minutes(10);
  Duration every = std::chrono::milliseconds(1);
  void visit(Fields& f);
};

/// A window around every event.
struct EventWindows {
  Duration before = std::chrono::minutes(2);
  Duration length = std::chrono::minutes(45);
  Duration every = std::chrono::seconds(1);
  void visit(Fields& f);
};

struct Record {
  Duration every = std::chrono::minutes(15);  ///< length of a recorded interval
  bool racks = false;                         ///< also a column per rack
  Named<Window> windows;
  std::optional<EventWindows> events;
  void visit(Fields& f);
};

struct Site {
  std::string name = "site";
  Location location;
  std::optional<WeatherChoice> weather;
  Grid grid;
  std::optional<Electrical> electrical;
  std::optional<Battery> battery;
  Cooling cooling;
  Named<Rack> racks;
  SchedulerChoice scheduler;
  Power lighting{};  ///< [W]
  Power other{};     ///< [W]
  void visit(Fields& f);
  /// All of it but its name.
  void visit_parts(Fields& f);
};

/// A site of `sites`: its key is its name, and it carries its own work.
struct WorkingSite {
  Site site;
  Workload workload;
  void visit(Fields& f);
};

/// The grid's voltage falls for a moment: a fault somewhere near.
struct Sag {
  Share voltage;  ///< that is left at the point of interconnection, of nominal
  Duration length{};
  void visit(Fields& f);
};

/// The same again.
struct Repeat {
  std::int64_t times = 1;  ///< in all
  Duration every{};
  void visit(Fields& f);
};

/// Something that happens at a wall-clock time.
struct Event {
  LocalTime at{};
  Settings set;
  std::optional<Sag> sag;
  std::optional<Repeat> repeat;     ///< of the sag
  std::optional<std::string> site;  ///< where it sags; needed with several sites
  void visit(Fields& f);
};

/// Within what a limit sums, or takes the mean: a day, a month, a year of the site's calendar, or all of the run.
enum class LimitSpan { day, month, year, run };
constexpr std::array<std::string_view, 4> enum_names(LimitSpan) { return {"day", "month", "year", "run"}; }

/// A bound on a recorded quantity: what its words mean is in limit_target.hpp.
struct Limit {
  std::string quantity;            ///< a column of the site's time table, or a scalar of its summary
  std::optional<LimitSpan> per;    ///< without it, a column's level, or a scalar of the whole run
  std::optional<std::string> max;  ///< a value with unit, or the path of one
  std::optional<std::string> min;
  Share margin;                     ///< kept free below `max` or above `min`
  std::optional<std::string> site;  ///< of this site only; without it, of the site that the bound is of, or of all
  void visit(Fields& f);
};

/// How a published number is held against a run.
enum class EvidenceKind { closes, imposed, predicts, explores };
constexpr std::array<std::string_view, 4> enum_names(EvidenceKind) {
  return {"closes", "imposed", "predicts", "explores"};
}

/// A constant of an expectation, with where it comes from.
struct Constant {
  std::string value;
  std::string source;
  void visit(Fields& f);
};

/// A published number and the expression of /summary scalars that should give it.
struct Expectation {
  std::string quantity;              ///< expression of summary scalars and constants
  std::optional<std::string> value;  ///< as printed, with its unit
  Named<std::string> values;         ///< or one per case
  Share tolerance = 1_percent;
  EvidenceKind kind = EvidenceKind::closes;
  std::string source;
  std::optional<std::string> site;  ///< whose scalars; needed with several sites
  std::optional<std::string> note;
  void visit(Fields& f);
};

/// A variant of the scenario: settings on top of it.
struct Case {
  std::optional<std::string> title;
  Settings set;
  void visit(Fields& f);
};

struct Scenario {
  std::string title;
  LocalTime start{};
  CalendarSpan duration{};
  std::int64_t seed = 1;
  Fidelity fidelity = Fidelity::averaged;
  Record record;
  Site site;
  Workload workload;
  Named<WorkingSite> sites;        ///< instead of `site` and `workload`
  std::optional<Network> network;  ///< that sites stand in, each at its `grid.bus`
  std::vector<Event> events;
  Named<Limit> limits;
  Named<Case> cases;
  Named<Constant> constants;
  Named<Expectation> expect;
  void visit(Fields& f);
};

/// The settings of a case, as PATH=VALUE on top of the scenario; none when there is no such case.
std::vector<std::string> case_sets(const Scenario& scenario, std::string_view name);

}  // namespace wattershed
