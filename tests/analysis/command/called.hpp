/// A command called by itself, without a command line, in a folder of its own.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "analysis/command/command.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "sim/input/catalog.hpp"

namespace wattershed::test {

/// A temporary folder that goes away.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wattershed_command_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  /// Writes a file and gives its path.
  [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return *this / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// While it lives, what this process prints on its stdout and stderr goes to a file.
class Printed {
 public:
  explicit Printed(std::string file) : file_(std::move(file)) {
    std::fflush(nullptr);
    std::FILE* const to = std::fopen(file_.c_str(), "w");
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
      kept_.push_back(::dup(stream));
      ::dup2(::fileno(to), stream);
    }
    std::fclose(to);
  }
  ~Printed() { stop(); }
  Printed(const Printed&) = delete;
  Printed& operator=(const Printed&) = delete;

  std::string stop() {
    std::fflush(nullptr);
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      ::dup2(kept_[i], i == 0 ? STDOUT_FILENO : STDERR_FILENO);
      ::close(kept_[i]);
    }
    kept_.clear();
    return text_of(file_);
  }

 private:
  std::string file_;
  std::vector<int> kept_;
};

using Given = std::vector<std::pair<std::string, Arguments::Value>>;

/// What came of a call.
struct Called {
  Outcome outcome;
  std::string streamed;               ///< to the session's `write`
  std::vector<std::string> progress;  ///< lines
  bool heeded = false;                ///< it asked for Ctrl-C to be kept
  std::string printed;                ///< past the session, which none may
};

/// Calls a command with what is given by long names. `interrupt`: somebody has pressed Ctrl-C; `terminal`: and
/// watches.
inline Called call(const Command& command, const Given& given, bool interrupt = false, bool terminal = false) {
  const Catalog catalog(embedded_catalog());
  Called called;
  Session session{.catalog = catalog, .program_version = "9.8", .git_hash = "abc", .terminal = terminal};
  session.now = [] { return std::string("2031-05-04T03:02:01Z"); };
  session.write = [&](std::string_view text) { called.streamed += text; };
  session.progress = [&](std::string_view line) { called.progress.emplace_back(line); };
  session.heed_interrupts = [&] { called.heeded = true; };
  session.interrupted = [&] { return interrupt; };
  Arguments arguments(command.options);
  for (const auto& [name, value] : given) arguments.value(name) = value;
  const Folder folder;
  Printed printed(folder / "printed");
  called.outcome = command.run(arguments, session);
  called.printed = printed.stop();
  return called;
}

/// Five minutes of a job whose power is a square wave, seen through a window.
inline constexpr const char* square_wave = R"(
title: a square wave
start: 2027-01-01
duration: 5 min
record: {every: 1 min, windows: {glass: {at: "2027-01-01T00:02", for: 1 min, every: 10 ms}}}
site:
  name: hall
  grid: {carbon: 400 g/kWh, water_intensity: 2 L/kWh, connection: 1 MW, tariff: {energy: 0.1 USD/kWh}}
  cooling: {system: {use: fixed-overhead, overhead: 20 %}}
  racks: {dgx: {use: rack-dgx-h100, count: 2}}
workload:
  training:
    base: {flops: 1e+30, accelerators: 64, accelerator_failure_every: none, checkpoint_time: 0 s,
           pattern: [{power: 700 W, for: 1 s}, {power: 200 W, for: 3 s, activity: communication}]}
)";

}  // namespace wattershed::test
