/// Where the data lies that is not part of the project, for tests in TEST_SUITE("evidence").
#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace wattershed::test {

/// The path of a shared file, or an empty one after a message: then the test is to return.
inline std::filesystem::path shared_file(const std::string& below_data) {
  const char* given = std::getenv("WATTERSHED_SHARED");
  const std::filesystem::path shared = given != nullptr && *given != '\0'
                                           ? std::filesystem::path(given)
                                           : std::filesystem::path(WATTERSHED_SOURCE_DIR) / "../shared";
  const std::filesystem::path file = shared / "data" / below_data;
  if (std::filesystem::exists(file)) return file;
  MESSAGE("skipped: shared data absent: " << below_data);
  return {};
}

}  // namespace wattershed::test
