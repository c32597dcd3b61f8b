#include "analysis/text/text_output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "sim/base/output_place.hpp"
#include "sim/base/problem.hpp"
#include "sim/base/text.hpp"

namespace wattershed {
namespace {

namespace fs = std::filesystem;

/// What stands before the first comma or the end of the first line: by it a table knows its like.
std::string_view first_field(std::string_view text) { return text.substr(0, text.find_first_of(",\r\n")); }

class TextFile {
 public:
  explicit TextFile(const std::string& name)
      : name_(name), in_place_(is_stream(name)), target_(in_place_ ? name : name + ".part") {}
  /// Removes what was not finished.
  ~TextFile() {
    if (!file_) return;
    std::fclose(file_);
    remove_part();
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  void write(std::string_view text) {
    if (!file_) open(first_field(text));
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
  }

  void finish() {
    std::FILE* const file = std::exchange(file_, nullptr);
    if (!file) return;
    if (std::fclose(file) != 0) {
      remove_part();
      fail();
    }
    if (in_place_) return;
    std::error_code error;
    fs::rename(target_, name_, error);
    if (!error) return;
    remove_part();
    throw std::runtime_error(fmt::format("{}: cannot be written: {}", name_, error.message()));
  }

 private:
  /// The `.part` is always a new file, so that nothing is written into one that has another name too.
  void open(std::string_view heading) {
    int flags = O_WRONLY | O_CLOEXEC;
    if (!in_place_) {
      const auto is_own = [&](std::string_view head) { return first_field(head) == heading; };
      const std::string kind = fmt::format("table that begins with {}", in_quotes(heading));
      for (const std::string& each : {name_, target_})
        if (const std::string fault = fault_of_output(each, kind, is_own); !fault.empty())
          throw InputError({each, 0, 0}, fault);
      ::unlink(target_.c_str());
      flags |= O_CREAT | O_EXCL | O_NOFOLLOW;
    }
    constexpr mode_t permissions = 0666;
    const int descriptor = ::open(target_.c_str(), flags, permissions);
    file_ = descriptor < 0 ? nullptr : ::fdopen(descriptor, "w");
    if (!file_) throw InputError({name_, 0, 0}, fmt::format("cannot be written: {}", std::strerror(errno)));
  }

  void remove_part() const {
    if (!in_place_) ::unlink(target_.c_str());
  }

  [[noreturn]] void fail() const {
    throw std::runtime_error(fmt::format("{}: cannot be written whole: is the disk full?", name_));
  }

  std::string name_;
  bool in_place_;
  std::string target_;
  std::FILE* file_ = nullptr;
};

}  // namespace

void write_text(const std::string& name, const TextWriter& standard_output,
                const std::function<void(const TextWriter&)>& fill) {
  if (name.empty()) return fill(standard_output);
  TextFile file(name);
  fill([&](std::string_view text) { file.write(text); });
  file.finish();
}

void write_text(const std::string& name, std::string_view text) {
  if (!name.empty()) write_text(name, {}, [&](const TextWriter& write) { write(text); });
}

void refuse_same_file(const std::string& input, const std::string& output, std::string_view what) {
  std::error_code error;
  if (fs::equivalent(input, output, error))
    throw InputError({output, 0, 0}, fmt::format("is {} itself: choose another output path", what));
}

}  // namespace wattershed
