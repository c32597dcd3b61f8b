#include "models/facility/waveform.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "models/facility/beats.hpp"
#include "sim/random.hpp"

namespace wattershed {
namespace {

constexpr std::size_t block_samples = 4096;
constexpr double offsets_kept = 4;  // standard deviations of a rack's offset; beyond, it is cut off
constexpr double never = std::numeric_limits<double>::infinity();

// What changes a leaf at a known instant.
struct LevelStep {
  double at_s;
  std::uint32_t leaf;
  double delta_w;
};

// The beats of one job while one content of it stands.
struct Timeline {
  double begin_s, end_s;
  const JobWaveform* waveform;
  std::vector<Beat> beats;
};

// A part of a job's life on one rack type: when each piece begins, as a share of the length, and its powers.
struct Course {
  struct Piece {
    double begins, ends, first_w, last_w;
  };
  std::vector<Piece> pieces;
};

Course course_of(const std::vector<StraightPiece>& pieces) {
  Course course;
  double length_s = 0, at_s = 0;
  for (const StraightPiece& piece : pieces) length_s += piece.length_s;
  for (const StraightPiece& piece : pieces) {
    const double begin_s = at_s;
    at_s += piece.length_s;
    course.pieces.push_back({begin_s / length_s, at_s / length_s, piece.first.si(), piece.last.si()});
  }
  return course;
}

using Courses = std::array<Course, step_part_count>;

// Accelerators of one job on leaves that move together, in one interval.
struct Part {
  std::uint32_t leaf = 0;
  double begin_s = 0, end_s = 0, accelerators = 0;
  const Timeline* timeline = nullptr;
  const Courses* courses = nullptr;
  double offset_s = 0, wander_s = 0;  // the rack's own, and that of the present beat
  std::uint64_t draws = 0;            // state of its own draws
  double jitter_s = 0;
  std::size_t beat = 0, piece = 0;
  // What it draws: a straight line from a time on.
  double since_s = 0, first_w = 0, slope_w_per_s = 0;
  [[nodiscard]] double power_w(double at_s) const { return first_w + slope_w_per_s * (at_s - since_s); }
};

// Small draws in great number: splitmix64, and a normal by the sum of twelve.
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

class Synthesis {
 public:
  Synthesis(const DistributionPlan& plan, const WaveformLog& log, const WaveformOptions& options)
      : plan_(plan), log_(log), options_(options), rate_(1 / options.every_s) {
    samples_ = static_cast<std::size_t>(std::llround((options.end_s - options.begin_s) * rate_));
    read_timelines();
    read_parts();
    read_steps();
    double largest_s = 0;
    for (const JobWaveform& waveform : log.waveforms())
      largest_s = std::max(largest_s, offsets_kept * (waveform.rhythm.rack_offset_s + waveform.rhythm.rack_jitter_s));
    margin_ = static_cast<std::size_t>(std::ceil(largest_s * rate_)) + 2;
    // One row of changes for each bank that has leaves, and one for those that hang on nothing.
    rows_ = plan.banks.size() + 2;
    row_length_ = block_samples + 2 * margin_ + 3;
    changes_.assign(rows_ * row_length_, 0.0);
    bends_.assign(rows_ * row_length_, 0.0);
    slopes_w_.assign(rows_, 0.0);
    sums_.assign(rows_ * block_samples, 0.0);
    standing_w_.assign(rows_, 0.0);
    lagged_w_.assign(rows_, 0.0);
    is_it_.assign(rows_, false);
    for (std::uint32_t leaf = 0; leaf < plan.leaves.size(); ++leaf)
      if (plan.leaves[leaf].is_it) is_it_[row_of(leaf)] = true;
  }

  void run(const std::function<void(const WaveformBlock&)>& sink);

 private:
  void read_timelines();
  void read_parts();
  void read_steps();
  void step(std::uint32_t leaf, double at_s, double delta_w);
  void bend(std::uint32_t leaf, double at_s, double delta_w_per_s);
  void turn(Part& part, double at_s, double power_w, double slope_w_per_s);
  void play(Part& part, double until_s);
  void integrate(std::size_t row, std::size_t skipped, bool first);
  void feed(std::size_t bank, std::size_t skipped, std::size_t count);
  void begin_beat(Part& part);
  [[nodiscard]] std::size_t row_of(std::uint32_t leaf) const {
    const DistributionPlan::Leaf& place = plan_.leaves[leaf];
    if (place.bank != DistributionPlan::top) return place.bank;
    return plan_.banks.size() + (place.is_it ? 0 : 1);
  }

