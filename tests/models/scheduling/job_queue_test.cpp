// The queue and the running jobs against plain lists that are searched from end to end.
#include "models/scheduling/job_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "models/scheduling/running_jobs.hpp"

using namespace wattershed;

namespace {
struct Draw {
  std::mt19937_64 engine;
  std::int64_t operator()(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(engine() % static_cast<std::uint64_t>(high - low + 1));
  }
};
}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("the queue finds the same job as a search from end to end") {
    struct Waiting {
      JobId job;
      std::int64_t accelerators;
      Duration requested;
    };
    Draw draw{std::mt19937_64(11)};
    for (int round = 0; round < 12; ++round) {
      CAPTURE(round);
      JobQueue queue;
      std::vector<Waiting> plain;
      std::vector<JobId> free_ids;
      std::uint32_t next = 0;
      const std::int64_t largest = std::int64_t{1} << draw(0, 20), longest = draw(1, 100'000);
      const std::int64_t target = draw(5, 3000);
      std::size_t found = 0;
      for (int step = 0; step < 8000; ++step) {
        if (static_cast<std::int64_t>(plain.size()) < target ? draw(0, 9) < 7 : draw(0, 9) < 4) {
          JobId id{next};
          if (!free_ids.empty() && draw(0, 1) == 0) {
            id = free_ids.back();
            free_ids.pop_back();
          } else {
            ++next;
          }
          const Waiting job{id, draw(1, largest), std::chrono::milliseconds(draw(1, longest * 1000))};
          queue.push(job.job, job.accelerators, job.requested);
          plain.push_back(job);
        } else if (!plain.empty()) {
          const std::int64_t last = static_cast<std::int64_t>(plain.size()) - 1;
          const auto i = static_cast<std::size_t>(draw(0, 1) == 0 ? 0 : draw(0, last));
          queue.remove(plain[i].job);
          free_ids.push_back(plain[i].job);
          plain.erase(plain.begin() + static_cast<std::ptrdiff_t>(i));
        }
        REQUIRE(queue.size() == plain.size());
        if (plain.empty()) {
          REQUIRE(queue.head() == JobQueue::none);
          continue;
        }
        REQUIRE(queue.job(queue.head()) == plain.front().job);
        if (step % 7 != 0) continue;
        const Gap gap{.free = draw(0, draw(0, 1) == 0 ? largest : 20),
                      .spare = draw(0, 3),
                      .window = std::chrono::milliseconds(draw(0, draw(0, 1) == 0 ? longest * 1000 : 2000))};
        std::size_t from = static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(plain.size()) - 1));
        JobQueue::Position p = queue.head();  // the position of plain[from], by walking over single jobs
        for (std::size_t i = 0; i < from; ++i)
          p = queue.first_fitting(p + 1, {INT64_MAX, INT64_MAX, Duration::max()});
        REQUIRE(queue.job(p) == plain[from].job);
        for (p = queue.first_fitting(p, gap); true; p = queue.first_fitting(p + 1, gap)) {
          while (from < plain.size() &&
                 !(plain[from].accelerators <= gap.free &&
                   (plain[from].accelerators <= gap.spare || plain[from].requested <= gap.window)))
            ++from;
          if (from == plain.size()) {
            REQUIRE(p == JobQueue::none);
            break;
          }
          const bool same = p != JobQueue::none && queue.job(p) == plain[from].job &&
                            queue.accelerators(p) == plain[from].accelerators &&
                            queue.requested_time(p) == plain[from].requested;
          if (!same) FAIL("another job was found");
          ++found;
          ++from;
        }
      }
      std::int64_t sum = 0;
      for (const Waiting& job : plain) sum += job.accelerators;
      CHECK(queue.accelerators() == sum);
      CHECK(found > 0);
    }
  }

  TEST_CASE("the running jobs return accelerators when a search from end to end says so") {
    struct Running {
      JobId job;
      Time end;
      std::int64_t returns;
    };
    Draw draw{std::mt19937_64(5)};
    for (int round = 0; round < 10; ++round) {
      CAPTURE(round);
      RunningJobs running;
      std::vector<Running> plain;
      Time now{};
      const std::int64_t target = draw(3, 1500), horizon = draw(1, 400), grain = draw(0, 1) == 0 ? 1000 : 250;
      for (std::uint32_t step = 0; step < 4000; ++step) {
        if (static_cast<std::int64_t>(plain.size()) < target ? draw(0, 9) < 7 : draw(0, 9) < 4) {
          plain.push_back({JobId{step}, now + std::chrono::milliseconds(grain * draw(0, horizon)), draw(0, 9)});
          running.insert(plain.back().job, plain.back().end, plain.back().returns);
        } else if (!plain.empty()) {
          const auto i = static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(plain.size()) - 1));
          running.erase(plain[i].job, plain[i].end, plain[i].returns);
          plain.erase(plain.begin() + static_cast<std::ptrdiff_t>(i));
        }
        if (draw(0, 4) == 0) now += std::chrono::milliseconds(grain * draw(0, 3));
        REQUIRE(running.size() == plain.size());
        if (step % 5 != 0) continue;

        std::int64_t all = 0;
        for (const Running& r : plain) all += r.returns;
        const std::int64_t needed = draw(1, all + 2);
        auto end_of = [&](const Running& r) { return r.end > now ? r.end : now + 1s; };
        auto returned_by = [&](Time t) {
          std::int64_t sum = 0;
          for (const Running& r : plain) sum += end_of(r) <= t ? r.returns : 0;
          return sum;
        };
        std::vector<Time> ends;
        for (const Running& r : plain) ends.push_back(end_of(r));
        std::sort(ends.begin(), ends.end());
        const auto first =
            std::partition_point(ends.begin(), ends.end(), [&](Time t) { return returned_by(t) < needed; });
        const std::optional<RunningJobs::Return> answer = running.when_returned(needed, now);
        REQUIRE(answer.has_value() == (first != ends.end()));
        if (!answer) continue;
        REQUIRE(answer->at == *first);
        REQUIRE(answer->accelerators == returned_by(*first));
      }
    }
  }
}
