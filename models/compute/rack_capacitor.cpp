#include "models/compute/rack_capacitor.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace wattershed {

namespace {

// Energy above a mean, along a waveform: for averages over windows without a search.
class EnergyCurve {
 public:
  void add(double length_s, double power_w) {
    if (length_s <= 0) return;
    ends_.push_back(end() + length_s);
    energies_.push_back(energies_.empty() ? length_s * power_w : energies_.back() + length_s * power_w);
    powers_.push_back(power_w);
  }
  [[nodiscard]] double end() const { return ends_.empty() ? 0 : ends_.back(); }
  [[nodiscard]] const std::vector<double>& ends() const { return ends_; }

  /// Energy up to t; `at` is moved on to the segment of t, so calls must rise in t.
  [[nodiscard]] double at(double t_s, std::size_t& segment) const {
    while (segment + 1 < ends_.size() && ends_[segment] < t_s) ++segment;
    return energies_[segment] - (ends_[segment] - t_s) * powers_[segment];
  }

 private:
  std::vector<double> ends_, energies_, powers_;
};

// Plays `drawn` against `taken` (of the same length): visit(length, first and last power drawn, power taken).
template <class Visit>
void together(std::span<const StraightPiece> drawn, std::span<const PowerSegment> taken, Visit visit) {
  std::size_t i = 0, j = 0;
  double done_s = 0, left_s = taken.empty() ? 0 : taken[0].length_s;
  while (i < drawn.size() && j < taken.size()) {
    const StraightPiece& piece = drawn[i];
    const double piece_left_s = piece.length_s - done_s;
    const bool last_piece = i + 1 == drawn.size(), last_segment = j + 1 == taken.size();
    // What rounding leaves belongs to the last one.
    const double length_s = last_segment ? piece_left_s : last_piece ? left_s : std::min(piece_left_s, left_s);
    const double slope = piece.length_s > 0 ? (piece.last - piece.first).si() / piece.length_s : 0;
    const double first_w = piece.first.si() + slope * done_s;
    if (length_s > 0) visit(length_s, first_w, first_w + slope * length_s, taken[j].power.si());
    done_s += length_s;
    left_s -= length_s;
    const bool piece_ends = piece_left_s <= length_s, segment_ends = left_s <= 0;
    if (piece_ends) {
      ++i;
      done_s = 0;
    }
    if (segment_ends && !(last_segment && i < drawn.size())) {
      ++j;
      if (j < taken.size()) left_s = taken[j].length_s;
    }
  }
}

}  // namespace

void RackCapacitor::visit(Fields& f) {
  f.required("energy", energy, {.help = "usable energy per accelerator", .at_least = 0, .example = "65 J"});
  f.optional("efficiency", efficiency,
             {.help = "of storing and giving back, together",
              .at_most = 1,
              .above = 0.3,
              .source = "two conversions inside a supply; no published figure",
              .kind = ValueKind::assumed,
              .example = "95 %"});
  f.optional("window", window,
             {.help = "longest time over which it averages; its energy shortens it",
              .at_least = 1e-3,
              .at_most = 60,
              .source = "no published figure",
              .kind = ValueKind::assumed,
              .example = "1 s"});
}

std::vector<StraightPiece> moving_average(std::span<const PowerSegment> before,
                                          std::span<const PowerSegment> segments, double window_s) {
  std::vector<StraightPiece> pieces;
  if (window_s <= 0) {
    for (const PowerSegment& segment : segments)
      if (segment.length_s > 0) pieces.push_back({segment.length_s, segment.power, segment.power});
    return pieces;
  }
  const double base_w = load_of(segments).mean.si();  // so that small differences keep their digits
  const double before_s = length_of(before);
  assert(before_s > 0);
  EnergyCurve curve;
  const double rounds = std::ceil(window_s / before_s);
  for (double i = 0; i < rounds; ++i)
    for (const PowerSegment& segment : before) curve.add(segment.length_s, segment.power.si() - base_w);
  const double begin_s = curve.end();
  for (const PowerSegment& segment : segments) curve.add(segment.length_s, segment.power.si() - base_w);

  // The average bends where a segment ends, and a window later.
  std::vector<double> bends;
  for (const double end_s : curve.ends()) {
    if (end_s > begin_s) bends.push_back(end_s);
    if (end_s + window_s > begin_s && end_s + window_s < curve.end()) bends.push_back(end_s + window_s);
  }
  std::sort(bends.begin(), bends.end());
  std::size_t front = 0, back = 0;
  const auto average_w = [&](double t_s) {
    const double energy_j = curve.at(t_s, front) - curve.at(std::max(t_s - window_s, 0.0), back);
    return base_w + energy_j / window_s;
  };
  double from_s = begin_s, from_w = average_w(begin_s);
  for (const double to_s : bends) {
    if (to_s - from_s <= 1e-12) continue;
    const double to_w = average_w(to_s);
    pieces.push_back({to_s - from_s, Power(from_w), Power(to_w)});
    from_s = to_s;
    from_w = to_w;
  }
  return pieces;
}

