// lint as: sim/kernel/sample.cpp
#include <vector>

#include "sim/kernel/process.hpp"

// if (co_await f()) in a comment is no fault
Process sample(Simulation& simulation, Pool& pool) {
  const char* text = "while (co_await f()) { printf( std::cout }";
  auto ready = co_await simulation.ready();
  if (ready) {
    co_await simulation.delay(wait);
  } else {
    co_await simulation.delay(longer);
  }
  while (!done()) {
    Gang gang = co_await scheduler.start(job);
    auto end = co_await simulation.first_of(job.next_checkpoint(), gang.failure(), gang.preemption());
    Agg named{1, 2};
    int share = co_await pool.share() > 3 ? 1 : 2;
    co_await pool.acquire<Gang>(named);
    try {
      co_await simulation.until(later);
    } catch (const Interrupted&) {
      share = 0;
    }
    switch (share) {
      case 0: {
        co_await simulation.delay(wait);
      }
    }
  }
  auto life = [](Simulation& simulation) -> Process { co_await simulation.delay(1'000); };
  std::vector<int> counts = {1, 2, 3};
  co_await simulation.settled();
  for (int count : counts) {
    co_await pool.acquire(count);
  }
  std::snprintf(buffer, sizeof buffer, "%d", 3);
  { co_await simulation.settled(); }
}

/// Inputs    a power [W], said at such length that its line comes to an end and has to go on in the next line of the
///           block, under its text
/// Outputs   another; Valid is no label here, nor does Source end a line, though Limits may: Limits
/// LocalTime, Duration   "2027-01-01T15:00", as sim/units/time.hpp and README.md have it
/// Errors    none
void after();
