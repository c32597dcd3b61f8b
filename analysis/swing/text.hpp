/// Numbers and words of swings as people read them, within 80 columns.
#pragma once

#include <cstddef>
#include <string>

#include "analysis/swing/swing.hpp"

namespace wattershed {

/// So many figures, never in powers of ten within what grids have.
std::string figures(double value, int count);
/// A value with its unit, in at most 11 columns. What is left of rounding in a file of float32 is zero.
std::string shown(double si, MeasureUnit unit);
/// Words in lines of at most 80 columns, the first behind `head`, the others behind as many blanks.
std::string wrapped(std::string head, const std::string& text);
/// "-12 %"; empty where there is none. At most 6 columns.
std::string margin_text(const SwingCheck& check);
/// The measure's name, and "least" where it says so nowhere else.
std::string check_name(const SwingCheck& check);

}  // namespace wattershed
