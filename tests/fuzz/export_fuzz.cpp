// Export: any bytes are a run file whose tables become CSV, or an InputError. An input is a list
// of patches of four bytes (three of an offset, one of the value) on a good file; one that begins with '!' is the
// whole file. HDF5 itself may crash on some: the reader must survive that (sim/run_reader.hpp).
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "analysis/export.hpp"
#include "sim/problem.hpp"
#include "sim/run_file.hpp"
#include "tests/fuzz/memory_file.hpp"

using namespace wattershed;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

// A crash in a child is what the reader looks for, and nothing that the fuzzer should report.
void forget_fuzzer() {
  for (int each : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM}) std::signal(each, SIG_DFL);
}

std::string good_file() {
  const auto path = std::filesystem::temp_directory_path() / ("export_fuzz_" + std::to_string(::getpid()) + ".h5");
  RunAttributes attributes;
  attributes.title = "a small run";
  RunFile file(path, attributes);
  const Time start{};
  const TableId site = file.time_table("hall", start, {{.name = "it_power", .units = "W", .long_name = "IT power"}});
  const TableId jobs = file.table("hall/jobs", {.name = "job", .type = ColumnType::text, .long_name = "job"},
                                  {{.name = "wait", .units = "s", .long_name = "wait"}});
  file.begin();
  for (int i = 0; i < 4; ++i) {
    const std::array power{1000.0 * i};
    file.append(site, start + i * 15min, start + (i + 1) * 15min, power);
    file.append(jobs, "job" + std::to_string(i), power);
  }
  file.summary("hall", "pue", 1.2, "1", "PUE");
  file.finish();
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  std::filesystem::remove(path);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string good = [] {
    ::pthread_atfork(nullptr, nullptr, forget_fuzzer);
    return good_file();
  }();
  static MemoryFile file;
  std::string bytes = good;
  if (size > 0 && data[0] == '!') {
    bytes.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  } else {
    for (std::size_t i = 0; i + 3 < size; i += 4) {
      const std::size_t offset = (std::size_t{data[i]} << 16 | std::size_t{data[i + 1]} << 8 | data[i + 2]);
      bytes[offset % bytes.size()] = static_cast<char>(data[i + 3]);
    }
  }
  file.write(bytes);
  const auto ignore = [](std::string_view) {};
  try {
    for (const std::string& group : exportable_groups(file.path()))
      export_csv(file.path(), {.group = group, .columns = {}}, ignore);
  } catch (const InputError& error) {
    demand(!error.problems().empty() && !error.problems().front().message.empty());
    demand(size > 0);
  }
  return 0;
}
