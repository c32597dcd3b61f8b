#include "models/grid/case/matpower_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "sim/base/text.hpp"

namespace wattershed {
namespace {

constexpr std::array<std::string_view, 4> known_blocks{"baseMVA", "bus", "gen", "branch"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_known(std::string_view name) {
  return std::find(known_blocks.begin(), known_blocks.end(), name) != known_blocks.end();
}

/// MATLAB's way to write a number, `1`, `-.5`, `1e-3`, `1D3`, `Inf`; NaN and everything else is none.
std::optional<double> to_number(std::string_view word) {
  bool negative = false;
  std::string_view digits = word;
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
    negative = digits[0] == '-';
    digits.remove_prefix(1);
  }
  double value = 0;
  if (digits == "Inf" || digits == "inf") {
    value = std::numeric_limits<double>::infinity();
  } else {
    if (digits.empty() || !(is_digit(digits[0]) || digits[0] == '.')) return std::nullopt;
    std::string plain(digits);
    for (char& c : plain)
      if (c == 'D' || c == 'd') c = 'e';
    const std::optional<double> read = read_real(plain);
    if (!read) return std::nullopt;
    value = *read;
  }
  return negative ? -value : value;
}

class Splitter {
 public:
  Splitter(std::string_view text, const std::string& file, std::vector<Problem>& problems)
      : text_(text), file_(file), problems_(problems) {}

  MatpowerText split() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
    while (skip_to_statement()) statement();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool done() const { return at_ >= text_.size(); }
  [[nodiscard]] char here() const { return text_[at_]; }
  void next() {
    if (here() == '\n') ++line_;
    ++at_;
  }
  void problem(int line, std::string message) {
    problems_.push_back({{file_, line, 0}, std::move(message), {}});
    if (problems_.size() >= most_matpower_problems) throw InputError(std::move(problems_));
  }

  /// The rest of the line as it stands, without its end.
  [[nodiscard]] std::string_view rest_of_line() const {
    const std::string_view rest = text_.substr(at_);
    return rest.substr(0, rest.find('\n'));
  }
  void skip_line() {
    while (!done() && here() != '\n') next();
  }
  /// A line with nothing but this, as %{ and %} must stand.
  [[nodiscard]] bool line_is(std::string_view mark) const {
    std::size_t begin = at_;
    while (begin > 0 && is_space(text_[begin - 1])) --begin;
    if (begin > 0 && text_[begin - 1] != '\n') return false;
    std::string_view rest = rest_of_line();
    while (!rest.empty() && is_space(rest.back())) rest.remove_suffix(1);
    return rest == mark;
  }
  void skip_comment() {
    if (!line_is("%{") && !line_is("#{")) return skip_line();
    const int begin = line_;
    int depth = 0;
    while (!done()) {
      if (line_is("%{") || line_is("#{")) ++depth;
      if (line_is("%}") || line_is("#}")) --depth;
      skip_line();
      if (depth == 0) return;
      if (!done()) next();
      while (!done() && is_space(here())) next();
    }
    problem(begin, "a block comment %{ without its end; put %} on a line of its own");
  }
  /// Blanks, comments and continued line ends. True if it moved.
  bool skip_blanks() {
    const std::size_t begin = at_;
    while (!done()) {
      if (is_space(here())) {
        next();
      } else if (here() == '%' || here() == '#') {
        skip_comment();
      } else if (text_.substr(at_).starts_with("...")) {
        skip_line();
        if (!done()) next();
      } else {
        break;
      }
    }
    return at_ != begin;
  }
  bool skip_to_statement() {
    while (true) {
      skip_blanks();
      if (done()) return false;
      if (here() != '\n' && here() != ';' && here() != ',') return true;
      next();
    }
  }

  /// `'…'` with '' for a quote, or `"…"`; ends with the line at the latest.
  std::string quoted() {
    const int begin = line_;
    const char mark = here();
    std::string inside;
    next();
    while (!done() && here() != '\n') {
      const char c = here();
      next();
      if (c != mark) {
        inside += c;
      } else if (!done() && here() == mark) {
        inside += c;
        next();
      } else {
        return inside;
      }
    }
    problem(begin, fmt::format("a text without its closing {}", mark));
    return inside;
  }

