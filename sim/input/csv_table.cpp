#include "sim/input/csv_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace wattershed {
namespace {

constexpr std::size_t most_problems = 20;

/// Walks through the text once, record by record.
class Parser {
 public:
  Parser(std::string_view text, const std::string& file) : text_(plain_text(text, file)) { table_.file = file; }

  CsvTable table() {
    while (at_ < text_.size() && problems_.size() < most_problems) {
      if (skip_line_without_record()) continue;
      const int line = line_;
      std::vector<CsvCell> cells;
      cells.reserve(table_.names.size());
      if (!record(cells)) break;
      if (table_.names.empty())
        header(line, std::move(cells));
      else if (cells.size() == table_.names.size())
        table_.rows.push_back(std::move(cells));
      else
        complain(line, fmt::format("the row has {} field{}, the header {}", cells.size(),
                                   cells.size() == 1 ? "" : "s", table_.names.size()));
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
    line_begin_ = at_;
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
  bool record(std::vector<CsvCell>& cells) {
    const int begin = line_;
    while (true) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
      CsvCell& cell = cells.emplace_back(CsvCell{{}, line_, static_cast<int>(at_ - line_begin_) + 1});
      if (at_ < text_.size() && text_[at_] == '"') {
        ++at_;
        if (!quoted_field(cell.text)) {
          complain(begin, "a field in quotes does not end");
          return false;
        }
        while (!at_end_of_line() && is_blank(text_[at_])) ++at_;
        if (!at_end_of_line() && text_[at_] != ',') {
          complain(line_, "text stands behind the closing quote of a field");
          return false;
        }
      } else {
        const std::size_t first = at_;
        while (!at_end_of_line() && text_[at_] != ',') ++at_;
        cell.text = trimmed(text_.substr(first, at_ - first));
      }
      if (at_end_of_line()) {
        end_line();
        return true;
      }
      ++at_;  // the comma
    }
  }

  bool quoted_field(std::string& cell) {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        if (at_ == text_.size() || text_[at_] != '"') return true;
      } else if (text_[at_] == '\n') {
        ++line_;
        line_begin_ = at_ + 1;
      }
      cell += text_[at_];
    }
    return false;
  }

  void header(int line, std::vector<CsvCell> cells) {
    table_.header_line = line;
    std::set<std::string_view> seen;
    for (const CsvCell& cell : cells)
      if (!cell.text.empty() && !seen.insert(cell.text).second)
        complain(line, fmt::format("the column {} stands twice", in_quotes(cell.text)));
    for (CsvCell& cell : cells) table_.names.push_back(std::move(cell.text));
  }

  void complain(int line, std::string message) {
    problems_.push_back({{table_.file, line, 0}, std::move(message), {}});
  }

  std::string_view text_;
  std::size_t at_ = 0, line_begin_ = 0;
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
  const std::string& cell = text(row, column);
  if (const std::optional<double> value = read_real(cell)) return *value;
  throw InputError(place(row, column),
                   printable(names[column]) + (cell.empty() ? ": empty, where a number is needed"
                                                            : ": " + in_quotes(cell) + " is not a number"));
}

CsvTable read_csv(const FileName& file, const TextKind& kind) {
  return parse_csv(read_bytes(file, kind), file.written);
}

CsvTable parse_csv(std::string_view text, const std::string& file) { return Parser(text, file).table(); }

}  // namespace wattershed
