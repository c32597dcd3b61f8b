/// The catalog: named sets of values with their sources, as YAML embedded in the binary.
///
/// `catalog/<kind>/<name>.yaml` is one entry; `catalog/<kind>.yaml` a map name → entry. `source:` and `kind:` at the
/// top of an entry hold for every value below that has none of its own ({value, source, kind}). An entry
/// `not_built_yet: WHEN` has a name and no values: whoever uses it is told when its part comes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wattershed {

/// One embedded file: its path below catalog/ and its text, both of static lifetime.
struct CatalogFile {
  std::string_view path;
  std::string_view text;
};

struct Node;  // sim/input/node.hpp

class Catalog {
 public:
  explicit Catalog(std::vector<CatalogFile> files);
  ~Catalog();
  Catalog(Catalog&&) noexcept;

  [[nodiscard]] std::vector<std::string> kinds() const;
  [[nodiscard]] std::vector<std::string> names(std::string_view kind) const;
  /// The entry's tree, or null when there is none.
  [[nodiscard]] const Node* find(std::string_view kind, std::string_view name) const;
  /// The entry's text as it stands in its file, for `wattershed catalog KIND NAME`.
  [[nodiscard]] std::string text(std::string_view kind, std::string_view name) const;

 private:
  struct Contents;
  std::unique_ptr<Contents> contents_;
};

}  // namespace wattershed
