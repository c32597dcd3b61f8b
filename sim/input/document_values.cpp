// The scalars of a document: plain, annotated and dated values, settings, and the record of all of them.

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sim/input/document_reader.hpp"

namespace wattershed {
namespace {

constexpr std::size_t longest_value = 1000;  // of what is not free text

/// Provenance of a value: its own, or what stands around it.
void annotate(ResolvedValue& value, const Annotation* annotation) {
  if (!annotation) return;
  if (!annotation->source.empty()) value.source = annotation->source;
  if (auto kind = value_kind(annotation->kind)) value.kind = *kind;
}

/// A file as it is named from `folder`: the same file, wherever the naming text stood.
std::string relative_to(const std::filesystem::path& file, const std::filesystem::path& folder) {
  if (file.is_absolute() == folder.is_absolute()) {
    std::filesystem::path relative = file.lexically_normal().lexically_relative(
        folder.empty() ? std::filesystem::path(".") : folder.lexically_normal());
    if (!relative.empty()) return relative.generic_string();
  }
  std::error_code error;
  std::filesystem::path relative =
      std::filesystem::absolute(file, error)
          .lexically_normal()
          .lexically_relative(std::filesystem::absolute(folder.empty() ? "." : folder, error).lexically_normal());
  return relative.empty() ? file.generic_string() : relative.generic_string();
}

/// A line costs 1.5 kB with all that hangs on it, in reading and in a run; a site of our scenarios has up to 600.
constexpr std::size_t most_outline = 150'000;

}  // namespace

/// At what the user wrote, not within an entry of the catalog that it names.
void DocumentReader::refuse_more() const {
  const auto of_user = [](const Frame& frame) {
    return frame.mark.source &&
           (frame.mark.source->origin == Origin::scenario || frame.mark.source->origin == Origin::base);
  };
  const auto frame = std::find_if(frames_.rbegin(), frames_.rend(), of_user);
  throw InputError(
      (frame == frames_.rend() ? top() : *frame)
          .mark.problem(fmt::format("by here the scenario, written out with what it takes from the catalog and "
                                    "from defaults, has over {} lines, and more is not kept; name fewer kinds of "
                                    "racks, jobs or sites, or split it in two",
                                    most_outline)));
}

OutlineEntry& DocumentReader::outline(OutlineEntry::Kind kind, std::string_view name) {
  if (document_.outline.size() >= most_outline) refuse_more();
  OutlineEntry& entry = document_.outline.emplace_back();
  entry.kind = kind;
  entry.depth = static_cast<int>(frames_.size()) - 1;
  entry.in_list = top().kind == Frame::Kind::list;
  entry.key = std::string(name);
  return entry;
}

std::size_t DocumentReader::record(std::string_view name, const FieldShape& shape, const FieldNotes& notes) {
  ResolvedValue& value = document_.values.emplace_back();
  value.path = path_of(name);
  value.unit = shape.unit();
  value.origin = Origin::schema_default;
  value.source = std::string(notes.source);
  value.kind = notes.kind;
  value.is_number = shape.is_number();
  value.may_change = notes.changes;
  value.help = std::string(notes.help);
  document_.shapes.push_back(shape);
  document_.places[value.path] = document_.values.size() - 1;
  return document_.values.size() - 1;
}

void DocumentReader::outline_value(std::string_view name, std::size_t index) {
  OutlineEntry& entry = outline(OutlineEntry::Kind::value, name);
  entry.value = index;
  entry.optional_default = document_.values[index].origin == Origin::schema_default &&
                           (top().optional_default || top().alternatives.contains(name));
}

Reading DocumentReader::scalar(std::string_view name, const ScalarTarget& target, const FieldNotes& notes,
                               bool required) {
  if (scouting_) {
    bool is_start = frames_.size() == 1 && name == "start" && target.type == ScalarTarget::Type::instant;
    if (is_start && !start_ && !top().node) start_ = *static_cast<const LocalTime*>(target.value);
    if (is_start && !start_ && !top().node->find("start")) start_ = *static_cast<const LocalTime*>(target.value);
    return Reading::kept;
  }
  note_name(name);
  Found found = take(name);
  std::size_t index = record(name, shape_of(target, notes), notes);
  Reading reading = Reading::kept;
  if (!found.node) {
    if (required && !top().from_default)
      missing(name, notes);
    else
      document_.values[index].text = text_of(target);
  } else {
    document_.values[index].source.clear();  // the default's
    document_.values[index].kind = ValueKind::assumed;
    reading = read_value(*found.node, index, target);
    if (reading == Reading::kept) top().trouble = true;
  }
  outline_value(name, index);
  const bool absent = reading == Reading::absent || (!found.node && target.is_absent);
  document_.outline.back().quoted =
      !absent && !target.absent_word.empty() && document_.values[index].text == target.absent_word;
  return reading;
}

Reading DocumentReader::read_value(const Node& node, std::size_t index, const ScalarTarget& target) {
  if (is_annotated_scalar(node)) {
    bool good = true;
    const Node* source = node.find("source");
    const Node* kind = node.find("kind");
    if (source && !source->is_scalar()) {
      complain(source->mark,
               fmt::format("'source' says where the number is from, as a text; this is {}", source->describe()));
      good = false;
    }
    if (kind && !(kind->is_scalar() && value_kind(kind->text))) {
      complain(kind->mark, fmt::format("{} is no kind of number; it is measured, published, modelled or assumed",
                                       kind->describe()));
      good = false;
    }
    const Node& value = *node.find("value");
    if (is_annotated_scalar(value)) {
      complain(value.mark, "a value inside a value; write {value: …, source: …, kind: …} once");
      return Reading::kept;
    }
    Reading reading = read_value(value, index, target);
    return good ? reading : Reading::kept;
  }
  if (is_dated(node)) return read_dated(node, index, target);
  return read_plain(node, index, target);
}

Reading DocumentReader::read_plain(const Node& node, std::size_t index, const ScalarTarget& target) {
  const FieldShape& shape = document_.shapes[index];
  ResolvedValue& value = document_.values[index];
  const std::string& path = value.path;
  value.place = node.mark.place();
  value.origin = node.mark.source->origin;
  value.given = value.origin != Origin::catalog;
  annotate(value, node.annotation.get());
  std::string or_word = target.absent_word.empty() ? "" : fmt::format(" (or '{}')", target.absent_word);
  if (node.is_null()) {
    complain(node.mark,
             fmt::format("{} has no value; write one{}{}, or leave the line out for the default", path,
                         shape.example.empty() ? "" : fmt::format(", for example '{}'", shape.example), or_word));
    return Reading::kept;
  }
  if (!node.is_scalar()) {
    complain(node.mark, fmt::format("{} is one value{}{}; this is {}", path,
                                    shape.example.empty() ? "" : fmt::format(" such as '{}'", shape.example), or_word,
                                    node.describe()));
    return Reading::kept;
  }
  if (!target.absent_word.empty() && node.is_word(target.absent_word)) {
    value.text = node.text;
    return Reading::absent;
  }
  if (node.text.size() > longest_value && target.type != ScalarTarget::Type::text) {
    complain(node.mark, fmt::format("{} has a value of {} characters", path, node.text.size()));
    return Reading::kept;
  }
  try {
    ScalarValue scalar = read_scalar(shape, node.text, path);
    store_scalar(target, scalar);
    value.text = scalar.text;
    if (target.type == ScalarTarget::Type::file) store_file(node, target, value);
    return Reading::stored;
  } catch (const std::exception& error) {
    complain(node.mark, error.what());
    return Reading::kept;
  }
}

void DocumentReader::store_file(const Node& node, const ScalarTarget& target, ResolvedValue& value) {
  auto& file = *static_cast<FileName*>(target.value);
  file.written = node.text;
  file.path = node.mark.source->folder / node.text;
  file.place = node.mark.place();
  value.text = relative_to(file.path, folder_);
}

Reading DocumentReader::read_dated(const Node& node, std::size_t index, const ScalarTarget& target) {
  const FieldShape shape = document_.shapes[index];
  const std::string path = document_.values[index].path;
  if (!shape.changes) {
    complain(node.mark,
             fmt::format("{} cannot change during a run, so it cannot be a map of dates; give one value", path));
    return Reading::kept;
  }
  bool good = true;
  std::optional<std::size_t> standing;  // the entry that holds at the start
  std::optional<LocalTime> last;
  std::vector<std::pair<LocalTime, std::size_t>> later;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node::Key& key = node.keys[i];
    LocalTime at{};
    try {
      at = parse_local_time(key.text);
    } catch (const std::exception& error) {
      complain(key.mark, fmt::format("{} (a date of {})", error.what(), path));
      good = false;
      continue;
    }
    if (last && at <= *last) {
      complain(key.mark, fmt::format("the dates of {} are not in order: {} {} {}", path, date_text(at),
                                     at == *last ? "stands twice, after" : "comes after", date_text(*last)));
      good = false;
    }
    last = at;
    if (!start_ || at <= *start_) {
      if (start_ || !standing) standing = i;
    } else {
      later.emplace_back(at, i);
    }
  }
  if (good && !standing) {
    complain(node.keys.front().mark,
             fmt::format("{} has no value at the start {}: its first date is {}; give it a value from the start on",
                         path, date_text(*start_), node.keys.front().text));
    good = false;
  }
  // Entries before the start are checked like all others.
  std::size_t changes = document_.changes.size();
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    if (is_dated(item)) {
      complain(item.mark, "dates inside dates");
      good = false;
      continue;
    }
    if (!target.absent_word.empty() && item.is_word(target.absent_word)) {
      complain(item.mark, fmt::format("a dated value of {} cannot be '{}'; give a value", path, item.text));
      good = false;
      continue;
    }
    if (read_value(item, index, target) != Reading::stored) {
      good = false;
      continue;
    }
    for (const auto& [at, which] : later) {
      if (which != i) continue;
      const ResolvedValue& value = document_.values[index];
      ScalarValue scalar = read_scalar(shape, value.text, path);
      document_.changes.push_back({at, path, scalar.number, value.text, value.place});
    }
  }
  if (good) return read_value(node.items[*standing], index, target);
  document_.changes.resize(changes);
  return Reading::kept;
}

