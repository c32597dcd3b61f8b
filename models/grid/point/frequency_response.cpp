#include "models/grid/point/frequency_response.hpp"

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <unsupported/Eigen/MatrixFunctions>

#include "models/grid/point/nominal_frequency.hpp"

namespace wattershed {
namespace {

/// The parameters as plain numbers.
struct Numbers {
  explicit Numbers(const GridSystem& s)
      : h(seconds(s.inertia)),
        r(s.droop.si()),
        km(s.gain),
        fh(s.reheat_share.si()),
        tr(seconds(s.reheat_time)),
        d(s.damping),
        ki(s.restored_in ? 3 * (d + km / r) / (km * seconds(*s.restored_in)) : 0) {
    assert(h > 0 && r > 0 && km > 0 && tr > 0);
  }
  /// Routh's test of 2H·T_R·s³ + (2H + D·T_R + K_m·F_H·T_R/R)·s² + (D + K_m/R + K_i·K_m·F_H·T_R)·s + K_i·K_m.
  [[nodiscard]] bool stable() const {
    return (2 * h + (d + km * fh / r) * tr) * (d + km / r + ki * km * fh * tr) > 2 * h * tr * ki * km;
  }
  double h, r, km, fh, tr, d, ki;
};

/// The closed form of Anderson and Mirheydar per unit of step.
struct ClosedForm {
  explicit ClosedForm(const Numbers& n)
      : rate(std::sqrt((n.d * n.r + n.km) / (2 * n.h * n.r * n.tr))),
        zeta(rate * (2 * n.h * n.r + (n.d * n.r + n.km * n.fh) * n.tr) / (2 * (n.d * n.r + n.km))),
        final(n.r / (n.d * n.r + n.km)) {
    if (zeta >= 1) return;
    const double root = std::sqrt(1 - zeta * zeta);
    damped = rate * root;
    alpha = std::sqrt((1 - 2 * n.tr * zeta * rate + n.tr * n.tr * rate * rate) / (root * root));
    phase = std::atan2(damped * n.tr, 1 - zeta * rate * n.tr) - std::atan2(root, -zeta);
    extreme_s = std::atan2(damped * n.tr, zeta * rate * n.tr - 1) / damped;
  }
  [[nodiscard]] double after(double t) const {
    return final * (1 + alpha * std::exp(-zeta * rate * t) * std::sin(damped * t + phase));
  }
  double rate, zeta, final, damped = 0, alpha = 0, phase = 0, extreme_s = 0;
};

/// The cubic through values and slopes at both ends of a step: its extremes inside the step.
void cubic_extremes(double start, double end, double slope_start, double slope_end, double span, double& lowest,
                    double& highest) {
  if (!(slope_start * slope_end < 0)) return;
  const double m0 = slope_start * span, m1 = slope_end * span, rise = end - start;
  // start + m0·u + c2·u² + c3·u³; its slope changes sign once in (0, 1). The form without cancellation.
  const double c2 = 3 * rise - 2 * m0 - m1, c3 = m0 + m1 - 2 * rise;
  const double root = std::sqrt(std::max(0.0, c2 * c2 - 3 * c3 * m0));
  const double u = m0 > 0 ? m0 / (root - c2) : -m0 / (root + c2);
  if (!(u > 0 && u < 1)) return;
  const double value = start + u * (m0 + u * (c2 + u * c3));
  lowest = std::min(lowest, value);
  highest = std::max(highest, value);
}

}  // namespace

void GridSystem::visit(Fields& f) {
  f.required("size", size,
             {.help = "power of the units that run; droop, inertia and damping are per unit of it",
              .above = 0,
              .example = "60 GW"});
  visit_nominal_frequency(f, frequency);
  f.required("inertia", inertia, {.help = "inertia constant H", .above = 0, .example = "4 s"});
  f.required("droop", droop, {.help = "droop R of the governors", .at_most = 1, .above = 0, .example = "5 %"});
  f.optional("gain", gain,
             {.help = "mechanical gain K_m: share of the power under a governor",
              .at_most = 1,
              .above = 0,
              .source = "Anderson and Mirheydar 1990, typical",
              .kind = ValueKind::assumed,
              .example = "0.95"});
  f.required("reheat_share", reheat_share,
             {.help = "share F_H of the turbine's power ahead of the reheater",
              .at_least = 0,
              .at_most = 1,
              .example = "30 %"});
  f.required("reheat_time", reheat_time, {.help = "time constant T_R of the reheater", .above = 0, .example = "8 s"});
  f.optional("damping", damping,
             {.help = "damping D: load that goes with the frequency, both per unit",
              .at_least = 0,
              .source = "Anderson and Mirheydar 1990, typical",
              .kind = ValueKind::assumed,
              .example = "1"});
  f.optional("restored_in", restored_in,
             {.help = "time in which secondary control takes 95 % of an offset back; none without it",
              .at_least = 30,
              .source = "between the 5 to 15 min that reserves for restoration have",
              .kind = ValueKind::assumed,
              .example = "10 min"});
  const bool whole = inertia.count() > 0 && droop.si() > 0 && gain > 0 && reheat_time.count() > 0;
  if (whole && restored_in && restored_in->count() > 0 && !Numbers(*this).stable())
    f.fault("restored_in", "secondary control this quick makes the frequency swing for ever; give a longer time");
}

std::optional<FrequencyStep> frequency_step(const GridSystem& system, Power step) {
  const Numbers n(system);
  const ClosedForm form(n);
  if (form.zeta >= 1) return std::nullopt;
  const double p = -(step / system.size);
  FrequencyStep result;
  result.natural_rate = form.rate;
  result.damping_ratio = form.zeta;
  result.nadir = p * form.after(form.extreme_s) * system.frequency;
  result.nadir_at_s = form.extreme_s;
  result.settled = p * form.final * system.frequency;
  result.first_ramp = FrequencyRamp(p * system.frequency.si() / (2 * n.h));
  return result;
}

Frequency frequency_after(const GridSystem& system, Power step, Duration time) {
  const ClosedForm form{Numbers(system)};
  assert(form.zeta < 1);
  return -(step / system.size) * form.after(seconds(time)) * system.frequency;
}

Domain<1> frequency_domain(const GridSystem& system) {
  const double settled = 1 / (system.damping + system.gain / system.droop.si());  // per unit, of a step of one
  const auto step = frequency_step(system, system.size);
  const double reach = step ? std::abs(step->nadir / system.frequency) : settled;
  const double most = first_shedding / system.frequency / reach;
  return {"frequency response",
          {{{"change of load over the system", "1", -most, most}}},
          "load is shed from 0.5 Hz below nominal on (59.5 Hz in North America, NERC); taken for all systems"};
}

std::complex<double> frequency_gain(const GridSystem& system, Frequency forcing) {
  assert(forcing.si() > 0);
  const Numbers n(system);
  const std::complex<double> s(0, 2 * std::numbers::pi * forcing.si());
  const std::complex<double> turbine = n.km * (1.0 + s * n.fh * n.tr) / (1.0 + s * n.tr);
  return -system.frequency.si() / system.size.si() / (2 * n.h * s + n.d + turbine * (1 / n.r + n.ki / s));
}

FrequencyResponse::FrequencyResponse(const GridSystem& system)
    : nominal_hz_(system.frequency.si()), size_w_(system.size.si()) {
  const Numbers n(system);
  assert(n.stable());
  // P_m = K_m·(F_H·u + (1 − F_H)·z), T_R·dz/dt = u − z, u = P_s − ω/R
  rate_[0] = {-(n.d + n.km * n.fh / n.r) / (2 * n.h), n.km * (1 - n.fh) / (2 * n.h), n.km * n.fh / (2 * n.h), 0,
              -1 / (2 * n.h)};
  rate_[1] = {-1 / (n.r * n.tr), -1 / n.tr, 1 / n.tr, 0, 0};
  rate_[2] = {-n.ki, 0, 0, 0, 0};
  rate_[3] = {1, 0, 0, 0, 0};
  Eigen::Matrix3d matrix;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 3; ++k)
      matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) = rate_[i][k];
  const Eigen::Vector3cd found = matrix.eigenvalues();
  std::array<std::complex<double>, 3> poles{found[0], found[1], found[2]};
  std::sort(poles.begin(), poles.end(), [](const auto& x, const auto& y) { return x.real() > y.real(); });
  double largest = 0;
  for (const std::complex<double>& pole : poles) largest = std::max(largest, std::abs(pole));
  fine_ = step_of(0.1 / largest);
  // A slowest pole that is real (none: zero, without secondary control) goes one way and has no extremes.
  const bool slowest_is_real = std::abs(poles[0].imag()) <= 1e-9 * largest;
  transient_s_ = 40 / -poles[slowest_is_real ? 1 : 0].real();
  last_ = fine_;
}