  const DistributionPlan& plan_;
  const WaveformLog& log_;
  const WaveformOptions& options_;
  double rate_;
  std::size_t samples_ = 0, margin_ = 0, rows_ = 0, row_length_ = 0;
  double base_s_ = 0;                             // time of the first place of every row
  std::vector<std::vector<Timeline>> timelines_;  // by job
  std::map<const PartPieces*, Courses> courses_;
  std::vector<Part> parts_;
  std::vector<LevelStep> steps_;
  // By row and sample: steps of the level, changes of its slope; what comes of them. By row: what stands.
  std::vector<double> changes_, bends_, sums_, standing_w_, slopes_w_, lagged_w_;
  std::vector<bool> is_it_;  // by row
  bool share_changes_ = false;
  std::vector<double> share_ = std::vector<double>(block_samples), battery_share_ = share_, facility_ = share_,
                      grid_ = share_, battery_ = share_;
};

// From the contents of each job: when it plays what, and the beats of each stretch.
void Synthesis::read_timelines() {
  std::uint32_t jobs = 0;
  for (const WaveformLog::Content& content : log_.contents()) jobs = std::max(jobs, content.job + 1);
  timelines_.resize(jobs);
  std::vector<std::size_t> stretches(jobs, 0);
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
      Beats beats(waveform.rhythm,
                  Random(options_.seed, options_.run,
                         options_.stream + " of " + waveform.name + "." + std::to_string(stretches[content.job]++)));
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
      Courses& courses = courses_[&type];
      for (std::size_t part = 0; part < step_part_count; ++part) courses[part] = course_of(type[part]);
      Course& stop = courses[index(StepPart::stop)];  // after it nothing comes that would end its last slope
      if (!stop.pieces.empty()) stop.pieces.push_back({1, 1, stop.pieces.back().last_w, stop.pieces.back().last_w});
    }
  }
}

// Where accelerators of a job stand while it plays a content: the parts that play its beats.
void Synthesis::read_parts() {
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
        Part part;
        part.begin_s = std::max(list[i].at_s, timeline.begin_s);
        part.end_s = std::min({until_s, timeline.end_s, options_.end_s + 1});
        if (part.begin_s >= part.end_s) continue;
        const Rhythm& rhythm = timeline.waveform->rhythm;
        const std::size_t type = plan_.leaves[leaf].rack_type;
        const bool alike = rhythm.rack_offset_s == 0 && rhythm.rack_jitter_s == 0;
        if (alike) {
          const auto [found, is_new] =
              together.try_emplace({row_of(leaf), &timeline, type, part.begin_s, part.end_s}, parts_.size());
          if (!is_new) {
            parts_[found->second].accelerators += list[i].accelerators;
            continue;
          }
        }
        part.leaf = leaf;
        part.accelerators = list[i].accelerators;
        part.timeline = &timeline;
        part.courses = &courses_.at(&timeline.waveform->types[type]);
        part.draws = stream_hash(options_.seed, options_.run,
                                 options_.stream + " of " + timeline.waveform->name + " on " + std::to_string(leaf));
        const double widest_s = offsets_kept * rhythm.rack_offset_s;
        part.offset_s = std::clamp(rhythm.rack_offset_s * small_normal(part.draws), -widest_s, widest_s);
        part.jitter_s = rhythm.rack_jitter_s;
        parts_.push_back(part);
      }
    }
  }
  // Straight to the beat that plays when the part begins.
  for (Part& part : parts_) {
    const std::vector<Beat>& beats = part.timeline->beats;
    const double from_s = std::max(part.begin_s, options_.begin_s);
    while (part.beat + 1 < beats.size() && beats[part.beat + 1].at_s <= from_s) ++part.beat;
    if (part.beat > 0 && (part.offset_s > 0 || part.jitter_s > 0)) --part.beat;  // it may be late
    if (!beats.empty()) begin_beat(part);
  }
}

// Steady levels of leaves as changes.
void Synthesis::read_steps() {
  std::vector<double> standing(plan_.leaves.size(), 0.0);
  for (const WaveformLog::Level& level : log_.levels()) {
    steps_.push_back({std::max(level.at_s, options_.begin_s), level.leaf, level.power_w - standing[level.leaf]});
    standing[level.leaf] = level.power_w;
  }
  std::stable_sort(steps_.begin(), steps_.end(),
                   [](const LevelStep& a, const LevelStep& b) { return a.at_s < b.at_s; });
}

