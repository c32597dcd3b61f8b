/// A run in memory: what it records, to be read at once, with no file made.
///
///   MemorySink sink(attributes);
///   …                                                     // declare, begin(), append, finish(), as with any sink
///   sink.run().numbers("phoenix", "it_power");            // what a reader of the file would give, bit for bit
///
/// Values are kept in the types of a run file and cut as it cuts them (stored_value.hpp), so that both read alike;
/// only attributes that describe a file itself (`filetype`, NeXus) are not there.
///
/// Cost    a row costs what was declared of it: 8 bytes a number (4 in single precision, 1 of flags), 32 a text and
///         its letters where they are over 15, and 32 for its time, which tables beside it share; up to twice that
///         while columns grow. Quickstart's site takes 0.37 kB a row, one with a plant 0.57 kB: a year of minutes is
///         200 and 300 MB. Who asks only for some tables keeps only these: rows of the others are checked, counted
///         by the sink and forgotten, and their tables are read as empty. Axes, attributes and scalars are always
///         there.
/// Errors  those of RunSink
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "sim/output/run_sink.hpp"
#include "sim/output/run_source.hpp"

namespace wattershed {

class MemorySink : public RunSink {
 public:
  /// Whether the rows of a table are kept. A table beside one that is not kept is not kept either.
  using Keep = std::function<bool(const DeclaredTable&)>;

  /// `name` stands in messages.
  explicit MemorySink(RunAttributes attributes, std::string name = "run in memory", Keep keep = {});
  ~MemorySink() override;

  /// What was recorded: tables from `begin()` on, the summary from the end on, nothing once abandoned. Lives as long
  /// as the sink.
  [[nodiscard]] const RunSource& run() const;

 private:
  void create() override;
  void store(std::size_t table, const Row& row) override;
  void close(bool complete) override;
  void discard() noexcept override;

  class Run;
  std::unique_ptr<Run> run_;
  Keep keep_;
};

}  // namespace wattershed
