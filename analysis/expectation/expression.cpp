#include "analysis/expectation/expression.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace wattershed {
namespace {

constexpr int kDeepest = 100;

/// A recursive-descent parser that evaluates as it reads.
class Parser {
 public:
  Parser(std::string_view text, const NameLookup& lookup) : text_(text), lookup_(lookup) {}

  AnyQuantity whole() {
    const AnyQuantity value = expression();
    skip_space();
    if (at_ != text_.size()) fail(fmt::format("unexpected '{}'", text_[at_]));
    return value;
  }

 private:
  AnyQuantity expression() {
    if (++depth_ > kDeepest) fail("too many parentheses");
    AnyQuantity left = term();
    for (char op = next("+-"); op != 0; op = next("+-")) {
      const AnyQuantity right = term();
      if (!(left.dimension == right.dimension))
        fail(fmt::format("'{}' joins {} and {}", op, describe(left.dimension), describe(right.dimension)));
      left.si += op == '+' ? right.si : -right.si;
    }
    --depth_;
    return left;
  }

  AnyQuantity term() {
    AnyQuantity left = factor();
    for (char op = next("*/"); op != 0; op = next("*/")) {
      const AnyQuantity right = factor();
      if (op == '*')
        left = {left.si * right.si, left.dimension + right.dimension};
      else
        left = {left.si / right.si, left.dimension - right.dimension};
    }
    return left;
  }

  AnyQuantity factor() {
    if (next("(") != 0) {
      const AnyQuantity value = expression();
      if (next(")") == 0) fail("a parenthesis is not closed");
      return value;
    }
    if (next("-") != 0) {
      if (++depth_ > kDeepest) fail("too many signs");
      AnyQuantity value = factor();
      --depth_;
      value.si = -value.si;
      return value;
    }
    const std::string_view name = word();
    const std::optional<AnyQuantity> value = lookup_(name);
    if (!value) fail(fmt::format("'{}' is neither a summary scalar of this run nor a constant", name));
    return *value;
  }

  std::string_view word() {
    skip_space();
    const std::size_t begin = at_;
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (at_ < text_.size() && digit(text_[at_]))
      fail("numbers are not allowed here: give each a name and a source under `constants`");
    while (at_ < text_.size() && (letter(text_[at_]) || (at_ > begin && digit(text_[at_])))) ++at_;
    if (at_ == begin)
      fail(at_ < text_.size() ? fmt::format("unexpected '{}'", text_[at_]) : "something is missing at the end");
    return text_.substr(begin, at_ - begin);
  }

  char next(std::string_view any_of) {
    skip_space();
    if (at_ >= text_.size() || any_of.find(text_[at_]) == std::string_view::npos) return 0;
    return text_[at_++];
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw std::invalid_argument(fmt::format("in '{}' at character {}: {}", text_, at_ + 1, what));
  }

  std::string_view text_;
  const NameLookup& lookup_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

AnyQuantity evaluate(std::string_view expression, const NameLookup& lookup) {
  return Parser(expression, lookup).whole();
}

std::vector<std::string> names_in(std::string_view expression) {
  // Every name is taken for a plain number: what is read is the syntax. Sums of numbers never clash in dimension.
  std::vector<std::string> names;
  evaluate(expression, [&](std::string_view name) {
    names.emplace_back(name);
    return AnyQuantity{1.0, {}};
  });
  return names;
}

}  // namespace wattershed
