/// The program: its commands, what signals do, and what each end of a command exits with (Status).

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/command/command_line.hpp"
#include "analysis/component/command.hpp"
#include "analysis/evidence/command.hpp"
#include "analysis/export/command.hpp"
#include "analysis/inspect/command.hpp"
#include "analysis/network/command.hpp"
#include "analysis/run/command.hpp"
#include "analysis/sizing/command.hpp"
#include "build_info.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "models/grid/point/grid_point.hpp"
#include "sim/base/problem.hpp"
#include "sim/base/text.hpp"
#include "sim/units/time.hpp"

namespace {

using namespace wattershed;

std::vector<Command> commands() {
  return {
      run_command(),        // run SCENARIO
      check_command(),      // check SCENARIO…
      explain_command(),    // explain SCENARIO
      catalog_command(),    // catalog [KIND [NAME]]
      export_command(),     // export RUN
      component_command(),  // component NAME --states CSV
      powerflow_command(),  // powerflow CASE
      swing_command(),      // swing RUN, swing SCENARIO --size …
      evidence_command(),   // evidence [NAME]…
  };
}

std::atomic<bool> interrupt_requested{false};
extern "C" void on_interrupt(int) { interrupt_requested = true; }

constexpr const char* full = "standard output cannot be written: is the disk full?";

/// Names and titles come from files of whoever wrote them: what would steer the terminal is shown instead. All text
/// leaves here and in `complain`.
void write(std::string_view text) {
  const std::string shown = without_controls(text);
  if (std::fwrite(shown.data(), 1, shown.size(), stdout) != shown.size()) throw std::runtime_error(full);
}

/// To stderr, behind what stdout still holds; that nobody can be told is no reason to die.
void complain_raw(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}
void complain(std::string_view text) { complain_raw(without_controls(text)); }

Status end_with(Status status, const std::string& complaint) {
  complain(complaint + "\n");
  return status;
}

Session session_with(const Catalog& catalog) {
  std::error_code ignored;
  return {
      .catalog = catalog,
      .program_version = program_version,
      .git_hash = git_hash,
      .program_folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().string(),
      .terminal = ::isatty(STDERR_FILENO) != 0,
      .now = [] { return format_utc(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())); },
      .write = write,
      .complain = complain,
      .progress = [](std::string_view line) { complain_raw("\r" + without_controls(line) + "\x1b[K"); },
      .heed_interrupts =
          [] {
            ::signal(SIGINT, on_interrupt);
            ::signal(SIGTERM, on_interrupt);
            // A closed terminal too, unless whoever started the program said that it should live on (nohup).
            if (::signal(SIGHUP, on_interrupt) == SIG_IGN) ::signal(SIGHUP, SIG_IGN);
          },
      .interrupted = [] { return interrupt_requested.load(); }};
}

Status program(int argc, char** argv) {
  try {
    const Catalog catalog(embedded_catalog());
    const Status status = run_command_line(commands(), argc, argv, session_with(catalog));
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    return written ? status : end_with(Status::failed, std::string("wattershed: ") + full);
  } catch (const InputError& error) {
    return end_with(Status::bad_input, error.what());
  } catch (const VoltageCollapse& error) {
    return end_with(Status::does_not_hold, std::string("wattershed: ") + error.what());
  } catch (const std::bad_alloc&) {
    return end_with(Status::failed,
                    "wattershed: out of memory: record fewer columns or windows (record: {racks: false}), or run it "
                    "where there is more");
  } catch (const std::exception& error) {
    return end_with(Status::failed, std::string("wattershed: ") + error.what());
  }
}

}  // namespace

int main(int argc, char** argv) {
  ::signal(SIGXFSZ, SIG_IGN);  // a full disk is an error to report, not a signal to die of
  ::signal(SIGPIPE, SIG_DFL);
  return static_cast<int>(program(argc, argv));
}