  /// A statement that is not for us, to its end, over brackets and texts.
  void skip_statement() {
    int depth = 0;
    char before = '\n';
    while (!done()) {
      const char c = here();
      // After a value a quote transposes.
      const bool transposes = is_letter(before) || is_digit(before) || before == ')' || before == ']' ||
                              before == '}' || before == '\'' || before == '.';
      if ((c == '\'' && !transposes) || c == '"') {
        quoted();
        before = '\'';
        continue;
      }
      if (skip_blanks()) {
        before = ' ';
        continue;
      }
      if (done()) return;
      if (c == '(' || c == '[' || c == '{') ++depth;
      if (c == ')' || c == ']' || c == '}') depth = std::max(0, depth - 1);
      if (depth == 0 && (c == '\n' || c == ';')) return;
      before = c;
      next();
    }
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (!done() && (is_letter(here()) || is_digit(here()))) next();
    return text_.substr(begin, at_ - begin);
  }

  void statement() {
    const int line = line_;
    if (!is_letter(here())) return skip_statement();
    std::string_view name = word();
    if (name == "function") return skip_line();
    while (!done() && here() == '.') {
      next();
      name = word();
    }
    skip_blanks();
    const bool known = is_known(name) || name == "bus_name";
    if (!known || done()) return skip_statement();
    if (here() == '(' || here() == '{') {
      if (is_known(name))
        problem(line,
                fmt::format("'{}(…)' computes, and nothing of a case is executed here; load the case in MATPOWER "
                            "and write it with savecase",
                            name));
      return skip_statement();
    }
    if (here() != '=' || text_.substr(at_).starts_with("==")) return skip_statement();
    next();
    skip_blanks();
    if (name == "bus_name") return names();
    MatpowerBlock found{line, {}};
    if (!done() && here() == '[')
      matrix(name, found);
    else
      single(name, found);
    if (const auto [first, added] = result_.blocks.emplace(name, std::move(found)); !added)
      problem(line,
              fmt::format("'{}' is given a second time; the first stands in line {}", name, first->second.line));
  }

  void single(std::string_view name, MatpowerBlock& block) {
    const std::size_t begin = at_;
    while (!done() && here() != '\n' && here() != ';' && here() != '%' && here() != '#') next();
    std::string_view value = text_.substr(begin, at_ - begin);
    while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
    if (const std::optional<double> number = to_number(value))
      block.rows.push_back({block.line, {*number}});
    else
      problem(block.line, fmt::format("'{}' is {}, not a number{}", name, in_quotes(value),
                                      name == "baseMVA" ? "; write for example 100" : " nor a block [ … ]"));
  }

  void matrix(std::string_view name, MatpowerBlock& block) {
    next();
    MatpowerRow row;
    bool faulty = false;
    const auto end_row = [&] {
      if (!row.values.empty() && !faulty) block.rows.push_back(std::move(row));
      row = {};
      faulty = false;
    };
    while (true) {
      skip_blanks();
      if (done()) return problem(block.line, fmt::format("'{}' has no closing ]", name));
      const char c = here();
      if (c == ']') {
        next();
        end_row();
        skip_blanks();
        if (!done() && here() != ';' && here() != '\n' && here() != ',') {
          problem(line_, fmt::format("'{}' is computed further after its ]; write the numbers out", name));
          skip_statement();
        }
        return;
      }
      if (c == '=')  // the ] was forgotten: the next block begins
        return problem(line_, fmt::format("'=' inside '{}', which begins in line {}: is its closing ] missing?", name,
                                          block.line));
      if (c == ';' || c == '\n') {
        end_row();
        next();
        continue;
      }
      if (c == ',') {
        next();
        continue;
      }
      const std::size_t begin = at_;
      const int line = line_;
      while (!done() && !is_space(here()) && std::string_view(",;]\n%#=").find(here()) == std::string_view::npos &&
             !text_.substr(at_).starts_with("..."))
        next();
      const std::string_view value = text_.substr(begin, at_ - begin);
      if (row.values.empty()) row.line = line;
      if (const std::optional<double> number = to_number(value)) {
        row.values.push_back(*number);
      } else if (!faulty) {
        problem(line, fmt::format("{} in '{}', column {}, is not a number; nothing is computed here",
                                  in_quotes(value), name, row.values.size() + 1));
        row.values.push_back(0);
        faulty = true;
      }
    }
  }

  void names() {
    const int begin = line_;
    if (done() || here() != '{') return skip_statement();
    next();
    while (true) {
      skip_blanks();
      if (done()) return problem(begin, "'bus_name' has no closing }");
      if (here() == '}') return next();
      if (here() == '\'' || here() == '"')
        result_.bus_names.push_back(quoted());
      else
        next();
    }
  }

  std::string_view text_;
  const std::string& file_;
  std::vector<Problem>& problems_;
  MatpowerText result_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

MatpowerText split_matpower_text(std::string_view text, const std::string& file, std::vector<Problem>& problems) {
  return Splitter(text, file, problems).split();
}

}  // namespace wattershed