StoredRange stored_range(std::span<const StraightPiece> drawn, std::span<const PowerSegment> taken) {
  StoredRange range;
  double stored_j = 0;
  const auto note = [&](double j) {
    range.least_j = std::min(range.least_j, j);
    range.greatest_j = std::max(range.greatest_j, j);
  };
  together(drawn, taken, [&](double length_s, double first_w, double last_w, double taken_w) {
    const double a = first_w - taken_w, b = last_w - taken_w;
    if (a * b < 0) note(stored_j + 0.5 * a * length_s * a / (a - b));
    stored_j += 0.5 * (a + b) * length_s;
    note(stored_j);
  });
  return range;
}

double longest_window_s(Energy energy, double longest_s, std::span<const PowerSegment> step,
                        std::span<const Interlude> interludes) {
  const auto enough = [&](double window_s) {
    StoredRange all = stored_range(moving_average(step, step, window_s), step);
    for (const Interlude& other : interludes) {
      const StoredRange one = stored_range(moving_average(other.before, other.segments, window_s), other.segments);
      all.least_j = std::min(all.least_j, one.least_j);
      all.greatest_j = std::max(all.greatest_j, one.greatest_j);
    }
    return all.greatest_j - all.least_j <= energy.si() * (1 + 1e-12);
  };
  const double step_s = length_of(step);
  const double whole_steps_s = step_s * std::floor(longest_s / step_s * (1 + 1e-12));
  if (whole_steps_s > 0 && enough(whole_steps_s)) return whole_steps_s;
  if (enough(longest_s)) return longest_s;
  double good_s = 0, bad_s = std::min(longest_s, step_s);
  for (int i = 0; i < 40; ++i) {
    const double middle_s = 0.5 * (good_s + bad_s);
    (enough(middle_s) ? good_s : bad_s) = middle_s;
  }
  return good_s;
}

Power capacitor_loss(std::span<const StraightPiece> drawn, std::span<const PowerSegment> taken, Share efficiency) {
  double given_back_j = 0, length_s = 0;
  together(drawn, taken, [&](double piece_s, double first_w, double last_w, double taken_w) {
    const double a = taken_w - first_w, b = taken_w - last_w;
    length_s += piece_s;
    if (a >= 0 && b >= 0)
      given_back_j += 0.5 * (a + b) * piece_s;
    else if (a > 0 || b > 0)
      given_back_j += 0.5 * piece_s * std::max(a, b) * std::max(a, b) / std::abs(a - b);
  });
  return length_s > 0 ? Power(given_back_j / length_s * (1 / efficiency.si() - 1)) : Power{};
}

std::vector<PowerSegment> sliced(std::span<const StraightPiece> pieces, double slice_s) {
  double length_s = 0, sum = 0, square = 0;
  for (const StraightPiece& piece : pieces) {
    length_s += piece.length_s;
    sum += piece.length_s * 0.5 * (piece.first + piece.last).si();
  }
  for (const StraightPiece& piece : pieces) {
    const double above_w = 0.5 * (piece.first + piece.last).si() - sum / length_s;
    const double rise_w = (piece.last - piece.first).si();
    square += piece.length_s * (above_w * above_w + rise_w * rise_w / 12);
  }
  // k slices of a ramp lack rise²/(12·k²) of variance; at most 150, so that none lacks more than 5e-5 of its own.
  const double step_w = std::sqrt(12 * 5e-5 * square / length_s);
  std::vector<PowerSegment> segments;
  for (const StraightPiece& piece : pieces) {
    const Power rise = piece.last - piece.first;
    if (rise == Power{}) {
      segments.push_back({piece.length_s, piece.first});
      continue;
    }
    const double count = slice_s > 0 ? std::ceil(piece.length_s / slice_s - 1e-9)
                                     : std::clamp(std::ceil(std::abs(rise.si()) / step_w), 1.0, 150.0);
    const double each_s = slice_s > 0 ? slice_s : piece.length_s / count;
    for (double i = 0; i < count; ++i) {
      const double from_s = i * each_s;
      const double slice_length_s = i + 1 == count ? piece.length_s - from_s : each_s;
      segments.push_back({slice_length_s, piece.first + (from_s + 0.5 * slice_length_s) / piece.length_s * rise});
    }
  }
  return segments;
}

}  // namespace wattershed
