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
///   a count by `required_or_word`         a count, or that word: "all"
///   a struct with visit(Fields&)          a map; with `catalog_kind`: NAME, or {use: NAME, overrides…}, or inline;
///                                         with `short_form` = a field's name: that field's value alone, too
///   std::optional<struct>                 absent or "none"; a plain struct that is absent reads as an empty map
///   Named<T>                              a map name → struct, in the order written
///   std::vector<T>                        a list
///   Settings                              a map path → value (events.set, cases), checked against all paths
/// A default list or map of names is replaced, not added to, by one that is written.
/// A scalar with `.changes` may be a map date → value: it steps on those days.
/// Any scalar may be {value: …, source: …, kind: …}: where the number comes from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/problem.hpp"
#include "sim/calendar/calendar.hpp"
#include "sim/input/file_name.hpp"
#include "sim/units/quantity.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// How a number is known.
enum class ValueKind { measured, published, modelled, assumed };
std::string_view to_string(ValueKind kind);
/// The kind of that name, or nothing.
std::optional<ValueKind> value_kind(std::string_view name);

/// What a field says about itself. Bounds are in SI units.
struct FieldNotes {
  std::string_view help{};
  bool changes = false;  ///< may be dated, or set by an event
  std::optional<double> at_least{}, at_most{}, above{}, below{};
  std::string_view source{};            ///< of the default
  ValueKind kind = ValueKind::assumed;  ///< of the default
  std::string_view example{};
  bool names_in_file = false;  ///< of a Named: names go into the run file, so its reserved words are refused
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
  /// False: each path is a scalar of this document that may change, and its value is read like that scalar.
  /// True: anything that --set takes (`cases`); it is read when it is applied.
  bool any_path = false;
};

class Fields;
template <class T>
concept Visitable = requires(T& t, Fields& f) {
  t.visit(f);
};
template <class T>
concept FromCatalog = Visitable<T> && requires {
  std::string_view(T::catalog_kind);
};
template <class T>
concept ShortForm = Visitable<T> && requires {
  std::string_view(T::short_form);
};
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) {
  enum_names(e);
};

/// How one field is filled: a small tagged reference, so that visitors need no templates.
struct ScalarTarget {
  enum class Type { quantity, temperature, share, number, count, flag, text, choice, instant, span, duration, file };
  Type type{};
  Dimension dimension{};                        ///< of a quantity
  void* value = nullptr;                        ///< the C++ object
  std::vector<std::string_view> choices{};      ///< of an enum, in order of its values
  std::int64_t least = 0, most = 0;             ///< of a count: what its C++ type holds
  std::string_view absent_word{};               ///< "none", "auto", or empty: must have a value
  bool is_absent = false;                       ///< the default is that word
  void (*set_number)(void*, double) = nullptr;  ///< quantity, temperature, share, number, choice index
  double (*get_number)(const void*) = nullptr;  ///< those and counts
  void (*set_count)(void*, std::int64_t) = nullptr;
  std::int64_t (*get_count)(const void*) = nullptr;
};

/// What a struct's type says about how it may be written.
struct StructNotes {
  std::string_view catalog_kind{};
  std::string_view short_form{};
  bool may_be_absent = false;  ///< std::optional
  bool is_absent = false;      ///< its default
};

/// What became of a field: nothing was written (or it could not be used), it was written as absent, or as a value.
enum class Reading { kept, absent, stored };

/// What the visitor may be asked to do. One implementation reads YAML; others list paths or describe the schema.
class Fields {
 public:
  virtual ~Fields() = default;

  /// A field that must be written.
  template <class T>
  void required(std::string_view name, T& value, const FieldNotes& notes = {}) {
    field(name, value, notes, true);
  }
  /// A field whose present value is its default.
  template <class T>
  void optional(std::string_view name, T& value, const FieldNotes& notes = {}) {
    field(name, value, notes, false);
  }

  /// A count that must be written, or a word in its place ("all"): then `is_word`, and whoever knows sets the count.
  void required_or_word(std::string_view name, std::int64_t& value, std::string_view word, bool& is_word,
                        const FieldNotes& notes = {});

