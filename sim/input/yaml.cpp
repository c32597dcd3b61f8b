#include "sim/input/yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <unordered_map>

namespace wattershed {
namespace {

/// What the parser reported, aliases still as references: a graph that may share and may be cyclic.
struct Raw {
  Node::Kind kind = Node::Kind::null;
  bool quoted = false;
  int line = 0, column = 0;
  std::string text;
  std::vector<std::size_t> children;  ///< of a map: key, value, key, value, …
  std::optional<std::size_t> alias;   ///< stands for that node
  std::size_t expanded = 0;           ///< nodes it stands for, aliases expanded; 0 while not counted
  bool open = false;                  ///< being counted: meeting it again is a cycle
};

/// Collects events; throws at the first thing that makes going on pointless.
class Collector : public YAML::EventHandler {
 public:
  explicit Collector(std::shared_ptr<const SourceText> source) : source_(std::move(source)) {}

  [[nodiscard]] Mark mark(const YAML::Mark& at) const { return {source_, at.line + 1, at.column + 1}; }
  [[nodiscard]] Mark mark(const Raw& raw) const { return {source_, raw.line, raw.column}; }
  [[noreturn]] void refuse(const YAML::Mark& at, std::string message) const {
    throw InputError(mark(at).problem(std::move(message)));
  }

  void OnDocumentStart(const YAML::Mark& at) override {
    if (++documents_ > 1)
      refuse(at, "this starts a second document; a file holds one (leave out '---', and check the indentation)");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& at, YAML::anchor_t anchor) override { add(at, Node::Kind::null, anchor); }
  void OnAlias(const YAML::Mark& at, YAML::anchor_t anchor) override {
    std::size_t index = add(at, Node::Kind::null, 0);
    auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse(at, "this alias names no anchor that stands before it");
    raws[index].alias = found->second;
  }
  void OnScalar(const YAML::Mark& at, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(at, tag);
    std::size_t index = add(at, Node::Kind::scalar, anchor);
    raws[index].text = value;
    raws[index].quoted = last_is_quoted = tag == "!";
  }
  void OnSequenceStart(const YAML::Mark& at, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(at, tag, Node::Kind::list, anchor);
  }
  void OnSequenceEnd() override { stack_.pop_back(); }
  void OnMapStart(const YAML::Mark& at, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(at, tag, Node::Kind::map, anchor);
  }
  void OnMapEnd() override { stack_.pop_back(); }

  /// Where the innermost list or map that is still open begins, when one is.
  [[nodiscard]] const Raw* innermost() const { return stack_.empty() ? nullptr : &raws[stack_.back()]; }
  [[nodiscard]] bool empty() const { return raws.empty(); }

  std::vector<Raw> raws;
  std::size_t last_position = 0;  ///< of what was read last, in bytes
  bool last_is_quoted = false;

 private:
  std::size_t add(const YAML::Mark& at, Node::Kind kind, YAML::anchor_t anchor) {
    if (raws.size() >= most_yaml_nodes)
      refuse(at, fmt::format("more than {} values; no scenario is that large", most_yaml_nodes));
    std::size_t index = raws.size();
    last_position = static_cast<std::size_t>(std::max(at.pos, 0));
    last_is_quoted = false;
    Raw& raw = raws.emplace_back();
    raw.kind = kind;
    raw.line = at.line + 1;
    raw.column = at.column + 1;
    if (anchor != 0) anchors_[anchor] = index;
    if (!stack_.empty()) raws[stack_.back()].children.push_back(index);
    return index;
  }
  void open(const YAML::Mark& at, const std::string& tag, Node::Kind kind, YAML::anchor_t anchor) {
    check_tag(at, tag);
    if (stack_.size() >= static_cast<std::size_t>(deepest_yaml))
      refuse(at, fmt::format("nested more than {} deep", deepest_yaml));
    stack_.push_back(add(at, kind, anchor));
  }
  void check_tag(const YAML::Mark& at, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!") refuse(at, "tags such as '!!str' are not used here; leave it out");
  }

  std::shared_ptr<const SourceText> source_;
  std::vector<std::size_t> stack_;
  std::unordered_map<YAML::anchor_t, std::size_t> anchors_;
  int documents_ = 0;
};

/// From the graph to the tree: counts first, so that a bomb costs nothing, then copies.
class Expander {
 public:
  Expander(std::vector<Raw>& raws, std::shared_ptr<const SourceText> source)
      : raws_(raws), source_(std::move(source)) {}

