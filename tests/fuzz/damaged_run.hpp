/// A run file with changed bytes, for fuzz targets of what reads one.
///
/// Sealed anew it is what a reader must take for whole, so that the changes reach HDF5; under its old seal it must be
/// refused, whatever was changed.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "sim/base/sealed_file.hpp"

class DamagedRun {
 public:
  /// `write(path)` makes the valid run. In memory where there is such a folder: HDF5 asks for the real path of what it
  /// opens, so a file without a name does not do.
  template <class Write>
  explicit DamagedRun(Write write) {
    const std::filesystem::path memory = "/dev/shm";
    const bool has_memory = ::access(memory.c_str(), W_OK | X_OK) == 0;
    path_ = (has_memory ? memory : std::filesystem::temp_directory_path()) /
            ("fuzz_" + std::to_string(::getpid()) + ".h5");
    write(path_);
    std::ifstream in(path_, std::ios::binary);
    valid_.assign(std::istreambuf_iterator<char>(in), {});
    contents_ = valid_.rfind("\nwattershed-seal");
    if (contents_ == std::string::npos) std::abort();
  }
  ~DamagedRun() { std::filesystem::remove(path_); }
  DamagedRun(const DamagedRun&) = delete;
  DamagedRun& operator=(const DamagedRun&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Writes the run with changes of four bytes each (three of the place, one of the value). Gives whether it must be
  /// refused: it has another byte under its old seal.
  bool write(std::span<const std::uint8_t> changes, bool sealed_anew, std::size_t length_in_256ths = 256) {
    std::string bytes = sealed_anew ? valid_.substr(0, contents_) : valid_;
    for (std::size_t i = 0; i + 4 <= changes.size(); i += 4) {
      const std::size_t place = changes[i] | std::size_t{changes[i + 1]} << 8 | std::size_t{changes[i + 2]} << 16;
      bytes[place % bytes.size()] = static_cast<char>(changes[i + 3]);
    }
    bytes.resize(bytes.size() * length_in_256ths / 256);
    write_whole(bytes);
    if (sealed_anew && !wattershed::seal_file(path_).empty()) std::abort();
    return !sealed_anew && bytes != valid_ && bytes != valid_.substr(0, contents_);  // without a seal it is as good
  }
  void write_whole(std::string_view bytes) { std::ofstream(path_, std::ios::binary) << bytes; }

 private:
  std::filesystem::path path_;
  std::string valid_;
  std::size_t contents_ = 0;  // bytes before the seal
};
