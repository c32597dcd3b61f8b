// A service: its stream of requests over the calendar, its autoscaler, its queue, and what a scenario may write.
#include "models/workload/service.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>

#include "sim/base/problem.hpp"
#include "sim/calendar/calendar.hpp"
#include "tests/models/workload/source_catalog.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

constexpr Duration day = std::chrono::days(1);
const LocalTime monday = parse_local_time("2027-01-04");

InferenceService service(const std::string& text) {
  InferenceService value;
  load_document_text(text, "test.yaml", {.catalog = &source_catalog(), .sets = {}},
                     [&](Fields& f) { value.visit(f); });
  return value;
}

std::string refusal(const std::string& text) {
  try {
    service(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

/// The mean by brute force: the middle of every one of many small pieces.
double slow_mean(const RequestStream& stream, Frequency base, LocalTime from, Duration length, Duration since) {
  constexpr int pieces = 20000;
  double sum = 0;
  for (int i = 0; i < pieces; ++i) {
    const Duration at((2 * static_cast<std::int64_t>(i) + 1) * (length.count() / (2 * pieces)));
    sum += rate_at(stream, base, from + at, since + at).si();
  }
  return sum / pieces;
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("a stream over a day and a week") {
    const RequestStream stream = service(
                                     "requests: {rate: 900 /s, daily_swing: 50 %, weekly_swing: 20 %}\n"
                                     "energy_per_request: 0.3 Wh")
                                     .requests;
    const Frequency base = stream.rate;
    const double working = 900 * 7 / (7 - 0.4);
    CHECK(rate_at(stream, base, monday + 15h, {}).si() == doctest::Approx(1.5 * working).epsilon(1e-12));
    CHECK(rate_at(stream, base, monday + 3h, {}).si() == doctest::Approx(0.5 * working).epsilon(1e-12));
    CHECK(rate_at(stream, base, monday + 5 * day + 15h, {}).si() == doctest::Approx(1.2 * working).epsilon(1e-12));
    CHECK(mean_rate(stream, base, monday, day, {}).si() == doctest::Approx(working).epsilon(1e-12));
    CHECK(mean_rate(stream, base, monday + 5h, 7 * day, {}).si() == doctest::Approx(900).epsilon(1e-12));
    CHECK(mean_rate(stream, base, monday, 52 * 7 * day, {}).si() == doctest::Approx(900).epsilon(1e-12));
  }

  TEST_CASE("growth is compounded by the year") {
    const RequestStream stream =
        service("requests: {rate: 100 /s, growth: 60 %/year}\nenergy_per_request: 1 J").requests;
    const Duration year = from_seconds(31'556'952);
    CHECK(rate_at(stream, stream.rate, monday, year).si() == doctest::Approx(160).epsilon(1e-12));
    CHECK(rate_at(stream, stream.rate, monday, 2 * year).si() == doctest::Approx(256).epsilon(1e-12));
    CHECK(mean_rate(stream, stream.rate, monday, year, {}).si() ==
          doctest::Approx(100 * 0.6 / std::log(1.6)).epsilon(1e-9));
    CHECK(refusal("requests: {rate: 1 /s, growth: -100 %/year}\nenergy_per_request: 1 J").find("100 %") !=
          std::string::npos);
  }

  TEST_CASE("the mean over an interval is that of many small pieces, and adds up") {
    std::mt19937_64 engine(3);
    const auto uniform = [&](double low, double high) { return std::uniform_real_distribution(low, high)(engine); };
    for (int trial = 0; trial < 40; ++trial) {
      CAPTURE(trial);
      RequestStream stream;
      stream.growth = Frequency(trial % 3 == 0 ? 0.0 : uniform(-0.9, 9) / 31'556'952);
      stream.daily_swing = Share(trial % 5 == 0 ? 0.0 : uniform(0, 1));
      stream.weekly_swing = Share(uniform(0, 1));
      stream.peak_hour = uniform(0, 24);
      const LocalTime from = monday + from_seconds(uniform(0, 8 * 86400));
      const Duration since = from_seconds(uniform(0, 1e8));
      const Duration length = from_seconds(std::exp(uniform(std::log(60), std::log(3 * 86400))));
      const Frequency base(uniform(1, 1000));
      const double mean = mean_rate(stream, base, from, length, since).si();
      // The brute force misses a jump at midnight by up to a piece of 1/20000.
      CHECK(mean == doctest::Approx(slow_mean(stream, base, from, length, since)).epsilon(2e-4));
      const Duration part = length / 3;
      const double first = mean_rate(stream, base, from, part, since).si();
      const double second = mean_rate(stream, base, from + part, length - part, since + part).si();
      CHECK((first * seconds(part) + second * seconds(length - part)) / seconds(length) ==
            doctest::Approx(mean).epsilon(1e-9));
      if (from - std::chrono::floor<std::chrono::days>(from) + length < day)
        CHECK(mean == doctest::Approx(slow_mean(stream, base, from, length, since)).epsilon(1e-8));
    }
  }

  TEST_CASE("an imposed service keeps its keys; a modelled one has its own; never both") {
    const InferenceService imposed = service("requests: {rate: 900 /s}\nenergy_per_request: 0.3 Wh");
    CHECK_FALSE(imposed.is_modelled());
    CHECK(imposed.energy_per_request->si() == doctest::Approx(1080));
    const InferenceService chat = service(
        "{llm: llama-3-70b, replicas: {min: 8, max: 3000}, "
        "requests: {rate: 900 /s, growth: 60 %/year, daily_swing: 50 %}}");
    CHECK(chat.is_modelled());
    CHECK(chat.replicas.min == 8);
    CHECK(*chat.replicas.max == 3000);
    CHECK(chat.accelerators.is_auto());
    CHECK(replica_design(chat, accelerator("h100-sxm")).accelerators == 4);
    CHECK(replica_design(chat, accelerator("h200-sxm")).accelerators == 2);
    CHECK(service_problem(chat, accelerator("h100-sxm")).empty());
    const InferenceService tight =
        service("{llm: {use: llama-3-70b, bytes_per_parameter: 1}, accelerators: 1, requests: {rate: 1 /s}}");
    CHECK(replica_design(tight, accelerator("h200-sxm")).accelerators == 1);
    CHECK(service_problem(tight, accelerator("h200-sxm")).empty());
    CHECK(service_problem(tight, accelerator("l4")).find("accelerators would hold it") != std::string::npos);

    CHECK(refusal("requests: {rate: 1 /s}") != "");
    CHECK(refusal("{requests: {rate: 1 /s}, llm: llama-3-8b, energy_per_request: 1 J}") != "");
    CHECK(refusal("{requests: {rate: 1 /s}, energy_per_request: 1 J, max_batch: 8}").find("names an llm") !=
          std::string::npos);
    CHECK(refusal("{requests: {rate: 1 /s}, llm: llama-3-8b, replicas: {min: 5, max: 4}}").find("below min") !=
          std::string::npos);
    CHECK(refusal("{requests: {rate: 1 /s}, llm: llama-3-8b, target_utilisation: 50 %, inter_token_target: 1 s}") !=
          "");
  }

  TEST_CASE("replicas rise at once, and go down to the largest need of the last delay") {
    Autoscaler scaler({.min = 1, .max = 10}, 10min);
    const Time start{};
    const auto plan = [&](int minute, double rate, std::int64_t available = 100) {
      return scaler.plan(start + std::chrono::minutes(minute), Frequency(rate), Frequency(10), available);
    };
    const auto is = [](ReplicaPlan p, std::int64_t active, std::int64_t parked) {
      return p.active == active && p.parked == parked;
    };
    CHECK(is(plan(0, 0), 0, 1));
    CHECK(is(plan(5, 55), 6, 0));
    CHECK(is(plan(10, 20), 2, 4));
    CHECK(is(plan(15, 30), 3, 3));
    CHECK(is(plan(20, 10), 1, 2));  // ten minutes below six: the largest need since was three
    CHECK(is(plan(25, 10), 1, 2));
    CHECK(is(plan(30, 10), 1, 0));
    CHECK(is(plan(35, 500), 10, 0));
    CHECK(is(plan(40, 500, 4), 4, 0));
    CHECK(is(plan(45, 0, 0), 0, 0));
  }

  TEST_CASE("requests are served, wait, or are lost, and none besides") {
    std::mt19937_64 engine(11);
    const auto uniform = [&](double low, double high) { return std::uniform_real_distribution(low, high)(engine); };
    for (int trial = 0; trial < 30; ++trial) {
      InferenceService written =
          service("{llm: llama-3-8b, requests: {rate: 1 /s}, replicas: {min: 1, max: 5}, max_batch: 64}");
      written.patience = from_seconds(uniform(0, 600));
      ServiceModel model(written, accelerator("h100-sxm"));
      double arrived = 0, done = 0, waiting = 0;
      Time now{};
      for (int step = 0; step < 100; ++step) {
        const Duration length = from_seconds(uniform(60, 900));
        const Frequency rate = uniform(0, 2) * 5 * model.replica().most_requests();
        const auto available = static_cast<std::int64_t>(engine() % 8);
        const ServiceInterval s = model.advance(now, length, rate, available);
        now += length;
        arrived += rate.si() * seconds(length);
        done += (s.served.si() + s.lost.si()) * seconds(length);
        waiting = s.waiting;
        CHECK(s.lost.si() >= 0);
        CHECK(s.replicas.held() <= std::min<std::int64_t>(5, available));
        CHECK(s.replicas.active >= 0);
        CHECK(s.replicas.parked >= 0);
        CHECK(s.served.si() <=
              static_cast<double>(s.replicas.active) * model.replica().most_requests().si() * (1 + 1e-12));
        CHECK(s.tokens_out.si() == doctest::Approx(s.served.si() * written.lengths.output_tokens).epsilon(1e-9));
        CHECK(s.tokens_in.si() == doctest::Approx(s.served.si() * written.lengths.prompt_tokens).epsilon(1e-9));
        const double held = static_cast<double>(s.replicas.held());
        CHECK(s.accelerators.mean.si() >= held * model.replica().parked_power().si() * (1 - 1e-12));
        CHECK(s.accelerators.mean.si() <= held * 700 * (1 + 1e-12));
        CHECK(std::isfinite(s.end_to_end.si()));
      }
      CHECK(arrived == doctest::Approx(done + waiting).epsilon(1e-10));
    }
  }

  TEST_CASE("with room enough nobody waits, and replicas stay at their target") {
    const InferenceService written = service("{llm: llama-3-70b, requests: {rate: 1 /s}, target_utilisation: 60 %}");
    ServiceModel model(written, accelerator("h100-sxm"));
    const ServiceInterval s = model.advance(Time{}, 5min, 1000.5 * model.per_replica(), 100000);
    CHECK(s.replicas.active == 1001);
    CHECK(s.replica.load <= 0.6);
    CHECK(s.replica.load > 0.599);
    CHECK_FALSE(s.saturated);
    CHECK(s.waiting == 0);
    // Accelerators of a replica move together, replicas do not.
    CHECK(s.accelerators.variance.si() == doctest::Approx(1001 * 16 * s.replica.accelerator.variance.si()));

    InferenceService quick = written;
    quick.inter_token_target = TimeSpan(0.03);
    ServiceModel keeps(quick, accelerator("h100-sxm"));
    CHECK(keeps.advance(Time{}, 5min, Frequency(300), 100000).inter_token.si() <= 0.03 * (1 + 1e-6));
  }
}
