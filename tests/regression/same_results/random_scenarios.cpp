/// Writes the random scenarios of the tests into a folder, for same_results.py: random_scenarios FOLDER [HOW MANY]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/models/facility/random_scenario.hpp"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: random_scenarios FOLDER [HOW MANY]\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const unsigned long count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 50;
  for (unsigned long number = 0; number < count; ++number) {
    std::ofstream file(folder / ("random_" + std::to_string(number) + ".yaml"));
    file << wattershed::test::RandomScenario(number).text();
    if (!file.flush()) {
      std::fprintf(stderr, "cannot write into %s\n", argv[1]);
      return 3;
    }
  }
  return 0;
}
