#include "models/scheduling/cluster.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>
#include <utility>

namespace wattershed {

std::int64_t accelerators(const Allocation& allocation) {
  std::int64_t sum = 0;
  for (const RackShare& share : allocation) sum += share.count;
  return sum;
}

RackId Cluster::add_rack(std::int64_t accelerators, std::size_t type) {
  if (accelerators < 1 || accelerators > largest_rack)
    throw std::invalid_argument("a rack has 1.." + std::to_string(largest_rack) + " accelerators, not " +
                                std::to_string(accelerators));
  if (type >= most_types) throw std::invalid_argument("rack type " + std::to_string(type) + " is out of range");
  if (type >= types_.size()) types_.resize(type + 1);
  const auto id = static_cast<RackId>(racks_.size());
  Type& kind = types_[type];
  if (kind.rows.size() <= static_cast<std::size_t>(accelerators))
    kind.rows.resize(static_cast<std::size_t>(accelerators) + 1);
  racks_.push_back({.capacity = static_cast<std::int32_t>(accelerators),
                    .type = static_cast<std::uint32_t>(type),
                    .place = static_cast<std::uint32_t>(kind.racks.size())});
  kind.racks.push_back(id);
  enter(racks_.back());
  in_service_ += accelerators;
  return id;
}

void Cluster::set_available(RackId id, bool available) {
  Rack& rack = racks_[index(id)];
  if (rack.available == available) return;
  if (available)
    enter(rack);
  else
    leave(rack);
  rack.available = available;
  in_service_ += available ? rack.capacity : -rack.capacity;
}

std::int64_t Cluster::free(RackId id) const {
  const Rack& rack = racks_[index(id)];
  return rack.available ? rack.capacity - rack.busy : 0;
}

// Counts the free accelerators of a rack and puts it into its row.
void Cluster::enter(const Rack& rack) {
  const std::int32_t count = rack.capacity - rack.busy;
  if (count == 0) return;
  Type& type = types_[rack.type];
  IndexSet& row = type.rows[static_cast<std::size_t>(count)];
  if (row.empty()) type.filled.insert(static_cast<std::size_t>(count));
  row.insert(rack.place);
  type.free += count;
  free_ += count;
}

void Cluster::leave(const Rack& rack) {
  const std::int32_t count = rack.capacity - rack.busy;
  if (count == 0) return;
  Type& type = types_[rack.type];
  IndexSet& row = type.rows[static_cast<std::size_t>(count)];
  row.erase(rack.place);
  if (row.empty()) type.filled.erase(static_cast<std::size_t>(count));
  type.free -= count;
  free_ -= count;
}

void Cluster::take(RackId id, std::int32_t count, Allocation& into) {
  Rack& rack = racks_[index(id)];
  leave(rack);
  rack.busy += count;
  enter(rack);
  busy_ += count;
  into.push_back({id, count});
}

std::optional<Allocation> Cluster::allocate(std::int64_t n, Placement placement, std::optional<std::size_t> type) {
  assert(n >= 1);
  if (n > (type ? free(*type) : free_)) return std::nullopt;
  const Range types = type ? Range{*type, *type + 1} : Range{0, types_.size()};
  std::optional<Allocation> allocation(std::in_place);
  if (placement == Placement::pack)
    pack(n, types, *allocation);
  else
    spread(n, types, *allocation);
  assert(accelerators(*allocation) == n);
  return allocation;
}

void Cluster::release(const Allocation& allocation) {
  for (const RackShare& share : allocation) {
    Rack& rack = racks_[index(share.rack)];
    assert(share.count > 0 && share.count <= rack.busy);
    if (rack.available) leave(rack);
    rack.busy -= share.count;
    if (rack.available) enter(rack);
    busy_ -= share.count;
  }
}

// The largest free count up to `at_most` that any rack has; 0 when none has.
std::int64_t Cluster::highest_row(Range types, std::int64_t at_most) const {
  std::int64_t highest = 0;
  for (std::size_t t = types.begin; t < types.end; ++t) {
    const std::size_t row = types_[t].filled.last_to(static_cast<std::size_t>(at_most));
    if (row != IndexSet::none) highest = std::max(highest, static_cast<std::int64_t>(row));
  }
  return highest;
}

std::optional<RackId> Cluster::fullest_that_fits(Range types, std::int64_t n) const {
  std::size_t best = IndexSet::none, best_type = 0;
  for (std::size_t t = types.begin; t < types.end; ++t) {
    const std::size_t row = types_[t].filled.first_from(static_cast<std::size_t>(n));
    if (row < best) {
      best = row;
      best_type = t;
    }
  }
  if (best == IndexSet::none) return std::nullopt;
  const Type& type = types_[best_type];
  return type.racks[type.rows[best].first_from(0)];
}

RackId Cluster::emptiest(Range types) const {
  const auto row = static_cast<std::size_t>(highest_row(types, largest_rack));
  std::size_t t = types.begin;
  while (!types_[t].filled.contains(row)) ++t;
  return types_[t].racks[types_[t].rows[row].first_from(0)];
}

void Cluster::pack(std::int64_t n, Range types, Allocation& into) {
  while (n > 0) {
    const std::optional<RackId> last = fullest_that_fits(types, n);
    const RackId rack = last ? *last : emptiest(types);
    const std::int64_t count = std::min(n, free(rack));
    take(rack, static_cast<std::int32_t>(count), into);
    n -= count;
  }
}

void Cluster::spread(std::int64_t n, Range types, Allocation& into) {
  // Lower a level from the highest free count until the racks above it hold n; they give what stands out above it.
  // Until then `into` holds the free counts of these racks, in the order in which the level reached them.
  std::int64_t row = highest_row(types, largest_rack), level = 0, rest = n;
  while (true) {
    for (std::size_t t = types.begin; t < types.end; ++t) {
      const Type& type = types_[t];
      if (!type.filled.contains(static_cast<std::size_t>(row))) continue;
      const IndexSet& places = type.rows[static_cast<std::size_t>(row)];
      for (std::size_t p = places.first_from(0); p != IndexSet::none; p = places.first_from(p + 1)) {
        into.push_back({type.racks[p], static_cast<std::int32_t>(row)});
        if (static_cast<std::int64_t>(into.size()) >= rest) break;  // one of each is enough
      }
    }
    const auto members = static_cast<std::int64_t>(into.size());
    const std::int64_t next = highest_row(types, row - 1);
    if (rest <= members * (row - next)) {
      level = row - rest / members;
      rest %= members;
      break;
    }
    rest -= members * (row - next);
    row = next;
  }
  const Allocation above(std::move(into));
  into.clear();
  for (const RackShare& rack : above) {
    const std::int64_t stays = rest-- > 0 ? level - 1 : level;
    if (rack.count > stays) take(rack.rack, static_cast<std::int32_t>(rack.count - stays), into);
  }
}

}  // namespace wattershed
