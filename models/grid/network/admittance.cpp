#include "models/grid/network/admittance.hpp"

#include <algorithm>
#include <cassert>
#include <numbers>

namespace wattershed {

BranchAdmittance branch_admittance(const GridCase& grid, const GridBranch& branch) {
  using Complex = std::complex<double>;
  if (!takes_part(grid, branch)) return {};
  const Complex impedance(branch.resistance_pu, branch.reactance_pu);
  assert(impedance != Complex(0) && branch.ratio > 0);
  const Complex series = 1.0 / impedance, end = series + Complex(0, branch.charging_pu / 2);
  const Complex tap = std::polar(branch.ratio, branch.shift_deg * std::numbers::pi / 180);
  return {
      .from_from = end / std::norm(tap), .from_to = -series / std::conj(tap), .to_from = -series / tap, .to_to = end};
}

AdmittanceMatrix admittance_matrix(const GridCase& grid) {
  struct Entry {
    std::size_t row, column;
    std::complex<double> value;
  };
  std::vector<Entry> entries;
  entries.reserve(grid.buses.size() + 4 * grid.branches.size());
  for (std::size_t i = 0; i < grid.buses.size(); ++i) {
    const GridBus& bus = grid.buses[i];
    const bool dead = bus.type == BusType::isolated;
    entries.push_back({i, i, dead ? 0 : std::complex(bus.shunt_mw, bus.shunt_mvar) / grid.base_mva});
  }
  for (const GridBranch& branch : grid.branches) {
    if (!takes_part(grid, branch)) continue;
    const BranchAdmittance y = branch_admittance(grid, branch);
    entries.push_back({branch.from, branch.from, y.from_from});
    entries.push_back({branch.from, branch.to, y.from_to});
    entries.push_back({branch.to, branch.from, y.to_from});
    entries.push_back({branch.to, branch.to, y.to_to});
  }
  // Stable, so that parallel branches always add up in the order of the file.
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.row != b.row ? a.row < b.row : a.column < b.column;
  });
  AdmittanceMatrix matrix;
  matrix.row_start.assign(grid.buses.size() + 1, 0);
  for (std::size_t k = 0; k < entries.size(); ++k) {
    const Entry& entry = entries[k];
    if (k > 0 && entries[k - 1].row == entry.row && entries[k - 1].column == entry.column) {
      matrix.value.back() += entry.value;
      continue;
    }
    matrix.column.push_back(entry.column);
    matrix.value.push_back(entry.value);
    matrix.row_start[entry.row + 1] = matrix.column.size();
  }
  return matrix;
}

void multiply(const AdmittanceMatrix& matrix, const std::vector<std::complex<double>>& voltage,
              std::vector<std::complex<double>>& current) {
  assert(voltage.size() == matrix.buses());
  current.resize(voltage.size());
  for (std::size_t i = 0; i < matrix.buses(); ++i) {
    std::complex<double> sum = 0;
    for (std::size_t k = matrix.row_start[i]; k < matrix.row_start[i + 1]; ++k)
      sum += matrix.value[k] * voltage[matrix.column[k]];
    current[i] = sum;
  }
}

}  // namespace wattershed
