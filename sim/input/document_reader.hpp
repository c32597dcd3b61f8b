/// The visitor that reads a tree into structs and keeps what was read: values, changes, outline, problems.
///
/// Goes on after a problem, so that a file's problems come out together.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/input/document.hpp"
#include "sim/input/node.hpp"

namespace wattershed {

class DocumentReader : public Fields {
 public:
  /// `root` must outlive the reader. `folder` is the scenario's: file names are kept relative to it.
  DocumentReader(const Node& root, const Catalog* catalog, std::filesystem::path folder, Document& document);

  /// Visits the root twice: to learn names, alternatives and the start; then to read.
  void read(const std::function<void(Fields&)>& visit_root);
  [[nodiscard]] std::vector<Problem>& problems() { return problems_; }

  using Fields::alternatives;
  void alternatives(std::span<const std::string_view> names, bool needed) override;
  void later(std::string_view name, std::string_view comes_with) override;
  void fault(std::string_view name, std::string message) override;
  [[nodiscard]] bool written(std::string_view name) const override;
  [[nodiscard]] Place place() const override;
  [[nodiscard]] std::string path() const override;

 protected:
  Reading scalar(std::string_view name, const ScalarTarget& target, const FieldNotes& notes, bool required) override;
  Reading enter(std::string_view name, const StructNotes& type, const FieldNotes& notes, bool required) override;
  void leave() override;
  std::optional<std::vector<std::string>> enter_map(std::string_view name, const FieldNotes& notes,
                                                    bool required) override;
  std::optional<std::size_t> enter_list(std::string_view name, const FieldNotes& notes, bool required) override;
  void settings(std::string_view name, Settings& value, const FieldNotes& notes, bool required) override;
  bool scout() override;
  void scouted() override { scouting_ = false; }

 private:
  enum class Use : unsigned char { unused, used, dropped };

  /// One level of the structure being read; `node` is null where nothing was written.
  struct Frame {
    enum class Kind { structure, names, list };
    Kind kind{};
    const Node* node = nullptr;
    Mark mark;  ///< of the node, or of the nearest level that was written
    std::string path;
    std::vector<Use> uses;           ///< of the node's keys or items
    std::size_t cursor = 0;          ///< where the next key is likely to be
    std::vector<std::string> names;  ///< fields of the struct, for suggestions
    std::set<std::string, std::less<>> alternatives;
    bool from_default = false;      ///< what is not written was filled by C++, so nothing is missing
    bool optional_default = false;  ///< inside an alternative that was not written
    bool annotations = false;       ///< source, kind, title, notes may stand here
    bool trouble = false;           ///< a field could not be read
    std::string reference;          ///< "racks/gb200-nvl72" of a catalog entry
  };

  struct Found {
    const Node* node = nullptr;
    const Mark* key = nullptr;
  };

  struct SettingToCheck {
    Setting setting;
    Mark path, value;
  };

  Frame& top() { return frames_.back(); }
  [[nodiscard]] const Frame& top() const { return frames_.back(); }
  /// The value of a field that was written and not dropped; marks it as used.
  Found take(std::string_view name);
  [[nodiscard]] std::optional<std::size_t> index_of(const Frame& frame, std::string_view name) const;
  void push(Frame::Kind kind, std::string_view name, const Node* node);
  [[nodiscard]] std::string path_of(std::string_view name) const;
  void note_name(std::string_view name);

  void complain(const Mark& mark, std::string message);
  void complain(const InputError& error);
  void missing(std::string_view name, const FieldNotes& notes);

  /// The node itself, or the tree that its reference resolves to; null after a complaint.
  const Node* resolve(const Node* node, std::string_view kind, std::string& reference);
  const Node* expand_short_form(const Node* node, std::string_view short_form);
  Reading read_value(const Node& node, std::size_t index, const ScalarTarget& target);
  Reading read_dated(const Node& node, std::size_t index, const ScalarTarget& target);
  Reading read_plain(const Node& node, std::size_t index, const ScalarTarget& target);
  void store_file(const Node& node, const ScalarTarget& target, ResolvedValue& value);
  bool unused_key_is_annotation(const Frame& frame, std::size_t key);

  std::size_t record(std::string_view name, const FieldShape& shape, const FieldNotes& notes);
  void outline_value(std::string_view name, std::size_t value);
  OutlineEntry& outline(OutlineEntry::Kind kind, std::string_view name);
  [[noreturn]] void refuse_more() const;
  void check_settings();

  const Catalog* catalog_;
  std::filesystem::path folder_;
  Document& document_;
  std::vector<Frame> frames_;
  std::deque<Node> made_;  ///< trees that references resolved to; frames point into them
  std::vector<Problem> problems_;
  std::vector<SettingToCheck> settings_to_check_;
  bool scouting_ = false;
  std::optional<LocalTime> start_;
};

}  // namespace wattershed
