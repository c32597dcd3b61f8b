// lint as: models/workload/sample.cpp
#include <random>  // FAULT

double sample() {
  std::mt19937_64 engine{std::random_device{}()};    // FAULT
  std::normal_distribution<double> noise(0.0, 1.0);  // FAULT
  std::shuffle(begin, end, engine);                  // FAULT
  return noise(engine) + rand() / 2.0;               // FAULT
}
