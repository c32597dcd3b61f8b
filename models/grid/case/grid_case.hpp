/// A transmission network at one moment, in the units that such cases are written in: MW, MVAr, MVA, per unit of
/// voltage and of impedance on `base_mva`, degrees. Single phase equivalent of a balanced three-phase network.
///
/// Source  the tables bus, gen and branch of the MATPOWER case format, version 2 (manual, appendix B)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/units/quantity.hpp"

namespace wattershed {

/// What is held at a bus. `isolated` buses are dead and take no part, nor does what is connected to them.
enum class BusType { load = 1, voltage_controlled = 2, slack = 3, isolated = 4 };

struct GridBus {
  std::int64_t number = 0;  ///< as written, unique
  BusType type = BusType::load;
  double load_mw = 0, load_mvar = 0;     ///< constant power
  double shunt_mw = 0, shunt_mvar = 0;   ///< drawn, and supplied, at 1 p.u.: a constant admittance
  double voltage_pu = 1, angle_deg = 0;  ///< as stored: a solution or a start
  double base_kv = 0;                    ///< 0: not given
  double highest_pu = 0, lowest_pu = 0;  ///< limits of voltage; 0: none
  std::string name;                      ///< may be empty
};

/// A generating unit; several may stand at a bus.
struct GridUnit {
  std::size_t bus = 0;  ///< place in GridCase::buses
  double p_mw = 0, q_mvar = 0;
  double highest_mvar = 0, lowest_mvar = 0;  ///< may be infinite
  double set_point_pu = 1;                   ///< of the bus voltage; of several units the last in service counts
  bool in_service = true;
  double highest_mw = 0, lowest_mw = 0;  ///< may be infinite; both 0: not given
};

/// A line or a transformer: ideal tap and shifter at `from`, then the π of r + jx with half of b at either end.
struct GridBranch {
  std::size_t from = 0, to = 0;  ///< places in GridCase::buses
  double resistance_pu = 0, reactance_pu = 0, charging_pu = 0;
  double rating_mva = 0;            ///< long term (rateA); 0: none given
  double ratio = 1, shift_deg = 0;  ///< the tap in front of `from`
  bool in_service = true;
};

struct GridCase {
  std::string file;  ///< its name in messages
  double base_mva = 100;
  std::vector<GridBus> buses;
  std::vector<GridUnit> units;
  std::vector<GridBranch> branches;
};

/// Place of the slack bus; the number of buses if there is none.
std::size_t slack_bus(const GridCase& grid);
/// Whether a unit or branch takes part: in service, and at no isolated bus.
bool takes_part(const GridCase& grid, const GridUnit& unit);
bool takes_part(const GridCase& grid, const GridBranch& branch);
/// For each bus, whether branches that take part lead to it from the slack bus.
std::vector<bool> reached_from_slack(const GridCase& grid);
/// Why the network has no power flow whatever the loads (no slack bus, an island), with the place of the bus; else
/// an empty text.
std::string why_unsolvable(const GridCase& grid, std::size_t& bus);

/// Adds a constant-power load to a bus. Throws InputError when there is no such bus or it is isolated.
void add_load(GridCase& grid, std::int64_t bus_number, Power active, ApparentPower reactive);

}  // namespace wattershed
