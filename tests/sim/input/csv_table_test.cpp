// CSV tables: what people and spreadsheets write, what is refused and where that is said to be.
#include "sim/input/csv_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace wattershed;

namespace {

std::vector<std::string> texts(const CsvTable& table, std::size_t row) {
  std::vector<std::string> all;
  for (const CsvCell& cell : table.rows[row]) all.push_back(cell.text);
  return all;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a CSV as people write it: comments, CRLF, quotes, a byte-order mark") {
    const CsvTable table = parse_csv(
        "\xEF\xBB\xBF# made by hand\r\n\r\n name , \"a,b\"\r\n\"x \"\"y\"\"\nz\" , 1\r\n  # "
        "between\r\n\"#2\",\r\nlast,3",
        "t.csv");
    CHECK(table.header_line == 3);
    CHECK(table.names == std::vector<std::string>{"name", "a,b"});
    REQUIRE(table.rows.size() == 3);
    CHECK(texts(table, 0) == std::vector<std::string>{"x \"y\"\nz", "1"});
    CHECK(table.line(0) == 4);
    CHECK(texts(table, 1) == std::vector<std::string>{"#2", ""});
    CHECK(table.line(1) == 7);
    CHECK(table.line(2) == 8);
    CHECK(table.number(2, 1) == 3);
    CHECK(table.place(0) == Place{"t.csv", 4, 0});
    CHECK(table.place(0, 0) == Place{"t.csv", 4, 1});
    CHECK(table.place(0, 1) == Place{"t.csv", 5, 6});
    CHECK(table.place(1, 1) == Place{"t.csv", 7, 6});
    CHECK(table.index_of("a,b") == 1);
    CHECK_FALSE(table.index_of("a"));
  }

  TEST_CASE("a CSV that cannot be used says where") {
    const auto said = [](const char* text) -> std::string {
      try {
        parse_csv(text, "t.csv");
        return {};
      } catch (const InputError& error) {
        return error.what();
      }
    };
    CHECK(said("# nothing\n\n") == "t.csv: the file has no header row");
    CHECK(said("a,b\n1\n1,2\n1,2,3\n") ==
          "t.csv:2: the row has 1 field, the header 2\nt.csv:4: the row has 3 fields, the header 2");
    CHECK(said("a,b,a\n") == "t.csv:1: the column 'a' stands twice");
    CHECK(said("a\n\"b\nc\n") == "t.csv:2: a field in quotes does not end");
    CHECK(said("a\n\"b\"c\n") == "t.csv:2: text stands behind the closing quote of a field");
    CHECK(said("a,\n1,\n").empty());
    CHECK(said("a\nb\xFE\n").empty());
    CHECK(said("\xFF\xFE") == "t.csv:1:1: this is UTF-16; save the file as UTF-8");
    std::string ragged = "a,b\n";
    for (int i = 0; i < 1000; ++i) ragged += "1\n";
    CHECK(std::count(ragged.begin(), ragged.end(), '\n') == 1001);
    const std::string many = said(ragged.c_str());
    CHECK(std::count(many.begin(), many.end(), '\n') < 25);
  }

  TEST_CASE("a field comes back as it was written, whatever it holds") {
    std::mt19937 random(7);
    const std::string letters = "ab,\"\n\r# \t'";
    for (int i = 0; i < 500; ++i) {
      std::string text;
      for (std::size_t length = random() % 6; text.size() < length;) text += letters[random() % letters.size()];
      const CsvTable table = parse_csv("x,y\n" + csv_field(text) + ",1\n", "t.csv");
      REQUIRE(table.rows.size() == 1);
      CAPTURE(text);
      CHECK(table.text(0, 0) == text);
    }
  }

  TEST_CASE("a cell that is no number says where it stands") {
    const CsvTable table = parse_csv("a, \"b\nc\",d\n+1.5, ,\"x\n, 1,5\"\n\"2\n\",1e999,nan\n", "t.csv");
    const auto said = [&](std::size_t row, std::size_t column) -> std::string {
      try {
        static_cast<void>(table.number(row, column));
        return {};
      } catch (const InputError& error) {
        return error.what();
      }
    };
    CHECK(table.number(0, 0) == 1.5);
    CHECK(said(0, 1) == "t.csv:3:7: b?c: empty, where a number is needed");
    CHECK(said(0, 2) == "t.csv:3:8: d: 'x?, 1,5' is not a number");
    CHECK(said(1, 0) == "t.csv:5:1: a: '2?' is not a number");
    CHECK(said(1, 1) == "t.csv:6:3: b?c: '1e999' is not a number");
    CHECK(said(1, 2) == "t.csv:6:9: d: 'nan' is not a number");
  }
}
