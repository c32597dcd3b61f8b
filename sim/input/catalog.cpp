#include "sim/input/catalog.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include "sim/input/document.hpp"
#include "sim/input/yaml.hpp"

namespace wattershed {

/// Files are read when they are first asked for: most runs use a handful. Safe from several threads.
struct Catalog::Contents {
  struct File {
    std::string_view path, text;
    std::string kind;
    std::string name;  ///< of the entry; empty when the file is a map name → entry
    std::once_flag once;
    Node root;

    const Node& tree() {
      std::call_once(once, [this] {
        root = parse_yaml({.name = "catalog/" + std::string(path),
                           .text = std::string(text),
                           .folder = {},
                           .origin = Origin::catalog,
                           .rank = 0});
      });
      return root;
    }
  };
  std::vector<std::unique_ptr<File>> files;
};

Catalog::Catalog(std::vector<CatalogFile> files) : contents_(std::make_unique<Contents>()) {
  for (const CatalogFile& given : files) {
    auto file = std::make_unique<Contents::File>();
    file->path = given.path;
    file->text = given.text;
    std::string stem(given.path.substr(0, given.path.rfind(".yaml")));
    std::size_t slash = stem.rfind('/');
    file->kind = stem.substr(0, slash);
    if (slash != std::string::npos) file->name = stem.substr(slash + 1);
    contents_->files.push_back(std::move(file));
  }
}
Catalog::~Catalog() = default;
Catalog::Catalog(Catalog&&) noexcept = default;

std::vector<std::string> Catalog::kinds() const {
  std::set<std::string> kinds;
  for (const auto& file : contents_->files) kinds.insert(file->kind);
  return {kinds.begin(), kinds.end()};
}

std::vector<std::string> Catalog::names(std::string_view kind) const {
  std::set<std::string> names;
  for (const auto& file : contents_->files) {
    if (file->kind != kind) continue;
    if (!file->name.empty())
      names.insert(file->name);
    else
      for (const Node::Key& key : file->tree().keys) names.insert(key.text);
  }
  return {names.begin(), names.end()};
}

const Node* Catalog::find(std::string_view kind, std::string_view name) const {
  for (const auto& file : contents_->files) {
    if (file->kind != kind) continue;
    if (file->name == name) return &file->tree();
    if (file->name.empty())
      if (const Node* entry = file->tree().find(name)) return entry;
  }
  return nullptr;
}

std::string Catalog::text(std::string_view kind, std::string_view name) const {
  for (const auto& file : contents_->files) {
    if (file->kind != kind) continue;
    if (file->name == name) return std::string(file->text);
    if (!file->name.empty()) continue;
    const Node& root = file->tree();
    for (std::size_t i = 0; i < root.keys.size(); ++i) {
      if (root.keys[i].text != name) continue;
      // From the key's line to the next key's, without the comments and blank lines that belong to the next.
      int first = root.keys[i].mark.line;
      const SourceText& source = *root.keys[i].mark.source;
      int end = i + 1 < root.keys.size()
                    ? root.keys[i + 1].mark.line
                    : 1 + static_cast<int>(std::count(source.text.begin(), source.text.end(), '\n')) + 1;
      while (end > first + 1) {
        std::string last = source.line(end - 1);
        std::size_t begin = last.find_first_not_of(' ');
        if (begin != std::string::npos && last[begin] != '#') break;
        --end;
      }
      std::string out;
      for (int line = first; line < std::max(end, first + 1); ++line) out += source.line(line) + "\n";
      return out;
    }
  }
  return {};
}

}  // namespace wattershed
