#include "sim/input/set_option.hpp"

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/input/document.hpp"
#include "sim/input/yaml.hpp"

namespace wattershed {
namespace {

std::vector<std::string> split_path(const std::string& path, const Mark& mark) {
  std::vector<std::string> parts(1);
  for (char c : path) {
    if (c == '.')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  for (const std::string& part : parts)
    if (part.empty())
      throw InputError(
          mark.problem(fmt::format("'{}' is no path; it is keys joined by dots, as in "
                                   "'site.grid.connection'",
                                   path)));
  if (parts.size() > static_cast<std::size_t>(deepest_yaml))
    throw InputError(mark.problem(fmt::format("a path of {} keys is too deep", parts.size())));
  if (parts.front() == "base")
    throw InputError(mark.problem("'base' cannot be set; run the other file, or write a file with that base"));
  return parts;
}

/// The item of a list that a path names; appended when it is the next one.
Node& list_item(Node& list, const std::string& part, const std::string& before, const Mark& mark) {
  const auto index = read_whole<std::size_t>(part);
  if (!index || *index > list.items.size())
    throw InputError(mark.problem(fmt::format("{} is a list of {}; '{}' is not one of its places ({} appends)",
                                              before, list.items.size(), part, list.items.size())));
  if (*index == list.items.size()) list.items.emplace_back().mark = mark;
  return list.items[*index];
}

}  // namespace

std::string set_option_name(const std::string& option) {
  std::string name = "--set " + option;
  if (name.size() > 80) name = name.substr(0, 77) + "...";
  for (char& c : name)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return name;
}

void apply_set_option(Node& root, const std::string& option, int rank) {
  SourceText source{
      .name = set_option_name(option), .text = {}, .origin = Origin::set_option, .rank = rank, .has_lines = false};
  std::size_t equals = option.find('=');
  if (equals == std::string::npos || equals == 0)
    throw InputError(Place{source.name, 0, 0}, "--set takes PATH=VALUE, for example site.grid.connection='40 MW'");
  source.text = option.substr(equals + 1);
  Node value = parse_yaml(std::move(source));
  const Mark mark = value.mark;
  std::vector<std::string> parts = split_path(option.substr(0, equals), mark);
  if (value.is_null()) throw InputError(mark.problem("there is no value after '='; write 'none' for none"));
  Node* node = &root;
  std::string before = "this file";
  for (const std::string& part : parts) {
    if (node->is_list()) {
      node = &list_item(*node, part, before, mark);
    } else {
      if (!node->is_map()) {
        Node map;
        map.kind = Node::Kind::map;
        map.mark = mark;
        map.made_by_set = true;
        if (node->is_scalar()) map.under = std::make_shared<const Node>(std::move(*node));
        *node = std::move(map);
      }
      std::size_t at = 0;
      while (at < node->keys.size() && node->keys[at].text != part) ++at;
      if (at == node->keys.size()) {
        node->keys.push_back({part, mark, rank});
        node->items.emplace_back().mark = mark;
      }
      node->keys[at].rank = rank;
      node = &node->items[at];
    }
    before = before == "this file" ? part : before + "." + part;
  }
  *node = std::move(value);
}

}  // namespace wattershed
