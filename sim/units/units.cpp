#include "sim/units/units.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <vector>

#include "sim/base/problem.hpp"
#include "sim/base/text.hpp"
#include "sim/units/unit_table.hpp"

namespace wattershed {

namespace {

constexpr std::size_t longest_text = 200;
constexpr int deepest_parentheses = 8;
constexpr int largest_exponent = 9;

/// "grid.connection is a power, for example '40 MW'", or the same without a name.
std::string wanted_text(std::string_view what, const std::string& description) {
  return what.empty() ? "wanted is " + description : std::string(what) + " is " + description;
}

[[noreturn]] void refuse(const std::string& reason) { throw std::invalid_argument(reason); }

bool equal_but_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// The text with the typographic forms of common characters replaced: "°C" is degC, "m³" is m3.
std::string plain(std::string_view text) {
  struct Replacement {
    std::string_view from, to;
  };
  constexpr Replacement replacements[] = {{"\u00B0", "deg"}, {"\u00B5", "u"}, {"\u03BC", "u"}, {"\u00B7", "*"},
                                          {"\u00B2", "2"},   {"\u00B3", "3"}, {"\u2082", "2"}, {"\u00A0", " "},
                                          {"\u202F", " "},   {"\u2212", "-"}};
  std::string result;
  while (!text.empty()) {
    bool replaced = false;
    if ((static_cast<unsigned char>(text.front()) & 0x80U) != 0) {
      for (const Replacement& r : replacements) {
        if (!text.starts_with(r.from)) continue;
        result += r.to;
        text.remove_prefix(r.from.size());
        replaced = true;
        break;
      }
    }
    if (replaced) continue;
    result += text.front();
    text.remove_prefix(1);
  }
  return result;
}

Dimension times(Dimension d, int n) {
  Dimension result;
  for (int i = 0; i < std::abs(n); ++i) result = n > 0 ? result + d : result - d;
  return result;
}

/// Reads a product of units: "USD/kW/month", "kg s-1", "W/(m2 K)".
class UnitReader {
 public:
  UnitReader(std::string_view text, std::string_view whole) : text_(text), whole_(whole) {}

  Unit read() {
    Unit unit = product(0);
    if (!text_.empty()) refuse(in_quotes(whole_) + ": a ')' too many");
    return unit;
  }

 private:
  void skip_spaces() {
    while (!text_.empty() && is_blank(text_.front())) text_.remove_prefix(1);
  }

  Unit product(int depth) {
    Unit result;
    int factors = 0;
    bool divide = false;
    bool operand_due = true;
    for (;;) {
      skip_spaces();
      if (text_.empty() || text_.front() == ')') break;
      const char c = text_.front();
      if (c == '/' && (!operand_due || factors == 0)) {
        if (divide) refuse(in_quotes(whole_) + ": two '/' in a row");
        divide = true;
        operand_due = true;
        text_.remove_prefix(1);
        continue;
      }
      if ((c == '*' || c == '.') && !operand_due) {
        operand_due = true;
        text_.remove_prefix(1);
        continue;
      }
      const Unit factor = c == '(' ? group(depth) : symbol();
      const int sign = divide ? -1 : 1;
      result.scale = result.scale.times(factor.scale.to_the(sign));
      result.dimension = sign > 0 ? result.dimension + factor.dimension : result.dimension - factor.dimension;
      result.volumes += sign * factor.volumes;
      result.temperature = factors == 0 && sign > 0 ? factor.temperature : TemperatureScale::none;
      if (++factors > 20) refuse(in_quotes(whole_) + " has too many units");
      divide = false;
      operand_due = false;
    }
    if (operand_due) refuse(in_quotes(whole_) + ": a unit is missing");
    return result;
  }

  Unit group(int depth) {
    if (depth == deepest_parentheses) refuse(in_quotes(whole_) + ": too many parentheses");
    text_.remove_prefix(1);
    Unit inner = product(depth + 1);
    if (text_.empty()) refuse(in_quotes(whole_) + ": a ')' is missing");
    text_.remove_prefix(1);
    return power(inner, exponent());
  }

  static Unit power(const Unit& unit, int n) {
    if (n == 1) return unit;
    return {unit.scale.to_the(n), times(unit.dimension, n), unit.volumes * n, TemperatureScale::none};
  }

  /// "3", "^3", "-1", "^-1"; 1 when there is none.
  int exponent() {
    std::string_view rest = text_;
    const bool caret = rest.starts_with('^');
    if (caret) rest.remove_prefix(1);
    const bool minus = rest.starts_with('-');
    if (minus) rest.remove_prefix(1);
    if (rest.empty() || !is_digit(rest.front())) {
      if (caret || minus) refuse(in_quotes(whole_) + ": an exponent is a whole number, for example 'm3' or 's-1'");
      return 1;
    }
    int n = 0;
    while (!rest.empty() && is_digit(rest.front())) {
      n = 10 * n + (rest.front() - '0');
      if (n > largest_exponent) refuse(in_quotes(whole_) + ": the exponent is over 9");
      rest.remove_prefix(1);
    }
    text_ = rest;
    return minus ? -n : n;
  }

