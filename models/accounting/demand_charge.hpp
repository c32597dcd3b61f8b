/// The demand charge of a tariff: each month's highest mean power over the metering interval.
///
///   charge of a month = price · highest demand · share of the month that was simulated
///
/// `price` is per power and time ("14.50 USD/kW/month"), held per second of an average month, so that a whole month
/// of any length pays exactly the printed figure.
/// Inputs   energy drawn by each metering interval [J], its length, months as they end
/// Outputs  money by month [USD], highest demand of the month [W]
/// Source   the general form of U.S. commercial tariffs: a price per kW of the month's highest metered mean
/// Valid    no ratchet, no coincident peak
#pragma once

#include "sim/units/quantity.hpp"
#include "sim/units/time.hpp"

namespace wattershed {

/// A twelfth of a Gregorian year: what "per month" means in a price [s].
inline constexpr double average_month_s = 365.2425 * 86400 / 12;

/// Highest demand of the running month.
class DemandCharge {
 public:
  /// A metering interval of mean power `demand` has ended.
  void interval(Power demand) { peak_ = demand > peak_ ? demand : peak_; }
  [[nodiscard]] Power peak() const { return peak_; }
  /// Ends the month, `covered` of whose length was simulated, and starts the next with no demand.
  Money end_month(DemandPrice price, Share covered) {
    const Money charge(price.si() * average_month_s * peak_.si() * covered.si());
    peak_ = Power{};
    return charge;
  }

 private:
  Power peak_{};
};

}  // namespace wattershed
