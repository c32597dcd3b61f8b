#include "models/grid/case/matpower_case.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <unordered_map>

#include "models/grid/case/matpower_text.hpp"
#include "sim/input/text_file.hpp"

namespace wattershed {
namespace {

constexpr TextKind case_file{"network case", 256U << 20U};

/// From the blocks of numbers to a case, with everything that must hold of one.
class CaseReader {
 public:
  CaseReader(MatpowerText text, std::string file, std::vector<Problem> problems)
      : text_(std::move(text)), problems_(std::move(problems)) {
    grid_.file = std::move(file);
  }

  GridCase read() {
    base();
    // A fault of the first is no reason to hide those of the others, but their buses would all be unknown.
    if (const MatpowerBlock* block = find("bus", 13)) buses(*block);
    if (const MatpowerBlock* block = find("gen", 8); block && !grid_.buses.empty()) units(*block);
    if (const MatpowerBlock* block = find("branch", 11); block && !grid_.buses.empty()) branches(*block);
    if (problems_.empty()) network();
    if (!problems_.empty()) throw InputError(std::move(problems_));
    return std::move(grid_);
  }

 private:
  void problem(int line, std::string message) {
    problems_.push_back({{grid_.file, line, 0}, std::move(message), {}});
    if (problems_.size() >= most_matpower_problems) throw InputError(std::move(problems_));
  }

  /// The block, if it is there; rows of the wrong width are reported and dropped.
  MatpowerBlock* find(std::string_view name, std::size_t fewest) {
    const auto found = text_.blocks.find(name);
    if (found == text_.blocks.end()) {
      problem(0, fmt::format("has no block '{0}'; a MATPOWER case has mpc.{0} = [ … ];", name));
      return nullptr;
    }
    MatpowerBlock& block = found->second;
    std::erase_if(block.rows, [&](const MatpowerRow& row) {
      const std::size_t width = row.values.size();
      if (width < fewest)
        problem(row.line, fmt::format("a row of '{}' has {} column{} and needs at least {}", name, width,
                                      width == 1 ? "" : "s", fewest));
      else if (width != block.rows.front().values.size() && block.rows.front().values.size() >= fewest)
        problem(row.line, fmt::format("a row of '{}' has {} columns, its first row {}; give all the same", name,
                                      width, block.rows.front().values.size()));
      return width < fewest;
    });
    if (block.rows.empty() && name != "branch" && problems_.empty())
      problem(block.line, fmt::format("'{}' has no rows", name));
    return &block;
  }

  void base() {
    const auto found = text_.blocks.find("baseMVA");
    if (found == text_.blocks.end())
      return problem(0, "has no 'baseMVA'; a MATPOWER case has for example mpc.baseMVA = 100;");
    if (found->second.rows.empty()) return;  // already reported
    const double base = found->second.rows.front().values.front();
    if (!(base > 0) || std::isinf(base))
      return problem(found->second.line, fmt::format("'baseMVA' is {}; it must be above 0", base));
    grid_.base_mva = base;
  }

  bool finite(const MatpowerRow& row, std::string_view block, std::initializer_list<int> columns) {
    for (const int column : columns)
      if (std::isinf(row.values[static_cast<std::size_t>(column) - 1])) {
        problem(row.line, fmt::format("column {} of '{}' is infinite; only limits may be", column, block));
        return false;
      }
    return true;
  }

  void buses(const MatpowerBlock& block) {
    for (const MatpowerRow& row : block.rows) {
      const std::vector<double>& v = row.values;
      if (!finite(row, "bus", {1, 2, 3, 4, 5, 6, 8, 9, 10})) continue;
      if (!(v[0] >= 1 && v[0] <= 1e9) || v[0] != std::floor(v[0])) {
        problem(row.line, fmt::format("bus number {} must be whole and from 1 to 10^9", v[0]));
        continue;
      }
      if (v[1] != 1 && v[1] != 2 && v[1] != 3 && v[1] != 4) {
        problem(row.line,
                fmt::format("type {} of bus {}: 1 load, 2 voltage-controlled, 3 slack, 4 isolated", v[1], v[0]));
        continue;
      }
      GridBus bus;
      bus.number = static_cast<std::int64_t>(v[0]);
      bus.type = static_cast<BusType>(static_cast<int>(v[1]));
      bus.load_mw = v[2];
      bus.load_mvar = v[3];
      bus.shunt_mw = v[4];
      bus.shunt_mvar = v[5];
      bus.voltage_pu = v[7] > 0 ? v[7] : 1;
      bus.angle_deg = v[8];
      bus.base_kv = v[9];
      bus.highest_pu = std::isinf(v[11]) ? 0 : v[11];
      bus.lowest_pu = std::isinf(v[12]) ? 0 : v[12];
      if (const std::size_t i = grid_.buses.size(); i < text_.bus_names.size()) bus.name = text_.bus_names[i];
      if (!place_.emplace(bus.number, grid_.buses.size()).second) {
        problem(row.line, fmt::format("bus {} stands here a second time; numbers must differ", bus.number));
        continue;
      }
      if (bus.type == BusType::slack) {
        if (slack_line_ > 0)
          problem(row.line,
                  fmt::format("bus {} is a second slack bus (type 3) after the one in line {}; make it type 2",
                              bus.number, slack_line_));
        else
          slack_line_ = row.line;
      }
      lines_.push_back(row.line);
      grid_.buses.push_back(std::move(bus));
    }
    if (slack_line_ == 0 && problems_.empty())
      problem(block.line, "no bus is the slack bus; give one that has a generator type 3");
  }

