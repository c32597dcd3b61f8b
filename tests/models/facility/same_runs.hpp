/// Whether two runs left the same, bit for bit, in their files.
#pragma once

#include <doctest/doctest.h>

#include "tests/models/facility/run_helper.hpp"
#include "tests/sim/output/same_runs.hpp"

namespace wattershed::test {

/// Every dataset and attribute of two files, but `created`; with or without where the numbers come from.
inline void check_same(const RunFileReader& a, const RunFileReader& b, bool provenance = true) {
  SameRuns which{.created = false, .without = {}};
  if (!provenance) which.without = {"catalog"};
  CHECK(differences(a, b, which) == "");
}

}  // namespace wattershed::test
