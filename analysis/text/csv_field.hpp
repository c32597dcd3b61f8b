/// One field of a CSV line as we write it (RFC 4180): in quotes where it needs them.
#pragma once

#include <string>

namespace wattershed {

/// The text as one field. Quoted, with "" for a quote, when it holds a comma, a quote or a line break, begins with
/// the `#` of a comment, or has blanks at an end that a reader would take off.
std::string csv_field(const std::string& text);

}  // namespace wattershed
