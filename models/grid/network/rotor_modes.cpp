#include "models/grid/network/rotor_modes.hpp"

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace wattershed {
namespace {

using Complex = std::complex<double>;
using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ComplexRows = Eigen::Matrix<Complex, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
constexpr Complex j(0, 1);

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

Eigen::Map<const ComplexRows> rows_of(const std::vector<Complex>& values, std::size_t rows, std::size_t columns) {
  return {values.data(), index(rows), index(columns)};
}

std::vector<double> kept(const Rows& matrix) { return {matrix.data(), matrix.data() + matrix.size()}; }

/// First-order changes by angles of all machines, then P and Q of all sites.
struct Slopes {
  Rows electrical;  ///< of P_e
  Rows voltage;     ///< of the size of V at the sites
};

Slopes slopes_of(const ReducedNetwork& network) {
  const std::size_t n = network.machines.size(), m = network.sites.size(), inputs = n + 2 * m;
  const auto y = rows_of(network.admittance, n, n), f = rows_of(network.from_site, n, m);
  const auto t = rows_of(network.to_site, m, n), z = rows_of(network.impedance, m, m);
  Eigen::VectorXcd emf(index(n)), voltage(index(m)), load(index(m));
  for (std::size_t i = 0; i < n; ++i) emf[index(i)] = network.machines[i].emf;
  for (std::size_t k = 0; k < m; ++k) {
    voltage[index(k)] = network.sites[k].voltage;
    load[index(k)] = network.sites[k].load;
  }
  const Eigen::VectorXcd injected = -(load.array() / voltage.array()).conjugate();
  const Eigen::VectorXcd current = y * emf + f * injected;

  // What is put in from outside: dE by angles; the current by loads at a fixed voltage.
  ComplexRows emf_change = ComplexRows::Zero(index(n), index(inputs));
  ComplexRows current_change = ComplexRows::Zero(index(m), index(inputs));
  for (std::size_t i = 0; i < n; ++i) emf_change(index(i), index(i)) = j * emf[index(i)];
  for (std::size_t k = 0; k < m; ++k) {
    const Complex by_power = -1.0 / std::conj(voltage[index(k)]);
    current_change(index(k), index(n + k)) = by_power;
    current_change(index(k), index(n + m + k)) = -j * by_power;
  }
  // dV − Z·c·conj(dV) = T·dE + Z·dJ, c = conj(S/V²): linear in real and imaginary part, not in dV.
  const Eigen::VectorXcd turn = (load.array() / voltage.array().square()).conjugate();
  const ComplexRows back = z * turn.asDiagonal();
  const ComplexRows open = t * emf_change + z * current_change;
  Rows whole(index(2 * m), index(2 * m)), right(index(2 * m), index(inputs));
  whole << Rows::Identity(index(m), index(m)) - back.real(), -back.imag(), -back.imag(),
      Rows::Identity(index(m), index(m)) + back.real();
  right << open.real(), open.imag();
  ComplexRows voltage_change = ComplexRows::Zero(index(m), index(inputs));
  if (m > 0) {
    const Rows solved = whole.partialPivLu().solve(right);
    voltage_change = solved.topRows(index(m)).cast<Complex>() + j * solved.bottomRows(index(m)).cast<Complex>();
  }
  current_change += turn.asDiagonal() * voltage_change.conjugate();

  const ComplexRows machine_current = y * emf_change + f * current_change;
  Slopes slopes;
  slopes.electrical = (current.conjugate().asDiagonal() * emf_change).real() +
                      (emf.asDiagonal() * machine_current.conjugate()).real();
  slopes.voltage =
      ((voltage.array().conjugate() / voltage.array().abs()).matrix().asDiagonal() * voltage_change).real();
  return slopes;
}

}  // namespace

LinearRotorSwing::LinearRotorSwing(const ReducedNetwork& network, Frequency nominal)
    : machines_(network.machines.size()),
      sites_(network.sites.size()),
      nominal_hz_(nominal.si()),
      base_w_(network.base_w) {
  assert(machines_ > 0);
  const std::size_t n = machines_, m = sites_;
  const Slopes slopes = slopes_of(network);
  // Turning all angles together changes nothing, so angles against the last machine are enough.
  Rows rate = Rows::Zero(index(states()), index(states())), input = Rows::Zero(index(states()), index(2 * m));
  const std::size_t speeds = n - 1, governors = 2 * n - 1;
  const double turn = 2 * std::numbers::pi * nominal_hz_;
  for (std::size_t i = 0; i < n; ++i) {
    const ReducedMachine& machine = network.machines[i];
    inertia_s_.push_back(machine.inertia_s);
    if (i + 1 < n) {
      rate(index(i), index(speeds + i)) = turn;
      rate(index(i), index(speeds + n - 1)) = -turn;
    }
    const double scale = 1 / (2 * machine.inertia_s);
    rate.block(index(speeds + i), 0, 1, index(n - 1)) =
        -scale * slopes.electrical.block(index(i), 0, 1, index(n - 1));
    rate(index(speeds + i), index(speeds + i)) = -scale * machine.damping;
    rate(index(speeds + i), index(governors + i)) = scale;
    rate(index(governors + i), index(speeds + i)) = -machine.inverse_droop / machine.governor_s;
    rate(index(governors + i), index(governors + i)) = -1 / machine.governor_s;
    input.row(index(speeds + i)) = -scale * slopes.electrical.row(index(i)).tail(index(2 * m));
  }
  rate_ = kept(rate);
  input_ = kept(input);
  voltage_by_state_ = kept(slopes.voltage.leftCols(index(n - 1)));
  voltage_by_input_ = kept(slopes.voltage.rightCols(index(2 * m)));
  for (std::size_t k = 0; k < m; ++k) {
    Complex open = 0;
    for (std::size_t i = 0; i < n; ++i) open += network.to_site[k * n + i] * network.machines[i].emf;
    for (std::size_t i = 0; i < n; ++i)
      frequency_weight_.push_back((network.to_site[k * n + i] * network.machines[i].emf / open).real());
  }
}

std::vector<RotorMode> LinearRotorSwing::modes() const {
  const Eigen::Map<const Rows> rate(rate_.data(), index(states()), index(states()));
  const Eigen::EigenSolver<Eigen::MatrixXd> solver(rate);
  const Eigen::VectorXcd values = solver.eigenvalues();
  const Eigen::MatrixXcd right = solver.eigenvectors();
  const double largest = values.cwiseAbs().maxCoeff();
  std::vector<RotorMode> modes;
  const std::size_t speeds = machines_ - 1;
  for (Eigen::Index at = 0; at < values.size(); ++at) {
    const Complex value = values[at];
    if (value.imag() <= 1e-6 * largest) continue;
    // The left eigenvector by its own equation: an inverse of all right ones fails where real ones coincide.
    Eigen::MatrixXcd shifted = rate.transpose().cast<Complex>();
    shifted.diagonal().array() -= value * (1 + 1e-9);
    Eigen::VectorXcd left = right.col(at).conjugate();
    const Eigen::PartialPivLU<Eigen::MatrixXcd> factors(shifted);
    for (int round = 0; round < 3; ++round) left = factors.solve(left).normalized();
    RotorMode mode;
    mode.frequency = Frequency(value.imag() / (2 * std::numbers::pi));
    mode.damping_ratio = -value.real() / std::abs(value);
    double sum = 0;
    Complex first = 0;
    for (std::size_t i = 0; i < machines_; ++i) {
      const Complex part = right(index(speeds + i), at);
      mode.participation.push_back(std::abs(left[index(speeds + i)] * part));
      sum += mode.participation.back();
      mode.shape.push_back(part);
      if (std::abs(part) > std::abs(first)) first = part;
    }
    for (std::size_t i = 0; i < machines_; ++i) {
      mode.participation[i] /= sum;
      mode.shape[i] /= first;
    }
    modes.push_back(std::move(mode));
  }
  std::sort(modes.begin(), modes.end(),
            [](const RotorMode& a, const RotorMode& b) { return a.frequency < b.frequency; });
  return modes;
}

RotorResponse LinearRotorSwing::response(Frequency forcing, std::size_t site, double power_factor) const {
  assert(forcing.si() > 0 && site < sites_ && power_factor > 0 && power_factor <= 1);
  const std::size_t n = machines_, m = sites_, speeds = n - 1;
  const Eigen::Map<const Rows> rate(rate_.data(), index(states()), index(states()));
  const Eigen::Map<const Rows> input(input_.data(), index(states()), index(2 * m));
  Eigen::VectorXd load = Eigen::VectorXd::Zero(index(2 * m));
  load[index(site)] = 1 / base_w_;
  load[index(m + site)] = std::sqrt(1 / (power_factor * power_factor) - 1) / base_w_;
  Eigen::MatrixXcd shifted = -rate.cast<Complex>();
  shifted.diagonal().array() += j * (2 * std::numbers::pi * forcing.si());
  const Eigen::VectorXcd x = shifted.partialPivLu().solve((input * load).cast<Complex>());

  RotorResponse result;
  Complex angle = 0, speed = 0;
  double inertia_s = 0;
  for (std::size_t i = 0; i < n; ++i) {
    result.angle_rad.push_back(i + 1 < n ? x[index(i)] : 0);
    result.machine_hz.push_back(nominal_hz_ * x[index(speeds + i)]);
    angle += inertia_s_[i] * result.angle_rad[i];
    speed += inertia_s_[i] * result.machine_hz[i];
    inertia_s += inertia_s_[i];
  }
  for (Complex& each : result.angle_rad) each -= angle / inertia_s;
  result.centre_hz = speed / inertia_s;
  for (std::size_t k = 0; k < m; ++k) {
    Complex local = 0;
    for (std::size_t i = 0; i < n; ++i) local += frequency_weight_[k * n + i] * result.machine_hz[i];
    result.site_hz.push_back(local);
    Complex voltage = 0;
    for (std::size_t i = 0; i + 1 < n; ++i) voltage += voltage_by_state_[k * (n - 1) + i] * x[index(i)];
    for (std::size_t l = 0; l < 2 * m; ++l) voltage += voltage_by_input_[k * 2 * m + l] * load[index(l)];
    result.site_voltage.push_back(voltage);
  }
  return result;
}

double LinearRotorSwing::oscillation_gain(Frequency forcing, std::size_t site) const {
  const RotorResponse swing = response(forcing, site);
  double largest = 0;
  for (const Complex& machine : swing.machine_hz) largest = std::max(largest, std::abs(machine - swing.centre_hz));
  return largest;
}

}  // namespace wattershed
