#include "models/workload/swf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace wattershed {
namespace {

constexpr TextKind trace_file{"trace", std::uintmax_t{4} << 30U};
constexpr std::size_t field_count = 18;
constexpr std::array<std::string_view, field_count> field_names{"job number",
                                                                "submit time",
                                                                "wait time",
                                                                "run time",
                                                                "allocated processors",
                                                                "average CPU time",
                                                                "used memory",
                                                                "requested processors",
                                                                "requested time",
                                                                "requested memory",
                                                                "status",
                                                                "user",
                                                                "group",
                                                                "executable",
                                                                "queue",
                                                                "partition",
                                                                "preceding job",
                                                                "think time"};
constexpr std::int64_t longest_s = 3'155'760'000;  // 100 years
constexpr std::int64_t most_processors = 1'000'000'000;

// A number as whole units and billionths, so that "117" and "117.00" are exact.
struct Number {
  std::int64_t whole = 0;
  std::int64_t billionths = 0;  // same sign as the number, below 10^9 in size
  std::size_t begin = 0;        // where it stands in the line
  [[nodiscard]] bool above_zero() const { return whole > 0 || billionths > 0; }
};

enum class Fault { none, not_a_number, too_large };

// Digits and an optional fraction, exactly (cut after nine digits); an exponent (rare) through double.
Fault read_number(std::string_view text, Number& number) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  const auto [point, error] = std::from_chars(text.data(), end, number.whole);
  if (error == std::errc{} && point == end) {
    number.billionths = 0;
    return Fault::none;
  }
  if (error == std::errc{} && *point == '.') {
    const char* digit = point + 1;
    std::int64_t unit = text[0] == '-' ? -100'000'000 : 100'000'000, sum = 0;
    for (; digit != end && *digit >= '0' && *digit <= '9'; ++digit, unit /= 10) sum += unit * (*digit - '0');
    if (digit == end) {
      number.billionths = sum;
      return Fault::none;
    }
  }
  double value = 0;
  const auto [rest, real_error] = std::from_chars(text.data(), end, value);
  if (rest != end) return Fault::not_a_number;
  if (real_error == std::errc::result_out_of_range || std::isinf(value)) {
    const bool digits = text.find_first_of("0123456789") != std::string_view::npos;
    return digits ? Fault::too_large : Fault::not_a_number;  // "inf" is a word, 1e999 a number
  }
  if (real_error != std::errc{} || std::isnan(value)) return Fault::not_a_number;
  if (std::abs(value) >= 9.2e18) return Fault::too_large;
  number.whole = static_cast<std::int64_t>(value);
  number.billionths = std::llround((value - std::trunc(value)) * 1e9);
  if (number.billionths == 1'000'000'000 || number.billionths == -1'000'000'000) {
    number.whole += number.billionths > 0 ? 1 : -1;
    number.billionths = 0;
  }
  return Fault::none;
}

Duration to_duration(const Number& n) { return std::chrono::seconds(n.whole) + Duration(n.billionths); }

}  // namespace

std::optional<std::string> SwfTrace::header_text(std::string_view name) const {
  for (const auto& [key, text] : header)
    if (key == name) return text;
  return std::nullopt;
}

std::optional<std::int64_t> SwfTrace::header_number(std::string_view name) const {
  const std::optional<std::string> text = header_text(name);
  std::int64_t number = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc{})
    return std::nullopt;
  return number;
}

std::vector<std::string> SwfTrace::warnings() const {
  std::vector<std::string> all;
  auto add = [&](std::int64_t count, std::string_view one, std::string_view many) {
    if (count > 0) all.push_back(fmt::format("{}: {} {}", file, count, count == 1 ? one : many));
  };
  add(without_run_time, "job without a run time was skipped", "jobs without a run time were skipped");
  add(without_processors, "job without processors was skipped", "jobs without processors were skipped");
  add(larger_than_site, "job larger than the site was skipped", "jobs larger than the site were skipped");
  add(out_of_order, "job stood out of order and was sorted by its submit time",
      "jobs stood out of order and were sorted by their submit times");
  return all;
}

SwfReader::SwfReader(std::string file) : lines_(std::move(file)) { trace_.file = lines_.file(); }

void SwfReader::feed(std::string_view piece) {
  lines_.feed(piece, [this](std::string_view text) { line(text); });
}

SwfTrace SwfReader::finish() {
  lines_.finish([this](std::string_view text) { line(text); });
  if (!problems_.empty()) throw InputError(std::move(problems_));
  if (trace_.out_of_order > 0)
    std::stable_sort(trace_.jobs.begin(), trace_.jobs.end(),
                     [](const SwfJob& a, const SwfJob& b) { return a.submit < b.submit; });
  return std::move(trace_);
}

