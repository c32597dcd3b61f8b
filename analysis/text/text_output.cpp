#include "analysis/text/text_output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "sim/base/problem.hpp"

namespace wattershed {
namespace {

namespace fs = std::filesystem;

class TextFile {
 public:
  explicit TextFile(const std::string& name) : name_(name) {
    std::error_code error;
    in_place_ = fs::exists(name_, error) && !fs::is_regular_file(name_, error);
    target_ = in_place_ ? name_ : name_ + ".part";
  }
  /// Removes what was not finished.
  ~TextFile() {
    if (!file_) return;
    std::fclose(file_);
    if (!in_place_) std::remove(target_.c_str());
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  void write(std::string_view text) {
    if (!file_) file_ = std::fopen(target_.c_str(), "w");
    if (!file_) throw InputError({name_, 0, 0}, fmt::format("cannot be written: {}", std::strerror(errno)));
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
  }

  void finish() {
    std::FILE* const file = std::exchange(file_, nullptr);
    if (!file) return;
    if (std::fclose(file) != 0) {
      if (!in_place_) std::remove(target_.c_str());
      fail();
    }
    if (!in_place_) fs::rename(target_, name_);
  }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error(fmt::format("{}: cannot be written whole: is the disk full?", name_));
  }

  std::string name_, target_;
  bool in_place_ = false;
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