FrequencyResponse::Step FrequencyResponse::step_of(double span_s) const {
  using Square = Eigen::Matrix<double, states + 1, states + 1>;
  Square rate = Square::Zero();
  for (std::size_t i = 0; i < states; ++i)
    for (std::size_t j = 0; j <= states; ++j)
      rate(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rate_[i][j] * span_s;
  const Square grown = rate.exp();
  Step step;
  step.seconds = span_s;
  for (std::size_t i = 0; i < states; ++i)
    for (std::size_t j = 0; j <= states; ++j)
      step.transition[i][j] = grown(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
  return step;
}

FrequencyResponse::State FrequencyResponse::after(const Step& step, double load) const {
  State next{};
  for (std::size_t i = 0; i < states; ++i) {
    next[i] = step.transition[i][states] * load;
    for (std::size_t j = 0; j < states; ++j) next[i] += step.transition[i][j] * state_[j];
  }
  return next;
}

double FrequencyResponse::slope(const State& state, double load) const {
  return rate_[0][0] * state[0] + rate_[0][1] * state[1] + rate_[0][2] * state[2] + rate_[0][states] * load;
}

void FrequencyResponse::take(const Step& step, double load, double& lowest, double& highest) {
  const State next = after(step, load);
  if (step.seconds <= fine_.seconds)
    cubic_extremes(state_[0], next[0], slope(state_, load), slope(next, load), step.seconds, lowest, highest);
  lowest = std::min(lowest, next[0]);  // what comes after the transient goes one way
  highest = std::max(highest, next[0]);
  state_ = next;
}

FrequencySpan FrequencyResponse::advance(Power deviation, Duration span) {
  assert(span.count() >= 0);
  const double load = deviation.si() / size_w_, span_s = seconds(span);
  if (span_s == 0) return {frequency(), frequency(), frequency()};
  state_[3] = 0;
  double lowest = state_[0], highest = state_[0], rest_s = span_s;
  if (span_s > fine_.seconds) {
    const double look_s = std::min(span_s, transient_s_);
    const auto steps = static_cast<long>(std::floor(look_s / fine_.seconds));
    for (long k = 0; k < steps; ++k) take(fine_, load, lowest, highest);
    rest_s = std::max(0.0, span_s - static_cast<double>(steps) * fine_.seconds);
  }
  if (rest_s > 0) {
    if (last_.seconds != rest_s) last_ = step_of(rest_s);
    take(last_, load, lowest, highest);
  }
  const auto hertz = [&](double deviation_pu) { return Frequency(nominal_hz_ * (1 + deviation_pu)); };
  return {hertz(state_[3] / span_s), hertz(lowest), hertz(highest)};
}

FrequencyRamp FrequencyResponse::ramp(Power deviation) const {
  return FrequencyRamp(nominal_hz_ * slope(state_, deviation.si() / size_w_));
}

}  // namespace wattershed
