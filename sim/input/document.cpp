#include "sim/input/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "sim/input/document_reader.hpp"
#include "sim/input/set_option.hpp"
#include "sim/input/yaml.hpp"

namespace wattershed {
namespace {

constexpr std::size_t longest_base_chain = 20;
constexpr int scenario_rank = 1000;

struct BaseFile {
  std::filesystem::path named, canonical;
};

/// The text of a base; what is wrong with the file is told where it was named, with the line.
std::string read_base(const FileName& file, const Mark& named_at) {
  try {
    return read_bytes(file, scenario_file);
  } catch (const InputError& error) {
    throw InputError(named_at.problem(error.problems().front().message));
  }
}

/// The text's tree with its bases underneath. `chain` holds the files from the scenario down to this one.
Node with_bases(SourceText source, std::vector<BaseFile>& chain, Document& document) {
  const int depth = static_cast<int>(chain.size()) - 1;
  source.origin = depth == 0 ? Origin::scenario : Origin::base;
  source.rank = scenario_rank - depth;
  std::filesystem::path folder = source.folder;
  Node tree = parse_yaml(std::move(source));
  if (tree.mark.source) document.texts.push_back(tree.mark.source);
  const Node* found = tree.find("base");
  if (!found) return tree;
  const Node base = *found;
  if (!base.is_scalar() || base.text.empty())
    throw InputError(base.mark.problem(fmt::format("'base' is the name of one file, not {}", base.describe())));
  std::filesystem::path file = folder / base.text;
  std::error_code error;
  std::filesystem::path canonical = std::filesystem::weakly_canonical(file, error);
  bool circle = std::any_of(chain.begin(), chain.end(), [&](const BaseFile& f) { return f.canonical == canonical; });
  if (circle || chain.size() >= longest_base_chain) {
    std::string names;
    for (const BaseFile& f : chain) names += f.named.string() + " → ";
    throw InputError(base.mark.problem(
        fmt::format("{}: {}{}", circle ? "files are each other's base in a circle" : "too long a chain of bases",
                    names, file.string())));
  }
  std::string text = read_base({base.text, file, base.mark.place()}, base.mark);
  document.files.push_back(file);
  chain.push_back({file, canonical});
  Node below =
      with_bases({.name = file.string(), .text = std::move(text), .folder = file.parent_path()}, chain, document);
  tree.erase("base");
  if (!tree.is_map() && !tree.is_null()) return tree;
  if (below.is_null()) return tree;
  overlay(below, std::move(tree));
  return below;
}

/// Problems by place: the scenario's first, then other files as they were met; each thing said once.
void sort_problems(std::vector<Problem>& problems, const std::string& scenario) {
  std::map<std::string, std::size_t> order{{scenario, 0}};
  for (const Problem& problem : problems) order.emplace(problem.place.file, order.size());
  auto key = [&](const Problem& p) { return std::make_tuple(order.at(p.place.file), p.place.line, p.place.column); };
  std::stable_sort(problems.begin(), problems.end(),
                   [&](const Problem& a, const Problem& b) { return key(a) < key(b); });
  auto same = [](const Problem& a, const Problem& b) { return a.place == b.place && a.message == b.message; };
  problems.erase(std::unique(problems.begin(), problems.end(), same), problems.end());
}

Document load_source(SourceText source, const LoadOptions& options, const std::function<void(Fields&)>& visit_root,
                     const std::filesystem::path& file) {
  Document document;
  document.name = file.string();
  document.files.push_back(file);
  std::error_code error;
  std::vector<BaseFile> chain{{file, std::filesystem::weakly_canonical(file, error)}};
  Node root = with_bases(std::move(source), chain, document);
  std::vector<Problem> problems;
  int rank = scenario_rank;
  for (const std::string& option : options.sets) {
    try {
      apply_set_option(root, option, ++rank);
    } catch (const InputError& failed) {
      problems.insert(problems.end(), failed.problems().begin(), failed.problems().end());
    }
  }
  DocumentReader reader(root, options.catalog, file.parent_path(), document);
  reader.read(visit_root);
  problems.insert(problems.end(), reader.problems().begin(), reader.problems().end());
  if (!problems.empty()) {
    sort_problems(problems, document.name);
    throw InputError(std::move(problems));
  }
  return document;
}

}  // namespace

Document load_document(const std::filesystem::path& file, const LoadOptions& options,
                       const std::function<void(Fields&)>& visit_root) {
  std::string text = read_bytes(file_name(file), scenario_file);
  return load_source({.name = file.string(), .text = std::move(text), .folder = file.parent_path()}, options,
                     visit_root, file);
}

Document load_document_text(const std::string& text, const std::filesystem::path& name, const LoadOptions& options,
                            const std::function<void(Fields&)>& visit_root) {
  return load_source({.name = name.string(), .text = text, .folder = name.parent_path()}, options, visit_root, name);
}

Problem Document::problem(Place place, std::string message) const {
  Problem problem{std::move(place), std::move(message), {}};
  for (const std::shared_ptr<const SourceText>& text : texts)
    if (text->name == problem.place.file && text->has_lines) problem.excerpt = text->line(problem.place.line);
  return problem;
}

const ResolvedValue* Document::find(std::string_view path) const {
  if (auto found = places.find(std::string(path)); found != places.end()) return &values[found->second];
  for (std::size_t i = shapes.size(); i < values.size(); ++i)  // derived
    if (values[i].path == path) return &values[i];
  return nullptr;
}

std::vector<std::string> Document::paths() const {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < shapes.size(); ++i) paths.push_back(values[i].path);
  return paths;
}

