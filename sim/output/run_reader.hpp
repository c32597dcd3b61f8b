/// The run file, read: what `export`, `evidence`, `report` and `compare` stand on (format: sim/output/run_file.md).
///
///   RunFileReader run("site.h5");
///   std::vector<double> power_w = run.numbers("phoenix", "it_power");
///   std::optional<double> pue = run.summary("phoenix", "pue");
///
/// Reads finished files and the `.part` of a killed run alike; `complete()` tells them apart. A kill in the middle of
/// a burst may leave columns of one table with unequal numbers of rows: `rows(group)` is what all of them have, and
/// nothing beyond it is read.
///
/// A file from elsewhere is first read whole in a child process, because HDF5 itself crashes on some damaged files;
/// that costs one more reading. Files that this process just wrote need not be tried (`FileOrigin::own`).
///
/// Errors  InputError, with the file's name: not there, not HDF5, damaged, no run file, of another major version, or
///         asked for a group or column that is not in it (the message names the nearest).
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/output/run_source.hpp"

namespace wattershed {

/// Whether a file may be damaged or hostile.
enum class FileOrigin { unknown, own };

class RunFileReader : public RunSource {
 public:
  explicit RunFileReader(std::filesystem::path path, FileOrigin origin = FileOrigin::unknown);
  ~RunFileReader() override;
  RunFileReader(RunFileReader&&) noexcept;
  RunFileReader& operator=(RunFileReader&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] int minor_version() const;

  [[nodiscard]] std::string name() const override;  ///< the path
  [[nodiscard]] const RunAttributes& attributes() const override;
  [[nodiscard]] bool complete() const override;
  [[nodiscard]] const std::vector<std::string>& groups() const override;
  [[nodiscard]] const std::vector<RunColumn>& columns(const std::string& group) const override;
  [[nodiscard]] std::vector<std::string> axes(const std::string& group) const override;
  [[nodiscard]] std::size_t rows(const std::string& group) const override;
  /// Of the file's own attributes too, as `filetype` of the root.
  [[nodiscard]] std::optional<std::string> group_text(const std::string& group,
                                                      const std::string& attribute) const override;
  [[nodiscard]] std::optional<double> group_number(const std::string& group,
                                                   const std::string& attribute) const override;

 private:
  std::vector<double> read_numbers(const std::string& group, const RunColumn& column, std::size_t first,
                                   std::size_t count) const override;
  std::vector<std::string> read_texts(const std::string& group, const RunColumn& column, std::size_t first,
                                      std::size_t count) const override;

  struct Contents;
  std::unique_ptr<Contents> contents_;
};

}  // namespace wattershed
