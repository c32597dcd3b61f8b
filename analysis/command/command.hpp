/// A command of the program as data: its name, its options, and a function from arguments to what is to be said.
///
///   Command hello() {
///     return {.name = "hello", .help = "greets", .options = {{.names = "WHO", .required = true}},
///             .run = [](const Arguments& arguments, const Session&) {
///               Outcome outcome;
///               outcome.say("hello " + arguments.text("WHO") + "\n");
///               return outcome;
///             }};
///   }
///
/// A command neither prints nor exits: text and status are returned (or thrown, for input that cannot be used), and
/// what it may not reach by itself comes with the session. It stands beside its question; command_line.hpp reads the
/// words of the command line for all of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wattershed {

class Catalog;  // sim/input/catalog.hpp

/// What the program exits with.
enum class Status {
  done = 0,
  does_not_hold = 1,  ///< what was asked for: a limit with --strict, swing, evidence, a power flow
  bad_input = 2,      ///< it cannot be used, and nothing was written
  failed = 3,         ///< anything else: a failed audit, a full disk
  interrupted = 130,  ///< with Ctrl-C
};

enum class OptionKind {
  text,    ///< one word
  flag,    ///< there or not
  number,  ///< a real one
  whole,   ///< from 0, of at most 18 digits
  list,    ///< words: one each time that the option is given, or several where there is a delimiter or a place
};

/// What else a word must be, with a name for the help ("PF").
struct Check {
  std::string name;
  std::function<std::string(const std::string& word)> fault;  ///< what is wrong with it, or an empty text
};

struct Range {
  double least = 0, most = 0;
};

/// A word that a command takes: "-o,--output", or "SCENARIO" for one with a place of its own. It is asked for by its
/// long name: "--output", "SCENARIO".
struct Option {
  std::string names;
  std::string help{};
  OptionKind kind = OptionKind::text;
  bool required = false;
  std::optional<char> delimiter{};      ///< of a list: ',' makes "a,b" two words
  std::vector<std::string> words{};     ///< the only ones allowed
  std::optional<Range> range{};         ///< of a number, both ends allowed
  std::optional<Check> check{};         ///< before it becomes a number
  std::vector<std::string> needs{};     ///< long names of other options of the command
  std::vector<std::string> excludes{};  ///< each way

  [[nodiscard]] std::string long_name() const;
};

/// What was given for the options of a command. A name or kind that the command does not have is a fault of the
/// program: std::logic_error or std::bad_variant_access.
class Arguments {
 public:
  using Value =
      std::variant<std::string, bool, std::optional<double>, std::optional<std::uint64_t>, std::vector<std::string>>;

  /// Nothing given.
  explicit Arguments(const std::vector<Option>& options);

  /// Empty where it was not given.
  [[nodiscard]] const std::string& text(const std::string& name) const { return get<std::string>(name); }
  [[nodiscard]] bool flag(const std::string& name) const { return get<bool>(name); }
  [[nodiscard]] std::optional<double> number(const std::string& name) const {
    return get<std::optional<double>>(name);
  }
  [[nodiscard]] std::optional<std::uint64_t> whole(const std::string& name) const {
    return get<std::optional<std::uint64_t>>(name);
  }
  [[nodiscard]] const std::vector<std::string>& list(const std::string& name) const {
    return get<std::vector<std::string>>(name);
  }
  /// To write to; has the alternative of its option's kind, and stays where it is.
  Value& value(const std::string& name) { return values_.at(name); }

 private:
  template <class T>
  [[nodiscard]] const T& get(const std::string& name) const {
    return std::get<T>(values_.at(name));
  }
  std::map<std::string, Value> values_;
};

/// What a command says, in order, and how it ends.
struct Outcome {
  struct Piece {
    bool complaint = false;  ///< for stderr
    std::string text;
  };
  Status status = Status::done;
  std::vector<Piece> pieces{};

  void say(std::string text) { pieces.push_back({false, std::move(text)}); }
  /// A line; its end is added.
  void complain(const std::string& line) { pieces.push_back({true, line + "\n"}); }
  [[nodiscard]] std::string text() const { return joined(false); }
  [[nodiscard]] std::string complaint() const { return joined(true); }

 private:
  [[nodiscard]] std::string joined(bool complaint) const;
};

/// What a command may not reach by itself. Unless set, the functions do nothing, and nobody interrupts.
struct Session {
  const Catalog& catalog;
  std::string program_version{}, git_hash{};
  std::string program_folder{};                                     ///< where the program's file stands
  bool terminal = false;                                            ///< somebody watches stderr
  std::function<std::string()> now = [] { return std::string(); };  ///< UTC wall clock, for files

  /// To stdout at once: for tables that are too long to hold, and for whoever prints outcomes. Throws
  /// std::runtime_error when it cannot be written.
  std::function<void(std::string_view)> write = [](std::string_view) {};
  /// To stderr, behind what was written to stdout.
  std::function<void(std::string_view)> complain = [](std::string_view) {};
  /// A line on the terminal, over the last one; an empty one takes it away.
  std::function<void(std::string_view)> progress = [](std::string_view) {};
  /// From now on Ctrl-C does not end the program but asks for an end.
  std::function<void()> heed_interrupts = [] {};
  std::function<bool()> interrupted = [] { return false; };
};

struct Command {
  std::string name, help;
  std::vector<Option> options;
  /// Throws InputError for input that cannot be used.
  std::function<Outcome(const Arguments&, const Session&)> run;
};

}  // namespace wattershed
