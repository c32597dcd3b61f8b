#include "analysis/text/csv_field.hpp"

namespace wattershed {

std::string csv_field(const std::string& text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  const bool plain = text.find_first_of(",\"\n\r") == std::string::npos && !text.starts_with('#') &&
                     (text.empty() || (!is_blank(text.front()) && !is_blank(text.back())));
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace wattershed
