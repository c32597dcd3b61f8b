/// What a file is that somebody gave as a trace and that is of no format that is read: told by its first bytes, so that
/// one sentence can say it where twenty lines would each be "not a number".
///
/// Known  the output of Slurm's sacct; tables with values between commas, semicolons, bars or tabs; JSON, XML and HTML;
///        packed files and archives, HDF5, Parquet, SQLite, PDF
/// Source magic numbers: file(1), and the formats' own specifications
#pragma once

#include <string_view>

namespace wattershed {

/// A noun for a file that begins so, as "an HDF5 file"; empty: nothing known.
std::string_view foreign_trace(std::string_view start);

}  // namespace wattershed
