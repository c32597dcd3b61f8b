#include "models/facility/waveform/waveform.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/facility/waveform/waveform_parts.hpp"

namespace wattershed {
namespace {

constexpr std::size_t block_samples = 4096;

class Synthesis {
 public:
  Synthesis(const DistributionPlan& plan, const WaveformLog& log, const WaveformOptions& options)
      : plan_(plan), log_(log), options_(options), rate_(1 / options.every_s), all_(plan, log, options) {
    samples_ = static_cast<std::size_t>(std::llround((options.end_s - options.begin_s) * rate_));
    double largest_s = 0;
    for (const JobWaveform& waveform : log.waveforms())
      largest_s = std::max(largest_s,
                           WaveParts::offsets_kept * (waveform.rhythm.rack_offset_s + waveform.rhythm.rack_jitter_s));
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
      if (plan.leaves[leaf].is_it) is_it_[all_.row_of(leaf)] = true;
  }

  void run(const std::function<void(const WaveformBlock&)>& sink);

 private:
  void step(std::uint32_t leaf, double at_s, double delta_w);
  void bend(std::uint32_t leaf, double at_s, double delta_w_per_s);
  void turn(WavePart& part, double at_s, double power_w, double slope_w_per_s);
  void play(WavePart& part, double until_s);
  void integrate(std::size_t row, std::size_t skipped, bool first);
  void feed(std::size_t bank, std::size_t skipped, std::size_t count);

  const DistributionPlan& plan_;
  const WaveformLog& log_;
  const WaveformOptions& options_;
  double rate_;
  std::size_t samples_ = 0, margin_ = 0, rows_ = 0, row_length_ = 0;
  double base_s_ = 0;  // time of the first place of every row
  WaveParts all_;
  // By row and sample: steps of the level, changes of its slope; what comes of them. By row: what stands.
  std::vector<double> changes_, bends_, sums_, standing_w_, slopes_w_, lagged_w_;
  std::vector<bool> is_it_;  // by row
  bool share_changes_ = false;
  std::vector<double> share_ = std::vector<double>(block_samples), battery_share_ = share_, facility_ = share_,
                      grid_ = share_, battery_ = share_;
};

// The level changes at an instant: a sample takes its part of it.
void Synthesis::step(std::uint32_t leaf, double at_s, double delta_w) {
  const double place = std::max((at_s - base_s_) * rate_, 0.0);
  const std::size_t i = static_cast<std::size_t>(place);
  assert(i + 2 <= row_length_);
  const double past = place - static_cast<double>(i);
  double* row = &changes_[all_.row_of(leaf) * row_length_];
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
  const std::size_t row = all_.row_of(leaf) * row_length_;
  changes_[row + i] += delta_w * 0.5 * rest * rest;
  changes_[row + i + 1] += delta_w * (0.5 + rest - 0.5 * rest * rest);
  bends_[row + i + 2] += delta_w;
}

// From now on the part draws another straight line.
void Synthesis::turn(WavePart& part, double at_s, double power_w, double slope_w_per_s) {
  const double before_w = part.power_w(at_s);
  if (power_w != before_w) step(part.leaf, at_s, power_w - before_w);
  if (slope_w_per_s != part.slope_w_per_s) bend(part.leaf, at_s, slope_w_per_s - part.slope_w_per_s);
  part.since_s = at_s;
  part.first_w = power_w;
  part.slope_w_per_s = slope_w_per_s;
}

// Deposits what the part does up to a nominal time.
void Synthesis::play(WavePart& part, double until_s) {
  const std::vector<Beat>& beats = part.timeline->beats;
  const double from_s = std::max(part.begin_s, options_.begin_s);
  if (from_s >= until_s) return;  // also where a long piece that it begins in the middle of is due
  const double next_base_s = until_s - static_cast<double>(margin_) * options_.every_s;
  while (part.beat < beats.size()) {
    const Beat& beat = beats[part.beat];
    const WaveCourse& course = (*part.courses)[index(beat.part)];
    for (; part.piece < course.pieces.size(); ++part.piece) {
      const WaveCourse::Piece& piece = course.pieces[part.piece];
      const double nominal_s = beat.at_s + piece.begins * beat.length_s;
      if (nominal_s >= until_s) {
        if (part.end_s >= next_base_s) return;
        part.beat = beats.size();  // it ends in the middle of a long piece
        break;
      }
      const double begin_s = nominal_s + part.offset_s + part.wander_s;
      if (begin_s >= part.end_s) {
        part.beat = beats.size();
        break;
      }
      const double length_s = (piece.ends - piece.begins) * beat.length_s;
      if (begin_s + length_s <= from_s) continue;  // over before the part begins
      const double slope =
          piece.last_w == piece.first_w ? 0.0 : part.accelerators * (piece.last_w - piece.first_w) / length_s;
      // A rack that is late begins with what it will do.
      if (!part.begun && begin_s > from_s) turn(part, from_s, part.accelerators * piece.first_w, 0);
      part.begun = true;
      // A step that comes early cuts the one before short.
      const double at_s = std::max({begin_s, from_s, part.since_s});
      turn(part, at_s, part.accelerators * piece.first_w + slope * (at_s - begin_s), slope);
    }
    if (part.beat >= beats.size()) break;
    ++part.beat;
    WaveParts::begin_beat(part);
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
    // Of what stands at the begin of a sample: the part that stands at its end, and that of its mean.
    const double kept = std::exp(-options_.every_s / options_.lag_s);
    const double kept_mean = -std::expm1(-options_.every_s / options_.lag_s) * options_.lag_s / options_.every_s;
    double lagged_w = first ? sum[skipped] : lagged_w_[row];
    for (std::size_t i = skipped; i < block_samples; ++i) {
      const double power_w = sum[i], above_w = lagged_w - power_w;
      lagged_w = power_w + kept * above_w;
      sum[i] = power_w + kept_mean * above_w;
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
    for (; next_step < all_.steps.size() && all_.steps[next_step].at_s < until_s; ++next_step)
      step(all_.steps[next_step].leaf, all_.steps[next_step].at_s, all_.steps[next_step].delta_w);
    for (WavePart& part : all_.parts) play(part, until_s);

    const std::size_t skipped = first ? margin_ : 0;
    const std::size_t count = std::min(block_samples - skipped, samples_ - done);
    if (share_changes_)
      for (std::size_t i = 0; i < count; ++i) {
        const double at_s = options_.begin_s + static_cast<double>(done + i) * options_.every_s;
        share_[i] = on_grid.mean(at_s, at_s + options_.every_s);
        battery_share_[i] = on_battery.mean(at_s, at_s + options_.every_s);
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
