// Bytes to text that the YAML parser may see.

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "sim/base/text.hpp"
#include "sim/input/yaml.hpp"

namespace wattershed {

std::string read_text_file(const std::filesystem::path& file, const Mark& named_at) {
  auto refuse = [&](const std::string& message) {
    if (named_at.source) throw InputError(named_at.problem(message));
    throw InputError(Place{file.string(), 0, 0}, message);
  };
  std::error_code error;
  std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) refuse(fmt::format("there is no file '{}'", file.string()));
  if (std::filesystem::is_directory(status)) refuse(fmt::format("'{}' is a folder, not a file", file.string()));
  std::ifstream stream(file, std::ios::binary);
  if (!stream) refuse(fmt::format("the file '{}' cannot be opened", file.string()));
  // Read at most one byte too many, whatever the size claims (a pipe has none).
  std::string text(longest_yaml + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad()) refuse(fmt::format("the file '{}' cannot be read", file.string()));
  if (text.size() > longest_yaml)
    refuse(fmt::format("the file '{}' is over {} MB; no scenario is that large", file.string(),
                       longest_yaml / 1'000'000));
  return text;
}

std::string clean_yaml_text(const SourceText& source) {
  const std::string& in = source.text;
  std::string out;
  out.reserve(in.size());
  int line = 1, column = 1;
  std::size_t i = in.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  auto refuse = [&](std::string message) {
    Place place{source.name, line, column};
    if (!source.has_lines) place.line = place.column = 0;
    throw InputError(std::move(place), std::move(message));
  };
  if (in.starts_with("\xFF\xFE") || in.starts_with("\xFE\xFF")) refuse("this is UTF-16; save the file as UTF-8");
  while (i < in.size()) {
    if (column > longest_yaml_line) refuse("a line of over 1 MB; break it");
    auto byte = static_cast<unsigned char>(in[i]);
    if (byte == '\r' || byte == '\n') {
      if (byte == '\r' && i + 1 < in.size() && in[i + 1] == '\n') ++i;
      out += '\n';
      ++i, ++line, column = 1;
      continue;
    }
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F)
      refuse(fmt::format("a control character (byte 0x{:02X}); this is no YAML text", byte));
    const std::size_t length = utf8_length(std::string_view(in).substr(i));
    if (length == 0) refuse(fmt::format("byte 0x{:02X} is not UTF-8; save the file as UTF-8", byte));
    out.append(in, i, length);
    i += length;
    column += static_cast<int>(length);
  }
  return out;
}

}  // namespace wattershed
