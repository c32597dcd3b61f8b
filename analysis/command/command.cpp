#include "analysis/command/command.hpp"

namespace wattershed {

std::string Option::long_name() const {
  const std::size_t dashes = names.find("--");
  const std::size_t begin = dashes == std::string::npos ? 0 : dashes;
  return names.substr(begin, names.find(',', begin) - begin);
}

Arguments::Arguments(const std::vector<Option>& options) {
  for (const Option& option : options) {
    Value& value = values_[option.long_name()];
    switch (option.kind) {
      case OptionKind::text:
        value = std::string();
        break;
      case OptionKind::flag:
        value = false;
        break;
      case OptionKind::number:
        value = std::optional<double>();
        break;
      case OptionKind::whole:
        value = std::optional<std::uint64_t>();
        break;
      case OptionKind::list:
        value = std::vector<std::string>();
        break;
    }
  }
}

std::string Outcome::joined(bool complaint) const {
  std::string all;
  for (const Piece& piece : pieces)
    if (piece.complaint == complaint) all += piece.text;
  return all;
}

}  // namespace wattershed
