/// A field of a part that is given, or `auto` in the file: zero until the part is sized.
#pragma once

#include <string_view>

#include "sim/input/schema.hpp"

namespace wattershed {

template <class Q>
void visit_sized(Fields& f, std::string_view name, Q& value, const FieldNotes& notes) {
  Sized<Q> sized;
  if (value.si() > 0) sized.given = value;
  f.optional(name, sized, notes);
  value = sized.value_or(Q{});
}

}  // namespace wattershed
