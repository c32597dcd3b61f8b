#include "models/grid/network/rotor_swing.hpp"

#include <cassert>
#include <cmath>
#include <numbers>

namespace wattershed {
namespace {

using Complex = std::complex<double>;

}  // namespace

RotorSwing::RotorSwing(ReducedNetwork network, Frequency nominal, Duration step)
    : network_(std::move(network)), nominal_hz_(nominal.si()), step_s_(seconds(step)) {
  assert(step_s_ > 0 && nominal_hz_ > 0);
  const std::size_t n = machines(), m = sites();
  emf_.resize(n);
  state_.assign(3 * n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    emf_[i] = std::abs(network_.machines[i].emf);
    state_[i] = std::arg(network_.machines[i].emf);
  }
  load_.resize(m);
  voltage_.resize(m);
  for (std::size_t k = 0; k < m; ++k) {
    load_[k] = network_.sites[k].load;
    voltage_[k] = network_.sites[k].voltage;
  }
  e_.resize(n);
  open_.resize(m);
  injected_.resize(m);
  electrical_.resize(n);
  for (std::vector<double>* scratch : {&stage_, &first_, &second_, &third_, &fourth_}) scratch->resize(3 * n);
  [[maybe_unused]] const bool stands = solve_network(state_);
  assert(stands);
  // The flow is solved to its tolerance only: the rest is of the reduced network, so that it stays.
  for (std::size_t i = 0; i < n; ++i) network_.machines[i].mechanical = electrical_[i];
}

bool RotorSwing::solve_network(const std::vector<double>& state) {
  const std::size_t n = machines(), m = sites();
  for (std::size_t i = 0; i < n; ++i) e_[i] = Complex(emf_[i] * std::cos(state[i]), emf_[i] * std::sin(state[i]));
  for (std::size_t k = 0; k < m; ++k) {
    open_[k] = 0;
    for (std::size_t j = 0; j < n; ++j) open_[k] += network_.to_site[k * n + j] * e_[j];
  }
  // V = V_open − Z·conj(S/V), again and again: it draws near while |Z|·|S| < |V|², which is the higher root.
  constexpr int most_rounds = 200;
  bool stands = m == 0;
  for (int round = 0; round < most_rounds && !stands; ++round) {
    double moved = 0;
    for (std::size_t k = 0; k < m; ++k) injected_[k] = -std::conj(load_[k] / voltage_[k]);
    for (std::size_t k = 0; k < m; ++k) {
      Complex next = open_[k];
      for (std::size_t l = 0; l < m; ++l) next += network_.impedance[k * m + l] * injected_[l];
      moved = std::max(moved, std::norm(next - voltage_[k]));
      voltage_[k] = next;
    }
    if (!std::isfinite(moved)) break;
    stands = moved < 1e-28;
  }
  if (!stands) return false;
  for (std::size_t k = 0; k < m; ++k) injected_[k] = -std::conj(load_[k] / voltage_[k]);
  for (std::size_t i = 0; i < n; ++i) {
    Complex current = 0;
    for (std::size_t j = 0; j < n; ++j) current += network_.admittance[i * n + j] * e_[j];
    for (std::size_t k = 0; k < m; ++k) current += network_.from_site[i * m + k] * injected_[k];
    electrical_[i] = e_[i].real() * current.real() + e_[i].imag() * current.imag();
  }
  return true;
}

bool RotorSwing::slopes(const std::vector<double>& state, std::vector<double>& slope) {
  if (!solve_network(state)) return false;
  const std::size_t n = machines();
  for (std::size_t i = 0; i < n; ++i) {
    const ReducedMachine& machine = network_.machines[i];
    const double speed = state[n + i], governed = state[2 * n + i];
    slope[i] = 2 * std::numbers::pi * nominal_hz_ * speed;
    slope[n + i] =
        (machine.mechanical + governed - electrical_[i] - machine.damping * speed) / (2 * machine.inertia_s);
    slope[2 * n + i] = (-machine.inverse_droop * speed - governed) / machine.governor_s;
  }
  return true;
}

bool RotorSwing::advance(std::span<const SiteLoad> loads, Duration span) {
  assert(loads.size() == sites() && span.count() >= 0);
  for (std::size_t k = 0; k < loads.size(); ++k)
    load_[k] = Complex(loads[k].active.si(), loads[k].reactive.si()) / network_.base_w;
  const double span_s = seconds(span);
  const auto steps = static_cast<long>(std::ceil(span_s / step_s_ - 1e-9));
  const double h = steps > 0 ? span_s / static_cast<double>(steps) : 0;
  const std::size_t size = state_.size();
  const auto stage = [&](const std::vector<double>& slope, double part) {
    for (std::size_t i = 0; i < size; ++i) stage_[i] = state_[i] + part * slope[i];
  };
  for (long k = 0; k < steps; ++k) {
    if (!slopes(state_, first_)) return false;
    stage(first_, h / 2);
    if (!slopes(stage_, second_)) return false;
    stage(second_, h / 2);
    if (!slopes(stage_, third_)) return false;
    stage(third_, h);
    if (!slopes(stage_, fourth_)) return false;
    for (std::size_t i = 0; i < size; ++i)
      state_[i] += h / 6 * (first_[i] + 2 * second_[i] + 2 * third_[i] + fourth_[i]);
  }
  return solve_network(state_);
}

Frequency RotorSwing::machine_frequency(std::size_t machine) const {
  return Frequency(nominal_hz_ * (1 + state_[machines() + machine]));
}

Frequency RotorSwing::centre_frequency() const {
  double sum = 0, inertia_s = 0;
  for (std::size_t i = 0; i < machines(); ++i) {
    sum += network_.machines[i].inertia_s * state_[machines() + i];
    inertia_s += network_.machines[i].inertia_s;
  }
  return Frequency(nominal_hz_ * (1 + sum / inertia_s));
}

Frequency RotorSwing::site_frequency(std::size_t site) const {
  double sum = 0;
  for (std::size_t i = 0; i < machines(); ++i)
    sum += (network_.to_site[site * machines() + i] * e_[i] / open_[site]).real() * state_[machines() + i];
  return Frequency(nominal_hz_ * (1 + sum));
}

Power RotorSwing::electrical_power(std::size_t machine) const {
  return Power(electrical_[machine] * network_.base_w);
}

void RotorSwing::disturb(std::size_t machine, double angle_rad, double speed_pu) {
  state_[machine] += angle_rad;
  state_[machines() + machine] += speed_pu;
  [[maybe_unused]] const bool stands = solve_network(state_);
  assert(stands);
}

}  // namespace wattershed
