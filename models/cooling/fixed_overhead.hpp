/// The old place of the cooling system's struct: include models/cooling/system.hpp.
#pragma once

#include "models/cooling/system.hpp"
