/// What the books leave out: data beside them.
#pragma once

#include <array>

#include "sim/base/omission.hpp"

namespace wattershed {

/// Of money and carbon of what was bought, where servers were.
inline constexpr std::array<Omission, 2> bought_omissions{
    Omission{"embodied carbon and price of building, plant, distribution and connection",
             "price, life and embodied carbon of their machines"},
    Omission{"money for staff, land, upkeep and finance", "the operator's own figures"},
};

}  // namespace wattershed
