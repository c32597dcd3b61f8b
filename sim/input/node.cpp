#include "sim/input/node.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/text.hpp"

namespace wattershed {
namespace {

constexpr std::size_t longest_excerpt = 10'000;

}  // namespace

std::string SourceText::line(int number) const {
  if (number < 1 || static_cast<std::size_t>(number) > line_starts.size()) return {};
  std::size_t begin = line_starts[static_cast<std::size_t>(number) - 1];
  return text.substr(begin, std::min(text.find('\n', begin), text.size()) - begin);
}

Place Mark::place() const {
  if (!source) return {};
  return source->has_lines ? Place{source->name, line, column} : Place{source->name, 0, 0};
}

Problem Mark::problem(std::string message) const {
  std::string excerpt = source && source->has_lines ? source->line(line) : std::string{};
  // A line of a megabyte helps nobody.
  if (excerpt.size() > longest_excerpt) excerpt.clear();
  return {place(), std::move(message), std::move(excerpt)};
}

const Node* Node::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i].text == key) return &items[i];
  return nullptr;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

void Node::erase(std::string_view key) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].text != key) continue;
    keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(i));
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

std::string Node::describe() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::scalar:
      return "'" + (text.size() > 60 ? text.substr(0, 57) + "..." : text) + "'";
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
  }
  return {};
}

bool looks_like_date(std::string_view text) {
  return text.size() >= 6 && std::all_of(text.begin(), text.begin() + 4, is_digit) && text[4] == '-' &&
         is_digit(text[5]);
}

bool is_dated(const Node& node) {
  return node.is_map() && std::any_of(node.keys.begin(), node.keys.end(),
                                      [](const Node::Key& key) { return looks_like_date(key.text); });
}

bool is_annotated_scalar(const Node& node) {
  if (!node.is_map() || !node.find("value")) return false;
  return std::all_of(node.keys.begin(), node.keys.end(), [](const Node::Key& key) {
    return key.text == "value" || key.text == "source" || key.text == "kind" || key.text == "notes";
  });
}

void overlay(Node& below, Node above) {
  if (above.is_null() && below.is_map()) return;  // `cooling:` with nothing after it adds nothing
  if (!above.is_map()) {
    below = std::move(above);
    return;
  }
  if (below.is_scalar() && !is_dated(above) && !is_annotated_scalar(above)) {
    // The scalar may be the name of a catalog entry, and the map what is to be different in it.
    if (!above.find("use")) above.under = std::make_shared<const Node>(std::move(below));
    below = std::move(above);
    return;
  }
  bool replace = !below.is_map() || is_dated(above) || is_dated(below) ||
                 (is_annotated_scalar(above) && is_annotated_scalar(below));
  if (const Node* use = above.find("use"); use && !replace) {
    const Node* other = below.find("use");
    if (!other) other = below.under.get();
    replace = !other || other->text != use->text;
  }
  if (replace) {
    below = std::move(above);
    return;
  }
  below.mark = above.mark;
  for (std::size_t i = 0; i < above.keys.size(); ++i) {
    if (Node* present = below.find(above.keys[i].text)) {
      std::size_t at = static_cast<std::size_t>(present - below.items.data());
      below.keys[at].mark = above.keys[i].mark;
      below.keys[at].rank = std::max(below.keys[at].rank, above.keys[i].rank);
      overlay(*present, std::move(above.items[i]));
    } else {
      below.keys.push_back(std::move(above.keys[i]));
      below.items.push_back(std::move(above.items[i]));
    }
  }
}

void set_rank(Node& node, int rank) {
  for (Node::Key& key : node.keys) key.rank = rank;
  for (Node& item : node.items) set_rank(item, rank);
}

std::string yaml_scalar(std::string_view text, bool quoted) {
  // Plain only where no reader of YAML can doubt it: the parser also stops at a '?' inside a flow scalar, for one.
  auto is_word = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  };
  bool plain = !quoted && !text.empty() && text.back() != ' ' && text != "null" && text != "Null" && text != "NULL";
  for (std::size_t i = 0; plain && i < text.size(); ++i) {
    char c = text[i], next = i + 1 < text.size() ? text[i + 1] : ' ';
    if (is_word(c)) continue;
    if (i == 0)
      plain = (c == '-' || c == '+' || c == '.' || c == '_' || c == '/') && is_word(next);
    else if (c == ':')
      plain = is_word(next);
    else
      plain = std::string_view(" _-+./%()=<;^'").find(c) != std::string_view::npos;
  }
  if (plain && without_controls(text) == text) return std::string(text);
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\r')
      out += "\\r";
    else
      out += c;
  }
  return without_controls(out) + '"';  // its "\x1b" is one of YAML too
}

std::string flow_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return yaml_scalar(node.text, node.quoted);
    case Node::Kind::list:
    case Node::Kind::map:
      break;
  }
  std::string out = node.is_map() ? "{" : "[";
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) out += ", ";
    if (node.is_map()) out += yaml_scalar(node.keys[i].text, false) + ": ";
    out += flow_text(node.items[i]);
  }
  return out + (node.is_map() ? "}" : "]");
}

}  // namespace wattershed
