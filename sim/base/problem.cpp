#include "sim/base/problem.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace wattershed {

namespace {

// Nobody reads further than this at once.
constexpr std::size_t most_shown = 40, longest_shown = 16'000;

std::string join(const std::vector<Problem>& problems) {
  std::string text;
  std::size_t shown = 0;
  for (const Problem& problem : problems) {
    const std::string next = to_string(problem);
    if (shown > 0 && (shown >= most_shown || text.size() + next.size() > longest_shown)) break;
    if (shown++ > 0) text += '\n';
    text += next;
  }
  if (const std::size_t rest = problems.size() - shown; rest > 0)
    text += "\nand " + std::to_string(rest) + " more; mend these first";
  return text;
}

/// Number of insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). A letter that
/// differs only in case costs half; the result counts halves.
std::size_t distance_in_halves(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = 2 * j;
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = 2 * i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : lower(a[i - 1]) == lower(b[j - 1]) ? 1 : 2;
      row[j] = std::min({last[j] + 2, row[j - 1] + 2, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 2);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string to_string(const Place& place) {
  std::string text = place.file;
  if (place.line > 0) {
    text += ':' + std::to_string(place.line);
    if (place.column > 0) text += ':' + std::to_string(place.column);
  }
  return text;
}

std::string to_string(const Problem& problem) {
  std::string text = to_string(problem.place);
  if (!text.empty()) text += ": ";
  text += problem.message;
  if (problem.excerpt.empty() || problem.place.line <= 0) return text;

  // Far right of a long line only the surroundings are shown.
  constexpr std::size_t width = 120;
  std::string excerpt = problem.excerpt;
  while (!excerpt.empty() && (excerpt.back() == '\r' || excerpt.back() == '\n')) excerpt.pop_back();
  std::size_t column = problem.place.column > 0 ? static_cast<std::size_t>(problem.place.column) - 1 : 0;
  if (excerpt.size() > width) {
    const std::size_t from = column > width / 2 ? std::min(column - width / 2, excerpt.size() - width) : 0;
    excerpt = excerpt.substr(from, width);
    column -= std::min(column, from);
  }
  const std::string line = std::to_string(problem.place.line);
  const std::string margin(line.size() < 5 ? 5 - line.size() : 0, ' ');
  text += '\n' + margin + line + " | " + excerpt;
  if (problem.place.column > 0) {
    text += '\n' + std::string(margin.size() + line.size(), ' ') + " | ";
    // Tabs stay tabs and a character of several bytes counts once, so that the caret stands below its column.
    for (std::size_t i = 0; i < column; ++i) {
      const auto c = static_cast<unsigned char>(i < excerpt.size() ? excerpt[i] : ' ');
      if ((c & 0xC0U) != 0x80U) text += c == '\t' ? '\t' : ' ';
    }
    text += '^';
  }
  return text;
}

InputError::InputError(std::vector<Problem> problems)
    : std::runtime_error(join(problems)), problems_(std::move(problems)) {}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates) {
  constexpr std::size_t longest = 64;  // nobody mistypes a longer word, and the comparison is quadratic
  if (word.empty() || word.size() > longest) return {};
  // A third of the word may be wrong, at least one letter; a word of one letter only in its case.
  const std::size_t near = word.size() == 1 ? 1 : std::max<std::size_t>(2, 2 * (word.size() / 3));
  const std::string* best = nullptr;
  std::size_t best_distance = near + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > longest) continue;
    const std::size_t distance = distance_in_halves(word, candidate);
    // Replacing everything is not a slip of the finger.
    if (distance >= best_distance || distance >= 2 * std::max(word.size(), candidate.size())) continue;
    best = &candidate;
    best_distance = distance;
  }
  return best ? "; did you mean '" + *best + "'?" : std::string();
}

}  // namespace wattershed
