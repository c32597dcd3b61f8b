/// The racks of accelerators of a site, and the gangs that hold them.
///
/// A gang gets all of its accelerators at one instant or none. Racks are the places where heat and power appear, so
/// an allocation says how many accelerators of which rack; which of a rack's accelerators does not matter.
///
/// Placement (both deterministic; ties go to the lower type, then to the rack added first)
///   pack    the fewest racks. A gang that fits into one rack goes to the fullest rack that it fits into. A larger
///           one takes whole what is free in the emptiest racks until the rest fits into one rack, and puts the rest
///           into the fullest rack that it fits into.
///   spread  as even as can be: one accelerator at a time from the rack with the most free ones (among equals, from
///           the rack that had the most free before the gang came), which levels the free counts of the racks.
///
/// Cost  pack: proportional to the racks used; spread: the same plus the distinct free counts passed. No scan over
///       racks.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/scheduling/index_set.hpp"

namespace wattershed {

enum class Placement { pack, spread };
constexpr std::array<std::string_view, 2> enum_names(Placement) { return {"pack", "spread"}; }

/// A rack by the order in which it was added, from 0.
enum class RackId : std::uint32_t {};
constexpr std::size_t index(RackId rack) { return static_cast<std::size_t>(rack); }

/// So many accelerators of one rack.
struct RackShare {
  RackId rack{};
  std::int32_t count = 0;
  bool operator==(const RackShare&) const = default;
};
/// What a gang holds: each rack at most once, counts above zero.
using Allocation = boost::container::small_vector<RackShare, 8>;

/// Accelerators of a gang.
std::int64_t accelerators(const Allocation& allocation);

class Cluster {
 public:
  static constexpr std::int64_t largest_rack = 100'000;  ///< accelerators
  static constexpr std::size_t most_types = 4096;

  /// A rack in service with 1..largest_rack accelerators of rack type `type` (a small index that the caller chooses,
  /// below most_types). Throws std::invalid_argument outside these bounds.
  RackId add_rack(std::int64_t accelerators, std::size_t type = 0);

  /// Takes a rack into or out of service. A rack that leaves while it is busy drains: its free accelerators vanish
  /// at once and each busy one when it is released. Setting the present state again is harmless.
  void set_available(RackId rack, bool available);

  /// A gang of `n` >= 1 accelerators (only of racks of `type`, if given), or nothing when fewer are free.
  [[nodiscard]] std::optional<Allocation> allocate(std::int64_t n, Placement placement,
                                                   std::optional<std::size_t> type = std::nullopt);
  /// Gives back what `allocate` gave.
  void release(const Allocation& allocation);

  /// Accelerators: free + busy = total. `total` counts racks in service, and of draining racks what is still busy.
  [[nodiscard]] std::int64_t free() const { return free_; }
  [[nodiscard]] std::int64_t busy() const { return busy_; }
  [[nodiscard]] std::int64_t total() const { return free_ + busy_; }
  /// Accelerators of all racks in service: the largest gang that can ever start with these racks.
  [[nodiscard]] std::int64_t in_service() const { return in_service_; }
  /// Free accelerators of racks of one type.
  [[nodiscard]] std::int64_t free(std::size_t type) const { return type < types_.size() ? types_[type].free : 0; }

  [[nodiscard]] std::size_t racks() const { return racks_.size(); }
  [[nodiscard]] std::int64_t capacity(RackId rack) const { return racks_[index(rack)].capacity; }
  [[nodiscard]] std::int64_t busy(RackId rack) const { return racks_[index(rack)].busy; }
  /// Free accelerators of a rack: none when it is out of service.
  [[nodiscard]] std::int64_t free(RackId rack) const;
  [[nodiscard]] bool available(RackId rack) const { return racks_[index(rack)].available; }
  [[nodiscard]] std::size_t type(RackId rack) const { return racks_[index(rack)].type; }

 private:
  struct Rack {
    std::int32_t capacity = 0, busy = 0;
    std::uint32_t type = 0, place = 0;  // place: index among the racks of its type
    bool available = true;
  };
  // Racks of one type, in rows by their number of free accelerators (row 0 is not kept).
  struct Type {
    std::vector<RackId> racks;
    std::vector<IndexSet> rows;  // rows[f]: places of the racks in service with f free accelerators
    IndexSet filled;             // the rows that are not empty
    std::int64_t free = 0;
  };
  struct Range {
    std::size_t begin, end;
  };

  void enter(const Rack& rack);
  void leave(const Rack& rack);
  void take(RackId rack, std::int32_t count, Allocation& into);
  [[nodiscard]] std::int64_t highest_row(Range types, std::int64_t at_most) const;
  [[nodiscard]] std::optional<RackId> fullest_that_fits(Range types, std::int64_t n) const;
  [[nodiscard]] RackId emptiest(Range types) const;
  void pack(std::int64_t n, Range types, Allocation& into);
  void spread(std::int64_t n, Range types, Allocation& into);

  std::vector<Rack> racks_;
  std::vector<Type> types_;
  std::int64_t free_ = 0, busy_ = 0, in_service_ = 0;
};

}  // namespace wattershed
