#include "sim/base/sealed_file.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <system_error>
#include <vector>

namespace wattershed {
namespace {

constexpr std::size_t piece_size = std::size_t{1} << 16;
constexpr std::string_view pattern = "\nwattershed-seal crc32 ######## bytes ################\n";

class File {
 public:
  File(const std::filesystem::path& path, int mode) : descriptor_(::open(path.c_str(), mode | O_CLOEXEC)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  explicit operator bool() const { return descriptor_ >= 0; }

  /// Up to `size` bytes from `offset`; fewer at the end and where reading fails.
  std::string_view read(std::uint64_t offset, std::size_t size) {
    buffer_.resize(size);
    std::size_t got = 0;
    while (got < size) {
      const ssize_t n = ::pread(descriptor_, buffer_.data() + got, size - got, static_cast<off_t>(offset + got));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      got += static_cast<std::size_t>(n);
    }
    return {buffer_.data(), got};
  }
  bool write(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      offset += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

 private:
  int descriptor_;
  std::vector<char> buffer_;
};

/// Of the first `size` bytes; nothing where they cannot be read.
std::optional<std::uint32_t> checksum(File& file, std::uint64_t size) {
  std::uint32_t sum = 0;
  for (std::uint64_t offset = 0; offset < size;) {
    const std::string_view bytes =
        file.read(offset, static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, size - offset)));
    if (bytes.empty()) return std::nullopt;
    sum = crc32(bytes, sum);
    offset += bytes.size();
  }
  return sum;
}

std::string seal_text(std::uint32_t sum, std::uint64_t size) {
  std::array<char, pattern.size() + 1> text{};
  std::snprintf(text.data(), text.size(), "\nwattershed-seal crc32 %08x bytes %016llu\n", sum,
                static_cast<unsigned long long>(size));
  return text.data();
}

/// Whether it has been a seal, which may be damaged: most letters of the pattern are there.
bool is_like_seal(std::string_view end) {
  std::size_t letters = 0, found = 0;
  for (std::size_t i = 0; i < pattern.size() && i < end.size(); ++i) {
    if (pattern[i] == '#') continue;
    ++letters;
    if (pattern[i] == end[i]) ++found;
  }
  return end.size() == pattern.size() && 2 * found > letters;
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t before) {
  return static_cast<std::uint32_t>(::crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::string seal_file(const std::filesystem::path& path) {
  File file(path, O_RDWR | O_NOFOLLOW);
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(path, error);
  if (!file || error) return std::generic_category().message(errno);
  const std::optional<std::uint32_t> sum = checksum(file, size);
  if (sum && file.write(size, seal_text(*sum, size))) return {};
  return std::generic_category().message(errno);
}

Seal seal_of(const std::filesystem::path& path) {
  File file(path, O_RDONLY | O_NONBLOCK);
  std::error_code error;
  const std::uint64_t whole = std::filesystem::file_size(path, error);
  if (!file || error || whole < pattern.size()) return Seal::none;
  const std::uint64_t size = whole - pattern.size();
  const std::string end(file.read(size, pattern.size()));
  if (!is_like_seal(end)) return Seal::none;
  const std::optional<std::uint32_t> sum = checksum(file, size);
  return sum && end == seal_text(*sum, size) ? Seal::whole : Seal::broken;
}

}  // namespace wattershed
