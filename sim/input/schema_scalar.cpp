#include "sim/input/schema_scalar.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <stdexcept>

#include "sim/units/units.hpp"

namespace wattershed {
namespace {

using Type = ScalarTarget::Type;

constexpr double seconds_per_month = 2'629'746;          // a twelfth of a Gregorian year
constexpr double largest_whole = 9'007'199'254'740'992;  // 2^53: beyond it a double skips whole numbers

[[noreturn]] void refuse(std::string message) { throw std::invalid_argument(std::move(message)); }

/// A bound as people write it.
std::string bound_text(const FieldShape& shape, double si) {
  switch (shape.type) {
    case Type::quantity:
      return format_exact(si, shape.dimension);
    case Type::temperature:
      return fmt::format("{:g} degC", std::round((si - 273.15) * 1e9) / 1e9);
    case Type::share:
      return fmt::format("{:g} %", si * 100);
    case Type::span:
    case Type::duration:
      return format_duration(from_seconds(si));
    default:
      return fmt::format("{:g}", si);
  }
}

void check_bounds(const FieldShape& shape, double value, const std::string& text, const std::string& what) {
  // Written so that NaN fails as well.
  if (shape.at_least && !(value >= *shape.at_least))
    refuse(fmt::format("'{}' is too low; {} must be at least {}", text, what, bound_text(shape, *shape.at_least)));
  if (shape.above && !(value > *shape.above))
    refuse(fmt::format("'{}' is too low; {} must be above {}", text, what, bound_text(shape, *shape.above)));
  if (shape.at_most && !(value <= *shape.at_most))
    refuse(fmt::format("'{}' is too high; {} must be at most {}", text, what, bound_text(shape, *shape.at_most)));
  if (shape.below && !(value < *shape.below))
    refuse(fmt::format("'{}' is too high; {} must be below {}", text, what, bound_text(shape, *shape.below)));
}

std::int64_t read_count(const FieldShape& shape, const std::string& text, const std::string& what) {
  std::int64_t count = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc::result_out_of_range) refuse(fmt::format("'{}' is too large a number for {}", text, what));
  if (error != std::errc{} || end != text.data() + text.size()) {
    double number = 0;
    try {
      number = parse_number(text, what);
    } catch (const std::invalid_argument&) {
      refuse(fmt::format("'{}' is not a whole number; {} is a count without a unit, for example {}", text, what,
                         shape.example.empty() ? "40" : shape.example));
    }
    if (number != std::floor(number)) refuse(fmt::format("'{}' is not whole; {} is a count", text, what));
    if (!(std::abs(number) <= largest_whole)) refuse(fmt::format("'{}' is too large a number for {}", text, what));
    count = static_cast<std::int64_t>(number);
  }
  if (count < shape.least || count > shape.most)
    refuse(fmt::format("'{}' is too {} a number for {}", text, count < 0 ? "small" : "large", what));
  return count;
}

double read_choice(const FieldShape& shape, const std::string& text, const std::string& what) {
  for (std::size_t i = 0; i < shape.choices.size(); ++i)
    if (shape.choices[i] == text) return static_cast<double>(i);
  refuse(fmt::format("'{}' is not a choice for {}{}; it is one of {}", text, what, did_you_mean(text, shape.choices),
                     fmt::join(shape.choices, ", ")));
}

double read_flag(const std::string& text, const std::string& what) {
  if (text == "true") return 1;
  if (text == "false") return 0;
  refuse(fmt::format("'{}' is neither true nor false; {} is one of the two", text, what));
}

CalendarSpan read_span(const FieldShape& shape, const std::string& text, const std::string& what) {
  try {
    return parse_span(text);
  } catch (const std::exception& error) {
    refuse(fmt::format("{}; {} is a span of time, for example '{}'", error.what(), what,
                       shape.example.empty() ? "40 min" : shape.example));
  }
}

/// A percentage that reads back to the same share: the shortest that does.
std::string share_text(double share) {
  for (int digits : {6, 12, 15, 16}) {
    std::string text = fmt::format("{:.{}g} %", share * 100, digits);
    if (parse_share(text) == share) return text;
  }
  return fmt::format("{:.17g} %", share * 100);
}

std::string temperature_text(double kelvin) {
  for (int digits : {6, 12, 15, 17}) {
    std::string text = fmt::format("{:.{}g} degC", kelvin - 273.15, digits);
    if (parse_temperature(text) == kelvin) return text;
  }
  return fmt::format("{} K", kelvin);
}

}  // namespace

bool FieldShape::is_number() const {
  return type == Type::quantity || type == Type::temperature || type == Type::share || type == Type::number ||
         type == Type::count;
}

