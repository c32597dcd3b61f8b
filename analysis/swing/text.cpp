#include "analysis/swing/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wattershed {

std::string figures(double value, int count) {
  if (value == 0) return "0";
  const double rounded =
      std::stod(fmt::format("{:.{}e}", value, count - 1));  // 9.9999 has two figures before the point
  const int before = static_cast<int>(std::floor(std::log10(std::abs(rounded)))) + 1;
  if (before > 6 || before < -4) return fmt::format("{:.{}g}", value, count);
  return fmt::format("{:.{}f}", value, std::max(0, count - before));
}

namespace {

constexpr std::size_t page_width = 80;

/// In W, kW, MW or GW, with something after it ("/s"). What rounding leaves in a file of float32 is zero.
std::string scaled(double si, int count, const char* per) {
  constexpr double least = 1;  // [W]
  const double size = std::abs(si);
  if (size < least) return std::string("0 MW") + per;
  if (size < 0.99995e3) return figures(si, 3) + " W" + per;
  if (size < 0.99995e6) return figures(si / 1e3, count) + " kW" + per;
  return size < 0.99995e9 ? figures(si / 1e6, count) + " MW" + per : figures(si / 1e9, count) + " GW" + per;
}

}  // namespace

std::string shown(double si, MeasureUnit unit) {
  constexpr double least_share = 1e-6;
  switch (unit) {
    case MeasureUnit::watt:
      return scaled(si, 4, "");
    case MeasureUnit::watt_per_second:
      return scaled(si, 3, "/s");
    case MeasureUnit::watt_per_minute:
      return scaled(si * 60, 3, "/min");
    case MeasureUnit::share:
      return figures(std::abs(si) < least_share ? 0 : si * 100, 4) + " %";
    case MeasureUnit::plain:
      return figures(si, 3);
    case MeasureUnit::hertz:
      return fmt::format("{:.4f} Hz", si);
    case MeasureUnit::hertz_per_second:
      return figures(si, 3) + " Hz/s";
  }
  return {};
}

std::string wrapped(std::string head, const std::string& text) {
  const std::size_t indent = head.size();
  std::string out, line = std::move(head);
  std::size_t from = 0;
  bool first = true;
  while (from < text.size()) {
    const std::size_t end = std::min(text.find(' ', from), text.size());
    const std::string word = text.substr(from, end - from);
    if (!first && line.size() + 1 + word.size() > page_width) {
      out += line + "\n";
      line = std::string(indent, ' ');
      first = true;
    }
    line += (first ? "" : " ") + word.substr(0, page_width - indent);
    first = false;
    from = end + 1;
  }
  return out + line + "\n";
}

std::string margin_text(const SwingCheck& check) {
  if (!check.margin()) return "";
  const double margin = *check.margin(), size = std::abs(margin);
  if (size < 9.995) return fmt::format("{:.0f} %", margin * 100);
  return size < 999.5 ? fmt::format("{:.0f} x", margin) : margin < 0 ? "<-999x" : ">999 x";
}

std::string check_name(const SwingCheck& check) {
  return check.measure.name + (check.is_minimum && check.measure.unit == MeasureUnit::plain ? ", least" : "");
}

}  // namespace wattershed
