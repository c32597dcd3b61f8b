#include "models/electrical/omissions.hpp"

namespace wattershed {
namespace {

struct Distribution {
  const Electrical& chain;
  bool waveforms;
};
constexpr OmissionRule<Distribution> of_distribution[]{
    {{"harmonics of the converters' currents: distorted voltage, resonance, further loss in transformers",
      "spectra of the converters' currents, and the network's impedance over frequency"},
     [](const Distribution& d) { return d.chain.ups || d.chain.transformer; }},
    {{"unbalance between the phases: every load is taken as spread evenly over the three",
      "loads by phase, and a power flow in three phases"},
     [](const Distribution& d) { return d.chain.pdu || d.chain.ups || d.chain.transformer; }},
    {{"paths of the distribution that stand by (N+1, 2N): modules share the load as one bank of what it needs",
      "the modules of each path, how they share the load, what an idle path loses"},
     [](const Distribution& d) { return d.chain.ups.has_value(); }},
    {{"failures and repairs in the distribution: every module and feeder is there all the time",
      "rates of failure and repair of each stage, or a study of its availability"},
     [](const Distribution& d) { return d.chain.pdu || d.chain.ups || d.chain.transformer; }},
    {{"control of the UPS above 20 Hz: their inputs follow the load with one first-order lag",
      "an electromagnetic-transient model of the UPS from its maker"},
     [](const Distribution& d) { return d.waveforms && d.chain.ups; }},
};

struct Store {
  const Battery& battery;
  bool waveforms;
};
constexpr OmissionRule<Store> of_battery[]{
    {{"ageing, self-discharge and own consumption (cooling, control) of the battery",
      "the maker's curves of capacity over cycles and years, and the power that it takes at rest"},
     [](const Store&) { return true; }},
    {{"control of the battery's converter above 20 Hz: it follows its command with one first-order lag",
      "an electromagnetic-transient model of the converter from its maker"},
     [](const Store& s) { return s.waveforms && s.battery.smoothing; }},
};

constexpr OmissionRule<RideThrough> of_ride_through[]{
    {{"starting of generators: a start that fails, steps of load, warm-up; fuel and its emissions",
      "the chance of a failed start, the load steps that the sets accept, their fuel by load"},
     [](const RideThrough& r) { return r.generator_start.has_value(); }},
};

}  // namespace

std::vector<Omission> distribution_omissions(const Electrical& chain, bool waveforms) {
  return touched(of_distribution, Distribution{chain, waveforms});
}
std::vector<Omission> battery_omissions(const Battery& battery, bool waveforms) {
  return touched(of_battery, Store{battery, waveforms});
}
std::vector<Omission> ride_through_omissions(const RideThrough& settings) {
  return touched(of_ride_through, settings);
}

}  // namespace wattershed
