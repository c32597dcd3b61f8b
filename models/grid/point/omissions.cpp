#include "models/grid/point/omissions.hpp"

namespace wattershed {
namespace {

constexpr OmissionRule<PointScope> of_voltage[]{
    {{"the load's answer to voltage: at any voltage it draws the same power, but for UPS that transfer",
      "how supplies, drives and motors of the site draw at other voltages, in time and at rest"},
     [](const PointScope&) { return true; }},
    {{"the network behind the point: other loads, plants, taps and capacitors do not move its voltage",
      "the network as a case: network and grid.bus"},
     [](const PointScope& p) { return p.point && !p.network; }},
    {{"voltage control and redispatch of the network: exciters, taps, units that take over from the slack",
      "exciters and governors of the machines, rules of dispatch"},
     [](const PointScope& p) { return p.network; }},
    {{"protection: relays and breakers that take the site or a line off, currents of a fault",
      "settings of the relays, and a short-circuit study"},
     [](const PointScope& p) { return p.sags || p.network; }},
    {{"shape of a sag: it is one voltage, equal in the three phases, without a jump of the phase angle",
      "voltages by phase and angle from a study of the faults"},
     [](const PointScope& p) { return p.sags; }},
};

constexpr Omission of_frequency[]{
    {"frequency moved by others: only this site's load moves it, and the load does not answer it",
     "a record of the interconnection's frequency, and how the load answers"},
};

}  // namespace

std::vector<Omission> voltage_omissions(const PointScope& scope) { return touched(of_voltage, scope); }
std::vector<Omission> frequency_omissions() { return {std::begin(of_frequency), std::end(of_frequency)}; }

}  // namespace wattershed
