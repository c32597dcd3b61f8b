/// The network as admittances: I = Y V in per unit, and each branch as a two-port.
///
///   y = 1/(r + jx), t = ratio · e^{j shift}
///   ff = (y + jb/2)/|t|², ft = −y/t*, tf = −y/t, tt = y + jb/2;   [I_from; I_to] = [ff ft; tf tt] [V_from; V_to]
///   a bus's shunt (P + jQ at 1 p.u.) adds (P + jQ)/base_mva to its diagonal
///
/// Source    MATPOWER manual, eq. 3.2 to 3.12
/// Valid     branches that take part have an impedance and a ratio above 0 (the reader sees to it)
#pragma once

#include <complex>
#include <cstddef>
#include <vector>

#include "models/grid/case/grid_case.hpp"

namespace wattershed {

/// All zero for a branch that takes no part [p.u.].
struct BranchAdmittance {
  std::complex<double> from_from, from_to, to_from, to_to;
};
BranchAdmittance branch_admittance(const GridCase& grid, const GridBranch& branch);

/// Y by compressed rows, columns ascending; every row has its diagonal, also where that is zero [p.u.].
struct AdmittanceMatrix {
  std::vector<std::size_t> row_start;  ///< one more than buses
  std::vector<std::size_t> column;
  std::vector<std::complex<double>> value;
  [[nodiscard]] std::size_t buses() const { return row_start.size() - 1; }
};
AdmittanceMatrix admittance_matrix(const GridCase& grid);

/// Y V, into `current` of the same length.
void multiply(const AdmittanceMatrix& matrix, const std::vector<std::complex<double>>& voltage,
              std::vector<std::complex<double>>& current);

}  // namespace wattershed