void DocumentReader::settings(std::string_view name, Settings& value, const FieldNotes& notes, bool required) {
  if (scouting_) return;
  note_name(name);
  Found found = take(name);
  if (!found.node) {
    if (required && !top().from_default) missing(name, notes);
    return;
  }
  const Node& node = *found.node;
  if (!node.is_map() && !node.is_null()) {
    top().trouble = true;
    complain(node.mark, fmt::format("{} is a map of paths and values, for example {{site.grid.connection: 40 MW}}; "
                                    "this is {}",
                                    path_of(name), node.describe()));
    return;
  }
  value.items.clear();
  outline(OutlineEntry::Kind::map, name).note = std::string(notes.help);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    OutlineEntry& entry = document_.outline.emplace_back();
    entry.kind = OutlineEntry::Kind::text;
    entry.depth = static_cast<int>(frames_.size());
    entry.key = node.keys[i].text;
    entry.text = flow_text(item);
    if (item.is_null()) {
      top().trouble = true;
      complain(node.keys[i].mark, fmt::format("'{}' is set to nothing; give a value", node.keys[i].text));
      continue;
    }
    value.items.push_back({node.keys[i].text, entry.text, item.mark.place()});
    if (value.any_path) continue;
    if (!item.is_scalar()) {
      top().trouble = true;
      complain(item.mark,
               fmt::format("an event sets '{}' to one value; this is {}", node.keys[i].text, item.describe()));
      continue;
    }
    settings_to_check_.push_back({value.items.back(), node.keys[i].mark, item.mark});
  }
}

void DocumentReader::check_settings() {
  for (const SettingToCheck& check : settings_to_check_) {
    try {
      static_cast<void>(document_.parse_change(LocalTime{}, check.setting));
    } catch (const InputError& error) {
      // An unknown path is shown where the path stands, a bad value where the value does.
      for (const Problem& problem : error.problems())
        complain(problem.place == check.setting.place ? check.value : check.path, problem.message);
    }
  }
}

}  // namespace wattershed
