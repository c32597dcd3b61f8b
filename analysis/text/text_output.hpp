/// A text file that appears when it is whole: written as `.part` beside it, then renamed.
///
/// Nothing is opened before the first write, so that refused input leaves an older file alone. Without a name, it is
/// standard output; a pipe or a terminal is written in place.
/// Errors  InputError when it cannot be opened, std::runtime_error when it cannot be written whole
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace wattershed {

class TextOutput {
 public:
  explicit TextOutput(std::string name);
  /// Removes what was not finished.
  ~TextOutput();
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;

  void write(std::string_view text);
  void finish();

 private:
  [[noreturn]] void fail() const;

  std::string name_, target_;
  bool in_place_ = false;
  std::FILE* file_ = nullptr;
};

}  // namespace wattershed
