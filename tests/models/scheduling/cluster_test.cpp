// The cluster against a plain list of racks that is searched from end to end.
#include "models/scheduling/cluster.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

using namespace wattershed;

namespace {

struct PlainRack {
  std::int64_t capacity, busy = 0;
  std::size_t type = 0;
  bool available = true;
  std::int64_t free() const { return available ? capacity - busy : 0; }
};
using PlainRacks = std::vector<PlainRack>;

bool usable(const PlainRack& rack, std::optional<std::size_t> type) { return !type || rack.type == *type; }

std::int64_t plain_free(const PlainRacks& racks, std::optional<std::size_t> type = std::nullopt) {
  std::int64_t sum = 0;
  for (const PlainRack& rack : racks) sum += usable(rack, type) ? rack.free() : 0;
  return sum;
}

// How many accelerators of which rack, by the rules in the header, one decision at a time.
std::vector<std::int64_t> plain_pack(PlainRacks racks, std::int64_t n, std::optional<std::size_t> type) {
  std::vector<std::int64_t> counts(racks.size(), 0);
  while (n > 0) {
    std::optional<std::size_t> best;
    auto better = [&](std::size_t r, bool fits) {  // ties: the lower type, then the lower rack
      if (!best) return true;
      const std::int64_t a = racks[r].free(), b = racks[*best].free();
      if (a != b) return fits ? a < b : a > b;
      return racks[r].type < racks[*best].type;
    };
    for (const bool fits : {true, false}) {
      if (best) break;
      for (std::size_t r = 0; r < racks.size(); ++r)
        if (usable(racks[r], type) && racks[r].free() > 0 && (!fits || racks[r].free() >= n) && better(r, fits))
          best = r;
    }
    const std::int64_t count = std::min(n, racks[*best].free());
    counts[*best] += count;
    racks[*best].busy += count;
    n -= count;
  }
  return counts;
}

std::vector<std::int64_t> plain_spread(const PlainRacks& racks, std::int64_t n, std::optional<std::size_t> type) {
  std::vector<std::int64_t> counts(racks.size(), 0);
  for (; n > 0; --n) {
    std::optional<std::size_t> best;
    for (std::size_t r = 0; r < racks.size(); ++r) {
      if (!usable(racks[r], type) || racks[r].free() - counts[r] <= 0) continue;
      if (!best) {
        best = r;
        continue;
      }
      const std::int64_t a = racks[r].free() - counts[r], b = racks[*best].free() - counts[*best];
      if (a > b || (a == b && (racks[r].free() > racks[*best].free() ||
                               (racks[r].free() == racks[*best].free() && racks[r].type < racks[*best].type))))
        best = r;
    }
    ++counts[*best];
  }
  return counts;
}

std::vector<std::int64_t> by_rack(const Allocation& allocation, std::size_t racks) {
  std::vector<std::int64_t> counts(racks, 0);
  for (const RackShare& share : allocation) {
    if (share.count <= 0 || counts[index(share.rack)] != 0) FAIL("an empty share, or a rack twice");
    counts[index(share.rack)] = share.count;
  }
  return counts;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("pack fills the fullest rack that fits, and takes the emptiest racks whole for a larger gang") {
    Cluster cluster;
    for (int i = 0; i < 3; ++i) cluster.add_rack(8);
    const Allocation first = *cluster.allocate(5, Placement::pack);  // rack 0: 3 free
    CHECK(first == Allocation{{RackId{0}, 5}});
    CHECK(*cluster.allocate(4, Placement::pack) == Allocation{{RackId{1}, 4}});  // rack 1: 4 free
    CHECK(*cluster.allocate(3, Placement::pack) == Allocation{{RackId{0}, 3}});  // the fullest that fits
    CHECK(*cluster.allocate(11, Placement::pack) == Allocation{{RackId{2}, 8}, {RackId{1}, 3}});
    CHECK(cluster.free() == 1);
    CHECK_FALSE(cluster.allocate(2, Placement::pack));  // all or nothing
    CHECK(cluster.free() == 1);
    cluster.release(first);
    CHECK(cluster.free() == 6);
    CHECK(cluster.busy() == 18);
  }

  TEST_CASE("spread levels the racks") {
    Cluster cluster;
    for (int i = 0; i < 4; ++i) cluster.add_rack(8);
    const Allocation ten = *cluster.allocate(10, Placement::spread);
    CHECK(by_rack(ten, 4) == std::vector<std::int64_t>{3, 3, 2, 2});
    CHECK(by_rack(*cluster.allocate(2, Placement::spread), 4) == std::vector<std::int64_t>{0, 0, 1, 1});
    CHECK(by_rack(*cluster.allocate(20, Placement::spread), 4) == std::vector<std::int64_t>{5, 5, 5, 5});
    CHECK(cluster.free() == 0);
  }

  TEST_CASE("a busy rack that goes away drains") {
    Cluster cluster;
    const RackId a = cluster.add_rack(8), b = cluster.add_rack(8);
    const Allocation gang = *cluster.allocate(12, Placement::pack);
    CHECK(gang == Allocation{{a, 8}, {b, 4}});
    cluster.set_available(b, false);
    cluster.set_available(b, false);
    CHECK(cluster.free() == 0);
    CHECK(cluster.busy() == 12);
    CHECK(cluster.total() == 12);
    CHECK(cluster.in_service() == 8);
    cluster.release(gang);
    CHECK(cluster.free() == 8);
    CHECK(cluster.total() == 8);
    CHECK(cluster.free(b) == 0);
    cluster.set_available(b, true);
    CHECK(cluster.free() == 16);
    CHECK(cluster.in_service() == 16);
  }

  TEST_CASE("racks outside the bounds are refused") {
    Cluster cluster;
    CHECK_THROWS_AS(cluster.add_rack(0), std::invalid_argument);
    CHECK_THROWS_AS(cluster.add_rack(-1), std::invalid_argument);
    CHECK_THROWS_AS(cluster.add_rack(Cluster::largest_rack + 1), std::invalid_argument);
    CHECK_THROWS_AS(cluster.add_rack(8, Cluster::most_types), std::invalid_argument);
    CHECK(cluster.racks() == 0);
    cluster.add_rack(Cluster::largest_rack);
    CHECK(cluster.allocate(Cluster::largest_rack, Placement::pack));
  }

  TEST_CASE("random gangs on random racks stand where the plain search puts them") {
    std::mt19937_64 engine(3);
    auto draw = [&](std::int64_t low, std::int64_t high) {
      return low + static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(high - low + 1));
    };
    for (int site = 0; site < 40; ++site) {
      CAPTURE(site);
      Cluster cluster;
      PlainRacks plain;
      const std::int64_t types = draw(1, 3), kinds = draw(1, 4);
      auto add_rack = [&] {
        const std::int64_t capacity = kinds == 1 ? 8 : draw(1, 4 * kinds);
        const auto type = static_cast<std::size_t>(draw(0, types - 1));
        CHECK(index(cluster.add_rack(capacity, type)) == plain.size());
        plain.push_back({.capacity = capacity, .type = type});
      };
      for (std::int64_t i = draw(1, site % 4 == 0 ? 150 : 20); i > 0; --i) add_rack();
      std::vector<Allocation> gangs;
      for (int step = 0; step < 300; ++step) {
        const std::int64_t what = draw(0, 9);
        if (what < 5) {
          std::optional<std::size_t> type;
          if (draw(0, 2) == 0) type = static_cast<std::size_t>(draw(0, types - 1));
          const std::int64_t free = plain_free(plain, type);
          const std::int64_t n = draw(1, draw(0, 3) == 0 ? free + 2 : std::max<std::int64_t>(1, free / 4));
          const Placement placement = draw(0, 1) == 0 ? Placement::pack : Placement::spread;
          const std::optional<Allocation> gang = cluster.allocate(n, placement, type);
          REQUIRE(gang.has_value() == (n <= free));
          if (!gang) continue;
          const std::vector<std::int64_t> counts = by_rack(*gang, plain.size());
          REQUIRE(counts ==
                  (placement == Placement::pack ? plain_pack(plain, n, type) : plain_spread(plain, n, type)));
          REQUIRE(accelerators(*gang) == n);
          if (placement == Placement::pack) {  // no fewer racks could hold it
            std::vector<std::int64_t> room;
            for (const PlainRack& rack : plain)
              if (usable(rack, type)) room.push_back(rack.free());
            std::sort(room.rbegin(), room.rend());
            REQUIRE(std::accumulate(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(gang->size()) - 1,
                                    std::int64_t{0}) < n);
          }
          for (std::size_t r = 0; r < plain.size(); ++r) plain[r].busy += counts[r];
          gangs.push_back(*gang);
        } else if (what < 8 && !gangs.empty()) {
          const auto g = static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(gangs.size()) - 1));
          cluster.release(gangs[g]);
          for (const RackShare& share : gangs[g]) plain[index(share.rack)].busy -= share.count;
          gangs.erase(gangs.begin() + static_cast<std::ptrdiff_t>(g));
        } else if (what == 8) {
          const auto r = static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(plain.size()) - 1));
          plain[r].available = draw(0, 2) > 0;
          cluster.set_available(static_cast<RackId>(r), plain[r].available);
        } else if (draw(0, 9) == 0) {
          add_rack();
        }
        std::int64_t busy = 0, in_service = 0;
        bool same = true;
        for (std::size_t r = 0; r < plain.size(); ++r) {
          busy += plain[r].busy;
          in_service += plain[r].available ? plain[r].capacity : 0;
          same = same && cluster.free(static_cast<RackId>(r)) == plain[r].free() &&
                 cluster.busy(static_cast<RackId>(r)) == plain[r].busy;
        }
        REQUIRE(same);
        REQUIRE(cluster.busy() == busy);
        REQUIRE(cluster.free() == plain_free(plain));
        REQUIRE(cluster.total() == plain_free(plain) + busy);
        REQUIRE(cluster.in_service() == in_service);
        for (std::size_t t = 0; t < static_cast<std::size_t>(types); ++t)
          REQUIRE(cluster.free(t) == plain_free(plain, t));
      }
    }
  }
}
