/// Reading a scenario-like file: YAML, `base:` underneath, `--set` on top, the catalog beside it, into a struct.
///
/// Reports every problem at once as an InputError. What was read is kept as a list of resolved values, in the order
/// of the schema: `explain` prints it, the run file stores it, and `/catalog` names its sources.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/input/catalog.hpp"
#include "sim/input/schema.hpp"
#include "sim/input/schema_scalar.hpp"

namespace wattershed {

/// Where a value came from.
enum class Origin { scenario, base, catalog, set_option, schema_default, derived };

/// One scalar of the resolved document.
struct ResolvedValue {
  std::string path;  ///< "site.racks.gb200.count"
  std::string text;  ///< as `parse` reads it back: "2.5 MW", "gb200-nvl72", "auto"
  std::string unit;  ///< SI unit of a number, otherwise empty
  Origin origin{};
  Place place;         ///< in the file, catalog file or option
  std::string source;  ///< where the number comes from, when known
  ValueKind kind = ValueKind::assumed;
  bool given = false;      ///< the user wrote it: in the scenario, its base or --set
  bool is_number = false;  ///< a quantity, share, temperature, count or number
  bool may_change = false;
  std::string help;
};

/// A dated value or an event's `set`: at that wall-clock time the path takes the value.
struct Change {
  LocalTime at;
  std::string path;
  double si = 0;
  std::string text;
  Place place;
};

struct LoadOptions {
  const Catalog* catalog = nullptr;
  std::vector<std::string> sets;  ///< PATH=VALUE, each as given to --set
};

/// One line of the resolved document, for writing it out again.
struct OutlineEntry {
  enum class Kind { map, list, value, text };
  Kind kind{};
  int depth = 0;         ///< 0 is the root's fields
  bool in_list = false;  ///< stands behind a dash instead of its key
  std::string key;
  std::size_t value = 0;          ///< of a value: its place in Document::values
  std::string text;               ///< of a text: YAML on one line
  bool quoted = false;            ///< a text that would read as "none" without quotes
  bool optional_default = false;  ///< not written; written out it could exclude an alternative
  std::string note;               ///< for a comment
};

struct SourceText;  // sim/input/node.hpp

/// What came with the struct.
struct Document {
  std::string name;                   ///< the file as it was named
  std::vector<ResolvedValue> values;  ///< in schema order, dated values with their value at the start; derived last
  std::vector<Change> changes;        ///< by time; equal times in the order written; none at or before the start
  std::vector<Problem> warnings;
  std::vector<std::filesystem::path> files;              ///< scenario and bases
  std::vector<std::shared_ptr<const SourceText>> texts;  ///< what stood in them, for the excerpts of problems
  LocalTime start{};                                     ///< the root's `start`, when it has one
  std::vector<OutlineEntry> outline;
  std::vector<FieldShape> shapes;                       ///< of values, by place; derived values have none
  std::unordered_map<std::string, std::size_t> places;  ///< path → place in values (derived ones apart)
  std::map<std::string, std::string> short_forms;       ///< path of a struct → path of the field that stands for it

  /// The whole resolved document as YAML, which reads back to the same struct. With comments: unit-bearing value,
  /// where it comes from, and its help, a line each.
  [[nodiscard]] std::string to_yaml(bool with_comments) const;
  [[nodiscard]] const ResolvedValue* find(std::string_view path) const;
  /// Every path that --set may name (structs and names apart), and those that may change during a run.
  [[nodiscard]] std::vector<std::string> paths() const;
  [[nodiscard]] std::vector<std::string> changeable_paths() const;
  /// A problem found after reading, with the source line where the place has one.
  [[nodiscard]] Problem problem(Place place, std::string message) const;
  /// Adds a value that the program worked out: printed by `explain`, stored in the run file, not read back.
  void derive(std::string path, std::string text, std::string unit, std::string note);
  /// An event's setting as a change of its field. Throws InputError at the setting's place when the path is unknown
  /// or may not change, or when the value cannot be read or breaks the field's bounds.
  [[nodiscard]] Change parse_change(LocalTime at, const Setting& setting) const;
};

/// Fills `root` (a struct with visit) from `file`. Throws InputError with every problem.
/// `start` at the root is what "at the start" means for dated values.
Document load_document(const std::filesystem::path& file, const LoadOptions& options,
                       const std::function<void(Fields&)>& visit_root);
/// The same from a text in memory; `name` stands for the file in messages, relative files are beside it.
Document load_document_text(const std::string& text, const std::filesystem::path& name, const LoadOptions& options,
                            const std::function<void(Fields&)>& visit_root);

template <class Root>
Document load(const std::filesystem::path& file, Root& root, const LoadOptions& options) {
  return load_document(file, options, [&](Fields& f) { root.visit(f); });
}

}  // namespace wattershed
