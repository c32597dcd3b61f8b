#include <doctest/doctest.h>

#include <cmath>

#include "catalog_entry.hpp"
#include "models/compute/server_draw.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

constexpr Temperature mild = Temperature::celsius(25);

Rack rack_with(const std::string& capacitor) {
  return read_struct<Rack>("{use: rack-dgx-h100, count: 1" + capacitor + "}");
}

/// A step of `step_s` seconds, and a checkpoint of 4 s after every hundred.
std::vector<PhasePower> life(double step_s) {
  return {
      {.length_s = 0.7 * step_s, .accelerator = 630_W, .host_utilisation = 0.3},
      {.length_s = 0.3 * step_s, .accelerator = 200_W, .host_utilisation = 0.3},
      {.length_s = 0.04, .accelerator = 105_W, .host_utilisation = 0.3, .part = StepPart::checkpoint, .real_s = 4},
      {.length_s = 0, .accelerator = 300_W, .host_utilisation = 0.3, .part = StepPart::start, .real_s = 10}};
}

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("what is drawn on average is mean, variance and peak of the waveform that is played") {
    for (const char* capacitor : {"", ", capacitor: {energy: 65 J}", ", capacitor: {energy: 500 J, window: 300 ms}",
                                  ", capacitor: {energy: 0 J}"})
      for (const double step_s : {0.2, 1.0, 5.0}) {
        CAPTURE(capacitor);
        CAPTURE(step_s);
        const Rack rack = rack_with(capacitor);
        const std::vector<PhasePower> phases = life(step_s);
        const ServerDraw draw = server_draw(rack, phases, mild);
        const std::vector<PowerSegment> cycle = input_waveform(rack, phases, mild);
        CHECK(load_of(cycle) == draw.input);
        // A hundred steps and a checkpoint, played part by part.
        const ServerWaveform parts = server_waveform(rack, phases, mild);
        const PartWaveform& step = parts[index(StepPart::step)];
        const PartWaveform& checkpoint = parts[index(StepPart::checkpoint)];
        std::vector<PowerSegment> played;
        for (double i = 0; i < 100 - checkpoint.extra_steps; ++i)
          played.insert(played.end(), step.segments.begin(), step.segments.end());
        played.insert(played.end(), checkpoint.segments.begin(), checkpoint.segments.end());
        CHECK(length_of(played) == doctest::Approx(100 * step_s + 4).epsilon(1e-9));
        CHECK(load_of(played).mean.si() == doctest::Approx(draw.input.mean.si()).epsilon(1e-9));
        CHECK(load_of(played).variance.si() == doctest::Approx(draw.input.variance.si()).epsilon(1e-9));
        CHECK(parts[index(StepPart::start)].times == 0);
        CHECK(length_of(parts[index(StepPart::start)].segments) ==
              doctest::Approx(10 + step_s * parts[index(StepPart::start)].extra_steps));
      }
  }

  TEST_CASE("a capacitor takes the swing, never the mean: that grows by its loss alone") {
    const Rack plain = rack_with("");
    for (const double step_s : {0.2, 1.0, 5.0}) {
      const std::vector<PhasePower> phases = life(step_s);
      const ServerDraw before = server_draw(plain, phases, mild);
      double deviation = std::sqrt(before.input.variance.si());
      for (const char* capacitor :
           {", capacitor: {energy: 20 J, efficiency: 100 %}", ", capacitor: {energy: 65 J, efficiency: 100 %}",
            ", capacitor: {energy: 300 J, efficiency: 100 %}"}) {
        const ServerDraw after = server_draw(rack_with(capacitor), phases, mild);
        CHECK(after.input.mean.si() == doctest::Approx(before.input.mean.si()).epsilon(1e-9));
        CHECK(after.peak <= before.peak * (1 + 1e-12));
        CHECK(std::sqrt(after.input.variance.si()) < deviation * (1 + 1e-9));
        deviation = std::sqrt(after.input.variance.si());
      }
      const ServerDraw lossy = server_draw(rack_with(", capacitor: {energy: 65 J, efficiency: 80 %}"), phases, mild);
      CHECK(lossy.input.mean > before.input.mean);
      CHECK((lossy.conversion_loss - before.conversion_loss).si() ==
            doctest::Approx((lossy.input.mean - before.input.mean).si()).epsilon(1e-6));
    }
  }

  TEST_CASE("steps shorter than the capacitors reach are drawn flat") {
    const Rack rack = rack_with(", capacitor: {energy: 65 J, efficiency: 100 %}");
    const std::vector<PhasePower> phases{{.length_s = 0.15, .accelerator = 630_W, .host_utilisation = 0.3},
                                         {.length_s = 0.15, .accelerator = 200_W, .host_utilisation = 0.3}};
    const ServerDraw draw = server_draw(rack, phases, mild);
    CHECK(draw.input.variance.si() < 1e-12 * draw.input.mean.si() * draw.input.mean.si());
    CHECK(draw.input.mean.si() ==
          doctest::Approx(server_draw(rack_with(""), phases, mild).input.mean.si()).epsilon(1e-12));
  }

  TEST_CASE("fine slices and coarse ones have the same mean") {
    const Rack rack = rack_with(", capacitor: {energy: 65 J}");
    const std::vector<PhasePower> phases = life(2);
    const ServerWaveform coarse = server_waveform(rack, phases, mild),
                         fine = server_waveform(rack, phases, mild, 1e-3);
    for (std::size_t i = 0; i < step_part_count; ++i) {
      if (coarse[i].segments.empty()) continue;
      CHECK(load_of(fine[i].segments).mean.si() ==
            doctest::Approx(load_of(coarse[i].segments).mean.si()).epsilon(1e-12));
      for (const PowerSegment& segment : coarse[i].segments) REQUIRE(segment.length_s > 0);
    }
  }
}
