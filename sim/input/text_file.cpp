#include "sim/input/text_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace wattershed {
namespace {

constexpr std::size_t piece_size = 1 << 18;

[[noreturn]] void refuse(const FileName& file, std::string_view reason) {
  throw InputError(file.place, fmt::format("cannot read '{}': {}", file.written, reason));
}

[[noreturn]] void refuse_large(const FileName& file, const TextKind& kind) {
  constexpr std::uintmax_t mebi = 1 << 20;
  const std::string size = kind.most_bytes % mebi == 0 ? fmt::format("{} MiB", kind.most_bytes / mebi)
                                                       : fmt::format("{} MB", kind.most_bytes / 1'000'000);
  refuse(file, fmt::format("it is over {}; no {} is that large", size, kind.name));
}

/// Refuses what is no file to be read, or one too large.
void check_file(const FileName& file, const TextKind& kind) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file.path, error);
  switch (status.type()) {
    case std::filesystem::file_type::fifo:
      return;
    case std::filesystem::file_type::not_found:
      refuse(file, "no such file");
    case std::filesystem::file_type::directory:
      refuse(file, "it is a folder");
    case std::filesystem::file_type::none:
      refuse(file, error.message());
    case std::filesystem::file_type::regular:
      break;
    default:
      refuse(file, "it is a device");
  }
  const std::uintmax_t size = std::filesystem::file_size(file.path, error);
  if (error) refuse(file, error.message());
  if (size > kind.most_bytes) refuse_large(file, kind);
}

[[noreturn]] void refuse_utf16(const std::string& file) {
  throw InputError({file, 1, 1}, "this is UTF-16; save the file as UTF-8");
}

[[noreturn]] void refuse_zero_byte(Place place) {
  throw InputError(std::move(place), "a zero byte: this is no text file");
}

}  // namespace

void read_pieces(const FileName& file, const TextKind& kind, const std::function<void(std::string_view)>& take) {
  check_file(file, kind);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.path.c_str(), "rb"), &std::fclose);
  if (!stream) refuse(file, std::strerror(errno));
  std::vector<char> buffer(piece_size);
  std::uintmax_t bytes = 0;
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stream.get())) {
    bytes += count;
    if (bytes > kind.most_bytes) refuse_large(file, kind);  // a pipe has no size, and a file may grow
    take({buffer.data(), count});
  }
  if (std::ferror(stream.get()) != 0) refuse(file, std::strerror(errno));
}

std::string read_bytes(const FileName& file, const TextKind& kind) {
  std::string bytes;
  read_pieces(file, kind, [&](std::string_view piece) { bytes += piece; });
  return bytes;
}

std::string_view plain_text(std::string_view bytes, const std::string& file) {
  if (is_utf16(bytes)) refuse_utf16(file);
  bytes = without_byte_order_mark(bytes);
  if (const std::size_t zero = bytes.find('\0'); zero != std::string_view::npos) {
    const std::string_view before = bytes.substr(0, zero);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    refuse_zero_byte({file, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
                      static_cast<int>(zero - line_begin) + 1});
  }
  return bytes;
}

std::string_view LineCutter::checked_closely(std::string_view line) const {
  if (number_ == 1) {
    if (is_utf16(line)) refuse_utf16(file_);
    line = without_byte_order_mark(line);
  }
  if (const std::size_t zero = line.find('\0'); zero != std::string_view::npos)
    refuse_zero_byte({file_, number_, static_cast<int>(zero) + 1});
  return line;
}

void LineCutter::refuse_long_line() const {
  throw InputError({file_, number_ + 1, 0}, "a line of more than 65536 characters; is this a text file?");
}

}  // namespace wattershed
