/// The text of a MATPOWER case as blocks of numbers and of names, each row with its line: what stands there, not yet
/// what it means. Problems go to a list, at most `most_problems`, with the line they stand in.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/problem.hpp"

namespace wattershed {

struct MatpowerRow {
  int line = 0;
  std::vector<double> values;  ///< may be infinite, never NaN
};

struct MatpowerBlock {
  int line = 0;                   ///< where it begins
  std::vector<MatpowerRow> rows;  ///< a single number is one row of one value
};

struct MatpowerText {
  std::map<std::string, MatpowerBlock, std::less<>> blocks;  ///< baseMVA, bus, gen, branch, where they are given
  std::vector<std::string> bus_names;
};

inline constexpr std::size_t most_matpower_problems = 20;

/// Throws InputError when `problems` is full.
MatpowerText split_matpower_text(std::string_view text, const std::string& file, std::vector<Problem>& problems);

}  // namespace wattershed