std::string FieldShape::unit() const {
  if (!is_number()) return {};
  if (type == Type::quantity) return unit_of(dimension);
  return type == Type::temperature ? "K" : "1";
}

FieldShape shape_of(const ScalarTarget& target, const FieldNotes& notes) {
  return {.type = target.type,
          .dimension = target.dimension,
          .choices = {target.choices.begin(), target.choices.end()},
          .least = target.least,
          .most = target.most,
          .absent_word = std::string(target.absent_word),
          .changes = notes.changes,
          .at_least = notes.at_least,
          .at_most = notes.at_most,
          .above = notes.above,
          .below = notes.below,
          .example = std::string(notes.example)};
}

ScalarValue read_scalar(const FieldShape& shape, const std::string& text, const std::string& what) {
  ScalarValue value;
  value.text = text;
  bool bounded = true;
  switch (shape.type) {
    case Type::quantity:
      value.number = parse_si(text, shape.dimension, what);
      break;
    case Type::temperature:
      value.number = parse_temperature(text, what);
      break;
    case Type::share:
      value.number = parse_share(text, what);
      break;
    case Type::number:
      value.number = parse_number(text, what);
      break;
    case Type::count:
      value.count = read_count(shape, text, what);
      value.number = static_cast<double>(value.count);
      break;
    case Type::flag:
      value.number = read_flag(text, what);
      bounded = false;
      break;
    case Type::choice:
      value.number = read_choice(shape, text, what);
      bounded = false;
      break;
    case Type::instant:
      try {
        value.instant = parse_local_time(text);
      } catch (const std::exception& error) {
        refuse(fmt::format("{} ({})", error.what(), what));
      }
      bounded = false;
      break;
    case Type::span:
    case Type::duration:
      value.span = read_span(shape, text, what);
      if (shape.type == Type::duration && value.span.months != 0)
        refuse(fmt::format("'{}' has no fixed length, since months differ; give {} in days", text, what));
      value.number = seconds(value.span.rest) + value.span.months * seconds_per_month;
      break;
    case Type::text:
    case Type::file:
      if (shape.type == Type::file && text.empty()) refuse(fmt::format("{} is the name of a file", what));
      bounded = false;
      break;
  }
  if (bounded) {
    if (!std::isfinite(value.number)) refuse(fmt::format("'{}' is not a finite number ({})", text, what));
    check_bounds(shape, value.number, text, what);
  }
  return value;
}

void store_scalar(const ScalarTarget& target, const ScalarValue& value) {
  switch (target.type) {
    case Type::quantity:
    case Type::temperature:
    case Type::share:
    case Type::number:
    case Type::choice:
      target.set_number(target.value, value.number);
      return;
    case Type::count:
      target.set_count(target.value, value.count);
      return;
    case Type::flag:
      *static_cast<bool*>(target.value) = value.number != 0;
      return;
    case Type::text:
      *static_cast<std::string*>(target.value) = value.text;
      return;
    case Type::instant:
      *static_cast<LocalTime*>(target.value) = value.instant;
      return;
    case Type::span:
      *static_cast<CalendarSpan*>(target.value) = value.span;
      return;
    case Type::duration:
      *static_cast<Duration*>(target.value) = value.span.rest;
      return;
    case Type::file:
      static_cast<FileName*>(target.value)->written = value.text;
      return;
  }
}

std::string date_text(LocalTime at) {
  std::string text = format_local(at);
  if (text.ends_with(" 00:00")) text.resize(text.size() - 6);
  return text;
}

std::string text_of(const ScalarTarget& target) {
  if (target.is_absent) return std::string(target.absent_word);
  switch (target.type) {
    case Type::quantity:
      return format_exact(target.get_number(target.value), target.dimension);
    case Type::temperature:
      return temperature_text(target.get_number(target.value));
    case Type::share:
      return share_text(target.get_number(target.value));
    case Type::number:
      return fmt::format("{}", target.get_number(target.value));
    case Type::count:
      return fmt::format("{}", target.get_count(target.value));
    case Type::choice: {
      auto index = static_cast<std::size_t>(target.get_number(target.value));
      return index < target.choices.size() ? std::string(target.choices[index]) : std::string{};
    }
    case Type::flag:
      return *static_cast<const bool*>(target.value) ? "true" : "false";
    case Type::text:
      return *static_cast<const std::string*>(target.value);
    case Type::instant:
      return date_text(*static_cast<const LocalTime*>(target.value));
    case Type::span:
      return format_span(*static_cast<const CalendarSpan*>(target.value));
    case Type::duration:
      return format_duration(*static_cast<const Duration*>(target.value));
    case Type::file:
      return static_cast<const FileName*>(target.value)->written;
  }
  return {};
}

}  // namespace wattershed
