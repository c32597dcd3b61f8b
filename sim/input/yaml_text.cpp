// Bytes to text that the YAML parser may see.

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/input/yaml.hpp"

namespace wattershed {

std::string clean_yaml_text(const SourceText& source) {
  const std::string& in = source.text;
  std::string out;
  out.reserve(in.size());
  int line = 1, column = 1;
  std::size_t i = in.size() - without_byte_order_mark(in).size();
  auto refuse = [&](std::string message) {
    Place place{source.name, line, column};
    if (!source.has_lines) place.line = place.column = 0;
    throw InputError(std::move(place), std::move(message));
  };
  if (is_utf16(in)) refuse("this is UTF-16; save the file as UTF-8");
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
