#include "sim/kernel/resource.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "sim/kernel/simulation.hpp"

using namespace wattershed;
using Log = std::vector<std::string>;

namespace {

constexpr Time origin{};

void note(Log& log, const Simulation& sim, const std::string& text) {
  log.push_back(std::to_string((sim.now() - origin).count() / 1'000'000'000) + " " + text);
}

Process user(Simulation& sim, Resource& pool, Log& log, std::string name, std::int64_t amount, Duration hold,
             int priority = 0) {
  Grant grant = co_await pool.acquire(amount, priority);
  CHECK(grant.amount() == amount);
  note(log, sim, name);
  co_await sim.delay(hold);
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("requests are served in FIFO order and the first one blocks the others") {
    Simulation sim;
    Resource pool(sim, 4);
    Log log;
    sim.spawn(user(sim, pool, log, "a", 3, 10s));
    sim.spawn(user(sim, pool, log, "b", 2, 5s));
    sim.spawn(user(sim, pool, log, "c", 1, 5s));  // would fit, but does not overtake
    sim.spawn(user(sim, pool, log, "d", 4, 5s));
    sim.run_until(origin + 1s);
    CHECK(log == Log{"0 a"});
    CHECK(pool.available() == 1);
    CHECK(pool.queue_length() == 3);
    sim.run_until(origin + 30s);
    CHECK(log == Log{"0 a", "10 b", "10 c", "15 d"});
    CHECK(pool.available() == 4);
    CHECK(pool.queue_length() == 0);
  }

  TEST_CASE("by priority, FIFO among equals") {
    Simulation sim;
    Resource pool(sim, 1, Queueing::priority);
    Log log;
    sim.spawn(user(sim, pool, log, "holds", 1, 1s, 9));
    sim.spawn(user(sim, pool, log, "low", 1, 1s, 5));
    sim.spawn(user(sim, pool, log, "low too", 1, 1s, 5));
    sim.spawn(user(sim, pool, log, "high", 1, 1s, -1));
    sim.spawn(user(sim, pool, log, "middle", 1, 1s, 0));
    sim.run_until(origin + 10s);
    CHECK(log == Log{"0 holds", "1 high", "2 middle", "3 low", "4 low too"});
  }

  TEST_CASE("a request of higher priority passes a blocked one") {
    Simulation sim;
    Resource pool(sim, 2, Queueing::priority);
    Log log;
    sim.spawn(user(sim, pool, log, "holds", 1, 9s));
    sim.spawn(user(sim, pool, log, "large", 2, 1s, 5));
    sim.spawn(user(sim, pool, log, "urgent", 1, 1s, 1));
    sim.run_until(origin + 20s);
    CHECK(log == Log{"0 holds", "0 urgent", "9 large"});
  }

  TEST_CASE("grants move, release once and count") {
    Simulation sim;
    Resource pool(sim, 5);
    auto life = [](Simulation& s, Resource& r) -> Process {
      Grant a = co_await r.acquire(2);
      Grant b = std::move(a);
      CHECK_FALSE(static_cast<bool>(a));
      CHECK(b.amount() == 2);
      Grant c = co_await r.acquire(3);
      CHECK(r.available() == 0);
      c = std::move(b);  // gives three back
      CHECK(r.available() == 3);
      c.release();
      c.release();
      CHECK(r.available() == 5);
      co_await s.delay(1s);
    };
    ProcessHandle p = sim.spawn(life(sim, pool));
    sim.run_until(origin + 2s);
    CHECK(p.done());
    CHECK(pool.available() == 5);
    CHECK_THROWS_AS((void)pool.acquire(0), std::logic_error);
    CHECK_THROWS_AS(Resource(sim, -1), std::logic_error);
  }

  TEST_CASE("an interrupted acquire gives back its grant or its place") {
    Simulation sim;
    Resource pool(sim, 2);
    Log log;
    sim.spawn(user(sim, pool, log, "holds", 1, 9s));
    ProcessHandle large = sim.spawn(user(sim, pool, log, "large", 2, 1s));
    sim.spawn(user(sim, pool, log, "small", 1, 1s));
    sim.after(2s, [&] { large.interrupt(); });  // while it queues: the one behind it moves up
    sim.run_until(origin + 5s);
    CHECK(log == Log{"0 holds", "2 small"});
    CHECK(large.done());

    // Granted, and interrupted before it wakes: the wake wins, the interrupt ends its next wait, the grant goes back.
    log.clear();
    ProcessHandle late = sim.spawn(user(sim, pool, log, "late", 2, 100s));
    sim.at(
        origin + 9s,
        [&] {
          if (pool.available() == 0) late.interrupt();
        },
        EventPriority::late);
    sim.run_until(origin + 8s);
    CHECK(pool.queue_length() == 1);
    sim.run_until(origin + 20s);
    CHECK(late.done());
    CHECK(pool.available() == 2);
  }

  TEST_CASE("the acquire in a group: the loser withdraws, or gives back what it got") {
    Simulation sim;
    Resource pool(sim, 1), other(sim, 1);
    Log log;
    auto life = [](Simulation& s, Resource& r, Resource& o, Log& l) -> Process {
      auto wanted = r.acquire();
      const std::size_t which = co_await s.first_of(s.delay(2s), wanted);
      note(l, s, std::to_string(which));
      CHECK_FALSE(wanted.granted());
      auto again = r.acquire();
      const std::size_t second = co_await s.first_of(s.delay(9s), again);
      note(l, s, std::to_string(second));
      Grant grant = again.take();
      CHECK(grant.amount() == 1);
      // Both are granted at once, the first wins: the second is not even asked for.
      auto x = o.acquire();
      auto y = r.acquire();
      co_await s.first_of(x, y);
      CHECK(x.granted());
      CHECK(r.queue_length() == 0);
      x.take().release();
      grant.release();
      auto a = r.acquire();
      auto b = o.acquire();
      co_await s.all_of(a, b);
      note(l, s, "both");
      co_await s.delay(1s);
    };
    sim.spawn(user(sim, pool, log, "holds", 1, 5s));
    ProcessHandle p = sim.spawn(life(sim, pool, other, log));
    sim.run_until(origin + 5s);
    CHECK(log == Log{"0 holds", "2 0", "5 1", "5 both"});
    sim.run_until(origin + 20s);
    CHECK(p.done());
    CHECK(pool.available() == 1);
    CHECK(other.available() == 1);
  }

  TEST_CASE("an interrupted all_of gives back what it already has") {
    Simulation sim;
    Resource here(sim, 1), there(sim, 1);
    Log log;
    sim.spawn(user(sim, there, log, "holds", 1, 9s));
    auto life = [](Simulation& s, Resource& r, Resource& o) -> Process {
      auto a = r.acquire();
      auto b = o.acquire();
      co_await s.all_of(a, b);
    };
    ProcessHandle p = sim.spawn(life(sim, here, there));
    sim.run_until(origin + 1s);
    CHECK(here.available() == 0);
    p.interrupt();
    sim.run_until(origin + 2s);
    CHECK(p.done());
    CHECK(here.available() == 1);
    CHECK(there.queue_length() == 0);
  }

  TEST_CASE("two requests of one group in the same queue") {
    Simulation sim;
    Resource pool(sim, 2);
    Log log;
    sim.spawn(user(sim, pool, log, "holds", 2, 5s));
    auto life = [](Simulation& s, Resource& r, Log& l) -> Process {
      auto a = r.acquire(1);
      auto b = r.acquire(1);
      const std::size_t which = co_await s.first_of(a, b);
      note(l, s, std::to_string(which));
      CHECK(r.available() == 0);  // the one behind has moved up
    };
    sim.spawn(life(sim, pool, log));
    sim.spawn(user(sim, pool, log, "behind", 1, 1s));
    sim.run_until(origin + 9s);
    CHECK(log == Log{"0 holds", "5 0", "5 behind"});
    CHECK(pool.available() == 2);
  }

  TEST_CASE("withdrawing one request may grant another of the same group") {
    for (const bool interrupted : {false, true}) {
      for (const bool all : {false, true}) {
        CAPTURE(interrupted);
        CAPTURE(all);
        Simulation sim;
        Resource pool(sim, 3);
        Log log;
        ProcessHandle holder = sim.spawn(user(sim, pool, log, "holds", 1, 5s));
        auto life = [](Simulation& s, Resource& r, Log& l, bool wants_all) -> Process {
          auto a = r.acquire(3);
          auto b = r.acquire(1);
          auto c = r.acquire(1);
          try {
            if (wants_all) {
              co_await s.all_of(a, b, c);
            } else {
              const std::size_t which = co_await s.first_of(a, b, c);
              note(l, s, std::to_string(which));
            }
          } catch (const Interrupted&) {
            note(l, s, "out");
          }
          const bool two = (a.granted() + b.granted() + c.granted()) > 1;
          CHECK_FALSE(two);
          try {
            co_await s.delay(1h);
          } catch (const Interrupted&) {
            note(l, s, "not asked for");
          }
        };
        ProcessHandle p = sim.spawn(life(sim, pool, log, all));
        if (interrupted) sim.after(2s, [&] { p.interrupt(); });
        sim.run_until(origin + 1min);
        if (interrupted) CHECK(log == Log{"0 holds", "2 out"});
        if (!interrupted && !all) CHECK(log == Log{"0 holds", "5 0"});
        if (interrupted) CHECK(pool.available() == 3);
        CHECK(pool.queue_length() == (all && !interrupted ? 2 : 0));
        CHECK(holder.done());
      }
    }
  }

  TEST_CASE("the capacity may change") {
    Simulation sim;
    Resource pool(sim, 2);
    Log log;
    sim.spawn(user(sim, pool, log, "a", 2, 10s));
    sim.spawn(user(sim, pool, log, "b", 3, 10s));
    sim.after(1s, [&] { pool.set_capacity(1); });
    sim.after(2s, [&] { CHECK(pool.available() == -1); });
    sim.after(3s, [&] { pool.set_capacity(5); });
    sim.run_until(origin + 30s);
    CHECK(log == Log{"0 a", "3 b"});
    CHECK(pool.available() == 5);
    CHECK_THROWS_AS(pool.set_capacity(-1), std::logic_error);
  }

  TEST_CASE("random users against a slow list") {
    // Holding times and amounts are drawn beforehand; the reference serves its list by looking through it each time.
    struct User {
      std::int64_t arrival, amount, hold;
      int priority;
    };
    for (std::uint64_t run = 0; run < 20; ++run) {
      const Queueing queueing = run % 2 == 0 ? Queueing::fifo : Queueing::priority;
      Simulation sim({.run = run});
      Random random = sim.stream("users");
      std::vector<User> users;
      for (int i = 0; i < 200; ++i) {
        const auto amount = 1 + static_cast<std::int64_t>(random.below(5));
        // odd arrivals and even holds: no arrival coincides with an end
        users.push_back({2 * static_cast<std::int64_t>(random.below(400)) + 1, amount,
                         2 * static_cast<std::int64_t>(1 + random.below(10)), static_cast<int>(random.below(3))});
      }
      std::stable_sort(users.begin(), users.end(),
                       [](const User& a, const User& b) { return a.arrival < b.arrival; });

      Resource pool(sim, 7, queueing);
      std::vector<std::int64_t> started(users.size(), -1);
      auto life = [](Simulation& s, Resource& r, User u, std::int64_t& start) -> Process {
        co_await s.delay(Duration(u.arrival));
        Grant grant = co_await r.acquire(u.amount, u.priority);
        start = (s.now() - origin).count();
        co_await s.delay(Duration(u.hold));
      };
      for (std::size_t i = 0; i < users.size(); ++i) sim.spawn(life(sim, pool, users[i], started[i]));
      sim.run_until(origin + 1h);
      CHECK(pool.available() == 7);

      std::vector<std::int64_t> expected(users.size(), -1);
      std::int64_t free = 7;
      std::vector<std::size_t> queue;
      std::vector<std::pair<std::int64_t, std::int64_t>> running;  // end, amount
      std::size_t arrived = 0;
      for (std::int64_t t = 0; t < 20'000; ++t) {
        for (auto& [end, amount] : running) {
          if (end == t) free += amount;
        }
        for (; arrived < users.size() && users[arrived].arrival == t; ++arrived) queue.push_back(arrived);
        if (queueing == Queueing::priority) {
          std::stable_sort(queue.begin(), queue.end(),
                           [&](std::size_t a, std::size_t b) { return users[a].priority < users[b].priority; });
        }
        while (!queue.empty() && users[queue.front()].amount <= free) {
          const std::size_t i = queue.front();
          queue.erase(queue.begin());
          expected[i] = t;
          free -= users[i].amount;
          running.emplace_back(t + users[i].hold, users[i].amount);
        }
      }
      CHECK(started == expected);
    }
  }
}
