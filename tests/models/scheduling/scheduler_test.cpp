// Single decisions of the scheduler. Whole traces stand in tests/models/workload/trace_schedule_test.cpp.
#include "models/scheduling/scheduler.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

using namespace wattershed;

namespace {

constexpr Time zero{};

struct Site {
  explicit Site(std::string_view policy, int racks = 4, std::int64_t accelerators = 8) {
    for (int i = 0; i < racks; ++i) cluster.add_rack(accelerators);
    scheduler.emplace(cluster, make_policy(policy_named(policy)), Placement::pack);
  }
  /// The jobs that start at `now`, in order.
  std::vector<int> starts(Time now) {
    std::vector<int> jobs;
    last = now;
    scheduler->dispatch(now, [&](JobId job, const Allocation& gang) {
      CHECK(&gang == &scheduler->allocation(job));
      jobs.push_back(static_cast<int>(job));
    });
    return jobs;
  }
  void submit(std::uint32_t job, std::int64_t accelerators, Duration requested) {
    scheduler->submit(JobId{job}, accelerators, requested, last);
  }
  Time last = zero;
  Cluster cluster;
  std::optional<Scheduler> scheduler;
};
using Jobs = std::vector<int>;

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the names of policies and placements") {
    CHECK(enum_names(PolicyId{})[index(policy_named("easy-backfill"))] == "easy-backfill");
    CHECK(enum_names(PolicyId{})[index(policy_named("fifo"))] == "fifo");
    CHECK(policy_named("fifo") == PolicyId{});
    std::set<std::string_view> names;
    for (const PolicyKind& kind : policies()) {
      names.insert(kind.name);
      CHECK(kind.make() != nullptr);
    }
    CHECK(names.size() == policies().size());
    CHECK_THROWS_WITH_AS((void)policy_named("lifo"), doctest::Contains("'lifo'; there are fifo, easy-backfill"),
                         std::invalid_argument);
    CHECK(enum_names(Placement::pack)[static_cast<int>(Placement::spread)] == "spread");
  }

  TEST_CASE("FIFO lets nobody pass the head") {
    Site site("fifo");
    site.submit(0, 20, 10s);
    site.submit(1, 20, 10s);
    site.submit(2, 1, 1s);
    CHECK(site.starts(zero) == Jobs{0});
    CHECK(site.scheduler->queue_length() == 2);
    CHECK(site.scheduler->queued_accelerators() == 21);
    CHECK_FALSE(site.scheduler->reservation());
    site.scheduler->finished(JobId{0}, zero + 4s);
    CHECK(site.starts(zero + 4s) == Jobs{1, 2});
    CHECK(site.scheduler->runs(JobId{1}));
    CHECK_FALSE(site.scheduler->runs(JobId{0}));
  }

  TEST_CASE("EASY lets pass what ends by the shadow time or uses what the head leaves over") {
    Site site("easy-backfill");
    site.submit(0, 20, 10s);
    site.submit(1, 26, 10s);  // the head: starts at 10 s and leaves 6
    site.submit(2, 7, 11s);   // ends too late and is too large
    site.submit(3, 5, 11s);   // uses 5 of the 6
    site.submit(4, 2, 11s);   // 1 is left
    site.submit(5, 6, 10s);   // ends in time
    site.submit(6, 1, 99s);   // uses the last one
    site.submit(7, 1, 1s);    // nothing is free
    CHECK(site.starts(zero) == Jobs{0, 3, 5, 6});
    REQUIRE(site.scheduler->reservation());
    CHECK(site.scheduler->reservation()->job == JobId{1});
    CHECK(site.scheduler->reservation()->at == zero + 10s);
    CHECK(site.scheduler->reservation()->spare == 0);
  }

  TEST_CASE("ends at the shadow time count whole, whichever of them makes room") {
    Site site("easy-backfill");
    site.submit(0, 10, 10s);
    site.submit(1, 10, 10s);
    site.submit(2, 22, 5s);  // one end suffices; both are at 10 s: 10 are left over
    site.submit(3, 10, 20s);
    CHECK(site.starts(zero) == Jobs{0, 1, 3});
  }

  TEST_CASE("a job beyond its estimate is taken to end in a second") {
    Site site("easy-backfill");
    site.submit(0, 30, 10s);
    site.submit(1, 32, 10s);
    CHECK(site.starts(zero) == Jobs{0});
    site.submit(2, 1, 1s);
    site.submit(3, 1, 1001ms);
    CHECK(site.starts(zero + 25s) == Jobs{2});
    CHECK(site.scheduler->reservation()->at == zero + 26s);
    site.submit(4, 1, 500ms);
    CHECK(site.starts(zero + 26s) == Jobs{4});
  }

  TEST_CASE("cancelled jobs leave the queue and ids may be used again") {
    Site site("fifo");
    site.submit(0, 32, 10s);
    site.submit(1, 32, 10s);
    site.submit(2, 3, 10s);
    CHECK(site.starts(zero) == Jobs{0});
    CHECK(site.scheduler->cancel(JobId{1}));
    CHECK_FALSE(site.scheduler->cancel(JobId{1}));
    CHECK_FALSE(site.scheduler->cancel(JobId{0}));  // it runs
    CHECK_FALSE(site.scheduler->cancel(JobId{77}));
    site.scheduler->finished(JobId{0}, zero + 1s);
    site.submit(0, 1, 5s);
    CHECK(site.starts(zero + 1s) == Jobs{2, 0});
  }

  TEST_CASE("a refused head blocks FIFO, and under EASY is held until the next end") {
    for (const std::string_view policy : {"fifo", "easy-backfill"}) {
      Site site(policy);
      bool allow = false;
      site.submit(0, 8, 10s);
      CHECK(site.starts(zero) == Jobs{0});
      site.scheduler->set_may_start([&](JobId job) { return allow || job != JobId{1}; });
      site.submit(1, 8, 10s);
      site.submit(2, 17, 11s);  // at 10 s the head leaves over 24 of 32
      site.submit(3, 8, 10s);   // 7 are free now
      CHECK(site.starts(zero) == (policy == "fifo" ? Jobs{} : Jobs{2}));
      if (policy == "easy-backfill") CHECK(site.scheduler->reservation()->at == zero + 10s);
      CHECK(site.starts(zero + 1s).empty());
      allow = true;
      CHECK(site.starts(zero + 2s) == (policy == "fifo" ? Jobs{1} : Jobs{}));
    }
  }

  TEST_CASE("a job refused once is asked again although nothing else has changed") {
    Site site("easy-backfill");
    bool allow = false;
    site.scheduler->set_may_start([&](JobId job) { return allow || job != JobId{2}; });
    site.submit(0, 20, 10s);
    site.submit(1, 20, 10s);
    site.submit(2, 4, 5s);
    CHECK(site.starts(zero) == Jobs{0});
    CHECK(site.starts(zero + 1s).empty());
    allow = true;
    CHECK(site.starts(zero + 1s) == Jobs{2});
  }

  TEST_CASE("the reservation counts what comes back, not what drains away") {
    Site site("easy-backfill", 2);
    site.submit(0, 8, 10s);  // rack 0
    site.submit(1, 4, 20s);  // rack 1
    CHECK(site.starts(zero) == Jobs{0, 1});
    site.cluster.set_available(RackId{0}, false);
    site.scheduler->capacity_changed();
    site.submit(2, 8, 10s);
    site.submit(3, 4, 15s);
    CHECK(site.starts(zero) == Jobs{3});
    CHECK(site.scheduler->reservation()->at == zero + 20s);
    site.scheduler->finished(JobId{0}, zero + 10s);
    CHECK(site.starts(zero + 10s).empty());
    site.cluster.set_available(RackId{0}, true);
    site.scheduler->capacity_changed();
    CHECK(site.starts(zero + 11s) == Jobs{2});
  }

  TEST_CASE("a head larger than what is in service has no reservation and lets all others pass") {
    Site site("easy-backfill", 2);
    site.submit(0, 17, 1s);
    site.submit(1, 16, 1h);
    CHECK(site.starts(zero) == Jobs{1});
    CHECK_FALSE(site.scheduler->reservation());
    site.cluster.add_rack(8);
    site.scheduler->capacity_changed();
    CHECK(site.starts(zero).empty());
    CHECK(site.scheduler->reservation()->at == zero + 1h);
  }

  TEST_CASE("estimates without end do not overflow") {
    Site site("easy-backfill");
    const Time early = zero - std::chrono::hours(24 * 365 * 70);
    site.submit(0, 32, Duration::max());
    site.submit(1, 32, Duration::max());
    site.submit(2, 1, Duration::max());
    CHECK(site.starts(early) == Jobs{0});
    CHECK(site.starts(early + 1s).empty());
    site.scheduler->finished(JobId{0}, early + 2s);
    CHECK(site.starts(early + 2s) == Jobs{1});
  }

  TEST_CASE("a newcomer that fits is seen although the queue has been numbered anew") {
    Site site("easy-backfill");
    site.submit(0, 20, 1h);
    site.submit(1, 32, 1h);
    CHECK(site.starts(zero) == Jobs{0});
    for (std::uint32_t i = 0; i < 5000; ++i) {
      CAPTURE(i);
      site.submit(2, 12, 1h + 1ns);  // too long to pass the head
      REQUIRE(site.starts(zero).empty());
      site.submit(3, 12, 1h);
      REQUIRE(site.starts(zero) == Jobs{3});
      site.scheduler->finished(JobId{3}, zero);
      REQUIRE(site.starts(zero).empty());
      REQUIRE(site.scheduler->cancel(JobId{2}));
    }
  }

  // Racks come and go, jobs are cancelled, refused, stopped and submitted again.
  TEST_CASE("no job is lost and no rack overfilled in a random life") {
    for (const std::string_view policy : enum_names(PolicyId{})) {
      CAPTURE(policy);
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 engine(seed);
        auto draw = [&](std::int64_t low, std::int64_t high) {
          return low + static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(high - low + 1));
        };
        Site site(policy, 6);
        bool capped = false;
        site.scheduler->set_may_start([&](JobId job) { return !capped || index(job) % 3 != 0; });
        Time now = zero;
        std::map<JobId, Time> ends;
        std::set<JobId> waiting, out;
        for (std::uint32_t step = 0; step < 1500; ++step) {
          now += std::chrono::seconds(draw(0, 3));
          for (auto it = ends.begin(); it != ends.end();) {
            const bool stopped = draw(0, 99) == 0;
            if (it->second > now && !stopped) {
              ++it;
              continue;
            }
            site.scheduler->finished(it->first, now);
            if (stopped) {
              site.scheduler->submit(it->first, draw(1, 30), std::chrono::seconds(draw(1, 40)), now);
              waiting.insert(it->first);
            } else {
              out.insert(it->first);
            }
            it = ends.erase(it);
          }
          if (step < 1000 && draw(0, 2) == 0) {
            site.last = now;
            site.submit(step, draw(1, draw(0, 5) == 0 ? 48 : 12), std::chrono::seconds(draw(1, 40)));
            waiting.insert(JobId{step});
          }
          if (draw(0, 29) == 0 && !waiting.empty()) {
            const JobId job = *waiting.begin();
            CHECK(site.scheduler->cancel(job));
            waiting.erase(job);
            out.insert(job);
          }
          if (draw(0, 19) == 0 || step > 1000) {
            for (std::uint32_t r = 0; r < 6; ++r)
              site.cluster.set_available(RackId{r}, step > 1000 || draw(0, 3) > 0);
            site.scheduler->capacity_changed();
          }
          capped = step <= 1000 && (capped ? draw(0, 9) > 0 : draw(0, 29) == 0);
          site.scheduler->dispatch(now, [&](JobId job, const Allocation& gang) {
            REQUIRE(waiting.erase(job) == 1);
            REQUIRE((!capped || index(job) % 3 != 0));
            for (const RackShare& share : gang) REQUIRE(site.cluster.available(share.rack));
            ends[job] = now + std::chrono::seconds(draw(1, 60));
          });
          REQUIRE(site.scheduler->queue_length() == waiting.size());
          REQUIRE(site.scheduler->running_jobs() == ends.size());
          std::int64_t busy = 0;
          for (std::uint32_t r = 0; r < 6; ++r) {
            REQUIRE((site.cluster.busy(RackId{r}) >= 0 && site.cluster.busy(RackId{r}) <= 8));
            busy += site.cluster.busy(RackId{r});
          }
          std::int64_t held = 0;
          for (const auto& [job, end] : ends) held += accelerators(site.scheduler->allocation(job));
          REQUIRE(held == busy);
          REQUIRE(site.cluster.busy() == busy);
        }
        while (!ends.empty() || !waiting.empty()) {  // all racks are in service again: everything comes to its end
          REQUIRE(!ends.empty());
          now = std::max(now, ends.begin()->second);
          site.scheduler->finished(ends.begin()->first, now);
          ends.erase(ends.begin());
          site.scheduler->dispatch(now, [&](JobId job, const Allocation&) {
            REQUIRE(waiting.erase(job) == 1);
            ends[job] = now + 1s;
          });
        }
        CHECK(out.size() > 100);
      }
    }
  }
}
