#include "sim/base/output_place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace wattershed {
namespace {

/// Closes what it opened.
class Opened {
 public:
  explicit Opened(int descriptor) : descriptor_(descriptor) {}
  ~Opened() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string head_of(int descriptor) {
  std::string head(looked_at, '\0');
  std::size_t filled = 0;
  while (filled < head.size()) {
    const ssize_t got = ::read(descriptor, head.data() + filled, head.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    filled += static_cast<std::size_t>(got);
  }
  head.resize(filled);
  return head;
}

std::string lost(const char* what) { return std::string(what) + ", and would be lost: choose another output path"; }

}  // namespace

std::string fault_of_output(const std::filesystem::path& path, std::string_view kind, const IsOwn& is_own) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      break;
    case S_IFLNK:
      return "is a link, and nothing is written through one: name the file that it leads to, or another";
    case S_IFDIR:
      return "is a folder; name a file in it";
    case S_IFIFO:
      return lost("is a pipe");
    case S_IFSOCK:
      return lost("is a socket");
    default:
      return lost("is a device");
  }
  if (status.st_size == 0) return {};
  const Opened file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0)
    return "exists and cannot be read, so that nobody knows whose it is: choose another output path, or remove it "
           "first";
  if (is_own(head_of(file.get()))) return {};
  return "exists and is no " + std::string(kind) + ": choose another output path, or remove it first";
}

bool is_stream(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode));
}

}  // namespace wattershed
