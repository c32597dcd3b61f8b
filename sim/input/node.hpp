/// A tree of what a YAML text says, with the place of every key and value.
///
/// Our own tree and not yaml-cpp's: it knows its places after merging, remembers which layer (catalog, base, scenario,
/// --set) wrote what, and holds no aliases: they are expanded, under a cap, when a text is read (yaml.hpp).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/problem.hpp"

namespace wattershed {

enum class Origin;     // sim/input/document.hpp
enum class ValueKind;  // sim/input/schema.hpp

/// A text that nodes point into: its name for messages, and the folder that file names in it are relative to.
struct SourceText {
  std::string name;
  std::string text;
  std::filesystem::path folder{};
  Origin origin{};
  /// Layers that write later have a higher rank: of two alternatives, the one with the higher rank holds.
  int rank = 0;
  bool has_lines = true;                   ///< false for a --set value: its places are the option as a whole
  std::vector<std::size_t> line_starts{};  ///< filled by parse_yaml
  /// The line with that number (from 1) without its end, or an empty string.
  [[nodiscard]] std::string line(int number) const;
};

/// A place that costs little to keep: line and column count from 1, 0 where a text has none (--set).
struct Mark {
  std::shared_ptr<const SourceText> source;
  int line = 0;
  int column = 0;
  [[nodiscard]] Place place() const;
  /// The problem at this place, with the source line.
  [[nodiscard]] Problem problem(std::string message) const;
};

/// Where a number comes from, as an entry or a value says.
struct Annotation {
  std::string source;
  std::string kind;
};

struct Node {
  enum class Kind { null, scalar, list, map };
  struct Key {
    std::string text;
    Mark mark;
    int rank = 0;
  };

  Kind kind = Kind::null;
  bool quoted = false;       ///< a scalar in quotes
  bool made_by_set = false;  ///< a map that --set made on its way down, which may turn out to be a list
  Mark mark;
  std::string text;                              ///< of a scalar
  std::vector<Key> keys;                         ///< of a map, one an item
  std::vector<Node> items;                       ///< of a map or list
  std::shared_ptr<const Annotation> annotation;  ///< of the nearest map around it that has `source` or `kind`
  std::shared_ptr<const Node> under;             ///< the name that a map was laid over: {use: that, …}

  [[nodiscard]] bool is_map() const { return kind == Kind::map; }
  [[nodiscard]] bool is_list() const { return kind == Kind::list; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::scalar; }
  [[nodiscard]] bool is_null() const { return kind == Kind::null; }
  /// The word, written without quotes.
  [[nodiscard]] bool is_word(std::string_view word) const { return is_scalar() && !quoted && text == word; }
  /// The value of a key, or null.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  void erase(std::string_view key);
  /// "a map", "a list", "'40 MW'": for messages.
  [[nodiscard]] std::string describe() const;
};

/// "2027-01-01…": shaped like a date, which it need not be ("2027-02-30").
bool looks_like_date(std::string_view text);
/// A map with a key shaped like a date.
bool is_dated(const Node& node);
/// A map {value: …, source: …, kind: …, notes: …} with nothing else.
bool is_annotated_scalar(const Node& node);

/// Lays `above` over `below`: maps merge key by key; lists, scalars, dated values and other references replace.
void overlay(Node& below, Node above);
/// Gives every key of the tree that rank.
void set_rank(Node& node, int rank);

/// The tree on one line of YAML, which reads back to the same tree.
std::string flow_text(const Node& node);
/// A scalar as YAML, in quotes where it needs them.
std::string yaml_scalar(std::string_view text, bool quoted);

}  // namespace wattershed
