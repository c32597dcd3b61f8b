/// Power flow of the New England network (39 buses): one solution from a flat start, one after a change of load, and
/// the hosting capacity of every bus. The yardstick is Newton's method on the same equations by a dense LU.
///
///   BM of 1,000 solutions from a flat start: under 1 s; hosting of all buses: under 5 s
#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

#include "models/grid/case/bus_units.hpp"
#include "models/grid/network/admittance.hpp"
#include "models/grid/network/hosting.hpp"
#include "models/grid/network/power_flow_solver.hpp"
#include "tests/models/grid/catalog_network.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

/// Sets the solver to one bus after the other, so that no solution is found again.
Power load_of_turn(const GridCase& grid, std::size_t turn) {
  return Power((grid.buses[turn % grid.buses.size()].load_mw + static_cast<double>(turn % 7)) * 1e6);
}

void one_shot(benchmark::State& state) {
  const GridCase grid = catalog_case("new-england-39");
  for (auto _ : state) benchmark::DoNotOptimize(solve_power_flow(grid).loss_mw);
}
BENCHMARK(one_shot)->Unit(benchmark::kMicrosecond);

void from_flat(benchmark::State& state) {
  const GridCase grid = catalog_case("new-england-39");
  PowerFlowSolver solver(grid);
  std::size_t turn = 0;
  for (auto _ : state) {
    solver.set_load(turn % grid.buses.size(), load_of_turn(grid, turn), ApparentPower());
    ++turn;
    solver.restart(PowerFlowStart::flat);
    if (!solver.solve()) state.SkipWithError("no solution");
  }
}
BENCHMARK(from_flat)->Unit(benchmark::kMicrosecond);

void from_last(benchmark::State& state) {
  const GridCase grid = catalog_case("new-england-39");
  PowerFlowSolver solver(grid);
  std::size_t turn = 0;
  for (auto _ : state) {
    solver.set_load(turn % grid.buses.size(), load_of_turn(grid, turn), ApparentPower());
    ++turn;
    if (!solver.solve()) state.SkipWithError("no solution");
  }
}
BENCHMARK(from_last)->Unit(benchmark::kMicrosecond);

/// The yardstick: the textbook Newton from a flat start, everything dense.
void dense_newton(benchmark::State& state) {
  using Complex = std::complex<double>;
  const GridCase grid = catalog_case("new-england-39");
  const auto n = static_cast<Eigen::Index>(grid.buses.size());
  const AdmittanceMatrix sparse = admittance_matrix(grid);
  Eigen::MatrixXcd y = Eigen::MatrixXcd::Zero(n, n);
  for (std::size_t i = 0; i < grid.buses.size(); ++i)
    for (std::size_t k = sparse.row_start[i]; k < sparse.row_start[i + 1]; ++k)
      y(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(sparse.column[k])) = sparse.value[k];
  const std::vector<BusUnits> units = units_by_bus(grid);
  Eigen::VectorXcd power(n);
  Eigen::VectorXd start = Eigen::VectorXd::Ones(n);
  std::vector<Eigen::Index> angles, magnitudes;
  for (Eigen::Index i = 0; i < n; ++i) {
    const GridBus& bus = grid.buses[static_cast<std::size_t>(i)];
    const BusUnits& here = units[static_cast<std::size_t>(i)];
    power[i] = Complex(here.p_mw - bus.load_mw, -bus.load_mvar) / grid.base_mva;
    if (bus.type != BusType::slack) angles.push_back(i);
    if (bus.type == BusType::load) magnitudes.push_back(i);
    if (bus.type != BusType::load) start[i] = here.set_point_pu;
  }
  const auto a = static_cast<Eigen::Index>(angles.size()), m = static_cast<Eigen::Index>(magnitudes.size());
  for (auto _ : state) {
    Eigen::VectorXd size = start, angle = Eigen::VectorXd::Zero(n);
    double largest = 1;
    for (int iteration = 0; iteration < 10 && largest > 1e-8; ++iteration) {
      Eigen::VectorXcd v(n);
      for (Eigen::Index i = 0; i < n; ++i) v[i] = std::polar(size[i], angle[i]);
      const Eigen::VectorXcd current = y * v;
      const Eigen::VectorXcd rest = power - v.cwiseProduct(current.conjugate());
      Eigen::VectorXd f(a + m);
      for (Eigen::Index r = 0; r < a; ++r) f[r] = rest[angles[static_cast<std::size_t>(r)]].real();
      for (Eigen::Index r = 0; r < m; ++r) f[a + r] = rest[magnitudes[static_cast<std::size_t>(r)]].imag();
      largest = f.cwiseAbs().maxCoeff();
      if (largest <= 1e-8) break;
      const Eigen::MatrixXcd by_angle =
          Complex(0, 1) * v.asDiagonal() *
          (Eigen::MatrixXcd(current.asDiagonal()) - y * Eigen::MatrixXcd(v.asDiagonal())).conjugate();
      const Eigen::VectorXcd unit = v.cwiseQuotient(size.cast<Complex>());
      const Eigen::MatrixXcd by_size = v.asDiagonal() * (y * Eigen::MatrixXcd(unit.asDiagonal())).conjugate() +
                                       Eigen::MatrixXcd(current.conjugate().cwiseProduct(unit).asDiagonal());
      Eigen::MatrixXd jacobian(a + m, a + m);
      jacobian << by_angle(angles, angles).real(), by_size(angles, magnitudes).real(),
          by_angle(magnitudes, angles).imag(), by_size(magnitudes, magnitudes).imag();
      const Eigen::VectorXd step = jacobian.partialPivLu().solve(f);
      for (Eigen::Index r = 0; r < a; ++r) angle[angles[static_cast<std::size_t>(r)]] += step[r];
      for (Eigen::Index r = 0; r < m; ++r) size[magnitudes[static_cast<std::size_t>(r)]] += step[a + r];
    }
    if (!(largest <= 1e-8)) state.SkipWithError("no solution");
    benchmark::DoNotOptimize(size.data());
  }
}
BENCHMARK(dense_newton)->Unit(benchmark::kMicrosecond);

void hosting_of_all(benchmark::State& state) {
  const GridCase grid = catalog_case("new-england-39");
  std::vector<std::size_t> buses(grid.buses.size());
  std::iota(buses.begin(), buses.end(), std::size_t{0});
  for (auto _ : state)
    benchmark::DoNotOptimize(hosting_capacity(grid, buses, {.contingencies = state.range(0) != 0}).buses.data());
}
BENCHMARK(hosting_of_all)->ArgName("contingencies")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
