/// Tries something that may crash in a child process, so that the crash is an answer and not the end of the program.
///
/// HDF5 1.10 ends with a fault on some damaged files (3 of 100 with a few changed bytes), from which no exception can
/// save its caller. The child shares nothing that it changes: it must only read, and neither print nor close.
#pragma once

#include <functional>

namespace wattershed {

/// Runs `work` in a copy of this process; true when it returned, or ended with an exception, within `cpu_seconds` of
/// processor time. False when it died of a fault or ran on. True too when no child could be made.
bool survives_in_child(const std::function<void()>& work, unsigned cpu_seconds);

}  // namespace wattershed
