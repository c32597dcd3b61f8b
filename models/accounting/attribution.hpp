/// Who used what: the site's energy, water, carbon and cost, shared in proportion to IT power at every instant.
///
///   share of a user = ∫ user's IT power · (site's rate / site's IT power) dt
///
/// Users are jobs, services and idle accelerators, whose IT powers add up to the site's, so that their shares add up
/// to the ledger. What the site uses while it has no IT power at all belongs to nobody and is kept apart. Jobs, which
/// are many and draw constant power between changes, read the integrals of the rates; services and idle accelerators
/// have meters of their own.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim/kernel/circuit.hpp"
#include "sim/kernel/meter.hpp"

namespace wattershed {

/// IT energy [J], grid energy [J], make-up water [kg], emissions of scope 1 and 2 by location [kg], energy and water
/// cost without demand charge [USD].
struct Shares {
  double it_j = 0;
  std::array<double, 4> site{};
  Shares& operator+=(const Shares& other) {
    it_j += other.it_j;
    for (std::size_t i = 0; i < site.size(); ++i) site[i] += other.site[i];
    return *this;
  }
};

class Attribution {
 public:
  struct Rates {
    Signal<Power> it, grid;
    Signal<MassFlow> water;
    Signal<CarbonRate> emissions;
    Signal<MoneyRate> cost_energy, cost_water;
  };
  Attribution(Circuit& circuit, const Rates& rates);

  /// Integrals of grid, water, emissions and cost per IT power up to `now`.
  [[nodiscard]] std::array<double, 4> per_it(Time now) const;

  /// A user with a signal of its own.
  void add_user(std::string name, Signal<Power> power);
  void add_user(std::string name, Signal<Load> load);
  struct User {
    std::string name;
    Shares shares;
  };
  /// All users with a signal of their own, and "no IT load", up to `now`.
  [[nodiscard]] std::vector<User> users(Time now) const;

 private:
  struct Meters {
    std::string name;
    const Meter* it = nullptr;
    std::array<const Meter*, 4> site{};
  };
  template <class T>
  void add(std::string name, Signal<T> power);

  Circuit& circuit_;
  std::array<Signal<double>, 4> per_it_;
  std::array<const Meter*, 4> per_it_meters_{};
  std::vector<Meters> users_;
  std::array<const Meter*, 4> nobody_{};
};

}  // namespace wattershed