std::vector<std::string> Document::changeable_paths() const {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < shapes.size(); ++i)
    if (values[i].may_change) paths.push_back(values[i].path);
  return paths;
}

void Document::derive(std::string path, std::string text, std::string unit, std::string note) {
  ResolvedValue& value = values.emplace_back();
  value.path = std::move(path);
  value.text = std::move(text);
  value.is_number = !unit.empty();
  value.unit = std::move(unit);
  value.origin = Origin::derived;
  value.source = std::move(note);
  value.kind = ValueKind::modelled;
}

Change Document::parse_change(LocalTime at, const Setting& setting) const {
  std::string path = setting.path;
  auto found = places.find(path);
  if (auto longer = short_forms.find(path); found == places.end() && longer != short_forms.end()) {
    path = longer->second;
    found = places.find(path);
  }
  // Told apart from a bad value by having no line: the reader knows where the path stands.
  const Place path_place{setting.place.file, 0, 0};
  if (found == places.end()) {
    std::string near = did_you_mean(path, changeable_paths());
    if (near.empty()) near = did_you_mean(path, paths());
    throw InputError(path_place,
                     fmt::format("there is no '{}' in this document{}; `wattershed explain` lists the paths "
                                 "that may change",
                                 setting.path, near));
  }
  const FieldShape& shape = shapes[found->second];
  if (!shape.changes)
    throw InputError(path_place,
                     fmt::format("'{}' cannot change during a run; `wattershed explain` lists the paths that "
                                 "may",
                                 setting.path));
  try {
    Node value = parse_yaml({.name = setting.place.file, .text = setting.value, .has_lines = false});
    if (!value.is_scalar())
      throw std::invalid_argument(fmt::format("'{}' takes one value, not {}", setting.path, value.describe()));
    if (!shape.absent_word.empty() && value.is_word(shape.absent_word))
      throw std::invalid_argument(fmt::format("'{}' cannot become '{}' during a run", setting.path, value.text));
    ScalarValue scalar = read_scalar(shape, value.text, path);
    return {at, path, scalar.number, scalar.text, setting.place};
  } catch (const std::invalid_argument& error) {
    throw InputError(setting.place, error.what());
  }
}

}  // namespace wattershed