void Synthesis::begin_beat(Part& part) {
  part.piece = 0;
  if (part.jitter_s > 0)
    part.wander_s = std::clamp(part.jitter_s * small_normal(part.draws), -offsets_kept * part.jitter_s,
                               offsets_kept * part.jitter_s);
}

// The level changes at an instant: a sample takes its part of it.
void Synthesis::step(std::uint32_t leaf, double at_s, double delta_w) {
  const double place = std::max((at_s - base_s_) * rate_, 0.0);
  const std::size_t i = static_cast<std::size_t>(place);
  assert(i + 2 <= row_length_);
  const double past = place - static_cast<double>(i);
  double* row = &changes_[row_of(leaf) * row_length_];
  row[i] += delta_w * (1 - past);
  row[i + 1] += delta_w * past;
}

// The slope changes at an instant. With x what of the sample has passed, means of the samples grow by (1 − x)²/2,
// then by 3/2 − x − (1 − x)²/2, then by 1 each, in units of slope times sample.
void Synthesis::bend(std::uint32_t leaf, double at_s, double delta_w_per_s) {
  const double place = std::max((at_s - base_s_) * rate_, 0.0);
  const std::size_t i = static_cast<std::size_t>(place);
  assert(i + 3 <= row_length_);
  const double past = place - static_cast<double>(i), rest = 1 - past, delta_w = delta_w_per_s * options_.every_s;
  const std::size_t row = row_of(leaf) * row_length_;
  changes_[row + i] += delta_w * 0.5 * rest * rest;
  changes_[row + i + 1] += delta_w * (0.5 + rest - 0.5 * rest * rest);
  bends_[row + i + 2] += delta_w;
}

// From now on the part draws another straight line.
void Synthesis::turn(Part& part, double at_s, double power_w, double slope_w_per_s) {
  const double before_w = part.power_w(at_s);
  if (power_w != before_w) step(part.leaf, at_s, power_w - before_w);
  if (slope_w_per_s != part.slope_w_per_s) bend(part.leaf, at_s, slope_w_per_s - part.slope_w_per_s);
  part.since_s = at_s;
  part.first_w = power_w;
  part.slope_w_per_s = slope_w_per_s;
}

// Deposits what the part does up to a nominal time.
void Synthesis::play(Part& part, double until_s) {
  const std::vector<Beat>& beats = part.timeline->beats;
  const double from_s = std::max(part.begin_s, options_.begin_s);
  while (part.beat < beats.size()) {
    const Beat& beat = beats[part.beat];
    const Course& course = (*part.courses)[index(beat.part)];
    for (; part.piece < course.pieces.size(); ++part.piece) {
      const Course::Piece& piece = course.pieces[part.piece];
      const double nominal_s = beat.at_s + piece.begins * beat.length_s;
      if (nominal_s >= until_s) return;
      const double begin_s = nominal_s + part.offset_s + part.wander_s;
      if (begin_s >= part.end_s) {
        part.beat = beats.size();
        break;
      }
      const double length_s = (piece.ends - piece.begins) * beat.length_s;
      if (begin_s + length_s <= from_s) continue;  // over before the part begins
      const double slope =
          piece.last_w == piece.first_w ? 0.0 : part.accelerators * (piece.last_w - piece.first_w) / length_s;
      const double at_s = std::max(begin_s, from_s);
      turn(part, at_s, part.accelerators * piece.first_w + slope * (at_s - begin_s), slope);
    }
    if (part.beat >= beats.size()) break;
    ++part.beat;
    begin_beat(part);
  }
  if (part.end_s < until_s && (part.first_w != 0 || part.slope_w_per_s != 0)) turn(part, part.end_s, 0, 0);
}

// Levels from changes, and the lag; the changes beyond the block move to its front.
void Synthesis::integrate(std::size_t row, std::size_t skipped, bool first) {
  double* change = &changes_[row * row_length_];
  double* sum = &sums_[row * block_samples];
  double* bend = &bends_[row * row_length_];
  double level_w = standing_w_[row], slope_w = slopes_w_[row];
  for (std::size_t i = 0; i < block_samples; ++i) {
    slope_w += bend[i];
    level_w += change[i] + slope_w;
    sum[i] = level_w;
  }
  standing_w_[row] = level_w;
  slopes_w_[row] = slope_w;
  if (options_.lag_s > 0) {
    const double kept = std::exp(-options_.every_s / options_.lag_s);
    double lagged_w = first ? sum[skipped] : lagged_w_[row];
    for (std::size_t i = skipped; i < block_samples; ++i) {
      lagged_w = sum[i] + kept * (lagged_w - sum[i]);
      sum[i] = lagged_w;
    }
    lagged_w_[row] = lagged_w;
  }
  for (double* row_of_changes : {change, bend}) {
    std::copy(row_of_changes + block_samples, row_of_changes + row_length_, row_of_changes);
    std::fill(row_of_changes + row_length_ - block_samples, row_of_changes + row_length_, 0.0);
  }
}

