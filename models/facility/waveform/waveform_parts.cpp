#include "models/facility/waveform/waveform_parts.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#include "models/facility/waveform/beats.hpp"
#include "sim/kernel/random.hpp"

namespace wattershed {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

WaveCourse course_of(const std::vector<StraightPiece>& pieces) {
  WaveCourse course;
  double length_s = 0, at_s = 0;
  for (const StraightPiece& piece : pieces) length_s += piece.length_s;
  for (const StraightPiece& piece : pieces) {
    const double begin_s = at_s;
    at_s += piece.length_s;
    course.pieces.push_back({begin_s / length_s, at_s / length_s, piece.first.si(), piece.last.si()});
  }
  return course;
}

}  // namespace

double small_normal(std::uint64_t& state) {
  double sum = -6;
  for (int i = 0; i < 3; ++i) {
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    z ^= z >> 31;
    for (int k = 0; k < 4; ++k) sum += static_cast<double>((z >> (16 * k)) & 0xffff) / 65536.0;
  }
  return sum + 6.0 / 65536.0;
}

WaveParts::WaveParts(const DistributionPlan& plan, const WaveformLog& log, const WaveformOptions& options)
    : plan_(plan), log_(log), options_(options) {
  read_timelines();
  read_parts();
  read_steps();
}

// From the contents of each job: when it plays what, and the beats of each stretch.
void WaveParts::read_timelines() {
  std::uint32_t jobs = 0;
  for (const WaveformLog::Content& content : log_.contents()) jobs = std::max(jobs, content.job + 1);
  timelines_.resize(jobs);
  std::map<std::string, std::size_t> stretches;  // by name: places of jobs are used again
  const double shared_place = Random(options_.seed, options_.run, options_.stream).uniform();
  for (const WaveformLog::Content& content : log_.contents()) {
    std::vector<Timeline>& list = timelines_[content.job];
    if (!list.empty()) list.back().end_s = std::min(list.back().end_s, content.at_s);
    if (content.waveform == WaveformLog::silent) continue;
    const JobWaveform& waveform = log_.waveforms()[content.waveform];
    const double begin_s = std::max(content.at_s, options_.begin_s);
    Timeline timeline{begin_s, never, &waveform, {}};
    const std::vector<Beat>* played = log_.beats(content.job);
    if (played) {
      timeline.beats = *played;
    } else if (!content.begins && !list.empty() && list.back().end_s == content.at_s) {
      // The same steps go on with other powers.
      timeline.beats = list.back().beats;
    } else {
      Beats beats(waveform.rhythm, Random(options_.seed, options_.run,
                                          options_.stream + " of " + waveform.name + "." +
                                              std::to_string(stretches[waveform.name]++)));
      double at_s = begin_s;
      if (!content.begins)
        at_s -= beats.begin_anywhere(shared_place);
      else if (*content.begins == StepPart::start)
        beats.begin_with_start();
      if (content.begins == StepPart::stop) {
        timeline.beats.push_back({at_s, waveform.rhythm.length(StepPart::stop), StepPart::stop});
        at_s = never;
      }
      while (at_s < options_.end_s) {
        timeline.beats.push_back(beats.next(at_s));
        at_s = timeline.beats.back().end_s();
      }
    }
    list.push_back(std::move(timeline));
    for (const PartPieces& type : waveform.types) {
      WaveCourses& courses = courses_[&type];
      for (std::size_t part = 0; part < step_part_count; ++part) courses[part] = course_of(type[part]);
      WaveCourse& stop = courses[index(StepPart::stop)];  // after it nothing comes that would end its last slope
      if (!stop.pieces.empty()) stop.pieces.push_back({1, 1, stop.pieces.back().last_w, stop.pieces.back().last_w});
    }
  }
}

// Where accelerators of a job stand while it plays a content: the parts that play its beats.
void WaveParts::read_parts() {
  struct Stand {
    double at_s;
    double accelerators;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Stand>> stands;  // by job and leaf
  for (const WaveformLog::Presence& presence : log_.presences())
    stands[{presence.job, presence.leaf}].push_back({presence.at_s, presence.accelerators});
  std::map<std::tuple<std::size_t, const Timeline*, std::size_t, double, double>, std::size_t> together;
  for (const auto& [place, list] : stands) {
    const auto& [job, leaf] = place;
    if (job >= timelines_.size()) continue;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].accelerators == 0) continue;
      const double until_s = i + 1 < list.size() ? list[i + 1].at_s : never;
      for (const Timeline& timeline : timelines_[job]) {
        WavePart part;
        part.begin_s = std::max(list[i].at_s, timeline.begin_s);
        part.end_s = std::min({until_s, timeline.end_s, options_.end_s + 1});
        if (part.begin_s >= part.end_s) continue;
        const Rhythm& rhythm = timeline.waveform->rhythm;
        const std::size_t type = plan_.leaves[leaf].rack_type;
        const bool alike = rhythm.rack_offset_s == 0 && rhythm.rack_jitter_s == 0;
        if (alike) {
          const auto [found, is_new] =
              together.try_emplace({row_of(leaf), &timeline, type, part.begin_s, part.end_s}, parts.size());
          if (!is_new) {
            parts[found->second].accelerators += list[i].accelerators;
            continue;
          }
        }
        part.leaf = leaf;
        part.accelerators = list[i].accelerators;
        part.timeline = &timeline;
        part.courses = &courses_.at(&timeline.waveform->types[type]);
        const std::string& name = plan_.leaves[leaf].name;
        part.draws = stream_hash(options_.seed, options_.run,
                                 options_.stream + " of " + timeline.waveform->name + " on " +
                                     (name.empty() ? std::to_string(leaf) : name));
        const double widest_s = offsets_kept * rhythm.rack_offset_s;
        part.offset_s = std::clamp(rhythm.rack_offset_s * small_normal(part.draws), -widest_s, widest_s);
        part.jitter_s = rhythm.rack_jitter_s;
        parts.push_back(part);
      }
    }
  }
  // Straight to the beat that plays when the part begins.
  for (WavePart& part : parts) {
    const std::vector<Beat>& beats = part.timeline->beats;
    const double from_s = std::max(part.begin_s, options_.begin_s);
    part.since_s = from_s;
    while (part.beat + 1 < beats.size() && beats[part.beat + 1].at_s <= from_s) ++part.beat;
    if (part.beat > 0 && (part.offset_s > 0 || part.jitter_s > 0)) --part.beat;  // it may be late
    if (!beats.empty()) begin_beat(part);
  }
}

// Steady levels of leaves as changes.
void WaveParts::read_steps() {
  std::vector<double> standing(plan_.leaves.size(), 0.0);
  for (const WaveformLog::Level& level : log_.levels()) {
    steps.push_back({std::max(level.at_s, options_.begin_s), level.leaf, level.power_w - standing[level.leaf]});
    standing[level.leaf] = level.power_w;
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const LevelStep& a, const LevelStep& b) { return a.at_s < b.at_s; });
}

void WaveParts::begin_beat(WavePart& part) {
  part.piece = 0;
  if (part.jitter_s > 0)
    part.wander_s = std::clamp(part.jitter_s * small_normal(part.draws), -offsets_kept * part.jitter_s,
                               offsets_kept * part.jitter_s);
}

}  // namespace wattershed
