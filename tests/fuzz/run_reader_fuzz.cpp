// Any damage to a run file is read or is an InputError. The input is a list of changes (three bytes of place, one of
// value) to a valid file, for random bytes are never HDF5; an input with an odd first byte is the file itself. By the
// first byte, too, the file is sealed anew, or must be refused.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "damaged_run.hpp"
#include "hdf5_leaks.hpp"
#include "sim/base/problem.hpp"
#include "sim/output/run_file.hpp"
#include "sim/output/run_reader.hpp"

namespace {

using namespace wattershed;

void write_valid(const std::filesystem::path& path) {
  const Time start{};
  RunAttributes attributes;
  attributes.title = "fuzz";
  attributes.scenario = "title: fuzz\n";
  RunFile file(path, attributes);
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
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static DamagedRun file(write_valid);
  bool must_be_refused = false;
  if (size > 0 && data[0] % 2 == 1) {
    file.write_whole({reinterpret_cast<const char*>(data), size});
  } else {
    const std::span changes = std::span(data, size).subspan(size > 0 ? 1 : 0);
    const bool cut = changes.size() % 4 == 2;
    must_be_refused = file.write(changes, size == 0 || data[0] % 4 != 2, cut ? changes.back() : 256);
  }
  try {
    const RunFileReader run(file.path());
    if (must_be_refused) std::abort();
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
