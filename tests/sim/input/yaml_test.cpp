#include "sim/input/yaml.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <random>

#include "sim/input/document.hpp"

using namespace wattershed;

namespace {

Node parse(const std::string& text) { return parse_yaml({.name = "f.yaml", .text = text}); }

std::string error_of(const std::string& text) {
  try {
    parse(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "(no error)";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
#define CHECK_SAYS(text, part) CHECK_MESSAGE(has(error_of(text), part), "says: ", error_of(text))

std::string repeated(const std::string& part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

/// Two trees that say the same, places apart.
bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size()) return false;
  for (std::size_t i = 0; i < a.keys.size(); ++i)
    if (a.keys[i].text != b.keys[i].text) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i)
    if (!same(a.items[i], b.items[i])) return false;
  return true;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("scalars, lists and maps keep their places") {
    Node root = parse("a: 40 MW\nb: {c: 2029-07-18T15:00, d: [1, 900 /s]}\n'e': \"x: y\"\n");
    REQUIRE(root.is_map());
    CHECK(root.find("a")->text == "40 MW");
    CHECK(root.find("a")->mark.place() == Place{"f.yaml", 1, 4});
    CHECK(root.find("b")->find("c")->text == "2029-07-18T15:00");
    CHECK(root.find("b")->find("d")->items[1].text == "900 /s");
    CHECK(root.find("b")->find("d")->items[1].mark.place() == Place{"f.yaml", 2, 33});
    CHECK(root.find("e")->text == "x: y");
    CHECK(root.find("e")->quoted);
    CHECK(root.keys[2].mark.place() == Place{"f.yaml", 3, 1});
    CHECK(parse("").is_null());
    CHECK(parse("# only a comment\n").is_null());
    CHECK(parse("a:\nb: ~\n").find("b")->is_null());
    CHECK(parse("a:\n\n\nb: 1\n").find("a")->mark.line == 1);
  }

  TEST_CASE("byte order mark and every kind of line end") {
    for (const char* text : {"\xEF\xBB\xBF"
                             "a: 1\nb: 2\n",
                             "a: 1\r\nb: 2\r\n", "a: 1\rb: 2\r", "---\na: 1\nb: 2\n...\n"}) {
      Node root = parse(text);
      CHECK(root.find("a")->text == "1");
      CHECK(root.find("b")->text == "2");
    }
    CHECK(parse("a: 1\r\nb: 2\r\n").find("b")->mark.line == 2);
    CHECK(parse("\xEF\xBB\xBF"
                "a: 1\n")
              .keys[0]
              .mark.column == 1);
    CHECK(parse("caf\xC3\xA9: \xE2\x82\xAC\n").find("caf\xC3\xA9")->text == "\xE2\x82\xAC");
  }

  TEST_CASE("anchors and aliases are written out") {
    Node root = parse("a: &x {p: 1}\nb: *x\nc: [*x, *x]\n");
    CHECK(root.find("b")->find("p")->text == "1");
    CHECK(root.find("c")->items[1].find("p")->mark.line == 1);
  }

  TEST_CASE("what is not text is refused at its place") {
    CHECK_SAYS("a: 1\nb: \xFF\n", "f.yaml:2:4: byte 0xFF is not UTF-8");
    CHECK_SAYS(std::string("a: 1\nb: \0x\n", 11), "f.yaml:2:4: a control character (byte 0x00)");
    CHECK_SAYS("a: \x1b[31m\n", "control character");
    CHECK_SAYS("a: \xC0\xAF\n", "not UTF-8");      // overlong
    CHECK_SAYS("a: \xED\xA0\x80\n", "not UTF-8");  // surrogate
    CHECK_SAYS("a: \xE2\x82", "not UTF-8");        // cut off
    CHECK_SAYS(std::string("\xFF\xFE"
                           "a\0",
                           4),
               "UTF-16");
    CHECK_SAYS(repeated("a", longest_yaml + 1), "over 16 MB");
    CHECK_SAYS("a: 1\nb: " + repeated("x ", 600'000), "f.yaml:2:1000001: a line of over 1 MB");
    CHECK(parse("b: " + repeated("x", 900'000)).find("b")->text.size() == 900'000);
  }

  TEST_CASE("duplicate keys, all of them, with both places") {
    std::string text = "a: 1\nb: {c: 1, c: 2}\na: 3\n";
    CHECK_SAYS(text, "f.yaml:3:1: the key 'a' stands twice; the other one is at f.yaml:1:1");
    CHECK_SAYS(text, "f.yaml:2:11: the key 'c' stands twice; the other one is at f.yaml:2:5");
  }

  TEST_CASE("keys that are not words, merge keys, tags, second documents") {
    CHECK_SAYS("? [a, b]\n: 1\n", "a key is one word");
    CHECK_SAYS("{a: 1, : 2}\n", "a key is missing");
    CHECK_SAYS("x: &x {a: 1}\ny:\n  <<: *x\n", "f.yaml:3:3: '<<' does not merge here; put what is shared in a file");
    CHECK(parse("y:\n  '<<': 1\n").find("y")->find("<<"));
    CHECK_SAYS("a: !!str 1\n", "tags such as '!!str' are not used");
    CHECK_SAYS("a: !mine {b: 1}\n", "tags");
    CHECK_SAYS("a: 1\n---\nb: 2\n", "second document");
  }

  TEST_CASE("syntax errors stand where the mistake is") {
    CHECK_SAYS("a: 1\nb: [1, 2\nc: 3\n", "f.yaml:2:4: a '[' is not closed");
    CHECK_SAYS("a: {b: 1\n", "f.yaml:1:4: a '{' is not closed");
    CHECK_SAYS("a: b: c\n", "f.yaml:1:5: a ':' that does not belong here");
    CHECK_SAYS("a: 1\nb: 'x\n", "f.yaml:2:4: this quote is not closed");
    CHECK_SAYS("a: \"x\nb: 1\n", "f.yaml:1:4: this quote is not closed");
    CHECK_SAYS("a: &x 'it''s\n", "f.yaml:1:7: this quote is not closed");
    CHECK_SAYS("a: \"x\\\"\n", "this quote is not closed");
    CHECK_SAYS("a: {b: 'x}\n", "f.yaml:1:8: this quote is not closed");
    CHECK_SAYS("'", "f.yaml:1:1: this quote is not closed");
    CHECK(parse("a: 'it''s'").find("a")->text == "it's");
    CHECK(parse("a: \"x\\\"\"").find("a")->text == "x\"");
    CHECK_SAYS("a:\n\tb: 1\n", "f.yaml:2:1: a tab in the indentation");
    CHECK_SAYS("a: *x\n", "f.yaml:1:4");
    CHECK_SAYS("a: 1\n  b: 2\n", "f.yaml:2:4: a ':' that");
    CHECK_SAYS("a:\n    b: 1\n  c: 2\n", "f.yaml:3:3");
    CHECK_SAYS("a: @x\n", "put the value in quotes");
    CHECK_SAYS("a: 1]\n]\n", "f.yaml:2:1");
  }

  TEST_CASE("deep nesting, cycles and bombs end at once with a place") {
    auto begin = std::chrono::steady_clock::now();
    for (const char* open : {"[", "{a: ", "- ", "? ", "{? ", "!x [", "&a ["})
      CHECK_SAYS(repeated(open, 10'000), "f.yaml:1:");
    std::string indented;
    for (int i = 0; i < 500; ++i) indented += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    CHECK_SAYS(indented, "nested more than 100 deep");
    CHECK_SAYS(repeated("[", 101) + repeated("]", 101), "nested more than 100 deep");
    CHECK(parse(repeated("[", 99) + repeated("]", 99)).is_list());

    CHECK_SAYS("a: &a {b: *a}\n", "f.yaml:1:4: this anchor contains itself");
    CHECK_SAYS("- &a [[*a]]\n", "contains itself");

    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
      std::string last = "*a" + std::to_string(i - 1);
      bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
      for (int k = 0; k < 9; ++k) bomb += ", " + last;
      bomb += "]\n";
    }
    CHECK_SAYS(bomb, "stand for more than 1000000 values");
    // Depth through aliases: each level is shallow where it is written.
    std::string ladder = "a0: &a0 1\n";
    for (int i = 1; i < 200; ++i)
      ladder += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
    CHECK_SAYS(ladder, "nested more than 100 deep");
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  }

  TEST_CASE("overlay: maps merge, lists, scalars, dates and other references replace") {
    auto merged = [](const std::string& below, const std::string& above) {
      Node node = parse(below);
      overlay(node, parse(above));
      return flow_text(node);
    };
    CHECK(merged("{a: 1, b: {c: 2, d: 3}}", "{b: {d: 4, e: 5}, f: 6}") == "{a: 1, b: {c: 2, d: 4, e: 5}, f: 6}");
    CHECK(merged("{a: [1, 2]}", "{a: [3]}") == "{a: [3]}");
    CHECK(merged("{a: {2027-01-01: 1, 2028-01-01: 2}}", "{a: {2027-06-01: 3}}") == "{a: {2027-06-01: 3}}");
    CHECK(merged("{a: {value: 1, source: x}}", "{a: {value: 2}}") == "{a: {value: 2}}");
    CHECK(merged("{a: {value: 1, source: x, tolerance: 1}}", "{a: {value: 2}}") ==
          "{a: {value: 2, source: x, tolerance: 1}}");
    CHECK(merged("{a: {use: x, b: 1}}", "{a: {use: y}}") == "{a: {use: y}}");
    CHECK(merged("{a: {use: x, b: 1}}", "{a: {use: x, c: 2}}") == "{a: {use: x, b: 1, c: 2}}");
    CHECK(merged("{a: {b: 1}}", "{a: }") == "{a: {b: 1}}");
    CHECK(merged("{a: {b: 1}}", "{a: 2}") == "{a: 2}");
  }

  TEST_CASE("flow text reads back to the same tree") {
    std::mt19937 random(1);
    const std::string alphabet = "ab1 -:#,[]{}'\"\\\n\t&*?!|>%@`~.\xC3\xA9";
    auto text = [&] {
      std::string out;
      for (std::size_t n = random() % 8; n > 0; --n) out += alphabet[random() % (alphabet.size() - 2)];
      return random() % 10 == 0 ? std::string("null") : out;
    };
    for (int i = 0; i < 3000; ++i) {
      Node list;
      list.kind = Node::Kind::list;
      for (int k = 0; k < 3; ++k) {
        Node item;
        item.kind = Node::Kind::scalar;
        item.text = text();
        list.items.push_back(item);
      }
      Node map;
      map.kind = Node::Kind::map;
      map.keys = {{"k" + text(), {}, 0}, {"l", {}, 0}};
      map.items = {list, list.items[0]};
      std::string written = flow_text(map);
      INFO(written);
      CHECK(same(parse(written), map));
    }
  }
}
