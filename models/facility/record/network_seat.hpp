/// A site's place in the network of its scenario, for those who record the site.
#pragma once

#include <cstddef>

namespace wattershed {

class NetworkWatch;
class NetworkWindows;

/// Null for a site that stands at no bus; else both live as long as the run.
struct NetworkSeat {
  NetworkWatch* watch = nullptr;      ///< over recorded intervals
  NetworkWindows* windows = nullptr;  ///< in windows
  std::size_t place = 0;              ///< among the sites at buses
};

}  // namespace wattershed
