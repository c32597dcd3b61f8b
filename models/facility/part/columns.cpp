#include "models/facility/part/columns.hpp"

#include <algorithm>

namespace wattershed {

const Channel* Columns::find(std::string_view name) const {
  const auto at =
      std::find_if(channels_.begin(), channels_.end(), [&](const Channel& c) { return c.quantity->name == name; });
  return at == channels_.end() ? nullptr : &*at;
}

double Columns::total(std::string_view name) const {
  const Channel* found = find(name);
  return found ? found->meter->integral(simulation_.now()) : 0.0;
}

}  // namespace wattershed
