/// Reader of MATPOWER case files (.m), format versions 1 and 2.
///
/// Accepted  `baseMVA`, `bus`, `gen`, `branch`, `bus_name`, with any name of the struct before the point or none; `%`
///           and `#` comments, `%{ … %}`, `...` continuation, commas or blanks between numbers, several rows a line,
///           CRLF, more columns than are known (results of a solved case). Every other block is passed over.
/// Refused   statements that compute (`mpc.branch(:, 3) = …`), because nothing is executed; a block that is missing or
///           twice; rows that are short or uneven; NaN anywhere in these blocks; unknown or repeated buses; no slack
///           bus or two; a slack bus without a unit in service; a branch in service without impedance; a bus that no
///           branch joins to the slack bus and that is not type 4. Problems are collected (up to 20) and thrown as
///           one InputError with file and line.
/// Taken     ratio 0 as 1; rateA 0 or infinite as none; a unit's status above 0 as in service. DC lines, areas, costs
///           and limits of angles have no part in a power flow.
/// Source    MATPOWER manual, appendix B, and `caseformat`
#pragma once

#include <string>
#include <string_view>

#include "models/grid/case/grid_case.hpp"
#include "sim/input/file_name.hpp"

namespace wattershed {

/// Reads a file; throws InputError, also when it cannot be read.
GridCase read_matpower_case(const FileName& file);
/// Reads a text already in memory; `file` is its name in messages.
GridCase parse_matpower_case(std::string_view text, std::string file);

}  // namespace wattershed