  /// At most one of these keys (exactly one when `needed`). One written in a later layer (catalog, base, scenario,
  /// --set) clears the others. May stand before or after the fields it names; "none" counts as not written.
  virtual void alternatives(std::span<const std::string_view> names, bool needed = false) = 0;
  void alternatives(std::initializer_list<std::string_view> names, bool needed = false) {
    alternatives(std::span(names.begin(), names.size()), needed);
  }
  /// A key of the design whose part is not built: refused with a message, never accepted and ignored.
  virtual void later(std::string_view name, std::string_view comes_with) = 0;
  /// The struct finds itself wanting: a problem at `name` (or at the struct itself when empty). Ignored when a field
  /// of this struct could not be read, since what is found wanting may follow from that.
  virtual void fault(std::string_view name, std::string message) = 0;
  /// True when the field was written (in the file, the catalog or by --set) and not left to its default.
  [[nodiscard]] virtual bool written(std::string_view name) const = 0;
  /// Where the struct itself was written, and its path ("site.racks.gb200").
  [[nodiscard]] virtual Place place() const = 0;
  [[nodiscard]] virtual std::string path() const = 0;

 protected:
  // A scalar that is written is stored; `absent` when its absent word was written.
  virtual Reading scalar(std::string_view name, const ScalarTarget& target, const FieldNotes& notes,
                         bool required) = 0;
  // `stored`: visit the struct (written, or a default whose fields are to be recorded), then leave().
  virtual Reading enter(std::string_view name, const StructNotes& type, const FieldNotes& notes, bool required) = 0;
  virtual void leave() = 0;
  // The names or the number of items written; nothing when the default stands. Always followed by leave().
  virtual std::optional<std::vector<std::string>> enter_map(std::string_view name, const FieldNotes& notes,
                                                            bool required) = 0;
  virtual std::optional<std::size_t> enter_list(std::string_view name, const FieldNotes& notes, bool required) = 0;
  // True: visit a copy first, to learn names and alternatives before anything is read; then scouted().
  virtual bool scout() { return false; }
  virtual void scouted() {}
  virtual void settings(std::string_view name, Settings& value, const FieldNotes& notes, bool required) = 0;

 private:
  template <class T>
  void field(std::string_view name, T& value, const FieldNotes& notes, bool required);
  template <class T>
  void visit(T& value);
};

}  // namespace wattershed

// The bodies of Fields: from a C++ type to the tagged reference that visitors handle.
namespace wattershed::detail {

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_sized : std::false_type {};
template <class T>
struct is_sized<Sized<T>> : std::true_type {};
template <class T>
struct is_named : std::false_type {};
template <class T>
struct is_named<std::vector<std::pair<std::string, T>>> : std::true_type {};
template <class T>
struct is_list : std::false_type {};
template <class T>
struct is_list<std::vector<T>> : std::bool_constant<!is_named<std::vector<T>>::value> {};
template <class T>
struct is_quantity : std::false_type {};
template <Dimension D>
struct is_quantity<Quantity<D>> : std::true_type {};

template <class T>
StructNotes struct_notes_of() {
  StructNotes notes;
  if constexpr (FromCatalog<T>) notes.catalog_kind = T::catalog_kind;
  if constexpr (ShortForm<T>) notes.short_form = T::short_form;
  return notes;
}

/// The tagged reference to a scalar of type T.
template <class T>
ScalarTarget target_of(T& value) {
  using Type = ScalarTarget::Type;
  ScalarTarget target;
  target.value = &value;
  if constexpr (is_quantity<T>::value || std::is_same_v<T, Temperature> || std::is_same_v<T, Share>) {
    if constexpr (is_quantity<T>::value) target.dimension = T::dimension;
    target.type = is_quantity<T>::value            ? Type::quantity
                  : std::is_same_v<T, Temperature> ? Type::temperature
                                                   : Type::share;
    target.set_number = [](void* p, double si) { *static_cast<T*>(p) = T(si); };
    target.get_number = [](const void* p) { return static_cast<const T*>(p)->si(); };
  } else if constexpr (std::is_same_v<T, bool>) {
    target.type = Type::flag;
  } else if constexpr (std::is_integral_v<T>) {
    target.type = Type::count;
    target.least = std::numeric_limits<T>::lowest();
    target.most = std::in_range<std::int64_t>(std::numeric_limits<T>::max())
                      ? static_cast<std::int64_t>(std::numeric_limits<T>::max())
                      : std::numeric_limits<std::int64_t>::max();
    target.set_count = [](void* p, std::int64_t v) { *static_cast<T*>(p) = static_cast<T>(v); };
    target.get_count = [](const void* p) { return static_cast<std::int64_t>(*static_cast<const T*>(p)); };
    target.get_number = [](const void* p) { return static_cast<double>(*static_cast<const T*>(p)); };
  } else if constexpr (std::is_floating_point_v<T>) {
    target.type = Type::number;
    target.set_number = [](void* p, double v) { *static_cast<T*>(p) = static_cast<T>(v); };
    target.get_number = [](const void* p) { return static_cast<double>(*static_cast<const T*>(p)); };
  } else if constexpr (NamedEnum<T>) {
    target.type = Type::choice;
    for (std::string_view name : enum_names(value)) target.choices.push_back(name);
    target.set_number = [](void* p, double v) { *static_cast<T*>(p) = static_cast<T>(static_cast<int>(v)); };
    target.get_number = [](const void* p) {
      return static_cast<double>(static_cast<int>(*static_cast<const T*>(p)));
    };
  } else if constexpr (std::is_same_v<T, std::string>) {
    target.type = Type::text;
  } else if constexpr (std::is_same_v<T, LocalTime>) {
    target.type = Type::instant;
  } else if constexpr (std::is_same_v<T, CalendarSpan>) {
    target.type = Type::span;
  } else if constexpr (std::is_same_v<T, Duration>) {
    target.type = Type::duration;
  } else {
    static_assert(std::is_same_v<T, FileName>, "this type cannot be a field");
    target.type = Type::file;
  }
  return target;
}

}  // namespace wattershed::detail

