// lint as: tests/sim/base/sample_test.cpp
#include <thread>

std::thread started;  // FAULT

TEST_CASE("two threads count") {
  std::thread one([] {});
  one.join();
}

TEST_CASE("something alone") {
  const int threads = 2;
  std::jthread other([] {});  // FAULT
}
