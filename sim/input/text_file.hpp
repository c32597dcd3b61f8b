/// A text file that somebody names: opened, bounded and refused in the same way by every reader.
///
///   scenario.yaml:9:19: cannot read 'carbon.csv': no such file
///   cannot read 'states.csv': it is a folder                        named on the command line
///   carbon.csv:3:1: a zero byte: this is no text file               what is wrong inside
///
/// Accepted  a regular file, or a pipe (read to its end); lines that end in LF or CRLF, the last perhaps in nothing;
///           the byte order mark of UTF-8
/// Refused   what is not there or may not be read, a folder, a device, more bytes than its kind has, UTF-16, a zero
///           byte: InputError
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/input/file_name.hpp"

namespace wattershed {

/// A kind of file, for messages ("trace", "year of weather"), and more bytes than any of it has.
struct TextKind {
  std::string_view name;
  std::uintmax_t most_bytes;
};

/// The bytes of a file, from the first to the last in pieces of up to 256 KiB.
void read_pieces(const FileName& file, const TextKind& kind, const std::function<void(std::string_view)>& take);
/// All bytes of a file.
std::string read_bytes(const FileName& file, const TextKind& kind);

/// The text without its byte order mark. Throws InputError in `file` for UTF-16 and for a zero byte.
std::string_view plain_text(std::string_view bytes, const std::string& file);

/// Cuts pieces of a text into lines, so that a file of any size passes through a small buffer. Checks what
/// `plain_text` checks, and that no line is over 64 KiB.
class LineCutter {
 public:
  static constexpr std::size_t longest_line = 65'536;  ///< [byte]

  /// `file`: its name in messages.
  explicit LineCutter(std::string file) : file_(std::move(file)) {}
  [[nodiscard]] const std::string& file() const { return file_; }
  /// Of the line that was given last, from 1.
  [[nodiscard]] int number() const { return number_; }

  /// The next piece, cut anywhere. Gives each line that ends in it to `take(std::string_view)`, without its end.
  template <class Take>
  void feed(std::string_view piece, Take&& take) {
    has_zero_ = has_zero_ || piece.find('\0') != std::string_view::npos;
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      const std::string_view text = piece.substr(0, end);
      if (partial_.size() + text.size() > longest_line) refuse_long_line();
      if (end == std::string_view::npos) {
        partial_ += text;
        return;
      }
      if (partial_.empty()) {
        take(checked(text));
      } else {
        partial_ += text;
        take(checked(partial_));
        partial_.clear();
      }
      piece.remove_prefix(end + 1);
    }
  }
  /// After the last piece: a last line without its end.
  template <class Take>
  void finish(Take&& take) {
    if (!partial_.empty()) take(checked(partial_));
    partial_.clear();
  }

 private:
  std::string_view checked(std::string_view line) {
    if (++number_ == 1 || has_zero_) line = checked_closely(line);
    return without_carriage_return(line);
  }
  [[nodiscard]] std::string_view checked_closely(std::string_view line) const;
  [[noreturn]] void refuse_long_line() const;

  std::string file_;
  std::string partial_;  // the beginning of a line whose end has not come yet
  int number_ = 0;
  bool has_zero_ = false;  // somewhere in the pieces: then every line is searched for it
};

}  // namespace wattershed
