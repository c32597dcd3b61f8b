/// Power swings as a person reads them, in at most 80 columns, as JSON, and the spectrum as a table.
#pragma once

#include <string>

#include "analysis/swing/swing.hpp"

namespace wattershed {

/// A sheet for each window: limits with margin, worst time and verdict where there are any; then every measure; then
/// what the window cannot show, and why.
std::string swing_report(const SwingAnalysis& analysis);
/// The same content for programs; values are SI, times UTC.
std::string swing_json(const SwingAnalysis& analysis);
/// `site,window,frequency_hz,density_w2_per_hz`: Welch's estimate of every window.
std::string spectrum_csv(const SwingAnalysis& analysis);

}  // namespace wattershed
