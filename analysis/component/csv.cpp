#include "analysis/component/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

namespace wattershed {
namespace {

constexpr std::size_t kMostProblems = 20;
constexpr std::uintmax_t kLargestFile = 256u << 20;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Walks through the text once, record by record.
class Parser {
 public:
  Parser(std::string_view text, const std::string& name) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    table_.file = name;
  }

  CsvTable table() {
    while (at_ < text_.size() && problems_.size() < kMostProblems) {
      if (skip_line_without_record()) continue;
      CsvRow row;
      row.line = line_;
      if (!record(row.cells)) break;
      if (table_.names.empty())
        header(std::move(row));
      else if (row.cells.size() == table_.names.size())
        table_.rows.push_back(std::move(row));
      else
        complain(row.line,
                 fmt::format("the row has {} fields, the header {}", row.cells.size(), table_.names.size()));
    }
    if (problems_.empty() && table_.names.empty()) complain(0, "the file has no header row");
    if (!problems_.empty()) throw InputError(std::move(problems_));
    return std::move(table_);
  }

 private:
  [[nodiscard]] bool at_end_of_line() const {
    return at_ == text_.size() || text_[at_] == '\n' || text_[at_] == '\r';
  }
  void end_line() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  bool skip_line_without_record() {
    std::size_t begin = at_;
    while (begin < text_.size() && is_blank(text_[begin])) ++begin;
    if (begin < text_.size() && text_[begin] != '#' && text_[begin] != '\n' && text_[begin] != '\r') return false;
    at_ = begin;
    while (!at_end_of_line()) ++at_;
    end_line();
    return true;
  }

  // False when the text cannot be followed any further.
  bool record(std::vector<std::string>& cells) {
    const int begin = line_;
    while (true) {
      std::size_t first = at_;
      while (first < text_.size() && is_blank(text_[first])) ++first;
      if (first < text_.size() && text_[first] == '"') {
        at_ = first + 1;
        if (!quoted(cells.emplace_back())) {
          complain(begin, "a field in quotes does not end");
          return false;
        }
        while (!at_end_of_line() && is_blank(text_[at_])) ++at_;
        if (!at_end_of_line() && text_[at_] != ',') {
          complain(line_, "text stands behind the closing quote of a field");
          return false;
        }
      } else {
        first = at_;
        while (!at_end_of_line() && text_[at_] != ',') ++at_;
        cells.emplace_back(trimmed(text_.substr(first, at_ - first)));
      }
      if (at_end_of_line()) {
        end_line();
        return true;
      }
      ++at_;  // the comma
    }
  }

  bool quoted(std::string& cell) {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        if (at_ == text_.size() || text_[at_] != '"') return true;
      } else if (text_[at_] == '\n') {
        ++line_;
      }
      cell += text_[at_];
    }
    return false;
  }

  void header(CsvRow row) {
    std::set<std::string> seen;
    for (const std::string& name : row.cells)
      if (!name.empty() && !seen.insert(name).second)
        complain(row.line, fmt::format("the column '{}' stands twice", name.substr(0, 60)));
    table_.header_line = row.line;
    table_.names = std::move(row.cells);
  }

  void complain(int line, std::string message) {
    problems_.push_back({{table_.file, line, 0}, std::move(message), {}});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  CsvTable table_;
  std::vector<Problem> problems_;
};

}  // namespace

std::optional<std::size_t> CsvTable::index_of(std::string_view name) const {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

double CsvTable::number(std::size_t row, std::size_t column) const {
  const std::string& text = rows[row].cells[column];
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
    throw InputError(place(row), text.empty()
                                     ? fmt::format("'{}' is empty: a number is needed", names[column])
                                     : fmt::format("'{}' is not a number: '{}'", names[column], text.substr(0, 40)));
  return value;
}

CsvTable read_csv(const std::filesystem::path& path, const std::string& name) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw InputError({name, 0, 0}, "cannot be read: it is a folder");
  if (!std::filesystem::exists(path, error)) throw InputError({name, 0, 0}, "cannot be read: no such file");
  if (std::filesystem::is_regular_file(path, error) && std::filesystem::file_size(path, error) > kLargestFile)
    throw InputError({name, 0, 0}, "cannot be read: it is larger than 256 MiB");
  std::ifstream in(path, std::ios::binary);
  if (!in) throw InputError({name, 0, 0}, "cannot be read");
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return parse_csv(text, name);
}

CsvTable parse_csv(std::string_view text, const std::string& name) { return Parser(text, name).table(); }

}  // namespace wattershed
