// lint as: sim/base/sample.cpp
Process sample(Pool& pool) {
  auto* held = new Lease(co_await pool.acquire(1));                     // FAULT
  auto* more = new std::pair<int, Lease>(1, co_await pool.acquire(1));  // FAULT
}
