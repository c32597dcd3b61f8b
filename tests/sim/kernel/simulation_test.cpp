#include "sim/kernel/simulation.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sim/kernel/circuit.hpp"
#include "sim/kernel/process.hpp"
#include "sim/kernel/resource.hpp"

using namespace wattershed;
using Log = std::vector<std::string>;
using Priority = Simulation::Priority;

namespace {

constexpr Time origin{};

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return {};
}

/// A mixed life whose every draw and wake goes into the trace.
std::vector<std::int64_t> trace(std::uint64_t seed) {
  Simulation sim({.seed = seed});
  Resource pool(sim, 3, Queueing::priority);
  Trigger trigger(sim);
  std::vector<std::int64_t> seen;
  auto life = [](Simulation& s, Resource& r, Trigger& t, std::vector<std::int64_t>& log, int id) -> Process {
    Random random = s.stream("process " + std::to_string(id));
    for (;;) {
      co_await s.delay(from_seconds(random.exponential(2)));
      auto wanted = r.acquire(1 + static_cast<std::int64_t>(random.below(3)), static_cast<int>(random.below(2)));
      const std::size_t which = co_await s.first_of(wanted, t.wait(), s.delay(from_seconds(random.uniform())));
      log.push_back((s.now() - origin).count() * 8 + static_cast<std::int64_t>(which));
      log.push_back(id);
      if (which == 0) {
        Grant grant = wanted.take();
        co_await s.delay(from_seconds(random.uniform()));
      }
      if (random.chance(0.05)) t.fire();
    }
  };
  for (int id = 0; id < 50; ++id) sim.spawn(life(sim, pool, trigger, seen, id));
  sim.run_until(origin + 200s);
  seen.push_back(static_cast<std::int64_t>(sim.events_executed()));
  return seen;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("events run by time, priority and sequence") {
    Simulation sim;
    Log log;
    auto say = [&](const char* text) { return [&log, text] { log.push_back(text); }; };
    sim.at(origin + 2s, say("late"), Priority::late);
    sim.at(origin + 2s, say("a"));
    sim.at(origin + 2s, say("first"), Priority::first);
    sim.at(origin + 2s, say("b"));
    sim.at(origin + 1s, say("before"), Priority::last);
    sim.run_until(origin + 1s);
    CHECK(log == Log{"before"});
    sim.run_until(origin + 2s);
    CHECK(log == Log{"before", "first", "a", "b", "late"});
    CHECK(sim.events_executed() == 5);
    CHECK(sim.now() == origin + 2s);
  }

  TEST_CASE("events added for now: the FIFO lane and the heap are one order") {
    Simulation sim;
    Log log;
    auto say = [&](std::string text) { return [&log, text] { log.push_back(text); }; };
    sim.at(origin + 1s, [&] {
      log.push_back("start");
      sim.at(sim.now(), say("lane 1"));
      sim.at(sim.now(), say("late"), Priority::late);
      sim.at(sim.now(), say("early"), Priority::early);
      sim.at(sim.now(), [&] {
        log.push_back("lane 2");
        sim.after(0s, say("lane 3"));
        sim.after(0s, say("early too"), Priority::early);
      });
    });
    sim.at(origin + 1s, say("queued before"));
    sim.run_until(origin + 1s);
    CHECK(log == Log{"start", "early", "queued before", "lane 1", "lane 2", "early too", "lane 3", "late"});
  }

  TEST_CASE("a priority below a time in the future does not run early") {
    Simulation sim({.start = origin + 5s});
    Log log;
    sim.after(0s, [&] { log.push_back("now"); });
    sim.after(
        1ns, [&] { log.push_back("next"); }, Priority::first);
    sim.run_until(origin + 6s);
    CHECK(log == Log{"now", "next"});
  }

  TEST_CASE("cancel and move") {
    Simulation sim;
    Log log;
    auto say = [&](const char* text) { return [&log, text] { log.push_back(text); }; };
    const EventHandle a = sim.after(1s, say("a"));
    const EventHandle b = sim.after(2s, say("b"));
    const EventHandle c = sim.after(3s, say("c"));
    CHECK(sim.cancel(a));
    CHECK_FALSE(sim.cancel(a));
    CHECK_FALSE(sim.move(a, origin + 9s));
    CHECK(sim.move(c, origin + 1s));
    CHECK(sim.move(b, origin + 1s));
    CHECK(sim.pending(b));
    sim.run_until(origin + 5s);
    CHECK(log == Log{"c", "b"});
    CHECK_FALSE(sim.pending(b));
    CHECK_FALSE(sim.cancel(b));
    CHECK_FALSE(sim.cancel(EventHandle{}));
    CHECK_THROWS_AS(sim.at(origin, [] {}), std::logic_error);
    CHECK_THROWS_AS(sim.after(-1s, [] {}), std::logic_error);
    CHECK_THROWS_AS(sim.run_until(origin), std::logic_error);
    const EventHandle d = sim.after(1s, say("d"));
    CHECK_THROWS_AS(sim.move(d, origin), std::logic_error);
  }

  TEST_CASE("callables are destroyed once: run, cancelled, left over, or throwing") {
    auto token = std::make_shared<int>(0);
    {
      Simulation sim;
      std::array<char, 200> large{};
      sim.after(1s, [token] { ++*token; });
      sim.after(1s, [token, large] { *token += 1 + large[3]; });
      const EventHandle cancelled = sim.after(2s, [token, large] { *token += 100 + large[3]; });
      sim.after(9s, [token, large] { *token += 100 + large[3]; });
      sim.after(9s, [token] { *token += 100; });
      sim.after(3s, [p = std::make_unique<int>(5), token] { *token += *p; });  // one that only moves
      sim.after(4s, [token] { throw std::runtime_error("out"); });
      sim.cancel(cancelled);
      CHECK_THROWS_WITH(sim.run_until(origin + 5s), "out");
      CHECK(*token == 7);
      CHECK(token.use_count() == 3);
    }
    CHECK(token.use_count() == 1);
    CHECK(*token == 7);
  }

  TEST_CASE("rounds: the settle comes after the events, may add events, and meters take what stands last") {
    Simulation sim;
    Log log;
    Circuit& circuit = sim.circuit();
    const Signal<double> input = circuit.signal<double>("input", 1.0);
    const Signal<double> twice = circuit.signal<double>("twice", 0.0);
    circuit.model("doubler", {input}, {twice}, [&] {
      circuit.set(twice, 2 * circuit.get(input));
      log.push_back("settle " + std::to_string(static_cast<int>(circuit.get(input))));
      if (circuit.get(input) == 7) {
        sim.after(0s, [&] {
          log.push_back("limit");
          circuit.set(input, 5.0);
        });
      }
    });
    Meter& meter = circuit.meter(twice);
    auto life = [](Simulation& s, Log& l, Signal<double> in, Signal<double> out) -> Process {
      co_await s.delay(10s);
      s.circuit().set(in, 3.0);
      s.circuit().set(in, 7.0);  // only the last value of the round is seen
      l.push_back("before " + std::to_string(static_cast<int>(s.circuit().get(out))));
      co_await s.settled();
      l.push_back("after " + std::to_string(static_cast<int>(s.circuit().get(out))));
    };
    sim.spawn(life(sim, log, input, twice));
    sim.run_until(origin + 15s);
    CHECK(log == Log{"settle 1", "before 2", "settle 7", "limit", "after 14", "settle 5"});
    CHECK(meter.integral(sim.now()) == 2.0 * 10 + 10.0 * 5);  // 14 stood for no time
    const auto interval = meter.close(sim.now());
    CHECK(interval.minimum == 2);
    CHECK(interval.maximum == 10);
  }

  TEST_CASE("settled() resumes in the next round") {
    Simulation sim;
    Log log;
    auto life = [](Simulation& s, Log& l) -> Process {
      l.push_back("one");
      co_await s.settled();
      l.push_back("two");
      co_await s.settled();
      l.push_back("three");
      const std::size_t which = co_await s.first_of(s.settled(), s.delay(0s));
      l.push_back(std::to_string(which));  // the delay is in this round
    };
    sim.spawn(life(sim, log));
    sim.after(0s, [&] {
      log.push_back("event");
      sim.after(0s, [&] { log.push_back("added"); });
    });
    sim.run_until(origin);
    CHECK(log == Log{"one", "event", "added", "two", "three", "1"});
  }

  TEST_CASE("stop ends the run after the instant") {
    Simulation sim;
    Log log;
    sim.after(1s, [&] {
      sim.stop();
      sim.after(0s, [&] { log.push_back("same instant"); });
    });
    sim.after(2s, [&] { log.push_back("later"); });
    sim.run_until(origin + 5s);
    CHECK(log == Log{"same instant"});
    CHECK(sim.now() == origin + 1s);
    sim.run_until(origin + 5s);
    CHECK(log == Log{"same instant", "later"});
    CHECK(sim.now() == origin + 5s);
  }

  TEST_CASE("an instant that goes round and round names who keeps waking") {
    Simulation sim;
    auto restless = [](Simulation& s) -> Process {
      for (;;) co_await s.settled();
    };
    auto calm = [](Simulation& s) -> Process {
      for (int i = 0; i < 500; ++i) co_await s.settled();
    };
    sim.spawn(restless(sim), "the restless one");
    sim.spawn(calm(sim), "the calm one");
    const std::string message = message_of([&] { sim.run_until(origin + 1s); });
    CHECK(message.find("1,000 rounds") != std::string::npos);
    CHECK(message.find("the restless one") != std::string::npos);
    CHECK(message.find("the calm one") == std::string::npos);
  }

  TEST_CASE("an instant that goes round and round names the signals that do not rest, by the names they were given") {
    Simulation sim;
    Circuit& circuit = sim.circuit();
    circuit.begin_names_with("west: ");
    const Signal<double> voltage = circuit.signal<double>("voltage");
    const Signal<double> load = circuit.signal<double>("load behind the UPS");
    const Signal<double> calm = circuit.signal<double>("lighting");
    circuit.model("ups", {voltage}, {load}, [&] {
      circuit.set(load, -circuit.get(voltage));
      sim.after(0s, [&] { circuit.set(voltage, circuit.get(load) + 1); });
    });
    circuit.model("lights", {}, {calm}, [&] { circuit.set(calm, 1.0); });
    const std::string message = message_of([&] { sim.run_until(origin + 1s); });
    CHECK(message.ends_with(
        "does not come to an end (over 1,000 rounds); what does not rest: west: load behind the UPS"));
  }

  TEST_CASE("a thousand rounds are allowed") {
    Simulation sim;
    auto life = [](Simulation& s, int rounds) -> Process {
      for (int i = 1; i < rounds; ++i) co_await s.settled();
    };
    sim.spawn(life(sim, 1000));
    CHECK_NOTHROW(sim.run_until(origin + 1s));
    sim.spawn(life(sim, 1001));
    CHECK_THROWS_AS(sim.run_until(origin + 2s), std::logic_error);
  }

  TEST_CASE("a million events in one round are too many, however they keep waking each other") {
    struct Echo {
      Simulation* sim;
      explicit Echo(Simulation& s) : sim(&s) {}
      void operator()() const { sim->after(0s, *this); }
    };
    {
      Simulation sim;
      auto life = [](Simulation& s) -> Process {
        for (;;) co_await s.delay(0s);
      };
      sim.after(1s, [] {});
      sim.spawn(life(sim), "spinner");
      sim.after(0s, Echo(sim));
      const std::string message = message_of([&] { sim.run_until(origin + 1s); });
      CHECK(message.find("1,000,000 events") != std::string::npos);
      CHECK(message.find("spinner") != std::string::npos);
      CHECK(message.find("Echo") == std::string::npos);  // a name of C++ tells nobody anything
      CHECK(sim.now() == origin);
    }
    Simulation sim;
    auto life = [](Simulation& s) -> Process {
      for (;;) co_await s.first_of(s.delay(0s), s.delay(1s));
    };
    sim.spawn(life(sim), "in a group");
    CHECK(message_of([&] { sim.run_until(origin + 1s); }).find("in a group") != std::string::npos);
  }

  TEST_CASE("many events of one instant that were there before are no livelock") {
    Simulation sim;
    std::uint64_t count = 0;
    for (int i = 0; i < 1'100'000; ++i) sim.at(origin + 1s, [&] { ++count; });
    CHECK_NOTHROW(sim.run_until(origin + 1s));
    CHECK(count == 1'100'000);
  }

  TEST_CASE("observers are told before the clock moves, and at the end") {
    Simulation sim;
    std::vector<std::int64_t> every, boundaries;
    sim.observe([&](Time t) {
      CHECK(sim.now() < t);
      every.push_back((t - origin).count());
    });
    Time next = origin + 10ns;
    sim.observe(next, [&](Time t) {
      boundaries.push_back((t - origin).count());
      while (next <= t) next += 10ns;
      return next;
    });
    for (const int t : {3, 7, 10, 12, 35, 36}) sim.at(origin + Duration(t), [] {});
    sim.run_until(origin + 40ns);
    CHECK(every == std::vector<std::int64_t>{3, 7, 10, 12, 35, 36, 40});
    CHECK(boundaries == std::vector<std::int64_t>{10, 35, 40});  // 20 and 30 were passed at 35
    sim.at(origin + 41ns, [] {});
    sim.run_until(origin + 45ns);
    CHECK(every == std::vector<std::int64_t>{3, 7, 10, 12, 35, 36, 40, 41, 45});
    CHECK(boundaries == std::vector<std::int64_t>{10, 35, 40, 45});
  }

  TEST_CASE("times before 1970 and at the ends of the range") {
    Simulation sim({.start = Time::min()});
    Log log;
    sim.at(Time::max(), [&] { log.push_back("max"); });
    sim.at(Time(Duration(-1)), [&] { log.push_back("-1"); });
    sim.at(Time::min(), [&] { log.push_back("min"); });
    sim.run_until(Time::max());
    CHECK(log == Log{"min", "-1", "max"});
  }

  TEST_CASE("two simulations side by side and on two threads give the same traces") {
    const auto one = trace(1);
    CHECK(one.size() > 1000);
    CHECK(one == trace(1));
    CHECK(one != trace(2));
    std::vector<std::int64_t> a, b, c;
    std::thread first([&] { a = trace(1); });
    std::thread second([&] { b = trace(2); });
    c = trace(1);
    first.join();
    second.join();
    CHECK(a == one);
    CHECK(c == one);
    CHECK(b == trace(2));
  }
}
