// lint as: sim/base/sample.cpp
Process sample(Simulation& simulation, Pool& pool) {
  co_await simulation.delay(Duration{5});                    // FAULT
  co_await pool.acquire({.count = 4});                       // FAULT
  co_await Awaiter{4};                                       // FAULT
  auto lease = co_await pool.acquire<Gang>(Gang{4});         // FAULT
  co_await pool.when([count] { return count > 3; });         // FAULT
  co_await simulation.delay(fast ? short_time : long_time);  // FAULT
}
