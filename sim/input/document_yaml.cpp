// Writing a resolved document out as YAML.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/input/document.hpp"
#include "sim/input/node.hpp"

namespace wattershed {
namespace {

/// Columns on a screen, near enough: UTF-8 characters.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

struct Line {
  std::string text, comment;
};

/// One line, whatever the text holds.
std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\t' || c == '\r') c = ' ';
  return text;
}

std::string origin_text(const ResolvedValue& value) {
  std::string out;
  switch (value.origin) {
    case Origin::schema_default:
      out = "default";
      break;
    case Origin::scenario:
      return value.source;
    case Origin::base:
      out = "base " + to_string(value.place);
      break;
    case Origin::catalog:
      out = value.place.file;
      break;
    case Origin::set_option:
      out = "--set";
      break;
    case Origin::derived:
      out = "derived";
      break;
  }
  bool has_kind = value.is_number && value.text != "none" && value.text != "auto" &&
                  (value.origin == Origin::schema_default || value.origin == Origin::catalog);
  if (has_kind) out += fmt::format(", {}", to_string(value.kind));
  if (!value.source.empty()) out += ": " + value.source;
  return out;
}

class Writer {
 public:
  Writer(const Document& document, bool with_comments) : document_(document), with_comments_(with_comments) {
    for (const ResolvedValue& value : document.values)
      if (value.origin == Origin::derived) derived_[value.path] = &value;
    for (const Change& change : document.changes) changes_[change.path].push_back(&change);
  }

  std::string write() {
    const std::vector<OutlineEntry>& outline = document_.outline;
    for (std::size_t i = 0; i < outline.size(); ++i) {
      const OutlineEntry& entry = outline[i];
      if (skipped(i)) continue;
      switch (entry.kind) {
        case OutlineEntry::Kind::value:
          value_line(entry);
          break;
        case OutlineEntry::Kind::text:
          add(entry, entry.text, {});
          break;
        case OutlineEntry::Kind::map:
        case OutlineEntry::Kind::list: {
          if (const std::size_t members = plain_numbers(i); members > 1) {
            number_line(i, members);
            i += members;
            break;
          }
          bool empty = true;
          for (std::size_t k = i + 1; empty && k < outline.size() && outline[k].depth > entry.depth; ++k)
            empty = skipped(k);
          std::string braces = entry.kind == OutlineEntry::Kind::map ? "{}" : "[]";
          // The first thing in a list item stands behind its dash.
          if (entry.in_list && !empty)
            dashes_ += "- ";
          else
            add(entry, empty ? braces : std::string{}, entry.note);
          break;
        }
      }
    }
    return aligned();
  }

 private:
  /// Below a map that is left out, or an alternative that nobody wrote.
  [[nodiscard]] bool skipped(std::size_t i) const { return document_.outline[i].optional_default; }

  /// How many members the list at `i` has, when they are numbers from one place: they stand on one line. Else 0.
  [[nodiscard]] std::size_t plain_numbers(std::size_t i) const {
    const std::vector<OutlineEntry>& outline = document_.outline;
    if (outline[i].kind != OutlineEntry::Kind::list || outline[i].in_list) return 0;
    std::size_t end = i + 1;
    for (; end < outline.size() && outline[end].depth > outline[i].depth; ++end) {
      if (outline[end].kind != OutlineEntry::Kind::value || skipped(end)) return 0;
      const ResolvedValue& value = document_.values[outline[end].value];
      const ResolvedValue& first = document_.values[outline[i + 1].value];
      if (!value.is_number || value.may_change || value.help != outline[i].note || changes_.contains(value.path))
        return 0;
      if (value.text.find_first_of(",[]{}") != std::string::npos || origin_text(value) != origin_text(first))
        return 0;
    }
    return end - i - 1;
  }

  void number_line(std::size_t i, std::size_t members) {
    const OutlineEntry& list = document_.outline[i];
    std::string text;
    for (std::size_t k = i + 1; k <= i + members; ++k)
      text += (text.empty() ? "[" : ", ") + yaml_scalar(document_.values[document_.outline[k].value].text, false);
    std::string comment = origin_text(document_.values[document_.outline[i + 1].value]);
    if (!list.note.empty()) comment += (comment.empty() ? "" : " | ") + list.note;
    add(list, text + "]", comment);
  }

  void value_line(const OutlineEntry& entry) {
    const ResolvedValue& value = document_.values[entry.value];
    std::string text = yaml_scalar(value.text, entry.quoted);
    if (auto found = changes_.find(value.path); found != changes_.end()) {
      text = fmt::format("{{{}: {}", date_key(document_.start), text);
      for (const Change* change : found->second)
        text += fmt::format(", {}: {}", date_key(change->at), yaml_scalar(change->text, false));
      text += "}";
    }
    std::string comment = origin_text(value);
    if (auto derived = derived_.find(value.path); derived != derived_.end())
      comment = fmt::format("= {}{}{}", derived->second->text, derived->second->source.empty() ? "" : ": ",
                            derived->second->source);
    if (value.may_change) comment += comment.empty() ? "may change" : "; may change";
    if (!value.help.empty()) comment += (comment.empty() ? "" : " | ") + value.help;
    add(entry, text, comment);
  }

  static std::string date_key(LocalTime at) {
    std::string text = date_text(at);
    std::replace(text.begin(), text.end(), ' ', 'T');
    return text;
  }

  void add(const OutlineEntry& entry, const std::string& text, const std::string& comment) {
    int depth = entry.depth - static_cast<int>(dashes_.size() / 2);
    std::string line(static_cast<std::size_t>(2 * depth), ' ');
    line += dashes_;
    dashes_.clear();
    if (entry.in_list) {
      line += "- " + text;
    } else {
      line += yaml_scalar(entry.key, false) + ":";
      if (!text.empty()) line += " " + text;
    }
    lines_.push_back({std::move(line), with_comments_ ? one_line(comment) : std::string{}});
  }

  std::string aligned() const {
    constexpr std::size_t widest = 48;  // a longer line's comment follows it directly
    std::size_t column = 0;
    for (const Line& line : lines_)
      if (!line.comment.empty() && width(line.text) <= widest) column = std::max(column, width(line.text));
    std::string out;
    for (const Line& line : lines_) {
      out += line.text;
      if (!line.comment.empty()) {
        std::size_t used = width(line.text);
        out += std::string(used < column ? column - used : 0, ' ') + "  # " + line.comment;
      }
      out += '\n';
    }
    return out;
  }

  const Document& document_;
  bool with_comments_;
  std::map<std::string, const ResolvedValue*> derived_;
  std::map<std::string, std::vector<const Change*>> changes_;
  std::vector<Line> lines_;
  std::string dashes_;
};

}  // namespace

std::string Document::to_yaml(bool with_comments) const { return Writer(*this, with_comments).write(); }

}  // namespace wattershed