// Through the bank: its loss, and what it asks for above.
void Synthesis::feed(std::size_t bank, std::size_t skipped, std::size_t count) {
  const DistributionPlan::Bank& b = plan_.banks[bank];
  const double c0 = b.curve.no_load.si() * b.rating_w, c1 = b.curve.proportional.si(),
               c2 = b.curve.square.si() / b.rating_w;
  const double* out = &sums_[bank * block_samples + skipped];
  double* above = b.above == DistributionPlan::top ? grid_.data() : &sums_[b.above * block_samples + skipped];
  if (b.backed && share_changes_) {
    for (std::size_t i = 0; i < count; ++i) {
      const double p = out[i], loss = p == 0 ? 0.0 : c0 + p * (c1 + p * c2);
      facility_[i] += loss;
      above[i] += share_[i] * (p + loss);
      battery_[i] -= battery_share_[i] * (p + loss);
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double p = out[i], loss = p == 0 ? 0.0 : c0 + p * (c1 + p * c2);  // nothing behind it: not energised
    facility_[i] += loss;
    above[i] += p + loss;
  }
}

void Synthesis::run(const std::function<void(const WaveformBlock&)>& sink) {
  std::vector<double> it(block_samples), mechanical(block_samples);
  Follower on_grid{log_.outside("share_on_grid"), 1.0}, on_battery{log_.outside("share_on_battery"), 0.0};
  share_changes_ = !on_grid.changes.empty();
  std::size_t next_step = 0, done = 0;
  base_s_ = options_.begin_s - static_cast<double>(margin_) * options_.every_s;
  for (bool first = true; done < samples_; first = false) {
    // What racks ahead of their time do lies up to a margin before it is due.
    const double until_s = base_s_ + static_cast<double>(block_samples + margin_) * options_.every_s;
    for (; next_step < steps_.size() && steps_[next_step].at_s < until_s; ++next_step)
      step(steps_[next_step].leaf, steps_[next_step].at_s, steps_[next_step].delta_w);
    for (Part& part : parts_) play(part, until_s);

    const std::size_t skipped = first ? margin_ : 0;
    const std::size_t count = std::min(block_samples - skipped, samples_ - done);
    if (share_changes_)
      for (std::size_t i = 0; i < count; ++i) {
        const double at_s = options_.begin_s + static_cast<double>(done + i) * options_.every_s;
        share_[i] = on_grid.at(at_s);
        battery_share_[i] = on_battery.at(at_s);
      }
    for (std::vector<double>* sum : {&it, &mechanical, &facility_, &grid_, &battery_})
      std::fill(sum->begin(), sum->end(), 0.0);
    for (std::size_t row = 0; row < rows_; ++row) {
      integrate(row, skipped, first);
      const double* from = &sums_[row * block_samples + skipped];
      std::vector<double>& kind = is_it_[row] ? it : mechanical;
      for (std::size_t i = 0; i < count; ++i) kind[i] += from[i];
      for (std::size_t i = 0; i < count; ++i) facility_[i] += from[i];
    }
    for (std::size_t bank = 0; bank < plan_.banks.size(); ++bank) feed(bank, skipped, count);
    for (std::size_t row = plan_.banks.size(); row < rows_; ++row)  // leaves that hang on no bank
      for (std::size_t i = 0; i < count; ++i) grid_[i] += sums_[row * block_samples + skipped + i];
    sink({done,
          {it.data(), count},
          {facility_.data(), count},
          {grid_.data(), count},
          {battery_.data(), count},
          {mechanical.data(), count}});
    done += count;
    base_s_ += static_cast<double>(block_samples) * options_.every_s;
  }
}

}  // namespace

void synthesize(const DistributionPlan& plan, const WaveformLog& log, const WaveformOptions& options,
                const std::function<void(const WaveformBlock&)>& sink) {
  assert(options.end_s > options.begin_s && options.every_s > 0);
  Synthesis(plan, log, options).run(sink);
}

}  // namespace wattershed