  std::optional<std::size_t> bus_of(const MatpowerRow& row, std::string_view what, double number) {
    if (number >= 1 && number <= 1e9 && number == std::floor(number))
      if (const auto found = place_.find(static_cast<std::int64_t>(number)); found != place_.end())
        return found->second;
    problem(row.line, fmt::format("{} bus {}, which the block 'bus' does not have", what, number));
    return std::nullopt;
  }

  void units(const MatpowerBlock& block) {
    for (const MatpowerRow& row : block.rows) {
      const std::vector<double>& v = row.values;
      if (!finite(row, "gen", {1, 2, 3, 6, 8})) continue;
      const std::optional<std::size_t> bus = bus_of(row, "a generator at", v[0]);
      if (!bus) continue;
      GridUnit unit;
      unit.bus = *bus;
      unit.p_mw = v[1];
      unit.q_mvar = v[2];
      unit.highest_mvar = v[3];
      unit.lowest_mvar = v[4];
      unit.set_point_pu = v[5];
      unit.in_service = v[7] > 0;
      if (v.size() >= 10) {
        unit.highest_mw = v[8];
        unit.lowest_mw = v[9];
      }
      if (unit.in_service && !(unit.set_point_pu > 0)) {
        problem(row.line, fmt::format("the voltage set point (column 6) of the generator at bus {} is {}; it must be "
                                      "above 0, in p.u.",
                                      v[0], unit.set_point_pu));
        continue;
      }
      if (unit.in_service && unit.lowest_mvar > unit.highest_mvar) {
        problem(row.line, fmt::format("the generator at bus {} has Qmin {} above Qmax {}", v[0], unit.lowest_mvar,
                                      unit.highest_mvar));
        continue;
      }
      if (unit.highest_mvar == -HUGE_VAL || unit.lowest_mvar == HUGE_VAL) {
        problem(row.line, fmt::format("the generator at bus {} has a reactive limit that nothing can keep", v[0]));
        continue;
      }
      grid_.units.push_back(unit);
    }
  }

  void branches(const MatpowerBlock& block) {
    for (const MatpowerRow& row : block.rows) {
      const std::vector<double>& v = row.values;
      if (!finite(row, "branch", {1, 2, 3, 4, 5, 9, 10, 11})) continue;
      const std::optional<std::size_t> from = bus_of(row, "a branch from", v[0]),
                                       to = bus_of(row, "a branch to", v[1]);
      if (!from || !to) continue;
      const GridBranch branch{.from = *from,
                              .to = *to,
                              .resistance_pu = v[2],
                              .reactance_pu = v[3],
                              .charging_pu = v[4],
                              .rating_mva = std::isinf(v[5]) ? 0 : v[5],
                              .ratio = v[8] == 0 ? 1 : v[8],
                              .shift_deg = v[9],
                              .in_service = v[10] != 0};
      if (branch.from == branch.to)
        problem(row.line, fmt::format("a branch from bus {} to itself; make it a shunt of the bus", v[0]));
      else if (v[10] != 0 && v[10] != 1)
        problem(row.line, fmt::format("status (column 11) of a branch is {}; it is 0 or 1", v[10]));
      else if (!(branch.ratio > 0))
        problem(row.line,
                fmt::format("the ratio (column 9) of a branch is {}; it is above 0, or 0 for a line", v[8]));
      else if (branch.rating_mva < 0)
        problem(row.line, fmt::format("rateA (column 6) of a branch is {}; it is above 0, or 0 for none", v[5]));
      // Below this the admittance of the branch drowns all others in its bus's sum.
      else if (branch.in_service && std::hypot(branch.resistance_pu, branch.reactance_pu) < 1e-12)
        problem(row.line,
                fmt::format("the branch from bus {} to bus {} has no impedance; make the two one bus, or give "
                            "it a small reactance such as 1e-5",
                            v[0], v[1]));
      grid_.branches.push_back(branch);
    }
  }

  /// What concerns the whole.
  void network() {
    const std::size_t slack = slack_bus(grid_);
    bool has_unit = false;
    for (const GridUnit& unit : grid_.units) has_unit = has_unit || (unit.bus == slack && unit.in_service);
    if (!has_unit)
      problem(lines_[slack], fmt::format("slack bus {} has no generator in service; choose another one (type 3)",
                                         grid_.buses[slack].number));
    const std::vector<bool> reached = reached_from_slack(grid_);
    for (std::size_t i = 0; i < reached.size(); ++i)
      if (!reached[i] && grid_.buses[i].type != BusType::isolated)
        problem(lines_[i],
                fmt::format("no branch in service leads from the slack bus {} to bus {}; put one in service, "
                            "or make the bus isolated (type 4)",
                            grid_.buses[slack].number, grid_.buses[i].number));
  }

  MatpowerText text_;
  std::vector<Problem> problems_;
  GridCase grid_;
  std::unordered_map<std::int64_t, std::size_t> place_;
  std::vector<int> lines_;  // of the buses
  int slack_line_ = 0;
};

}  // namespace

GridCase parse_matpower_case(std::string_view text, std::string file) {
  std::vector<Problem> problems;
  MatpowerText blocks = split_matpower_text(plain_text(text, file), file, problems);
  return CaseReader(std::move(blocks), std::move(file), std::move(problems)).read();
}

GridCase read_matpower_case(const FileName& file) {
  return parse_matpower_case(read_bytes(file, case_file), file.written);
}

}  // namespace wattershed
