#include "sim/input/document_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/base/text.hpp"
#include "sim/input/references.hpp"

namespace wattershed {
namespace {

constexpr std::size_t most_problems = 1000;
constexpr std::size_t longest_word = 200;  // beyond it, no suggestion is looked for

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string suggestion(const std::string& word, const std::vector<std::string>& candidates) {
  return word.size() > longest_word ? std::string{} : did_you_mean(word, candidates);
}

std::string shortened(const std::string& text) {
  return text.size() > longest_word ? text.substr(0, longest_word) + "..." : text;
}

}  // namespace

DocumentReader::DocumentReader(const Node& root, const Catalog* catalog, std::filesystem::path folder,
                               Document& document)
    : catalog_(catalog), folder_(std::move(folder)), document_(document) {
  Frame frame;
  frame.kind = Frame::Kind::structure;
  frame.node = root.is_map() ? &root : nullptr;
  frame.mark = root.mark;
  if (frame.node) frame.uses.resize(root.items.size());
  frames_.push_back(std::move(frame));
  if (!root.is_map() && !root.is_null())
    complain(root.mark, fmt::format("this is {}; a file like this is a map of keys and values", root.describe()));
}

void DocumentReader::read(const std::function<void(Fields&)>& visit_root) {
  scouting_ = true;
  // Dated values need the start before it is read in its turn.
  if (top().node)
    if (const Node* start = top().node->find("start"); start && start->is_scalar()) {
      try {
        start_ = parse_local_time(start->text);
      } catch (const std::exception&) {
        // told when the field is read
      }
    }
  visit_root(*this);
  scouting_ = false;
  visit_root(*this);
  leave();
  if (start_) document_.start = *start_;
  std::stable_sort(document_.changes.begin(), document_.changes.end(),
                   [](const Change& a, const Change& b) { return a.at < b.at; });
  check_settings();
}

bool DocumentReader::scout() {
  scouting_ = true;
  return true;
}

// ---- what visitors ask ---------------------------------------------------------------------------------------

void DocumentReader::alternatives(std::span<const std::string_view> names, bool needed) {
  Frame& frame = top();
  std::vector<std::size_t> present;
  if (frame.node && frame.node->is_map())
    for (std::string_view name : names)
      if (auto i = index_of(frame, name); i && !frame.node->items[*i].is_word("none")) present.push_back(*i);
  if (scouting_) {
    for (std::string_view name : names) frame.alternatives.emplace(name);
    int highest = std::numeric_limits<int>::min();
    for (std::size_t i : present) highest = std::max(highest, frame.node->keys[i].rank);
    for (std::size_t i : present)
      if (frame.node->keys[i].rank < highest) frame.uses[i] = Use::dropped;
    return;
  }
  if (present.size() > 1) {
    std::sort(present.begin(), present.end(), [&](std::size_t a, std::size_t b) {
      const Mark &x = frame.node->keys[a].mark, &y = frame.node->keys[b].mark;
      return std::pair(x.line, x.column) < std::pair(y.line, y.column);
    });
    const Node::Key& first = frame.node->keys[present[0]];
    for (std::size_t k = 1; k < present.size(); ++k) {
      const Node::Key& key = frame.node->keys[present[k]];
      frame.trouble = true;
      complain(key.mark, fmt::format("'{}' excludes '{}' (at {}); keep one of the two", key.text, first.text,
                                     to_string(first.mark.place())));
    }
  } else if (present.empty() && needed && !frame.from_default) {
    frame.trouble = true;
    complain(frame.mark, fmt::format("{} needs one of {}", frame.path.empty() ? "this file" : frame.path,
                                     fmt::join(names, ", ")));
  }
}

void DocumentReader::later(std::string_view name, std::string_view comes_with) {
  if (scouting_) return;
  Found found = take(name);
  if (!found.node) return;
  top().trouble = true;
  complain(*found.key, fmt::format("'{}' is not built yet: it comes with {}", name, comes_with));
}

void DocumentReader::fault(std::string_view name, std::string message) {
  if (scouting_ || top().trouble) return;
  const Frame& frame = top();
  if (auto i = name.empty() ? std::nullopt : index_of(frame, name)) {
    const Node& item = frame.node->items[*i];
    complain(item.is_map() || item.is_list() ? frame.node->keys[*i].mark : item.mark, std::move(message));
  } else {
    complain(frame.mark, std::move(message));
  }
}

bool DocumentReader::written(std::string_view name) const { return index_of(top(), name).has_value(); }
Place DocumentReader::place() const { return top().mark.place(); }
std::string DocumentReader::path() const { return top().path; }

// ---- finding what was written ---------------------------------------------------------------------------------

std::optional<std::size_t> DocumentReader::index_of(const Frame& frame, std::string_view name) const {
  if (!frame.node) return std::nullopt;
  if (frame.kind == Frame::Kind::list) {
    const auto index = read_whole<std::size_t>(name);
    return index && *index < frame.node->items.size() ? index : std::nullopt;
  }
  const std::vector<Node::Key>& keys = frame.node->keys;
  for (std::size_t k = 0; k < keys.size(); ++k) {
    // Fields come mostly in the order written: begin where the last one was.
    std::size_t i = frame.cursor + k < keys.size() ? frame.cursor + k : frame.cursor + k - keys.size();
    if (keys[i].text == name) return frame.uses[i] == Use::dropped ? std::nullopt : std::optional(i);
  }
  return std::nullopt;
}

DocumentReader::Found DocumentReader::take(std::string_view name) {
  Frame& frame = top();
  std::optional<std::size_t> i = index_of(frame, name);
  if (!i) return {};
  frame.uses[*i] = Use::used;
  frame.cursor = *i + 1 < frame.node->items.size() ? *i + 1 : 0;
  const Node& item = frame.node->items[*i];
  return {&item, frame.node->is_map() ? &frame.node->keys[*i].mark : &item.mark};
}

std::string DocumentReader::path_of(std::string_view name) const {
  return top().path.empty() ? std::string(name) : fmt::format("{}.{}", top().path, name);
}

void DocumentReader::note_name(std::string_view name) {
  if (top().kind == Frame::Kind::structure) top().names.emplace_back(name);
}

void DocumentReader::push(Frame::Kind kind, std::string_view name, const Node* node) {
  Frame frame;
  frame.kind = kind;
  frame.path = path_of(name);
  frame.node = node;
  frame.mark = node ? node->mark : top().mark;
  if (node) frame.uses.resize(node->items.size());
  frame.from_default = top().from_default;
  frame.annotations = top().annotations;
  frame.optional_default = top().optional_default || (!node && top().alternatives.contains(name));
  frames_.push_back(std::move(frame));
}

// ---- problems -------------------------------------------------------------------------------------------------

void DocumentReader::complain(const Mark& mark, std::string message) {
  if (problems_.size() < most_problems) problems_.push_back(mark.problem(std::move(message)));
}

void DocumentReader::complain(const InputError& error) {
  for (const Problem& problem : error.problems())
    if (problems_.size() < most_problems) problems_.push_back(problem);
}

void DocumentReader::missing(std::string_view name, const FieldNotes& notes) {
  top().trouble = true;
  std::string where = top().path.empty() ? std::string{} : " in " + top().path;
  std::string help = notes.help.empty() ? std::string{} : fmt::format(" ({})", notes.help);
  std::string example =
      notes.example.empty() ? std::string{} : fmt::format(", for example '{}: {}'", name, notes.example);
  complain(top().mark,
           fmt::format("'{}' is missing{}{}; write it{}", name, where, help, example.empty() ? " here" : example));
}

// ---- structs, maps and lists ----------------------------------------------------------------------------------

const Node* DocumentReader::resolve(const Node* node, std::string_view kind, std::string& reference) {
  try {
    std::optional<Reference> named = reference_of(*node);
    if (!named) return node;
    reference = fmt::format("{}/{}", kind, named->name);
    for (const Frame& frame : frames_) {
      if (frame.reference != reference) continue;
      complain(named->mark, fmt::format("the catalog entry {} contains itself", reference));
      return nullptr;
    }
    made_.push_back(resolve_reference(*node, *named, kind, catalog_));
    return &made_.back();
  } catch (const InputError& error) {
    complain(error);
    return nullptr;
  }
}

const Node* DocumentReader::expand_short_form(const Node* node, std::string_view short_form) {
  bool alone = node->is_scalar() || node->is_list() || is_dated(*node) ||
               (is_annotated_scalar(*node) && short_form != "value");
  if (!alone && !node->under) return node;
  Node whole;
  whole.kind = Node::Kind::map;
  whole.mark = node->mark;
  whole.annotation = node->annotation;
  const Node& value = alone ? *node : *node->under;
  whole.keys.push_back({std::string(short_form), value.mark, value.mark.source->rank});
  whole.items.push_back(value);
  if (!alone) {
    Node above = *node;
    above.under = nullptr;
    overlay(whole, std::move(above));
  }
  made_.push_back(std::move(whole));
  return &made_.back();
}

Reading DocumentReader::enter(std::string_view name, const StructNotes& type, const FieldNotes& notes,
                              bool required) {
  if (scouting_) return Reading::kept;
  note_name(name);
  Found found = take(name);
  const Node* node = found.node;
  if (!type.short_form.empty())
    document_.short_forms[path_of(name)] = fmt::format("{}.{}", path_of(name), type.short_form);
  bool none = node && type.may_be_absent && node->is_word("none");
  if (none || (!node && type.may_be_absent && type.is_absent && !required)) {
    FieldShape shape{.type = ScalarTarget::Type::text, .absent_word = "none"};
    std::size_t index = record(name, shape, notes);
    ResolvedValue& value = document_.values[index];
    value.text = "none";
    if (node) value.origin = node->mark.source->origin, value.place = node->mark.place();
    value.given = node && value.origin != Origin::catalog;
    outline_value(name, index);
    return node ? Reading::absent : Reading::kept;
  }
  if (!node && required && !top().from_default) {
    missing(name, notes);
    return Reading::kept;
  }
  std::string reference;
  Mark use_mark;
  if (node && !node->is_null()) {
    if (!type.catalog_kind.empty()) {
      const Node* named = node;
      node = resolve(node, type.catalog_kind, reference);
      if (!reference.empty() && node) use_mark = reference_of(*named)->mark;
    }
    if (node && !type.short_form.empty()) node = expand_short_form(node, type.short_form);
    if (node && !node->is_map()) {
      std::string way_out = type.may_be_absent ? ", or 'none'" : "";
      complain(node->mark,
               fmt::format("{} is a map of keys and values{}; this is {}", path_of(name), way_out, node->describe()));
      node = nullptr;
    }
    if (!node) {
      top().trouble = true;
      return Reading::kept;
    }
  }
  Mark key = found.key ? *found.key : Mark{};
  const bool null = node && node->is_null();
  outline(OutlineEntry::Kind::map, name).note =
      top().kind == Frame::Kind::structure ? std::string(notes.help) : std::string{};
  document_.outline.back().optional_default = top().optional_default || (!node && top().alternatives.contains(name));
  push(Frame::Kind::structure, name, null ? nullptr : node);
  if (null) top().mark = key;
  if (!found.node && type.may_be_absent) top().from_default = true;
  if (found.node) top().from_default = false;
  if (!type.catalog_kind.empty()) top().annotations = true;
  if (!reference.empty()) {
    top().reference = reference;
    std::size_t index = record("use", FieldShape{.type = ScalarTarget::Type::text}, {});
    ResolvedValue& value = document_.values[index];
    value.text = reference.substr(reference.find('/') + 1);
    value.origin = use_mark.source->origin;
    value.place = use_mark.place();
    value.given = value.origin != Origin::catalog;
    outline_value("use", index);
  }
  return Reading::stored;
}

bool DocumentReader::unused_key_is_annotation(const Frame& frame, std::size_t key) {
  const std::string& text = frame.node->keys[key].text;
  if (!frame.annotations || !is_one_of(text, {"source", "kind", "title", "notes", "use"})) return false;
  const Node& value = frame.node->items[key];
  if (text == "use") return false;
  if (text == "kind" && !value_kind(value.text))
    complain(value.mark,
             fmt::format("{} is no kind of number{}; it is measured, published, modelled or assumed",
                         value.describe(), suggestion(value.text, {"measured", "published", "modelled", "assumed"})));
  if (text == "source" && !value.is_scalar())
    complain(value.mark, "'source' is a text that says where numbers are from");
  return true;
}

void DocumentReader::leave() {
  if (scouting_) return;
  const Frame& frame = top();
  if (frame.kind == Frame::Kind::structure && frame.node) {
    for (std::size_t i = 0; i < frame.uses.size(); ++i) {
      if (frame.uses[i] != Use::unused || unused_key_is_annotation(frame, i)) continue;
      const Node::Key& key = frame.node->keys[i];
      std::string near = suggestion(key.text, frame.names);
      std::string way_out = near;
      if (near.empty() && !frame.names.empty() && frame.names.size() <= 12)
        way_out =
            fmt::format("; {} takes {}", frame.path.empty() ? "this file" : frame.path, fmt::join(frame.names, ", "));
      complain(key.mark, fmt::format("unknown key '{}'{}", shortened(key.text), way_out));
    }
  }
  frames_.pop_back();
}

std::optional<std::vector<std::string>> DocumentReader::enter_map(std::string_view name, const FieldNotes& notes,
                                                                  bool required) {
  if (scouting_) return std::nullopt;
  note_name(name);
  Found found = take(name);
  const Node* node = found.node;
  if (!node && required && !top().from_default) missing(name, notes);
  if (node && !node->is_map() && !node->is_null()) {
    top().trouble = true;
    complain(node->mark, fmt::format("{} is a map of names, each with what it stands for; this is {}", path_of(name),
                                     node->describe()));
  }
  outline(OutlineEntry::Kind::map, name).note =
      top().kind == Frame::Kind::structure ? std::string(notes.help) : std::string{};
  document_.outline.back().optional_default = top().optional_default || (!node && top().alternatives.contains(name));
  push(Frame::Kind::names, name, node && node->is_map() ? node : nullptr);
  if (!node) {
    top().from_default = true;
    return std::nullopt;
  }
  std::vector<std::string> names;
  if (!node->is_map()) return names;
  for (std::size_t i = 0; i < node->keys.size(); ++i) {
    const Node::Key& key = node->keys[i];
    bool good = !key.text.empty() && std::all_of(key.text.begin(), key.text.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!good)
      complain(key.mark,
               fmt::format("'{}' cannot be a name; names are made of letters, digits, - and _", shortened(key.text)));
    else if (notes.names_in_file &&
             is_one_of(key.text, {"summary", "catalog", "warnings", "not_modelled", "links", "network"}))
      complain(key.mark, fmt::format("the name '{}' is reserved in the run file; choose another", key.text));
    else
      names.push_back(key.text);
  }
  return names;
}

std::optional<std::size_t> DocumentReader::enter_list(std::string_view name, const FieldNotes& notes, bool required) {
  if (scouting_) return std::nullopt;
  note_name(name);
  Found found = take(name);
  const Node* node = found.node;
  if (!node && required && !top().from_default) missing(name, notes);
  // `--set traces.0.from=…` made a map with the key 0 before anyone knew that this is a list.
  if (node && node->is_map() && node->made_by_set) {
    bool counts = true;
    for (std::size_t i = 0; i < node->keys.size(); ++i) counts = counts && node->keys[i].text == std::to_string(i);
    if (counts) {
      Node list = *node;
      list.kind = Node::Kind::list;
      list.keys.clear();
      made_.push_back(std::move(list));
      node = &made_.back();
    }
  }
  if (node && !node->is_list() && !node->is_null()) {
    top().trouble = true;
    complain(node->mark,
             fmt::format("{} is a list; this is {}; put it behind '- ' or in [ ]", path_of(name), node->describe()));
  }
  outline(OutlineEntry::Kind::list, name).note =
      top().kind == Frame::Kind::structure ? std::string(notes.help) : std::string{};
  document_.outline.back().optional_default = top().optional_default || (!node && top().alternatives.contains(name));
  push(Frame::Kind::list, name, node && node->is_list() ? node : nullptr);
  if (!node) {
    top().from_default = true;
    return std::nullopt;
  }
  return node->is_list() ? node->items.size() : 0;
}

}  // namespace wattershed
