/// What is wrong with what a user wrote, and where: all problems of a file at once.
///
///   site.yaml:14:5: unknown key 'coolling'; did you mean 'cooling'?
///      14 |     coolling: {system: air-chiller-tower}
///         |     ^
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace wattershed {

/// A place in a text; line and column count from 1, 0 means unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
  bool operator==(const Place&) const = default;
};
/// "site.yaml:14:5", or as much of it as is known.
std::string to_string(const Place& place);

/// One fault: where, what, and the way out in the same sentence. `excerpt` is the source line, when there is one.
struct Problem {
  Place place;
  std::string message;
  std::string excerpt;
};
/// The problem as people see it, with its excerpt and a caret under the column.
std::string to_string(const Problem& problem);

/// Input that cannot be used. `what()` is every problem, one after another; of very many the first 40 and how many
/// more.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Problem> problems);
  explicit InputError(Problem problem) : InputError(std::vector<Problem>{std::move(problem)}) {}
  InputError(Place place, std::string message) : InputError(Problem{std::move(place), std::move(message), {}}) {}
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// The nearest of `candidates` to a mistyped `word` ("; did you mean 'x'?"), or an empty string when none is near.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace wattershed
