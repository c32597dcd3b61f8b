// Export: any bytes are a run file whose tables become CSV, or an InputError. An input is a list
// of patches of four bytes (three of an offset, one of the value) on a good file; one that begins with '!' is the
// whole file. HDF5 itself may crash on some: the reader must survive that (sim/output/run_reader.hpp).
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "analysis/export/export.hpp"
#include "hdf5_leaks.hpp"
#include "sim/base/problem.hpp"
#include "sim/output/run_file.hpp"

using namespace wattershed;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

// HDF5 asks for the real path of what it opens, so a file in memory does not do.
const std::filesystem::path& scratch() {
  static const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("export_fuzz_" + std::to_string(::getpid()) + ".h5");
  return path;
}

std::string good_file() {
  RunAttributes attributes;
  attributes.title = "a small run";
  RunFile file(scratch(), attributes);
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
  std::ifstream in(scratch(), std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  std::atexit([] { std::filesystem::remove(scratch()); });
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string good = good_file();
  std::string bytes = good;
  if (size > 0 && data[0] == '!') {
    bytes.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  } else {
    for (std::size_t i = 0; i + 3 < size; i += 4) {
      const std::size_t offset = (std::size_t{data[i]} << 16 | std::size_t{data[i + 1]} << 8 | data[i + 2]);
      bytes[offset % bytes.size()] = static_cast<char>(data[i + 3]);
    }
  }
  std::ofstream(scratch(), std::ios::binary) << bytes;
  const auto ignore = [](std::string_view) {};
  try {
    for (const std::string& group : exportable_groups(scratch()))
      export_csv(scratch(), {.group = group, .columns = {}}, ignore);
  } catch (const InputError& error) {
    demand(!error.problems().empty() && !error.problems().front().message.empty());
    if (size == 0) std::fprintf(stderr, "%s\n", error.what());
    demand(size > 0);
  }
  return 0;
}
