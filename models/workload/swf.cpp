#include "models/workload/swf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace wattershed {
namespace {

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

class SwfReader final : public TraceReader {
 public:
  using TraceReader::TraceReader;

 private:
  void line(std::string_view text) override;
  void comment(std::string_view text);
  void job(std::string_view text);
};

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
  add_header(name, trimmed(text.substr(colon + 1)));
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
  // Often such a line has no submit time: the job was submitted once.
  if (const Number& status = fields[10]; status.whole >= 2 && status.whole <= 4) return add_part();
  for (const std::size_t time : {2U, 4U, 9U})
    if (fields[time - 1].whole > longest_trace_time.count())
      return wrong(time, "is more than 100 years (3155760000 s)");
  for (const std::size_t processors : {5U, 8U})
    if (fields[processors - 1].whole > most_trace_processors) return wrong(processors, "is more than 10^9");
  if (fields[1].whole < 0 || fields[1].billionths < 0) return wrong(2, "must not be negative");

  // Below zero a number may be too far out for the clock, and means the same as zero.
  const auto time_of = [](const Number& n) { return n.above_zero() ? to_duration(n) : Duration{0}; };
  add({.name = std::to_string(fields[0].whole),
       .submit = to_duration(fields[1]),
       .run_time = time_of(fields[3]),
       .requested_time = time_of(fields[8]),
       .processors = fields[4].whole,
       .user = fields[11].whole < 0 ? std::string() : std::to_string(fields[11].whole),
       .requested_processors = fields[7].whole});
}

}  // namespace

bool looks_like_swf(std::string_view start) {
  start = without_byte_order_mark(start);
  std::string_view first;
  while (first.empty() && !start.empty()) first = trimmed(next_line(start));
  if (first.starts_with(';')) return true;
  std::size_t numbers = 0;
  for (std::size_t at = 0; at < first.size(); ++numbers) {
    if (!is_digit(first[at]) && first[at] != '-' && first[at] != '+') return false;
    while (at < first.size() && !is_space(first[at])) ++at;
    while (at < first.size() && is_space(first[at])) ++at;
  }
  return numbers == field_count;
}

std::unique_ptr<TraceReader> make_swf_reader(std::string file) {
  return std::make_unique<SwfReader>(std::move(file));
}

}  // namespace wattershed
