/// Text as people and programs write it: trimmed, cut into lines and fields, read as numbers, shown in messages.
///
/// Blanks are spaces and tabs. A line ends in LF or CRLF. Numbers are decimal, with a point, and fill their text.
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace wattershed {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
/// A blank, or what else may stand between words: a CR that is no line end, a form feed, a vertical tab.
constexpr bool is_space(char c) { return is_blank(c) || c == '\r' || c == '\f' || c == '\v'; }

/// Without the blanks at both ends.
std::string_view trimmed(std::string_view text);
/// Without the mark of UTF-8 that some programs write first.
std::string_view without_byte_order_mark(std::string_view text);

/// Whether it begins with the mark of UTF-16, of either order.
bool is_utf16(std::string_view bytes);

/// The line without the CR of a CRLF.
inline std::string_view without_carriage_return(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);  // some tools write two
  return line;
}
/// Takes the next line off the front of `rest` and gives it without its end; `rest` must not be empty.
std::string_view next_line(std::string_view& rest);
/// What stands between the commas of a line, trimmed; a field in double quotes may hold commas and loses the quotes.
std::vector<std::string_view> split_fields(std::string_view line);

/// A finite number, perhaps with a sign, that fills the text; else nothing.
std::optional<double> read_real(std::string_view text);
/// A whole number that fills the text and fits; else nothing. No `+` before it.
template <std::integral Whole>
std::optional<Whole> read_whole(std::string_view text) {
  Whole number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

/// Length [byte] of the well-formed UTF-8 character that the text begins with (Unicode standard, table 3-7); 0: none.
std::size_t utf8_length(std::string_view text);
/// Text that can be shown: UTF-8 (a byte that is none is read as Latin-1), control characters as '?', and "…" for
/// what follows the first `most` bytes; a character is not cut.
std::string printable(std::string_view text, std::size_t most = 40);
/// The same in single quotes.
std::string in_quotes(std::string_view text);
/// A whole text, safe to show on a terminal: a control character other than newline and tab (C0, DEL, and C1 as a byte
/// or as UTF-8) and a byte that is no UTF-8 stand in it as "\x1b". The rest is unchanged.
std::string without_controls(std::string_view text);

/// The text as one field of a CSV line (RFC 4180). Quoted, with "" for a quote, when it holds a comma, a quote or a
/// line break, begins with the `#` of a comment, or has blanks at an end that a reader would take off.
std::string csv_field(const std::string& text);

}  // namespace wattershed
