/// What `wattershed explain` prints: the resolved scenario, what the program worked out from it, and the paths that
/// may be named.
#pragma once

#include <string>

#include "sim/input/document.hpp"

namespace wattershed {

/// YAML that reads back to the same scenario, then comments.
std::string explanation(const Document& document);
/// A derived value as people write it: "1.23 MW", "41.8 kg/s"; a text without unit as it is.
std::string derived_text(const ResolvedValue& value);

}  // namespace wattershed
