/// Template bodies of `Fields`: from a C++ type to the tagged reference that visitors handle.
#pragma once

#include <limits>

#include "sim/input/schema.hpp"

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
