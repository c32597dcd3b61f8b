/// Whether two runs left the same, bit for bit.
#pragma once

#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/models/facility/run_helper.hpp"

namespace wattershed::test {

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

/// Every dataset and attribute of two files, but `created`.
inline void check_same(const RunFileReader& a, const RunFileReader& b, bool provenance = true) {
  CHECK(a.groups() == b.groups());
  CHECK(a.attributes().title == b.attributes().title);
  CHECK(a.attributes().scenario == b.attributes().scenario);
  CHECK(a.attributes().seed == b.attributes().seed);
  CHECK(a.attributes().run == b.attributes().run);
  for (const std::string& group : a.groups()) {
    if (group == "catalog" && !provenance) continue;
    CAPTURE(group);
    REQUIRE(a.columns(group).size() == b.columns(group).size());
    for (const RunColumn& column : a.columns(group)) {
      CAPTURE(column.spec.name);
      const RunColumn& other = b.column(group, column.spec.name);
      CHECK(column.spec.units == other.spec.units);
      CHECK(column.spec.long_name == other.spec.long_name);
      CHECK(column.spec.attributes == other.spec.attributes);
      if (column.is_scalar)
        CHECK(a.summary(group.substr(group.find('/') + 1), column.spec.name) ==
              b.summary(group.substr(group.find('/') + 1), column.spec.name));
      else if (column.spec.type == ColumnType::text)
        CHECK(a.texts(group, column.spec.name) == b.texts(group, column.spec.name));
      else
        CHECK(same_bits(a.numbers(group, column.spec.name), b.numbers(group, column.spec.name)));
    }
  }
}

}  // namespace wattershed::test
