/// Strong quantity types: one SI double that knows its dimension.
///
///   Power p = 40_MW;  Energy e = p * 3h;  double watts = p.si();
///
/// Adding watts to joules does not compile; multiplying and dividing gives the right type. A `Temperature` is a
/// point on the kelvin scale, a `TemperatureDelta` a difference, related as a date is to a number of days.
/// Greenhouse gas (`Carbon`, kg of CO2 equivalent) has a dimension of its own, so that it is never added to water.
///
/// Cost  `sizeof(Power) == sizeof(double)`; the machine code equals that of plain doubles.
/// Text  `units.hpp` reads "40 MW" and gives the unit string of a type.
#pragma once

#include <chrono>
#include <cmath>
#include <compare>

namespace wattershed {

/// Exponents of the base dimensions. `apparent` sets volt-amperes apart from watts, and `carbon` sets the mass of
/// greenhouse gases apart from the mass of water.
struct Dimension {
  int length = 0, mass = 0, time = 0, temperature = 0, current = 0;
  int information = 0, money = 0, token = 0, carbon = 0, apparent = 0;
  constexpr bool operator==(const Dimension&) const = default;
};

constexpr Dimension operator+(Dimension a, Dimension b) {
  return {a.length + b.length,   a.mass + b.mass,
          a.time + b.time,       a.temperature + b.temperature,
          a.current + b.current, a.information + b.information,
          a.money + b.money,     a.token + b.token,
          a.carbon + b.carbon,   a.apparent + b.apparent};
}
constexpr Dimension operator-(Dimension a) {
  return {-a.length,      -a.mass,  -a.time,  -a.temperature, -a.current,
          -a.information, -a.money, -a.token, -a.carbon,      -a.apparent};
}
constexpr Dimension operator-(Dimension a, Dimension b) { return a + -b; }

template <Dimension D>
class Quantity;

namespace detail {
template <Dimension D>
constexpr auto quantity_or_number(double si) {
  if constexpr (D == Dimension{})
    return si;
  else
    return Quantity<D>(si);
}
using Seconds = std::chrono::duration<double>;
}  // namespace detail

/// A value with dimension `D`, held in SI units.
template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension dimension = D;

  constexpr Quantity() = default;
  constexpr explicit Quantity(double si) : si_(si) {}
  /// The value in SI units: for kernels, files and formatting.
  [[nodiscard]] constexpr double si() const { return si_; }

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator-() const { return Quantity(-si_); }
  constexpr Quantity& operator+=(Quantity other) {
    si_ += other.si_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    si_ -= other.si_;
    return *this;
  }
  constexpr Quantity& operator*=(double factor) {
    si_ *= factor;
    return *this;
  }
  constexpr Quantity& operator/=(double divisor) {
    si_ /= divisor;
    return *this;
  }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.si_ + b.si_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.si_ - b.si_); }
  friend constexpr Quantity operator*(Quantity a, double b) { return Quantity(a.si_ * b); }
  friend constexpr Quantity operator*(double a, Quantity b) { return Quantity(a * b.si_); }
  friend constexpr Quantity operator/(Quantity a, double b) { return Quantity(a.si_ / b); }

 private:
  double si_ = 0;
};

template <Dimension A, Dimension B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  return detail::quantity_or_number<A + B>(a.si() * b.si());
}
template <Dimension A, Dimension B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  return detail::quantity_or_number<A - B>(a.si() / b.si());
}
template <Dimension A>
constexpr auto operator/(double a, Quantity<A> b) {
  return detail::quantity_or_number<-A>(a / b.si());
}

/// Multiplying or dividing by a `std::chrono` duration: power times time is energy.
template <Dimension A, class Rep, class Period>
constexpr auto operator*(Quantity<A> a, std::chrono::duration<Rep, Period> t) {
  return detail::quantity_or_number<A + Dimension{.time = 1}>(a.si() * detail::Seconds(t).count());
}
template <Dimension A, class Rep, class Period>
constexpr auto operator*(std::chrono::duration<Rep, Period> t, Quantity<A> a) {
  return a * t;
}
template <Dimension A, class Rep, class Period>
constexpr auto operator/(Quantity<A> a, std::chrono::duration<Rep, Period> t) {
  return detail::quantity_or_number<A - Dimension{.time = 1}>(a.si() / detail::Seconds(t).count());
}