  std::size_t count(std::size_t index, int depth) {
    Raw& raw = raws_[index];
    if (raw.open) fail(raw, "this anchor contains itself through an alias; write the content out instead");
    if (depth > deepest_yaml) fail(raw, fmt::format("nested more than {} deep", deepest_yaml));
    // A cached count says nothing about depth: the copy checks that again.
    if (raw.expanded > 0) return raw.expanded;
    raw.open = true;
    std::size_t total = 1;
    if (raw.alias) {
      total = count(*raw.alias, depth);
    } else {
      for (std::size_t child : raw.children) {
        total += count(child, depth + 1);
        if (total > most_yaml_nodes)
          fail(raw, fmt::format("the aliases below stand for more than {} values; write out what is needed",
                                most_yaml_nodes));
      }
    }
    raws_[index].open = false;
    return raws_[index].expanded = total;
  }

  Node copy(std::size_t index, int depth) {
    const Raw& raw = raws_[index];
    if (depth > deepest_yaml) fail(raw, fmt::format("nested more than {} deep", deepest_yaml));
    if (raw.alias) return copy(*raw.alias, depth);
    Node node;
    node.kind = raw.kind;
    node.quoted = raw.quoted;
    node.text = raw.text;
    node.mark = mark(raw);
    if (raw.kind == Node::Kind::list) {
      node.items.reserve(raw.children.size());
      for (std::size_t child : raw.children) node.items.push_back(copy(child, depth + 1));
    } else if (raw.kind == Node::Kind::map) {
      copy_map(raw, node, depth);
    }
    return node;
  }

  std::vector<Problem> problems;

 private:
  [[nodiscard]] Mark mark(const Raw& raw) const { return {source_, raw.line, raw.column}; }
  [[noreturn]] void fail(const Raw& raw, std::string message) const {
    throw InputError(mark(raw).problem(std::move(message)));
  }
  const Raw& target(std::size_t index) const {
    while (raws_[index].alias) index = *raws_[index].alias;
    return raws_[index];
  }

  void copy_map(const Raw& raw, Node& node, int depth) {
    node.keys.reserve(raw.children.size() / 2);
    node.items.reserve(raw.children.size() / 2);
    std::unordered_map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i + 1 < raw.children.size(); i += 2) {
      const Raw& key = raws_[raw.children[i]];
      const Raw& key_target = target(raw.children[i]);
      if (key_target.kind != Node::Kind::scalar) {
        problems.push_back(mark(key).problem(key_target.kind == Node::Kind::null
                                                 ? "a key is missing before ':'"
                                                 : "a key is one word, not a map or list"));
        continue;
      }
      if (key_target.text == "<<" && !key_target.quoted) {
        problems.push_back(mark(key).problem(
            "'<<' does not merge here; put what is shared in a file of its own and name it with 'base: FILE'"));
        continue;
      }
      auto [first, is_new] = seen.emplace(key_target.text, node.keys.size());
      if (!is_new) {
        const Mark& other = node.keys[first->second].mark;
        problems.push_back(mark(key).problem(fmt::format("the key '{}' stands twice; the other one is at {}",
                                                         key_target.text, to_string(other.place()))));
        continue;
      }
      node.keys.push_back({key_target.text, mark(key), source_->rank});
      node.items.push_back(copy(raw.children[i + 1], depth + 1));
      // The parser puts "nothing" where the next thing begins; people look for it after its key.
      if (node.items.back().is_null()) node.items.back().mark = mark(key);
    }
  }

  std::vector<Raw>& raws_;
  std::shared_ptr<const SourceText> source_;
};

constexpr const char* unclosed_message = "this quote is not closed before the end of the text";

/// The parser's words for common mistakes, in the reader's.
std::string plain_words(const std::string& message) {
  static const std::map<std::string, std::string> words{
      {"bad file", "this cannot be read as YAML: nested too deep"},
      {"illegal map value", "a ':' that does not belong here: two on one line, or a missing quote or indentation?"},
      {"illegal map key", "a key cannot stand here; check the indentation"},
      {"illegal block entry", "a list item '-' cannot stand here; check the indentation"},
      {"illegal flow end", "a closing bracket with no opening one before it"},
      {"end of map not found", "this line does not fit in the map above it; check the indentation"},
      {"end of sequence not found", "this line does not fit in the list above it; check the indentation"},
      {"end of map flow not found", "a '{' is not closed with '}'"},
      {"end of sequence flow not found", "a '[' is not closed with ']'"},
      {"illegal EOF in scalar", "a quote is not closed before the end of the text"},
      {"illegal tab when looking for indentation", "a tab in the indentation; use spaces"},
      {"unknown token", "a character that means something else in YAML; put the value in quotes"},
  };
  auto found = words.find(message);
  return found == words.end() ? "not YAML: " + message : found->second;
}

/// Where the first quote at or after `from` opens, if it is never closed, else npos; with `any`, where any does. The
/// parser takes the end of the text for the closing quote, or complains there.
std::size_t unclosed_quote(const std::string& text, std::size_t from, bool any) {
  std::size_t open = text.find_first_of("'\"", from);
  if (open == std::string::npos) return open;
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (text[open] == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == text[open]) {
      bool doubled = text[open] == '\'' && i + 1 < text.size() && text[i + 1] == '\'';
      if (doubled) {
        ++i;
      } else {
        if (any) open = text.find_first_of("'\"", i + 1);
        if (!any || open == std::string::npos) return std::string::npos;
        i = open;
      }
    }
  }
  return open;
}

