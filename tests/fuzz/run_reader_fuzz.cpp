// Any damage to a run file is read or is an InputError. The input is a list of changes (three bytes of place, one of
// value) to a valid file, for random bytes are never HDF5; an input with an odd first byte is the file itself.
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "hdf5_leaks.hpp"
#include "sim/base/problem.hpp"
#include "sim/output/run_file.hpp"
#include "sim/output/run_reader.hpp"

namespace {

using namespace wattershed;
namespace fs = std::filesystem;

fs::path scratch() { return fs::temp_directory_path() / ("wattershed_fuzz_" + std::to_string(getpid()) + ".h5"); }

std::string valid_file() {
  const Time start{};
  RunAttributes attributes;
  attributes.title = "fuzz";
  attributes.scenario = "title: fuzz\n";
  RunFile file(scratch(), attributes);
  ColumnSpec power;
  power.name = "it_power";
  power.units = "W";
  power.long_name = "IT power";
  ColumnSpec mode = power;
  mode.name = "mode";
  mode.type = ColumnType::flags;
  mode.flag_meanings = {"off", "on"};
  const TableId site = file.time_table("site", start, {power, mode});
  const TableId racks = file.time_table_beside(site, "site/racks", {power}, FixedAxis{"rack", "rack", {"a", "b"}});
  const TableId jobs = file.table("site/jobs", text_axis("job", "job"), {power, text_axis("state", "state")});
  file.begin();
  for (int i = 0; i < 20; ++i) {
    file.append(site, start + i * 1s, start + (i + 1) * 1s, std::array{1.5 * i, static_cast<double>(i % 2)});
    file.append(racks, std::array{1.0 * i, 2.0 * i});
    const std::array<std::string_view, 1> state{"done"};
    file.append(jobs, std::string_view("job"), std::array{1.0 * i}, state);
  }
  file.summary("site", "pue", 1.2, "1", "power usage effectiveness");
  file.finish();
  std::ifstream in(scratch(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string whole = valid_file();
  std::string bytes;
  if (size > 0 && data[0] % 2 == 1) {
    bytes.assign(reinterpret_cast<const char*>(data), size);
  } else {
    bytes = whole;
    for (std::size_t i = 1; i + 4 <= size; i += 4) {
      const std::size_t place =
          data[i] | static_cast<std::size_t>(data[i + 1]) << 8 | static_cast<std::size_t>(data[i + 2]) << 16;
      bytes[place % bytes.size()] = static_cast<char>(data[i + 3]);
    }
    if (size % 4 == 3) bytes.resize(bytes.size() * data[size - 1] / 256);
  }
  std::ofstream(scratch(), std::ios::binary) << bytes;
  try {
    const RunFileReader run(scratch());
    for (const std::string& group : run.groups()) {
      static_cast<void>(run.rows(group));
      for (const RunColumn& column : run.columns(group)) {
        try {
          if (column.spec.type == ColumnType::text) {
            static_cast<void>(run.texts(group, column.spec.name));
          } else {
            static_cast<void>(run.numbers(group, column.spec.name));
          }
        } catch (const InputError&) {
          // One damaged column does not take the others with it.
        }
      }
    }
  } catch (const InputError&) {
    // Refused, as it should be.
  }
  return 0;
}
