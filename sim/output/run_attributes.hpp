/// What is said of a whole run: the attributes of the root of its file (sim/output/run_file.md).
#pragma once

#include <cstdint>
#include <string>

#include "sim/output/run_column.hpp"

namespace wattershed {

struct RunAttributes {
  std::string title;
  std::string program_version;
  std::string git_hash;
  std::uint64_t seed = 1;
  std::uint64_t run = 0;
  std::string time_zone = "UTC";  ///< of the first site; every recorded time is UTC
  std::string created;            ///< "2027-01-01T15:00:00Z"; the one attribute two equal runs may differ in
  std::string scenario;           ///< the whole resolved scenario
  TextAttributes more;
};

}  // namespace wattershed
