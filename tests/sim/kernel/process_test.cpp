#include "sim/kernel/process.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/kernel/resource.hpp"
#include "sim/kernel/simulation.hpp"

using namespace wattershed;
using Log = std::vector<std::string>;

namespace {

constexpr Time origin{};

/// "5 text": the time since the origin in seconds and what happened.
void note(Log& log, const Simulation& sim, const std::string& text) {
  log.push_back(std::to_string((sim.now() - origin).count() / 1'000'000'000) + " " + text);
}

Process sleeper(Simulation& sim, Log& log, std::string name, Duration d, int times) {
  for (int i = 0; i < times; ++i) {
    co_await sim.delay(d);
    note(log, sim, name);
  }
}

Process interruptible(Simulation& sim, Log& log, Duration d) {
  std::string reason;
  try {
    co_await sim.delay(d);
    note(log, sim, "slept");
  } catch (const Interrupted& interrupted) {
    reason = interrupted.reason();
  }
  if (!reason.empty()) note(log, sim, "interrupted: " + reason);
  try {
    co_await sim.delay(1s);
    note(log, sim, "slept again");
  } catch (const Interrupted& interrupted) {
    note(log, sim, "interrupted again: " + std::string(interrupted.what()));
  }
}

Process joiner(Simulation& sim, Log& log, ProcessHandle other) {
  co_await other;
  note(log, sim, "joined");
  co_await other.join();  // one that is done does not wait
  note(log, sim, "joined again");
}

Process waits_for(Simulation& sim, Log& log, Trigger& trigger, std::string name) {
  co_await trigger.wait();
  note(log, sim, name);
}

/// Tells when its frame is destroyed.
struct Witness {
  Log* log;
  std::string name;
  Witness(Log& l, std::string n) : log(&l), name(std::move(n)) {}
  Witness(Witness&& other) noexcept : log(std::exchange(other.log, nullptr)), name(std::move(other.name)) {}
  ~Witness() {
    if (log) log->push_back("gone " + name);
  }
};

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("delays wake in the order of time, and of waiting among equals") {
    Simulation sim;
    Log log;
    sim.spawn(sleeper(sim, log, "a", 2s, 3));
    sim.spawn(sleeper(sim, log, "b", 3s, 2));
    sim.run_until(origin + 10s);
    CHECK(log == Log{"2 a", "3 b", "4 a", "6 b", "6 a"});
    CHECK(sim.now() == origin + 10s);
  }

  TEST_CASE("a delay of zero goes to the end of the instant") {
    Simulation sim;
    Log log;
    sim.spawn(sleeper(sim, log, "a", 0s, 2));
    sim.spawn(sleeper(sim, log, "b", 0s, 2));
    sim.run_until(origin);
    CHECK(log == Log{"0 a", "0 b", "0 a", "0 b"});
    CHECK_THROWS_AS((void)sim.delay(-1s), std::logic_error);
    sim.run_until(origin + 1s);
    CHECK_THROWS_AS((void)sim.delay(Duration::max()), std::logic_error);  // ends after the last instant there is
    CHECK_THROWS_AS((void)sim.until(origin - 1s), std::logic_error);
  }

  TEST_CASE("until waits for a time") {
    Simulation sim;
    Log log;
    auto life = [](Simulation& s, Log& l) -> Process {
      co_await s.until(origin + 7s);
      note(l, s, "there");
      co_await s.until(s.now());
      note(l, s, "still");
    };
    sim.spawn(life(sim, log));
    sim.run_until(origin + 10s);
    CHECK(log == Log{"7 there", "7 still"});
  }

  TEST_CASE("an interrupt ends a delay at once") {
    Simulation sim;
    Log log;
    ProcessHandle p = sim.spawn(interruptible(sim, log, 10s), "sleeper");
    CHECK(p.name() == "sleeper");
    sim.after(3s, [&] { CHECK(p.interrupt("enough")); });
    sim.run_until(origin + 20s);
    CHECK(log == Log{"3 interrupted: enough", "4 slept again"});
    CHECK(p.done());
    CHECK_FALSE(p.interrupt("late"));
    CHECK(sim.events_pending() == 0);
  }

  TEST_CASE("a wake that is queued wins; the interrupt comes at the next wait") {
    Simulation sim;
    Log log;
    Trigger trigger(sim);
    auto life = [](Simulation& s, Log& l, Trigger& t) -> Process {
      try {
        co_await t.wait();
        note(l, s, "woken");
        co_await s.delay(5s);
        note(l, s, "not reached");
      } catch (const Interrupted& interrupted) {
        note(l, s, interrupted.reason());
      }
      co_await s.delay(1s);
      note(l, s, "on");
    };
    ProcessHandle p = sim.spawn(life(sim, log, trigger));
    sim.after(2s, [&] {
      trigger.fire();
      CHECK(p.interrupt("first"));
      CHECK_FALSE(p.interrupt("second"));  // one at a time
    });
    sim.run_until(origin + 20s);
    CHECK(log == Log{"2 woken", "2 first", "3 on"});
  }

  TEST_CASE("an interrupt before the start or of oneself comes at the next wait") {
    Simulation sim;
    Log log;
    ProcessHandle p = sim.spawn(interruptible(sim, log, 10s));
    p.interrupt("early");
    sim.run_until(origin + 20s);
    CHECK(log == Log{"0 interrupted: early", "1 slept again"});

    log.clear();
    ProcessHandle self;
    auto life = [](Simulation& s, Log& l, ProcessHandle& me) -> Process {
      me.interrupt("myself");
      note(l, s, "before");
      co_await s.delay(1s);  // lets it through: the process just ends
      note(l, s, "not reached");
    };
    self = sim.spawn(life(sim, log, self));
    sim.run_until(origin + 30s);
    CHECK(log == Log{"20 before"});
    CHECK(self.done());
  }

  TEST_CASE("an interrupted process may be interrupted again, and the first wake stands") {
    Simulation sim;
    Log log;
    ProcessHandle p = sim.spawn(interruptible(sim, log, 10s));
    sim.after(3s, [&] {
      CHECK(p.interrupt("one"));
      CHECK_FALSE(p.interrupt("two"));
    });
    sim.after(3500ms, [&] { CHECK(p.interrupt("three")); });
    sim.run_until(origin + 20s);
    CHECK(log == Log{"3 interrupted: one", "3 interrupted again: three"});
  }

  TEST_CASE("joining waits for the end, in FIFO order, and not at all afterwards") {
    Simulation sim;
    Log log;
    ProcessHandle p = sim.spawn(sleeper(sim, log, "a", 2s, 1));
    sim.spawn(joiner(sim, log, p));
    sim.spawn(joiner(sim, log, ProcessHandle{}));
    sim.run_until(origin + 5s);
    CHECK(log == Log{"0 joined", "0 joined again", "2 a", "2 joined", "2 joined again"});
    // The record has a new tenant: the old handle does not mistake it.
    ProcessHandle q = sim.spawn(sleeper(sim, log, "b", 2s, 1));
    CHECK(p.done());
    CHECK_FALSE(q.done());
    CHECK_FALSE(p == q);
  }

  TEST_CASE("a trigger wakes those that wait, in FIFO order, once") {
    Simulation sim;
    Log log;
    Trigger trigger(sim);
    for (const char* name : {"a", "b", "c"}) sim.spawn(waits_for(sim, log, trigger, name));
    trigger.fire();  // nobody waits yet
    sim.after(1s, [&] { trigger.fire(); });
    sim.after(2s, [&] { trigger.fire(); });
    sim.run_until(origin + 5s);
    CHECK(log == Log{"1 a", "1 b", "1 c"});
    CHECK_FALSE(trigger.has_waiters());
  }

  TEST_CASE("a trigger that dies leaves its waiters waiting") {
    Simulation sim;
    Log log;
    auto trigger = std::make_unique<Trigger>(sim);
    ProcessHandle p = sim.spawn(waits_for(sim, log, *trigger, "never"));
    sim.run_until(origin + 1s);
    trigger.reset();
    p.interrupt();
    sim.run_until(origin + 2s);
    CHECK(log.empty());
    CHECK(p.done());
  }

  TEST_CASE("first_of gives the index of the first and withdraws the others") {
    Simulation sim;
    Log log;
    Trigger trigger(sim), other(sim);
    ProcessHandle asleep = sim.spawn(sleeper(sim, log, "asleep", 100s, 1));
    auto life = [](Simulation& s, Log& l, Trigger& t, Trigger& o, ProcessHandle p) -> Process {
      std::size_t i = co_await s.first_of(s.delay(5s), t.wait(), p, o.wait());
      note(l, s, std::to_string(i));
      i = co_await s.first_of(s.delay(5s), t.wait(), p.join());
      note(l, s, std::to_string(i));
      i = co_await s.first_of(t.wait(), s.delay(1s), s.delay(1s));
      note(l, s, std::to_string(i));
      i = co_await s.first_of(t.wait(), t.wait());
      note(l, s, std::to_string(i));
      ProcessHandle nobody;  // over at once
      i = co_await s.first_of(s.delay(1s), nobody, s.delay(2s));
      note(l, s, std::to_string(i));
    };
    sim.spawn(life(sim, log, trigger, other, asleep));
    sim.after(3s, [&] { trigger.fire(); });
    sim.after(20s, [&] { trigger.fire(); });
    sim.run_until(origin + 50s);
    CHECK(log == Log{"3 1", "8 0", "9 1", "20 0", "20 1"});
    CHECK(sim.events_pending() == 1);  // only the sleeper's: every loser is withdrawn
    CHECK_FALSE(trigger.has_waiters());
    CHECK_FALSE(other.has_waiters());
  }

  TEST_CASE("a named delay is a deadline over several waits") {
    Simulation sim;
    Log log;
    Trigger trigger(sim);
    auto life = [](Simulation& s, Log& l, Trigger& t) -> Process {
      auto deadline = s.delay(5s);
      for (;;) {
        const std::size_t i = co_await s.first_of(t.wait(), deadline);
        note(l, s, std::to_string(i));
        if (i == 1) break;
      }
      co_await deadline;  // has passed
      note(l, s, "end");
    };
    sim.spawn(life(sim, log, trigger));
    for (int i = 1; i < 4; ++i) sim.after(i * 2s, [&] { trigger.fire(); });
    sim.run_until(origin + 50s);
    CHECK(log == Log{"2 0", "4 0", "5 1", "5 end"});
  }

  TEST_CASE("all_of waits for all") {
    Simulation sim;
    Log log;
    Trigger trigger(sim);
    ProcessHandle p = sim.spawn(sleeper(sim, log, "asleep", 2s, 1));
    auto life = [](Simulation& s, Log& l, Trigger& t, ProcessHandle other) -> Process {
      co_await s.all_of(s.delay(1s), t.wait(), other);
      note(l, s, "all");
      ProcessHandle nobody;
      co_await s.all_of(other, nobody);
      note(l, s, "at once");
      co_await s.all_of();
      const std::size_t i = co_await s.first_of(s.all_of(s.delay(1s), t.wait()), s.delay(3s));
      note(l, s, std::to_string(i));
      auto both = s.all_of(s.delay(1s), t.wait());
      const std::size_t j = co_await s.first_of(s.delay(5s), both);
      note(l, s, std::to_string(j));
    };
    sim.spawn(life(sim, log, trigger, p));
    sim.after(4s, [&] { trigger.fire(); });
    sim.after(9s, [&] { trigger.fire(); });
    sim.run_until(origin + 50s);
    CHECK(log == Log{"2 asleep", "4 all", "4 at once", "7 1", "9 1"});
    CHECK(sim.events_pending() == 0);
    CHECK_FALSE(trigger.has_waiters());
  }

  TEST_CASE("an interrupt withdraws a whole group") {
    Simulation sim;
    Log log;
    Trigger trigger(sim);
    auto life = [](Simulation& s, Log& l, Trigger& t) -> Process {
      try {
        co_await s.all_of(s.delay(1s), t.wait(), s.first_of(t.wait(), s.delay(9s)));
      } catch (const Interrupted&) {
        note(l, s, "out");
      }
    };
    ProcessHandle p = sim.spawn(life(sim, log, trigger));
    sim.after(3s, [&] { p.interrupt(); });
    sim.run_until(origin + 4s);
    CHECK(log == Log{"3 out"});
    CHECK(sim.events_pending() == 0);
    CHECK_FALSE(trigger.has_waiters());
  }

  TEST_CASE("an exception out of a process ends the run with the name of the process") {
    Simulation sim;
    auto life = [](Simulation& s) -> Process {
      co_await s.delay(1s);
      throw std::out_of_range("no such rack");
    };
    ProcessHandle p = sim.spawn(life(sim), "job 7");
    bool caught = false;
    try {
      sim.run_until(origin + 5s);
    } catch (const ProcessError& error) {
      CHECK(std::string(error.what()) == "job 7: no such rack");
      CHECK_THROWS_AS(std::rethrow_if_nested(error), std::out_of_range);
      caught = true;
    }
    CHECK(caught);
    CHECK(sim.now() == origin + 1s);
    CHECK(p.done());
  }

  TEST_CASE("processes are destroyed last spawned first, and do nothing on the way") {
    Log log;
    {
      Simulation sim;
      Trigger trigger(sim);
      Resource pool(sim, 1);
      struct Nuisance {
        Simulation* sim;
        Trigger* trigger;
        Resource* pool;
        Log* log;
        Nuisance(Simulation& s, Trigger& t, Resource& r, Log& l) : sim(&s), trigger(&t), pool(&r), log(&l) {}
        Nuisance(const Nuisance&) = delete;
        ~Nuisance() {
          trigger->fire();
          CHECK_FALSE(sim->pending(sim->after(1s, [l = log] { l->push_back("never"); })));
          CHECK(sim->spawn(sleeper(*sim, *log, "never", 0s, 1)).done());
          pool->set_capacity(5);
        }
      };
      auto life = [](Simulation& s, Trigger& t, Resource& r, Log& l, std::string name) -> Process {
        Witness witness(l, name);
        Nuisance nuisance(s, t, r, l);
        Grant grant = co_await r.acquire();
        l.push_back("has " + name);
        co_await s.first_of(t.wait(), s.delay(1h));
      };
      sim.spawn(life(sim, trigger, pool, log, "a"));
      sim.spawn(life(sim, trigger, pool, log, "b"));
      sim.run_until(origin + 1s);
      sim.spawn(life(sim, trigger, pool, log, "c"));  // never starts, so it has no witness
      sim.spawn(waits_for(sim, log, trigger, "d"));
      sim.shutdown();
      sim.shutdown();
      CHECK(log == Log{"has a", "gone b", "gone a"});
      CHECK(sim.events_pending() == 0);
      CHECK_THROWS_AS(sim.run_until(origin + 2s), std::logic_error);
    }
    CHECK(log.size() == 3);
  }

  TEST_CASE("the models may die before the simulation") {
    Log log;
    Simulation sim;
    {
      Trigger trigger(sim);
      Resource pool(sim, 1);
      auto life = [](Simulation&, Trigger& t, Resource& r) -> Process {
        Grant grant = co_await r.acquire();
        co_await t.wait();
      };
      sim.spawn(life(sim, trigger, pool));
      sim.spawn(life(sim, trigger, pool));
      sim.run_until(origin + 1s);
    }
  }

  TEST_CASE("a process that is never spawned is destroyed with its parameters") {
    Log log;
    Simulation sim;
    auto life = [](Simulation& s, Witness witness) -> Process {
      co_await s.delay(1s);
      witness.log->push_back("ran");
    };
    { Process process = life(sim, Witness(log, "x")); }
    CHECK(log == Log{"gone x"});
    Process process = life(sim, Witness(log, "y"));
    sim.spawn(std::move(process));
    CHECK_THROWS_AS(sim.spawn(std::move(process)), std::logic_error);
    sim.run_until(origin + 2s);
    CHECK(log == Log{"gone x", "ran", "gone y"});
  }

  TEST_CASE("frames come from the pool or from the heap") {
    struct Model {
      Simulation& sim;
      explicit Model(Simulation& s) : sim(s) {}
      Simulation& simulation() const { return sim; }
      Process life(int& count) {
        co_await sim.delay(1s);
        ++count;
      }
      Process with_parameter(Simulation& s, int& count) {
        co_await s.delay(1s);
        ++count;
      }
    };
    struct Plain {
      Simulation* sim = nullptr;
      Process life(int& count) {
        std::array<double, 1000> large{};
        co_await sim->delay(1s);
        count += 1 + static_cast<int>(large[7]);
      }
    };
    Simulation sim;
    Model model(sim);
    Plain plain;
    plain.sim = &sim;
    int count = 0;
    sim.spawn(model.life(count));
    sim.spawn(model.with_parameter(sim, count));
    sim.spawn(plain.life(count));
    sim.run_until(origin + 2s);
    CHECK(count == 3);
  }

  TEST_CASE("a hundred thousand processes") {
    Simulation sim;
    std::uint64_t wakes = 0;
    auto life = [](Simulation& s, std::uint64_t& n, Duration d) -> Process {
      for (;;) {
        co_await s.delay(d);
        ++n;
      }
    };
    constexpr int count = 100'000;
    for (int i = 0; i < count; ++i) sim.spawn(life(sim, wakes, Duration(1000 + i)));
    std::uint64_t expected = 0;
    const std::int64_t end = 300'000;
    for (int i = 0; i < count; ++i) expected += static_cast<std::uint64_t>(end / (1000 + i));
    sim.run_until(origin + Duration(end));
    CHECK(wakes == expected);
    CHECK(sim.events_pending() == count);
  }
}
