#include "sim/kernel/event_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "sim/kernel/random.hpp"

using namespace wattershed;

namespace {

Time at(std::int64_t t) { return Time(Duration(t)); }

/// The slow and obvious queue: a multimap by (time, priority, sequence).
class ReferenceQueue {
 public:
  using Key = std::tuple<std::int64_t, int, std::uint64_t>;
  using Place = std::multimap<Key, EventPayload>::iterator;

  Place push(std::int64_t time, EventPriority priority, EventPayload payload) {
    return events_.emplace(Key{time, static_cast<int>(priority), sequence_++}, payload);
  }
  [[nodiscard]] std::int64_t next_time() const { return std::get<0>(events_.begin()->first); }
  EventPayload pop() {
    const EventPayload payload = events_.begin()->second;
    events_.erase(events_.begin());
    return payload;
  }
  void cancel(Place place) { events_.erase(place); }
  Place move(Place place, std::int64_t time) {
    const auto [key, payload] = *place;
    events_.erase(place);
    return push(time, static_cast<EventPriority>(std::get<1>(key)), payload);
  }
  [[nodiscard]] std::size_t size() const { return events_.size(); }

 private:
  std::multimap<Key, EventPayload> events_;
  std::uint64_t sequence_ = 0;
};

/// Both queues side by side, with every handle there ever was.
class Pair {
 public:
  Pair(Random& random, std::uint64_t first_sequence = 0, std::int64_t now = 0)
      : random_(random), queue_(at(now), first_sequence), now_(now) {}

  [[nodiscard]] std::size_t size() const { return reference_.size(); }
  [[nodiscard]] std::int64_t now() const { return now_; }

  void push(std::int64_t time, EventPriority priority = EventPriority::normal) {
    const EventPayload payload = events_.size();
    events_.push_back(
        {queue_.push(at(time), priority, payload), reference_.push(time, priority, payload), live_.size()});
    live_.push_back(payload);
  }
  bool pop() {
    if (reference_.size() == 0) return queue_.empty();
    if (queue_.size() != reference_.size() || queue_.next_time() != at(reference_.next_time())) return false;
    now_ = reference_.next_time();
    const EventPayload expected = reference_.pop();
    forget(expected);
    return queue_.pop() == expected;
  }
  bool cancel() {
    if (live_.empty()) return true;
    const EventPayload payload = any_live();
    reference_.cancel(events_[payload].place);
    forget(payload);
    const EventHandle handle = events_[payload].handle;
    return queue_.pending(handle) && queue_.payload(handle) == payload && queue_.cancel(handle) &&
           !queue_.pending(handle);
  }
  bool move(std::int64_t time) {
    if (live_.empty()) return true;
    const EventPayload payload = any_live();
    events_[payload].place = reference_.move(events_[payload].place, time);
    return queue_.move(events_[payload].handle, at(time)) && queue_.payload(events_[payload].handle) == payload;
  }
  /// Whatever is done with an expired handle does nothing.
  bool stale() {
    if (events_.empty()) return true;
    const Event& event = events_[random_.below(events_.size())];
    if (event.live != dead) return true;
    return !queue_.pending(event.handle) && !queue_.cancel(event.handle) && !queue_.move(event.handle, at(now_)) &&
           queue_.size() == reference_.size();
  }
  bool drain() {
    while (size() > 0) {
      if (!pop()) return false;
    }
    return queue_.empty();
  }

 private:
  static constexpr std::size_t dead = ~std::size_t{0};
  struct Event {
    EventHandle handle;
    ReferenceQueue::Place place;
    std::size_t live;  // its place in live_
  };
  EventPayload any_live() { return live_[random_.below(live_.size())]; }
  void forget(EventPayload payload) {
    const std::size_t index = events_[payload].live;
    live_[index] = live_.back();
    events_[live_[index]].live = index;
    live_.pop_back();
    events_[payload].live = dead;
  }

