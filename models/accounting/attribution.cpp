#include "models/accounting/attribution.hpp"

#include <type_traits>
#include <utility>

namespace wattershed {

Attribution::Attribution(Circuit& circuit, const Rates& rates) : circuit_(circuit) {
  static constexpr std::array<const char*, 4> names{"grid power", "make-up", "emissions", "cost"};
  const auto add_rate = [&](std::size_t i, auto signal, auto... more) {
    const std::string name = names[i];
    per_it_[i] = circuit.signal<double>(name + " per IT power");
    const Signal<double> nobody = circuit.signal<double>(name + " without IT load");
    circuit.model(name + " per IT power", {rates.it, signal, more...}, {per_it_[i], nobody},
                  [&circuit, it = rates.it, out = per_it_[i], nobody, signal, more...] {
                    const double it_w = circuit.get(it).si();
                    const double sum = (circuit.get(signal).si() + ... + circuit.get(more).si());
                    circuit.set(out, it_w > 0 ? sum / it_w : 0.0);
                    circuit.set(nobody, it_w > 0 ? 0.0 : sum);
                  });
    per_it_meters_[i] = &circuit.meter(per_it_[i]);
    nobody_[i] = &circuit.meter(nobody);
  };
  add_rate(0, rates.grid);
  add_rate(1, rates.water);
  add_rate(2, rates.emissions);
  add_rate(3, rates.cost_energy, rates.cost_water);
}

std::array<double, 4> Attribution::per_it(Time now) const {
  std::array<double, 4> integrals{};
  for (std::size_t i = 0; i < integrals.size(); ++i) integrals[i] = per_it_meters_[i]->integral(now);
  return integrals;
}

template <class T>
void Attribution::add(std::string name, Signal<T> power) {
  Meters user{.name = name, .it = &circuit_.meter(power)};
  for (std::size_t i = 0; i < user.site.size(); ++i) {
    const Signal<double> share = circuit_.signal<double>("share " + std::to_string(i) + " of user " +
                                                         std::to_string(users_.size()) + ", " + name);
    circuit_.model("share " + std::to_string(i) + " of user " + std::to_string(users_.size()) + ", " + name,
                   {power, per_it_[i]}, {share}, [this, power, rate = per_it_[i], share] {
                     double power_w = 0;
                     if constexpr (std::is_same_v<T, Load>)
                       power_w = circuit_.get(power).mean.si();
                     else
                       power_w = circuit_.get(power).si();
                     circuit_.set(share, power_w * circuit_.get(rate));
                   });
    user.site[i] = &circuit_.meter(share);
  }
  users_.push_back(std::move(user));
}

void Attribution::add_user(std::string name, Signal<Power> power) { add(std::move(name), power); }
void Attribution::add_user(std::string name, Signal<Load> load) { add(std::move(name), load); }

std::vector<Attribution::User> Attribution::users(Time now) const {
  std::vector<User> all;
  for (const Meters& meters : users_) {
    User user{.name = meters.name, .shares = {.it_j = meters.it->integral(now)}};
    for (std::size_t i = 0; i < user.shares.site.size(); ++i) user.shares.site[i] = meters.site[i]->integral(now);
    all.push_back(std::move(user));
  }
  User nobody{.name = "no_it_load", .shares = {}};
  for (std::size_t i = 0; i < nobody.shares.site.size(); ++i) nobody.shares.site[i] = nobody_[i]->integral(now);
  all.push_back(std::move(nobody));
  return all;
}

}  // namespace wattershed
