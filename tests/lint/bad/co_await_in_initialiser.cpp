// lint as: sim/base/sample.cpp
Process sample(Pool& pool) {
  Lease lease{co_await pool.acquire(1)};                          // FAULT
  std::vector<Lease> leases = {first, co_await pool.acquire(1)};  // FAULT
  use(Pair{1, wrap(co_await pool.acquire(1))});                   // FAULT
  co_return Lease{co_await pool.acquire(1)};                      // FAULT
}