namespace wattershed {

template <class T>
void Fields::visit(T& value) {
  if (scout()) {
    T copy = value;
    copy.visit(*this);
    scouted();
  }
  value.visit(*this);
  leave();
}

inline void Fields::required_or_word(std::string_view name, std::int64_t& value, std::string_view word, bool& is_word,
                                     const FieldNotes& notes) {
  ScalarTarget target = detail::target_of(value);
  target.absent_word = word;
  target.is_absent = is_word;
  const Reading reading = scalar(name, target, notes, true);
  if (reading != Reading::kept) is_word = reading == Reading::absent;
}

template <class T>
void Fields::field(std::string_view name, T& value, const FieldNotes& notes, bool required) {
  if constexpr (detail::is_optional<T>::value) {
    using Inner = typename T::value_type;
    Inner inner = value.value_or(Inner{});
    Reading reading;
    if constexpr (Visitable<Inner>) {
      StructNotes type = detail::struct_notes_of<Inner>();
      type.may_be_absent = true;
      type.is_absent = !value;
      reading = enter(name, type, notes, required);
      if (reading == Reading::stored) visit(inner);
    } else {
      ScalarTarget target = detail::target_of(inner);
      target.absent_word = "none";
      target.is_absent = !value;
      reading = scalar(name, target, notes, required);
    }
    if (reading == Reading::stored) value = std::move(inner);
    if (reading == Reading::absent) value.reset();
  } else if constexpr (detail::is_sized<T>::value) {
    auto inner = value.given.value_or(typename decltype(value.given)::value_type{});
    ScalarTarget target = detail::target_of(inner);
    target.absent_word = "auto";
    target.is_absent = !value.given;
    Reading reading = scalar(name, target, notes, required);
    if (reading == Reading::stored) value.given = inner;
    if (reading == Reading::absent) value.given.reset();
  } else if constexpr (detail::is_named<T>::value) {
    if (std::optional<std::vector<std::string>> names = enter_map(name, notes, required)) {
      value.clear();
      for (const std::string& key : *names) {
        value.emplace_back(key, typename T::value_type::second_type{});
        field(key, value.back().second, notes, true);
      }
    } else {
      for (auto& [key, item] : value) field(key, item, notes, false);
    }
    leave();
  } else if constexpr (detail::is_list<T>::value) {
    if (std::optional<std::size_t> count = enter_list(name, notes, required)) {
      value.clear();
      for (std::size_t i = 0; i < *count; ++i) {
        value.emplace_back();
        field(std::to_string(i), value.back(), notes, true);
      }
    } else {
      for (std::size_t i = 0; i < value.size(); ++i) field(std::to_string(i), value[i], notes, false);
    }
    leave();
  } else if constexpr (std::is_same_v<T, Settings>) {
    settings(name, value, notes, required);
  } else if constexpr (Visitable<T>) {
    if (enter(name, detail::struct_notes_of<T>(), notes, required) == Reading::stored) visit(value);
  } else {
    scalar(name, detail::target_of(value), notes, required);
  }
}

}  // namespace wattershed
