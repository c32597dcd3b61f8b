#include "sim/output/child_probe.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace wattershed {

namespace {

[[noreturn]] void live_as_child(const std::function<void()>& work, unsigned cpu_seconds) {
  // Die quietly: no core, no report of a sanitizer or of malloc on the parent's streams.
  for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGALRM}) std::signal(number, SIG_DFL);
  const rlimit no_core{0, 0}, cpu{cpu_seconds, cpu_seconds};
  setrlimit(RLIMIT_CORE, &no_core);
  setrlimit(RLIMIT_CPU, &cpu);
  ::alarm(20 + 4 * cpu_seconds);  // what waits for ever uses no processor time
  const int nowhere = ::open("/dev/null", O_RDWR);
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  try {
    work();
  } catch (...) {
    ::_exit(0);
  }
  ::_exit(0);
}

}  // namespace

bool survives_in_child(const std::function<void()>& work, unsigned cpu_seconds) {
  const pid_t child = ::fork();
  if (child < 0) return true;
  if (child == 0) live_as_child(work, cpu_seconds);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return true;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace wattershed
