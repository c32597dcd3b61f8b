// Text: trimmed, cut, read as numbers, shown.
#include "sim/base/text.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

using namespace wattershed;

TEST_SUITE("fast") {
  TEST_CASE("blanks go from both ends, and nothing else") {
    CHECK(trimmed(" \t a b\t ") == "a b");
    CHECK(trimmed(" \t ").empty());
    CHECK(trimmed("\ra\r") == "\ra\r");
  }

  TEST_CASE("lines end in LF or CRLF, the last perhaps in nothing") {
    const auto lines = [](std::string_view text) {
      std::vector<std::string_view> all;
      while (!text.empty()) all.push_back(next_line(text));
      return all;
    };
    CHECK(lines("a\r\n\nb\rc\n\r\r\nd") == std::vector<std::string_view>{"a", "", "b\rc", "", "d"});
    CHECK(lines("a\n") == std::vector<std::string_view>{"a"});
    CHECK(lines("").empty());
  }

  TEST_CASE("a mark of UTF-8 goes, once") {
    CHECK(without_byte_order_mark("\xEF\xBB\xBF\xEF\xBB\xBF"
                                  "a") ==
          "\xEF\xBB\xBF"
          "a");
    CHECK(without_byte_order_mark("a") == "a");
  }

  TEST_CASE("fields stand between commas; quotes hold commas") {
    CHECK(split_fields(" a ,,\"b, c\" ,d") == std::vector<std::string_view>{"a", "", "b, c", "d"});
    CHECK(split_fields("") == std::vector<std::string_view>{""});
    CHECK(split_fields("a,") == std::vector<std::string_view>{"a", ""});
    CHECK(split_fields("\"a,b") == std::vector<std::string_view>{"\"a", "b"});  // it does not end: no quote
    CHECK(split_fields("5\",b") == std::vector<std::string_view>{"5\"", "b"});
  }

  TEST_CASE("numbers fill their text") {
    CHECK(read_real("-1.5e3") == -1500);
    CHECK(read_real("+2") == 2);
    CHECK(read_real(".5") == 0.5);
    for (const char* text : {"", "+", "+-1", "1 ", " 1", "1,5", "0x10", "nan", "inf", "1e999", "1e", "abc"}) {
      CAPTURE(text);
      CHECK_FALSE(read_real(text));
    }
    CHECK(read_whole<int>("-12") == -12);
    CHECK(read_whole<std::int64_t>("9223372036854775807") == INT64_MAX);
    for (const char* text : {"", "+1", "1.0", "1 ", "99999999999", "x"}) {
      CAPTURE(text);
      CHECK_FALSE(read_whole<int>(text));
    }
    CHECK_FALSE(read_whole<std::size_t>("-1"));
  }

  TEST_CASE("well-formed UTF-8") {
    CHECK(utf8_length("a") == 1);
    CHECK(utf8_length("å!") == 2);
    CHECK(utf8_length("…") == 3);
    CHECK(utf8_length("ก") == 3);
    CHECK(utf8_length("😀") == 4);
    for (const char* text : {"", "\xE5", "\xC0\xAF", "\xED\xA0\x80", "\xE2\x82", "\xF5\x80\x80\x80", "\x80",
                             "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80"}) {
      CAPTURE(text);
      CHECK(utf8_length(text) == 0);
    }
  }

  TEST_CASE("what is shown is short, UTF-8 and without control characters") {
    CHECK(in_quotes("27 °C") == "'27 °C'");
    CHECK(in_quotes("a\x1b[31m\n.\x7F") == "'a?[31m?.?'");
    CHECK(in_quotes("Lule\xE5, \xFF") == "'Luleå, ÿ'");
    CHECK(in_quotes(std::string(40, 'x')) == "'" + std::string(40, 'x') + "'");
    CHECK(in_quotes(std::string(41, 'x')) == "'" + std::string(40, 'x') + "…'");
    CHECK(printable(std::string(39, 'x') + "åb") == std::string(39, 'x') + "å…");
    CHECK(printable("abcdef", 3) == "abc…");
  }

  TEST_CASE("a whole text without what a terminal obeys") {
    CHECK(without_controls("two\nlines\twith å and …\n") == "two\nlines\twith å and …\n");
    CHECK(without_controls("\x1b[2J\r\a\x7f") == "\\x1b[2J\\x0d\\x07\\x7f");
    CHECK(without_controls("\xC2\x9B"
                           "2J\xC2\x80\xC2\xA0") == "\\x9b2J\\x80\xC2\xA0");  // U+00A0 is a blank
    CHECK(without_controls("\x9b"
                           "2J\xE4\xC2") == "\\x9b2J\\xe4\\xc2");
    CHECK(without_controls(std::string_view("\0", 1)) == "\\x00");
    for (int byte = 0; byte < 256; ++byte) {
      CAPTURE(byte);
      const std::string one(1, static_cast<char>(byte));
      const bool plain = byte == '\n' || byte == '\t' || (byte >= 0x20 && byte < 0x7F);
      CHECK((without_controls(one) == one) == plain);
    }
  }

  TEST_CASE("a field of CSV is quoted where it must be") {
    CHECK(csv_field("a b") == "a b");
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("a\"b") == "\"a\"\"b\"");
    CHECK(csv_field("#a") == "\"#a\"");
    CHECK(csv_field(" a") == "\" a\"");
    CHECK(csv_field("").empty());
  }
}