  Unit symbol() {
    std::size_t length = 0;
    const auto part_of_symbol = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '%' || c == '$' ||
             (static_cast<unsigned char>(c) & 0x80U) != 0;
    };
    while (length < text_.size() && part_of_symbol(text_[length])) ++length;
    std::string_view run = text_.substr(0, length);
    if (run.empty()) refuse(in_quotes(whole_) + ": " + in_quotes(text_.substr(0, 1)) + " has no place in a unit");
    if (run == "1") {
      text_.remove_prefix(1);
      return {};
    }
    if (is_digit(run.front())) {
      refuse(in_quotes(whole_) +
             " holds two numbers; write one number without separators and one unit, as in '1287 MWh'");
    }
    std::optional<Unit> unit = find_unit(run);
    if (unit) {
      text_.remove_prefix(run.size());
    } else {
      std::string_view name = run;  // "m3" is m with an exponent, "inH2O" was found above
      while (!name.empty() && is_digit(name.back())) name.remove_suffix(1);
      unit = find_unit(name);
      if (!unit) unknown(name.empty() ? run : name);
      text_.remove_prefix(name.size());
    }
    Unit result = power(*unit, exponent());
    // "m3" and "ft3" are volumes although they are written as a cube of a length.
    if (unit->dimension == Length::dimension && result.dimension.length % 3 == 0) {
      result.volumes = result.dimension.length / 3;
    }
    return result;
  }

  [[noreturn]] void unknown(std::string_view name) const {
    for (const std::string_view ton : {"ton", "tons", "Ton", "Tons", "TON", "kton", "Mton", "tonh", "tonhr"}) {
      if (name == ton) {
        refuse("'" + std::string(ton) +
               "' has several meanings: TR, t or short_ton? (12,000 Btu/h, 1000 kg, 2000 lb)");
      }
    }
    const std::vector<std::string> symbols = common_unit_symbols();
    // A slip of case is the usual one: "mw" means MW, which stands before mW in the list.
    for (const std::string& symbol : symbols) {
      if (equal_but_case(symbol, name))
        refuse("unknown unit " + in_quotes(name) + "; did you mean '" + symbol + "'?");
    }
    refuse("unknown unit " + in_quotes(name) + did_you_mean(std::string(name), symbols));
  }

  std::string_view text_;
  std::string_view whole_;
};

/// A value as written: the number and its unit, if there is one.
struct Written {
  double number = 0;
  std::optional<Unit> unit;
  std::string text;  ///< trimmed, typographic characters replaced
};

Written read(std::string_view raw, std::string_view what, const std::string& description) {
  if (raw.size() > longest_text) {
    refuse(in_quotes(raw) + " is too long for a value; " + wanted_text(what, description));
  }
  const std::string text = plain(raw);
  const std::string_view whole = trimmed(text);
  if (whole.empty()) refuse("the value is empty; " + wanted_text(what, description));

  std::string_view rest = whole;
  if (rest.front() == '+') rest.remove_prefix(1);
  const std::string_view digits = rest.starts_with('-') && rest.data() == whole.data() ? rest.substr(1) : rest;
  if (digits.empty() ||
      !(is_digit(digits.front()) || (digits.front() == '.' && digits.size() > 1 && is_digit(digits[1])))) {
    refuse(in_quotes(whole) + " does not begin with a number; " + wanted_text(what, description));
  }
  if (digits.size() > 1 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
    refuse(in_quotes(whole) + " is not a decimal number; " + wanted_text(what, description));
  }
  Written written;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), written.number);
  if (error == std::errc::result_out_of_range) refuse(in_quotes(whole) + " is beyond the range of numbers");
  if (error != std::errc{} || !std::isfinite(written.number)) refuse(in_quotes(whole) + " is not a number");
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));

  if (!rest.empty() && (rest.front() == ',' || rest.front() == '_' || rest.front() == '\'') && rest.size() > 1 &&
      is_digit(rest[1])) {
    std::string without;
    for (const char c : whole) {
      if (c != ',' && c != '_' && c != '\'') without += c;
    }
    refuse(in_quotes(whole) + " has a thousands separator or a decimal comma; write " + in_quotes(without) +
           ", with a point before decimals");
  }
  if (rest.starts_with('.')) refuse(in_quotes(whole) + " has two decimal points");
  rest = trimmed(rest);
  if (!rest.empty()) written.unit = UnitReader(rest, whole).read();
  written.text = whole;
  return written;
}

