/// A run in memory: what it records, to be read at once, with no file made.
///
///   MemorySink sink(attributes);
///   …                                                     // declare, begin(), append, finish(), as with any sink
///   sink.run().numbers("phoenix", "it_power");            // what a reader of the file would give, bit for bit
///
/// Values are kept as a run file would (single precision in four bytes, whole numbers cut), so that both read alike.
/// Memory grows by 8 bytes a value (4 in single precision) and 32 a row over time: a year of minutes of a site takes
/// some 300 MB. Who only asks for the summary, or for windows, keeps only these: what is not kept is checked, counted
/// by the sink and forgotten, and its tables are read as empty.
///
/// Errors  those of RunSink
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "sim/output/run_sink.hpp"
#include "sim/output/run_source.hpp"

namespace wattershed {

class MemorySink : public RunSink {
 public:
  /// Whether the rows of the table in this group are kept. A table beside one that is not kept is not kept either.
  using Keep = std::function<bool(std::string_view group)>;

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
