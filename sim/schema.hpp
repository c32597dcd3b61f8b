/// A struct is its schema: one visit of its fields gives the reader, the strict check, `explain`, the paths that
/// `--set` and `events` may name, and the provenance of every value.
///
///   struct Tariff {
///     EnergyPrice energy;
///     WaterPrice water = 2_USD_per_m3;
///     void visit(Fields& f) {
///       f.required("energy", energy, {.help = "price of energy", .changes = true, .example = "0.052 USD/kWh"});
///       f.optional("water", water, {.help = "price of water", .source = "…", .kind = ValueKind::assumed});
///     }
///   };
///
/// What a field may be
///   Quantity<…>, Temperature, Share       "40 MW", "27 degC", "80 %"; a unit is required
///   double, std::int64_t, int             bare numbers (counts: whole)
///   bool, std::string, an enum with `enum_names(E)`
///   LocalTime, CalendarSpan, Duration     "2027-01-01T15:00", "5 years", "40 min"
///   FileName                              relative to the file that names it (in --set: to the current folder)
///   std::optional<T>                      absent, or "none"
///   Sized<T>                              a value, or "auto": sized by the program
///   a struct with visit(Fields&)          a map; with `catalog_kind`: NAME, or {use: NAME, overrides…}, or inline
///   Named<T>                              a map name → struct, in the order written
///   std::vector<T>                        a list
///   Settings                              a map path → value (events.set, cases), checked against all paths
/// A scalar with `.changes` may be a map date → value: it steps on those days.
/// Any scalar may be {value: …, source: …, kind: …}: where the number comes from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/problem.hpp"
#include "sim/quantity.hpp"
#include "sim/time.hpp"

namespace wattershed {

/// How a number is known.
enum class ValueKind { measured, published, modelled, assumed };
std::string_view to_string(ValueKind kind);

/// What a field says about itself. Bounds are in SI units.
struct FieldNotes {
  std::string_view help{};
  bool changes = false;  ///< may be dated, or set by an event
  std::optional<double> at_least{}, at_most{}, above{}, below{};
  std::string_view source{};                 ///< of the default
  ValueKind kind = ValueKind::assumed;       ///< of the default
  std::string_view example{};
};

/// A file named in a scenario: as written, resolved, and where it was written.
struct FileName {
  std::string written;
  std::filesystem::path path;
  Place place;
};

/// A value that is given, or "auto": worked out by the program from the rest.
template <class T>
struct Sized {
  std::optional<T> given;
  [[nodiscard]] bool is_auto() const { return !given; }
  [[nodiscard]] T value_or(T sized) const { return given.value_or(sized); }
};

/// Named things in the order in which they were written.
template <class T>
using Named = std::vector<std::pair<std::string, T>>;

/// Paths and the values to give them, as text; checked against the schema when the file is read.
struct Setting {
  std::string path;
  std::string value;  ///< YAML
  Place place;
};
struct Settings {
  std::vector<Setting> items;
};

class Fields;
template <class T>
concept Visitable = requires(T& t, Fields& f) { t.visit(f); };
template <class T>
concept FromCatalog = Visitable<T> && requires { std::string_view(T::catalog_kind); };
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) { enum_names(e); };

/// How one field is filled: a small tagged reference, so that visitors need no templates.
struct ScalarTarget {
  enum class Type { quantity, temperature, share, number, count, flag, text, choice, instant, span, duration, file };
  Type type{};
  Dimension dimension{};                    ///< of a quantity
  void* value = nullptr;                    ///< double-sized for quantities; the C++ object otherwise
  std::vector<std::string_view> choices{};  ///< of an enum, in order of its values
  void (*set_number)(void*, double) = nullptr;          ///< quantity, temperature, share, number, count, choice index
  double (*get_number)(const void*) = nullptr;
};

/// What the visitor may be asked to do. One implementation reads YAML; others list paths or describe the schema.
class Fields {
 public:
  virtual ~Fields() = default;

  /// A field that must be written.
  template <class T>
  void required(std::string_view name, T& value, const FieldNotes& notes = {}) { field(name, value, notes, true); }
  /// A field whose present value is its default.
  template <class T>
  void optional(std::string_view name, T& value, const FieldNotes& notes = {}) { field(name, value, notes, false); }

  /// At most one of these keys (exactly one when `needed`); `--set` of one clears the others.
  virtual void alternatives(std::initializer_list<std::string_view> names, bool needed = false) = 0;
  /// A key of the design whose part is not built: refused with a message, never accepted and ignored.
  virtual void later(std::string_view name, std::string_view comes_with) = 0;
  /// The struct finds itself wanting: a problem at `name` (or at the struct itself when empty).
  virtual void fault(std::string_view name, std::string message) = 0;
  /// True when the field was written (in the file, the catalog or by --set) and not left to its default.
  [[nodiscard]] virtual bool written(std::string_view name) const = 0;
  /// Where the struct itself was written, and its path ("site.racks.gb200").
  [[nodiscard]] virtual Place place() const = 0;
  [[nodiscard]] virtual std::string path() const = 0;

 protected:
  // A scalar that is present is stored and true returned. `absent_word` ("none", "auto", or empty) also leaves it.
  virtual bool scalar(std::string_view name, const ScalarTarget& target, const FieldNotes& notes, bool required,
                      std::string_view absent_word) = 0;
  virtual bool enter(std::string_view name, const FieldNotes& notes, bool required, std::string_view catalog_kind) = 0;
  virtual void leave() = 0;
  virtual std::vector<std::string> enter_map(std::string_view name, const FieldNotes& notes, bool required) = 0;
  virtual std::size_t enter_list(std::string_view name, const FieldNotes& notes, bool required) = 0;
  virtual void settings(std::string_view name, Settings& value, const FieldNotes& notes, bool required) = 0;

 private:
  template <class T>
  void field(std::string_view name, T& value, const FieldNotes& notes, bool required);
};

}  // namespace wattershed

#include "sim/schema_fields.hpp"  // the template bodies