void SwfReader::line(std::string_view text) {
  std::size_t begin = 0;
  while (begin < text.size() && is_space(text[begin])) ++begin;
  if (begin == text.size()) return;
  if (text[begin] == ';')
    comment(text.substr(begin + 1));
  else
    job(text);
}

void SwfReader::comment(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = trimmed(text.substr(0, colon));
  if (name.empty() || name.find_first_of(" \t") != std::string_view::npos) return;  // prose
  if (trace_.header.size() < 1000)
    trace_.header.emplace_back(std::string(name), std::string(trimmed(text.substr(colon + 1))));
}

void SwfReader::problem(std::string_view text, std::size_t at, std::string message) {
  std::string excerpt;  // none where the caret would stand off the screen
  for (const char c : at < 200 ? text.substr(0, 240) : std::string_view())
    excerpt += static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e ? ' ' : c;
  problems_.push_back(
      {{trace_.file, lines_.number(), static_cast<int>(at) + 1}, std::move(message), std::move(excerpt)});
  if (problems_.size() >= most_problems) throw InputError(std::move(problems_));
}

void SwfReader::job(std::string_view text) {
  std::array<Number, field_count> fields;
  std::size_t count = 0, at = 0;
  while (true) {
    while (at < text.size() && is_space(text[at])) ++at;
    if (at == text.size()) break;
    const std::size_t begin = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    const std::string_view word = text.substr(begin, at - begin);
    if (count == field_count) {
      problem(text, begin, fmt::format("more than 18 numbers: a job has 18, {} is one too many", in_quotes(word)));
      return;
    }
    fields[count].begin = begin;
    const Fault fault = read_number(word, fields[count]);
    if (fault != Fault::none) {
      problem(text, begin,
              fault == Fault::too_large
                  ? fmt::format("{} (field {}): {} is too large", field_names[count], count + 1, printable(word))
                  : fmt::format("{} (field {}): {} is not a number; write -1 for unknown", field_names[count],
                                count + 1, in_quotes(word)));
      return;
    }
    ++count;
  }
  if (count < field_count) {
    problem(text, text.size(),
            fmt::format("{} number{} where a job has 18; {} (field {}) is missing, write -1 for unknown", count,
                        count == 1 ? "" : "s", field_names[count], count + 1));
    return;
  }
  auto wrong = [&](std::size_t field, std::string_view what) {
    problem(text, fields[field - 1].begin, fmt::format("{} (field {}) {}", field_names[field - 1], field, what));
  };
  for (const std::size_t whole : {1U, 5U, 8U, 12U})
    if (fields[whole - 1].billionths != 0) return wrong(whole, "must be a whole number");
  for (const std::size_t time : {2U, 4U, 9U})
    if (fields[time - 1].whole > longest_s) return wrong(time, "is more than 100 years (3155760000 s)");
  for (const std::size_t processors : {5U, 8U})
    if (fields[processors - 1].whole > most_processors) return wrong(processors, "is more than 10^9");
  if (fields[1].whole < 0 || fields[1].billionths < 0) return wrong(2, "must not be negative");

  const std::int64_t processors = fields[7].whole > 0 ? fields[7].whole : fields[4].whole;
  const Duration submit = to_duration(fields[1]);
  if (submit < last_submit_) ++trace_.out_of_order;
  last_submit_ = submit;
  if (!fields[3].above_zero()) {
    ++trace_.without_run_time;
  } else if (processors <= 0) {
    ++trace_.without_processors;
  } else {
    const Duration run_time = to_duration(fields[3]);
    trace_.jobs.push_back({.number = fields[0].whole,
                           .submit = submit,
                           .run_time = run_time,
                           .requested_time = fields[8].above_zero() ? to_duration(fields[8]) : run_time,
                           .processors = processors,
                           .user = fields[11].whole});
  }
}

SwfTrace read_swf(const FileName& file) {
  SwfReader reader(file.written);
  read_pieces(file, trace_file, [&](std::string_view piece) { reader.feed(piece); });
  return reader.finish();
}

SwfTrace parse_swf(std::string_view text, std::string file) {
  SwfReader reader(std::move(file));
  reader.feed(text);
  return reader.finish();
}

std::int64_t remove_larger_than(SwfTrace& trace, std::int64_t accelerators) {
  const auto removed = static_cast<std::int64_t>(
      std::erase_if(trace.jobs, [=](const SwfJob& job) { return job.processors > accelerators; }));
  trace.larger_than_site += removed;
  return removed;
}

}  // namespace wattershed
