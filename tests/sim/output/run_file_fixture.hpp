/// A small run file with every kind of table in it, for the tests of the writer and the reader.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sim/output/run_file.hpp"

namespace wattershed::test {

/// A folder of its own that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "wattershed-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline constexpr const char* python = "/usr/bin/python3";
inline bool python_reads_hdf5() {
  static const bool yes = std::system("/usr/bin/python3 -c 'import h5py, xarray, h5netcdf' >/dev/null 2>&1") == 0;
  return yes;
}

/// Exit status of a Python program given as text; what it prints stands in the test's output.
inline int run_python(const TemporaryFolder& folder, const std::string& program, const std::string& arguments) {
  const auto script = folder / "script.py";
  std::ofstream(script) << program;
  const int status = std::system((std::string(python) + " " + script.string() + " " + arguments + " 2>&1").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

inline RunAttributes sample_attributes() {
  RunAttributes attributes;
  attributes.title = "a test – with an umlaut ü";
  attributes.program_version = "0.1.0";
  attributes.git_hash = "abc1234";
  attributes.seed = 18'446'744'073'709'551'615U;
  attributes.run = 3;
  attributes.time_zone = "America/Phoenix";
  attributes.created = "2027-01-01T00:00:00Z";
  attributes.scenario = "title: a test\n" + std::string(100'000, '#');  // over 64 KiB, as real ones may be
  attributes.more = {{"carbon_boundary", "life-cycle"}};
  return attributes;
}

inline const Time sample_start = Time(std::chrono::sys_days(std::chrono::year(2027) / 1 / 1));

struct SampleTables {
  TableId site, racks, services, monthly, limits, jobs, catalog, window;
};

inline ColumnSpec column(std::string name, std::string units) {
  ColumnSpec spec;
  spec.long_name = "the " + name;
  spec.name = std::move(name);
  spec.units = std::move(units);
  return spec;
}
inline ColumnSpec text_column(std::string name) {
  ColumnSpec spec = column(std::move(name), "");
  spec.type = ColumnType::text;
  return spec;
}

inline SampleTables declare_sample(RunSink& file) {
  SampleTables tables;
  ColumnSpec missing = column("dry_bulb", "K");
  missing.allows_missing = true;
  ColumnSpec mode = column("mode", "1");
  mode.type = ColumnType::flags;
  mode.flag_meanings = {"mechanical", "economizer", "off"};
  ColumnSpec queue = column("queue_length", "1");
  queue.type = ColumnType::integer;
  queue.cell_methods = "time: maximum";
  tables.site = file.time_table("phoenix", sample_start, {column("it_power", "W"), missing, mode, queue});
  tables.racks = file.time_table_beside(tables.site, "phoenix/racks", {column("power", "W"), column("inlet", "K")},
                                        FixedAxis{"rack", "rack", {"a-1", "a-2", "b-1"}});
  tables.services = file.time_table_beside(tables.site, "phoenix/services", {column("rate", "s-1")},
                                           FixedAxis{"service", "service", {"chat"}});
  ColumnSpec month = column("month", "seconds since 2027-01-01T00:00:00Z");
  month.attributes = {{"calendar", "proleptic_gregorian"}};
  tables.monthly = file.table("phoenix/monthly", month, {column("energy", "J"), column("peak", "W")});
  tables.limits =
      file.table("phoenix/limits", text_axis("limit", "limit"), {column("allowed", "W"), text_column("verdict")});
  tables.jobs = file.table("phoenix/jobs", text_axis("job", "job"), {column("start", "s"), column("wait", "s")});
  tables.catalog = file.table("catalog", row_axis(), {text_column("path"), text_column("value")});
  ColumnSpec fast = column("it_power", "W");
  fast.single_precision = true;
  fast.cell_methods = "time: point";
  tables.window = file.time_table("phoenix/windows/july", sample_start + 100h, {fast});
  file.group_attribute("phoenix", "latitude", 33.43);
  file.group_attribute("phoenix", "region", "US-AZ");
  return tables;
}

inline double sample_power(std::size_t row) { return 1e6 + static_cast<double>(row % 977) * 0.1; }

inline void append_sample_row(RunSink& file, const SampleTables& tables, std::size_t i) {
  const double n = static_cast<double>(i);
  const Time from = sample_start + static_cast<std::int64_t>(i) * 15min;
  const double missing = i % 5 == 0 ? std::numeric_limits<double>::quiet_NaN() : 280.0 + n;
  file.append(tables.site, from, from + 15min, std::array{sample_power(i), missing, n - 3 * std::floor(n / 3), n});
  file.append(tables.racks, std::array{n, n + 0.1, n + 0.2, 300 + n, 301 + n, 302 + n});
  file.append(tables.services, std::array{n * 2});
  const std::string job = "job-" + std::to_string(i);
  file.append(tables.jobs, std::string_view(job), std::array{n, n * 10});
}

inline void append_sample_rest(RunSink& file, const SampleTables& tables) {
  file.append(tables.monthly, 0.0, std::array{1e12, 2e6});
  file.append(tables.monthly, 31 * 86'400.0, std::array{1.1e12, 2.1e6});
  const std::array<std::string_view, 1> verdict{"kept"};
  file.append(tables.limits, std::string_view("connection"), std::array{6e7}, verdict);
  const std::array<std::string_view, 2> entry{"site.racks.a.use", "gb200-nvl72 °C"};
  file.append(tables.catalog, std::span<const double>(), entry);
  file.append(tables.window, sample_start + 100h, sample_start + 100h + 1ms, std::array{1.5e6});
  file.summary("phoenix", "pue", 1.25, "1", "power usage effectiveness");
  file.summary("phoenix", "jobs_done", std::int64_t{17}, "1", "jobs done");
}

/// The whole sample with `rows` rows of the site.
inline void leave_sample(RunSink& sink, std::size_t rows) {
  const SampleTables tables = declare_sample(sink);
  sink.begin();
  for (std::size_t i = 0; i < rows; ++i) append_sample_row(sink, tables, i);
  append_sample_rest(sink, tables);
  sink.finish();
}
/// The same in a file.
inline void write_sample(const std::filesystem::path& path, std::size_t rows, BurstPolicy policy = {}) {
  RunFile file(path, sample_attributes(), policy);
  leave_sample(file, rows);
}

}  // namespace wattershed::test
