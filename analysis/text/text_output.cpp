#include "analysis/text/text_output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "sim/base/problem.hpp"

namespace wattershed {

TextOutput::TextOutput(std::string name) : name_(std::move(name)) {
  std::error_code error;
  in_place_ =
      name_.empty() || (std::filesystem::exists(name_, error) && !std::filesystem::is_regular_file(name_, error));
  target_ = in_place_ ? name_ : name_ + ".part";
}

TextOutput::~TextOutput() {
  if (!file_ || file_ == stdout) return;
  std::fclose(file_);
  if (!in_place_) std::remove(target_.c_str());
}

void TextOutput::write(std::string_view text) {
  if (!file_) file_ = name_.empty() ? stdout : std::fopen(target_.c_str(), "w");
  if (!file_) throw InputError({name_, 0, 0}, fmt::format("cannot be written: {}", std::strerror(errno)));
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
}

void TextOutput::finish() {
  std::FILE* const file = std::exchange(file_, nullptr);
  if (!file) return;
  if ((file == stdout ? std::fflush(file) : std::fclose(file)) != 0) {
    if (file != stdout) std::remove(target_.c_str());
    fail();
  }
  if (!in_place_) std::filesystem::rename(target_, name_);
}

void TextOutput::fail() const {
  throw std::runtime_error(
      fmt::format("{}: cannot be written whole: is the disk full?", name_.empty() ? "standard output" : name_));
}

}  // namespace wattershed