  Random& random_;
  EventQueue queue_;
  ReferenceQueue reference_;
  std::vector<Event> events_;
  std::vector<EventPayload> live_;
  std::int64_t now_;
};

struct Distribution {
  const char* name;
  std::function<std::int64_t(Random&)> draw;
};

std::int64_t whole(double x) { return static_cast<std::int64_t>(x); }

const std::vector<Distribution>& distributions() {
  static const std::vector<Distribution> all{
      {"exponential, 1 s", [](Random& r) { return whole(r.exponential(1e9)); }},
      {"exponential, 20 ns: many ties", [](Random& r) { return whole(r.exponential(20)); }},
      {"90 % short, 10 % long", [](Random& r) { return whole(r.exponential(r.chance(0.9) ? 1e6 : 1e12)); }},
      {"four ticks", [](Random& r) { return whole(1e9) * static_cast<std::int64_t>(1 + r.below(4)); }},
      {"zero or one", [](Random& r) { return static_cast<std::int64_t>(r.below(2)); }},
      {"from nanoseconds to years", [](Random& r) { return whole(std::exp(r.uniform(0, 38))); }},
      {"bimodal, far apart",
       [](Random& r) { return whole(r.chance(0.5) ? r.uniform(0, 1e3) : 1e15 + r.uniform(0, 1e3)); }},
      {"constant", [](Random&) { return std::int64_t{60'000'000'000}; }},
      {"triangular", [](Random& r) { return whole(1e9 * (r.uniform() + r.uniform())); }},
  };
  return all;
}

EventPriority any_priority(Random& random) {
  if (random.chance(0.7)) return EventPriority::normal;
  return static_cast<EventPriority>(random.below(16));
}

/// A run of random operations that fills to `most` pending events, holds there, and empties, several times.
void check_random(const Distribution& distribution, std::uint64_t run, std::size_t most, int operations,
                  double change_share) {
  CAPTURE(distribution.name);
  CAPTURE(run);
  CAPTURE(most);
  Random random(1, run, distribution.name);
  Pair pair(random);
  bool good = true;
  bool growing = true;
  for (int i = 0; i < operations && good; ++i) {
    if (pair.size() >= most) growing = false;
    if (pair.size() == 0) growing = true;
    const double dice = random.uniform();
    if (dice < change_share) {
      const double kind = random.uniform();
      if (kind < 0.3) {
        good = pair.cancel();
      } else if (kind < 0.9) {
        good = pair.move(pair.now() + distribution.draw(random));
      } else {
        good = pair.stale();
      }
    } else if (random.chance(growing ? 0.8 : 0.45)) {
      pair.push(pair.now() + distribution.draw(random), any_priority(random));
    } else {
      good = pair.pop();
    }
  }
  CHECK(good);
  CHECK(pair.drain());
}

/// A steady number of pending events, each pop followed by a push.
void check_hold(const Distribution& distribution, std::size_t pending, int events, double change_share) {
  CAPTURE(distribution.name);
  CAPTURE(pending);
  Random random(2, pending, distribution.name);
  Pair pair(random);
  for (std::size_t i = 0; i < pending; ++i) pair.push(distribution.draw(random));
  bool good = true;
  for (int i = 0; i < events && good; ++i) {
    good = pair.pop();
    pair.push(pair.now() + distribution.draw(random));
    if (random.chance(change_share)) good = good && pair.move(pair.now() + distribution.draw(random));
  }
  CHECK(good);
  CHECK(pair.drain());
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("random operations give the order of the reference") {
    for (const Distribution& d : distributions()) {
      check_random(d, 1, 20, 3'000, 0.3);
      check_random(d, 2, 300, 5'000, 0.3);
      check_random(d, 3, 5'000, 30'000, 0.2);
      check_random(d, 4, 5'000, 20'000, 0.8);
    }
  }

  TEST_CASE("a steady population gives the order of the reference") {
    for (const Distribution& d : distributions()) {
      check_hold(d, 10, 1'000, 0.2);
      check_hold(d, 1'000, 5'000, 0.2);
      check_hold(d, 10'000, 30'000, 0.1);
    }
  }

  TEST_CASE("many events at one instant, pushed, moved and cancelled") {
    Random random(3, 0, "ties");
    Pair pair(random);
    for (int i = 0; i < 20'000; ++i) pair.push(1'000'000, any_priority(random));
    for (int i = 0; i < 20'000; ++i) pair.push(2'000'000);
    bool good = true;
    for (int i = 0; i < 5'000; ++i) good = good && pair.cancel() && pair.move(1'000'000);
    for (int i = 0; i < 10'000; ++i) {
      good = good && pair.pop();
      pair.push(pair.now(), any_priority(random));  // of the present instant: through the lane and around it
      if (i % 3 == 0) good = good && pair.cancel() && pair.move(pair.now());
    }
    CHECK(good);
    CHECK(pair.drain());
  }

  TEST_CASE("idle gaps, bursts, and a queue that empties and fills again") {
    Random random(4, 0, "bursts");
    Pair pair(random, 0, -4'000'000'000'000'000'000);
    bool good = true;
    for (int burst = 0; burst < 30 && good; ++burst) {
      const std::int64_t start = pair.now() + whole(std::exp(random.uniform(0, 37)));
      const double scale = std::exp(random.uniform(0, 30));
      const auto count = static_cast<int>(std::exp(random.uniform(0, 9)));
      for (int i = 0; i < count; ++i) pair.push(start + whole(random.uniform(0, scale)));
      const auto pops = random.chance(0.5) ? pair.size() : random.below(pair.size() + 1);
      for (std::size_t i = 0; i < pops && good; ++i) good = pair.pop();
    }
    CHECK(good);
    CHECK(pair.drain());
  }

  TEST_CASE("events before the last one that was popped, and at the ends of the range") {
    Random random(5, 0, "past");
    Pair pair(random);
    for (int i = 0; i < 3'000; ++i) pair.push(whole(random.uniform(-1e18, 1e18)));
    for (const std::int64_t t : {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1, std::int64_t{0}}) pair.push(t);
    bool good = true;
    for (int i = 0; i < 2'000; ++i) {
      good = good && pair.pop();
      pair.push(whole(random.uniform(-1e18, 1e18)));
    }
    CHECK(good);
    CHECK(pair.drain());
  }

  TEST_CASE("the order stays when the sequences are used up and renumbered") {
    for (const Distribution& d : distributions()) {
      Random random(6, 0, d.name);
      Pair pair(random, detail::EventEntry::sequence_end - 4'000);
      bool good = true;
      for (int i = 0; i < 3'000; ++i) pair.push(d.draw(random), any_priority(random));
      for (int i = 0; i < 3'000; ++i) {
        good = good && pair.pop();
        pair.push(pair.now() + d.draw(random), any_priority(random));
        good = good && pair.move(pair.now() + d.draw(random));
        if (i % 10 == 0) pair.push(pair.now());
      }
      CHECK(good);
      CHECK(pair.drain());
    }
  }

  TEST_CASE("a default handle names nothing, in an empty queue and in a full one") {
    EventQueue queue;
    CHECK(queue.empty());
    CHECK_FALSE(queue.cancel(EventHandle{}));
    queue.push(at(1), EventPriority::normal, 8);
    CHECK_FALSE(queue.cancel(EventHandle{}));
    CHECK_FALSE(queue.move(EventHandle{}, at(3)));
    CHECK(queue.payload(EventHandle{}) == 0);
    CHECK(queue.size() == 1);
    CHECK(queue.pop() == 8);
    CHECK(queue.empty());
  }
}

TEST_SUITE("slow") {
  TEST_CASE("long random runs") {
    for (const Distribution& d : distributions()) {
      for (std::uint64_t run = 10; run < 16; ++run) {
        check_random(d, run, 50'000, 300'000, run % 2 == 0 ? 0.1 : 0.6);
        check_hold(d, 100'000, 200'000, 0.3);
      }
    }
  }
}