template <Dimension D>
constexpr Quantity<D> abs(Quantity<D> q) {
  return q.si() < 0 ? -q : q;
}

// ---- the quantities of the house, each with its SI unit ------------------------------------------------------

using Length = Quantity<Dimension{.length = 1}>;                                ///< [m]
using Area = Quantity<Dimension{.length = 2}>;                                  ///< [m2]
using Volume = Quantity<Dimension{.length = 3}>;                                ///< [m3]
using Mass = Quantity<Dimension{.mass = 1}>;                                    ///< [kg]
using TimeSpan = Quantity<Dimension{.time = 1}>;                                ///< [s]
using Frequency = Quantity<Dimension{.time = -1}>;                              ///< [Hz], also rates of counts
using Pressure = Quantity<Dimension{.length = -1, .mass = 1, .time = -2}>;      ///< [Pa]
using Energy = Quantity<Dimension{.length = 2, .mass = 1, .time = -2}>;         ///< [J]
using Power = Quantity<Dimension{.length = 2, .mass = 1, .time = -3}>;          ///< [W]
using PowerVariance = Quantity<Dimension{.length = 4, .mass = 2, .time = -6}>;  ///< [W2]
using PowerRamp = Quantity<Dimension{.length = 2, .mass = 1, .time = -4}>;      ///< [W/s]
using ApparentPower = Quantity<Dimension{.length = 2, .mass = 1, .time = -3, .apparent = 1}>;  ///< [VA], also var
using Voltage = Quantity<Dimension{.length = 2, .mass = 1, .time = -3, .current = -1}>;        ///< [V]
using Current = Quantity<Dimension{.current = 1}>;                                             ///< [A]
using MassFlow = Quantity<Dimension{.mass = 1, .time = -1}>;                                   ///< [kg/s]
using VolumeFlow = Quantity<Dimension{.length = 3, .time = -1}>;                               ///< [m3/s]
using TemperatureDelta = Quantity<Dimension{.temperature = 1}>;                                ///< [K], a difference
using HeatCapacity = Quantity<Dimension{.length = 2, .mass = 1, .time = -2, .temperature = -1}>;  ///< [J/K]
using Conductance = Quantity<Dimension{.length = 2, .mass = 1, .time = -3, .temperature = -1}>;   ///< [W/K]
using SpecificEnergy = Quantity<Dimension{.length = 2, .time = -2}>;                              ///< [J/kg]
using Carbon = Quantity<Dimension{.carbon = 1}>;                                                  ///< [kg CO2e]
using CarbonRate = Quantity<Dimension{.time = -1, .carbon = 1}>;                                  ///< [kg/s CO2e]
using CarbonIntensity = Quantity<Dimension{.length = -2, .mass = -1, .time = 2, .carbon = 1}>;    ///< [kg/J CO2e]
using WaterIntensity = Quantity<Dimension{.length = -2, .time = 2}>;                       ///< [kg/J], 1 L = 1 kg
using Money = Quantity<Dimension{.money = 1}>;                                             ///< [USD]
using MoneyRate = Quantity<Dimension{.time = -1, .money = 1}>;                             ///< [USD/s]
using EnergyPrice = Quantity<Dimension{.length = -2, .mass = -1, .time = 2, .money = 1}>;  ///< [USD/J]
using DemandPrice = Quantity<Dimension{.length = -2, .mass = -1, .time = 2, .money = 1}>;  ///< [USD/(W s)]
using WaterPrice = Quantity<Dimension{.mass = -1, .money = 1}>;                            ///< [USD/kg], 1 L = 1 kg
using Tokens = Quantity<Dimension{.token = 1}>;                                            ///< [token]
using TokenRate = Quantity<Dimension{.time = -1, .token = 1}>;                             ///< [token/s]
using Information = Quantity<Dimension{.information = 1}>;                                 ///< [byte]
using Bandwidth = Quantity<Dimension{.time = -1, .information = 1}>;                       ///< [byte/s]

static_assert(sizeof(Power) == sizeof(double));

/// A point on the temperature scale [K]. Points subtract to a `TemperatureDelta`; two points do not add.
class Temperature {
 public:
  constexpr Temperature() = default;
  constexpr explicit Temperature(double kelvin) : kelvin_(kelvin) {}
  static constexpr Temperature celsius(double degrees) { return Temperature(degrees + 273.15); }
  [[nodiscard]] constexpr double si() const { return kelvin_; }
  [[nodiscard]] constexpr double celsius() const { return kelvin_ - 273.15; }