Mark mark_at(const std::shared_ptr<const SourceText>& source, std::size_t position) {
  const std::vector<std::size_t>& starts = source->line_starts;
  auto line = std::upper_bound(starts.begin(), starts.end(), position) - starts.begin();
  return {source, static_cast<int>(line),
          static_cast<int>(position - starts[static_cast<std::size_t>(line) - 1]) + 1};
}

InputError relocated(const YAML::Exception& error, const Collector& collector,
                     const std::shared_ptr<const SourceText>& source) {
  Mark at{source, error.mark.line + 1, error.mark.column + 1};
  if (error.mark.is_null() || error.mark.line < 0) at.line = at.column = 1;
  std::string message = plain_words(error.msg);
  const Raw* open = collector.innermost();
  // Only quotes run into the end; the one that does is the last thing read, or behind it.
  std::size_t quote = std::string::npos;
  if (error.msg == "illegal EOF in scalar")
    quote = unclosed_quote(source->text, collector.last_position, true);
  else if (collector.last_is_quoted)
    quote = unclosed_quote(source->text, collector.last_position, false);
  if (quote != std::string::npos) return InputError(mark_at(source, quote).problem(unclosed_message));
  if (error.msg.find("flow not found") != std::string::npos && open) {
    // The parser notices at the end of the text; the mistake is where the bracket opens.
    return InputError(Mark{source, open->line, open->column}.problem(
        fmt::format("{}; the text goes on to line {} without it", message, at.line)));
  }
  std::string line = source->line(at.line);
  std::size_t indentation = std::min(line.find_first_not_of(" \t"), line.size());
  if (std::size_t tab = line.find('\t'); tab < indentation) {
    at.column = static_cast<int>(tab) + 1;
    message = "a tab in the indentation; use spaces";
  }
  return InputError(at.problem(std::move(message)));
}

/// Hands the nearest `source` and `kind` down to everything below, so that they survive merging.
void annotate(Node& node, std::shared_ptr<const Annotation> nearest) {
  if (node.is_map()) {
    const Node* source = node.find("source");
    const Node* kind = node.find("kind");
    bool has_source = source && source->is_scalar();
    bool has_kind = kind && kind->is_scalar() &&
                    (kind->text == "measured" || kind->text == "published" || kind->text == "modelled" ||
                     kind->text == "assumed");
    if (has_source || has_kind) {
      Annotation own = nearest ? *nearest : Annotation{};
      if (has_source) own.source = source->text;
      if (has_kind) own.kind = kind->text;
      nearest = std::make_shared<const Annotation>(std::move(own));
    }
  }
  node.annotation = nearest;
  for (Node& item : node.items) annotate(item, nearest);
}

}  // namespace

Node parse_yaml(SourceText given) {
  if (given.text.size() > longest_yaml)
    throw InputError(Place{given.name, 0, 0},
                     fmt::format("the text is over {} MB; no scenario is that large", longest_yaml / 1'000'000));
  given.text = clean_yaml_text(given);
  given.line_starts = {0};
  for (std::size_t i = 0; i < given.text.size(); ++i)
    if (given.text[i] == '\n') given.line_starts.push_back(i + 1);
  auto source = std::make_shared<const SourceText>(std::move(given));
  Collector collector(source);
  try {
    std::istringstream stream(source->text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(collector)) {
    }
  } catch (const YAML::Exception& error) {
    throw relocated(error, collector, source);
  }
  if (collector.last_is_quoted)
    if (std::size_t quote = unclosed_quote(source->text, collector.last_position, false); quote != std::string::npos)
      throw InputError(mark_at(source, quote).problem(unclosed_message));
  Node root;
  root.mark = {source, 1, 1};
  if (!collector.empty()) {
    Expander expander(collector.raws, source);
    expander.count(0, 0);
    root = expander.copy(0, 0);
    if (!expander.problems.empty()) throw InputError(std::move(expander.problems));
  }
  annotate(root, nullptr);
  return root;
}

}  // namespace wattershed
