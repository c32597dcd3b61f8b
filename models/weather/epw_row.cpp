#include "models/weather/epw_row.hpp"

#include <fmt/format.h>

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "sim/base/text.hpp"

namespace wattershed {
namespace {

using namespace std::chrono;

constexpr std::size_t kCells = 10;
using Cells = std::array<std::string_view, kCells>;

/// A column that is read: where it stands, its mark for "missing", and what a value may be.
struct Column {
  std::size_t index;
  double missing;  // and everything above
  double least, most;
};
constexpr std::array<Column, 4> kColumns{
    {{6, 99.9, -90, 60}, {7, 99.9, -90, 60}, {8, 999, 0, 110}, {9, 999999, 31000, 120000}}};

class Line {
 public:
  Line(std::string_view text, const Place& place) : text_(text), place_(place) {
    // The first ten cells by hand: splitting all 35 would take most of the time.
    std::size_t count = 0;
    for (std::string_view rest = text; count < kCells; ++count) {
      const std::size_t comma = rest.find(',');
      cells_[count] = trimmed(rest.substr(0, comma));
      if (comma == std::string_view::npos) {
        ++count;
        break;
      }
      rest.remove_prefix(comma + 1);
    }
    if (count < kCells)
      throw InputError(place,
                       fmt::format("the row has {} cells; an EPW row has 35, and the first 10 are needed", count));
  }

  [[nodiscard]] int whole(std::size_t cell, const char* what, int least, int most) const {
    const std::optional<int> number = read_whole<int>(cells_[cell]);
    if (!number || *number < least || *number > most)
      refuse(cell, fmt::format("{} is no {} ({} to {})", in_quotes(cells_[cell]), what, least, most));
    return *number;
  }

  [[nodiscard]] double value(const Column& column, const char* name) const {
    const std::string_view cell = cells_[column.index];
    if (cell.empty()) return std::numeric_limits<double>::quiet_NaN();
    const std::optional<double> number = read_real(cell);
    if (!number) refuse(column.index, fmt::format("{}: {} is not a number", name, in_quotes(cell)));
    if (*number >= column.missing) return std::numeric_limits<double>::quiet_NaN();
    if (*number < column.least || *number > column.most)
      refuse(column.index, fmt::format("a {} of {} is beyond any weather ({:g} to {:g}; missing is {:g})", name,
                                       printable(cell), column.least, column.most, column.missing));
    return *number;
  }

 private:
  [[noreturn]] void refuse(std::size_t cell, std::string message) const {
    Place place = place_;
    place.column = static_cast<int>(cells_[cell].data() - text_.data()) + 1;
    throw InputError(std::move(place), std::move(message));
  }

  std::string_view text_;
  const Place& place_;
  Cells cells_;
};

}  // namespace

EpwRow read_epw_row(std::string_view line, const Place& place) {
  const Line cells(line, place);
  EpwRow row;
  row.month = cells.whole(1, "month", 1, 12);
  row.day = cells.whole(2, "day", 1, 31);
  row.hour = cells.whole(3, "hour", 1, 24);
  if (!(year(2000) / row.month / row.day).ok())
    throw InputError(place, fmt::format("there is no day {}/{}", row.month, row.day));
  for (std::size_t i = 0; i < kColumns.size(); ++i) row.values[i] = cells.value(kColumns[i], EpwRow::names[i]);
  return row;
}

int EpwRow::slot() const {
  const auto since = sys_days(year(2000) / month / day) - sys_days(year(2000) / January / 1);
  return static_cast<int>(since.count()) * 24 + hour - 1;
}

}  // namespace wattershed