double finite(double si, const Written& written) {
  if (!std::isfinite(si)) refuse(in_quotes(written.text) + " is beyond the range of numbers");
  return si;
}

[[noreturn]] void refuse_bare(const Written& written, std::string_view what, const std::string& description) {
  refuse(in_quotes(written.text) + " has no unit; " + wanted_text(what, description));
}

/// "a power" out of "a power, for example '40 MW'".
std::string kind_of(Dimension d) {
  const std::string description = describe(d);
  return description.substr(0, description.find(", for example"));
}

[[noreturn]] void refuse_dimension(const Written& written, std::string_view what, const std::string& description) {
  refuse(in_quotes(written.text) + " is " + kind_of(written.unit->dimension) + "; " + wanted_text(what, description));
}

/// The factor by which a unit of another dimension still fits: 1 for carbon written as a mass, a power of
/// 1000 kg/m3 for water written as a volume; nothing when it does not fit.
std::optional<UnitScale> bridge(const Unit& unit, Dimension wanted) {
  if (unit.dimension == wanted) return UnitScale{};
  if (wanted.carbon != 0) {
    if (unit.dimension.carbon != 0) return std::nullopt;
    Dimension folded = wanted;
    folded.mass += folded.carbon;
    folded.carbon = 0;
    return unit.dimension == folded ? std::optional(UnitScale{}) : std::nullopt;
  }
  // 1 L = 1 kg holds for water; an energy per litre is a fuel's.
  if (unit.volumes == 0 || wanted == SpecificEnergy::dimension) return std::nullopt;
  Dimension replaced = unit.dimension;
  replaced.length -= 3 * unit.volumes;
  replaced.mass += unit.volumes;
  if (replaced != wanted) return std::nullopt;
  return UnitScale{1000, 1}.to_the(unit.volumes);
}

}  // namespace

double parse_si(std::string_view text, Dimension wanted, std::string_view what) {
  const std::string description = describe(wanted);
  const Written written = read(text, what, description);
  if (!written.unit) {
    if (wanted != Dimension{} && written.number != 0) refuse_bare(written, what, description);
    return written.number;
  }
  const std::optional<UnitScale> factor = bridge(*written.unit, wanted);
  if (!factor) refuse_dimension(written, what, description);
  return finite(written.unit->scale.times(*factor).apply(written.number), written);
}

double parse_temperature(std::string_view text, std::string_view what) {
  const std::string description = "a temperature, for example '27 degC'";
  const Written written = read(text, what, description);
  if (!written.unit) refuse_bare(written, what, description);
  if (written.unit->dimension != TemperatureDelta::dimension) refuse_dimension(written, what, description);
  double kelvin = 0;
  switch (written.unit->temperature) {
    case TemperatureScale::celsius:
      kelvin = written.number + 273.15;
      break;
    case TemperatureScale::fahrenheit:
      kelvin = (written.number + 459.67) * 5 / 9;
      break;
    case TemperatureScale::kelvin:
    case TemperatureScale::none:
      kelvin = written.unit->scale.apply(written.number);
      break;
  }
  if (kelvin < 0) refuse(in_quotes(written.text) + " is below absolute zero; " + wanted_text(what, description));
  return finite(kelvin, written);
}

double parse_share(std::string_view text, std::string_view what) {
  const std::string description = "a share, for example '80 %'";
  const Written written = read(text, what, description);
  if (!written.unit) {
    if (written.number != 0) refuse_bare(written, what, description);
    return written.number;
  }
  const bool percent = written.text.ends_with('%') || written.text.ends_with("percent");
  if (written.unit->dimension != Dimension{} || !percent) {
    refuse(in_quotes(written.text) + " is not a share; " + wanted_text(what, description));
  }
  return finite(written.unit->scale.apply(written.number), written);
}

double parse_number(std::string_view text, std::string_view what) {
  const std::string description = "a number, for example '15.6e+12'";
  const Written written = read(text, what, description);
  if (written.unit)
    refuse(in_quotes(written.text) + " has a unit; " + wanted_text(what, description + " without a unit"));
  return written.number;
}

AnyQuantity parse_any(std::string_view text, std::string_view what) {
  const Written written = read(text, what, "a number with its unit, for example '40 MW'");
  if (!written.unit) return {written.number, {}};
  switch (written.unit->temperature) {  // alone, a degree is a point on its scale
    case TemperatureScale::celsius:
    case TemperatureScale::fahrenheit:
      return {parse_temperature(text, what), TemperatureDelta::dimension};
    case TemperatureScale::kelvin:
    case TemperatureScale::none:
      break;
  }
  return {finite(written.unit->scale.apply(written.number), written), written.unit->dimension};
}

}  // namespace wattershed