  constexpr auto operator<=>(const Temperature&) const = default;
  friend constexpr TemperatureDelta operator-(Temperature a, Temperature b) {
    return TemperatureDelta(a.kelvin_ - b.kelvin_);
  }
  friend constexpr Temperature operator+(Temperature a, TemperatureDelta b) {
    return Temperature(a.kelvin_ + b.si());
  }
  friend constexpr Temperature operator+(TemperatureDelta a, Temperature b) { return b + a; }
  friend constexpr Temperature operator-(Temperature a, TemperatureDelta b) {
    return Temperature(a.kelvin_ - b.si());
  }

 private:
  double kelvin_ = 273.15;
};

/// A share or fraction of something [1]: written in %, held as 0..1.
class Share {
 public:
  constexpr Share() = default;
  constexpr explicit Share(double fraction) : fraction_(fraction) {}
  [[nodiscard]] constexpr double si() const { return fraction_; }
  constexpr auto operator<=>(const Share&) const = default;

 private:
  double fraction_ = 0;
};

// ---- literals: 40_MW, 2.5_kWh, 27_degC, 429_g_per_kWh --------------------------------------------------------

inline namespace literals {
// One pair of operators a unit: `40_MW` and `2.5_MW`.
#define WATTERSHED_LITERAL(type, symbol, factor)                                                        \
  constexpr type operator""_##symbol(long double v) { return type(static_cast<double>(v) * (factor)); } \
  constexpr type operator""_##symbol(unsigned long long v) { return type(static_cast<double>(v) * (factor)); }
WATTERSHED_LITERAL(Power, W, 1.0)
WATTERSHED_LITERAL(Power, kW, 1e3)
WATTERSHED_LITERAL(Power, MW, 1e6)
WATTERSHED_LITERAL(Power, GW, 1e9)
WATTERSHED_LITERAL(Energy, J, 1.0)
WATTERSHED_LITERAL(Energy, kJ, 1e3)
WATTERSHED_LITERAL(Energy, MJ, 1e6)
WATTERSHED_LITERAL(Energy, Wh, 3600.0)
WATTERSHED_LITERAL(Energy, kWh, 3.6e6)
WATTERSHED_LITERAL(Energy, MWh, 3.6e9)
WATTERSHED_LITERAL(Energy, GWh, 3.6e12)
WATTERSHED_LITERAL(Mass, g, 1e-3)
WATTERSHED_LITERAL(Mass, kg, 1.0)
WATTERSHED_LITERAL(Mass, t, 1e3)
WATTERSHED_LITERAL(MassFlow, kg_per_s, 1.0)
WATTERSHED_LITERAL(Carbon, kgCO2, 1.0)
WATTERSHED_LITERAL(Carbon, tCO2, 1e3)
WATTERSHED_LITERAL(CarbonIntensity, g_per_kWh, 1e-3 / 3.6e6)
WATTERSHED_LITERAL(WaterIntensity, L_per_kWh, 1.0 / 3.6e6)
WATTERSHED_LITERAL(Money, USD, 1.0)
WATTERSHED_LITERAL(EnergyPrice, USD_per_kWh, 1.0 / 3.6e6)
WATTERSHED_LITERAL(EnergyPrice, USD_per_MWh, 1.0 / 3.6e9)
WATTERSHED_LITERAL(WaterPrice, USD_per_m3, 1e-3)
WATTERSHED_LITERAL(Pressure, Pa, 1.0)
WATTERSHED_LITERAL(Pressure, kPa, 1e3)
WATTERSHED_LITERAL(Length, m, 1.0)
WATTERSHED_LITERAL(Volume, m3, 1.0)
WATTERSHED_LITERAL(Frequency, Hz, 1.0)
WATTERSHED_LITERAL(TemperatureDelta, K, 1.0)
WATTERSHED_LITERAL(Share, percent, 0.01)
#undef WATTERSHED_LITERAL
constexpr Temperature operator""_degC(long double v) { return Temperature::celsius(static_cast<double>(v)); }
constexpr Temperature operator""_degC(unsigned long long v) { return Temperature::celsius(static_cast<double>(v)); }
}  // namespace literals

}  // namespace wattershed
