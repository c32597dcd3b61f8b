// Export: any bytes are a run file whose tables become CSV, or an InputError. An input is a list
// of patches of four bytes (three of an offset, one of the value) on a good file, which is then sealed anew; one that
// begins with '#' is patches under the old seal, and must be refused; one that begins with '!' is the whole file. HDF5
// itself may crash on some: the reader must survive that (sim/output/run_reader.hpp).
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>

#include "analysis/export/export.hpp"
#include "damaged_run.hpp"
#include "hdf5_leaks.hpp"
#include "sim/base/problem.hpp"
#include "sim/output/run_file.hpp"
#include "sim/output/run_reader.hpp"

using namespace wattershed;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

void write_good(const std::filesystem::path& path) {
  RunAttributes attributes;
  attributes.title = "a small run";
  RunFile file(path, attributes);
  const Time start{};
  const TableId site = file.time_table("hall", start, {{.name = "it_power", .units = "W", .long_name = "IT power"}});
  ColumnSpec wait;
  wait.name = "wait";
  wait.units = "s";
  wait.long_name = "time in the queue";
  const TableId jobs = file.table("hall/jobs", text_axis("job", "job"), {wait});
  file.begin();
  for (int i = 0; i < 4; ++i) {
    const std::array power{1000.0 * i};
    file.append(site, start + i * 15min, start + (i + 1) * 15min, power);
    file.append(jobs, "job" + std::to_string(i), power);
  }
  file.summary("hall", "pue", 1.2, "1", "PUE");
  file.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static DamagedRun file(write_good);
  const std::span input(data, size);
  const char kind = size > 0 ? static_cast<char>(data[0]) : ' ';
  bool must_be_refused = false;
  if (kind == '!')
    file.write_whole({reinterpret_cast<const char*>(data) + 1, size - 1});
  else if (kind == '#')
    must_be_refused = file.write(input.subspan(1), false);
  else
    file.write(input, true);
  const auto ignore = [](std::string_view) {};
  try {
    const RunFileReader run(file.path());
    demand(!must_be_refused);
    for (const std::string& group : exportable_groups(run)) export_csv(run, {.group = group, .columns = {}}, ignore);
  } catch (const InputError& error) {
    demand(!error.problems().empty() && !error.problems().front().message.empty());
    if (size == 0) std::fprintf(stderr, "%s\n", error.what());
    demand(size > 0);
  }
  return 0;
}
