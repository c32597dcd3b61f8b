/// Scalars of the schema: from the text of a value to the C++ object of a field, and back.
///
/// Used when a document is read, when an event's value is checked, and for the text of a default.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/input/schema.hpp"

namespace wattershed {

/// What is known of a scalar field without its object: enough to read a value for it later (an event's).
struct FieldShape {
  ScalarTarget::Type type{};
  Dimension dimension{};
  std::vector<std::string> choices{};
  std::int64_t least = 0, most = 0;  ///< of a count
  std::string absent_word{};
  bool changes = false;
  std::optional<double> at_least{}, at_most{}, above{}, below{};
  std::string example{};

  [[nodiscard]] bool is_number() const;
  /// SI unit of a number, empty for the rest.
  [[nodiscard]] std::string unit() const;
};
FieldShape shape_of(const ScalarTarget& target, const FieldNotes& notes);

/// A value as read; which member counts follows from the type.
struct ScalarValue {
  double number = 0;  ///< SI; a choice's index; a flag's 0 or 1; seconds of a span (months of 2,629,746 s)
  std::int64_t count = 0;
  CalendarSpan span{};
  LocalTime instant{};
  std::string text{};
};

/// Reads `text`; `what` names the field in messages. Throws std::invalid_argument with what is wrong and an example.
ScalarValue read_scalar(const FieldShape& shape, const std::string& text, const std::string& what);
/// Puts a value into the field's object (not for files, which need their folder).
void store_scalar(const ScalarTarget& target, const ScalarValue& value);
/// The present value of the field's object as text that `read_scalar` reads back.
std::string text_of(const ScalarTarget& target);
/// "2027-01-01", "2027-01-01 15:00".
std::string date_text(LocalTime at);

}  // namespace wattershed
