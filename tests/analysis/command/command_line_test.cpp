#include "analysis/command/command_line.hpp"

#include <doctest/doctest.h>

#include "models/catalog/embedded_catalog.hpp"
#include "sim/base/problem.hpp"
#include "sim/input/catalog.hpp"

using namespace wattershed;

namespace {

std::string even(const std::string& word) { return word.size() % 2 == 0 ? "" : "'" + word + "' is odd"; }

/// One option of each kind and each bond.
std::vector<Option> every_kind() {
  return {{.names = "FILE", .help = "a file", .required = true},
          {.names = "-o,--output", .help = "another"},
          {.names = "--loud,-l", .help = "shout", .kind = OptionKind::flag},
          {.names = "--factor", .kind = OptionKind::number, .range = Range{0, 10}},
          {.names = "--seed", .kind = OptionKind::whole},
          {.names = "--set", .kind = OptionKind::list},
          {.names = "--columns", .kind = OptionKind::list, .delimiter = ','},
          {.names = "--units", .words = {"si", "us"}},
          {.names = "--pairs", .check = Check{"EVEN", even}, .needs = {"--loud"}},
          {.names = "--soft", .kind = OptionKind::flag, .excludes = {"--loud"}}};
}

/// What a command line comes to, with the arguments that reached the command.
struct Answer {
  Status status{};
  std::string out, err;
  std::optional<Arguments> arguments;
  std::vector<std::string> order;
};

Answer answer(
    std::vector<const char*> words, const std::function<Outcome()>& outcome = [] { return Outcome(); }) {
  const Catalog catalog(embedded_catalog());
  Answer answer;
  Session session{.catalog = catalog, .program_version = "1.2", .git_hash = "abc"};
  session.write = [&](std::string_view text) {
    answer.out += text;
    answer.order.emplace_back("out");
  };
  session.complain = [&](std::string_view text) {
    answer.err += text;
    answer.order.emplace_back("err");
  };
  const auto keep = [&](const Arguments& arguments, const Session&) {
    answer.arguments = arguments;
    return outcome();
  };
  const std::vector<Command> commands{
      {"measure", "measures a file", every_kind(), keep},
      {"list", "lists", {{.names = "NAME", .kind = OptionKind::list}}, keep},
  };
  words.insert(words.begin(), "wattershed");
  answer.status = run_command_line(commands, static_cast<int>(words.size()), words.data(), session);
  return answer;
}

void refused(std::vector<const char*> words, const char* because) {
  const Answer found = answer(std::move(words));
  CHECK(found.status == Status::bad_input);
  CHECK_FALSE(found.arguments.has_value());
  CHECK(found.out.empty());
  CHECK_MESSAGE(found.err.find(because) != std::string::npos, found.err);
}

using Words = std::vector<std::string>;

}  // namespace

TEST_SUITE("fast") {
  TEST_CASE("every kind of option reaches its command") {
    const Answer found =
        answer({"measure", "a.txt", "-o",  "b.txt",     "-l",  "--factor", "2.5",     "--seed", "12",      "--set",
                "x=1",     "--set", "y=2", "--columns", "a,b", "c",        "--units", "us",     "--pairs", "four"});
    CHECK(found.status == Status::done);
    CHECK((found.out + found.err).empty());
    REQUIRE(found.arguments.has_value());
    const Arguments& arguments = *found.arguments;
    CHECK(arguments.text("FILE") == "a.txt");
    CHECK(arguments.text("--output") == "b.txt");
    CHECK(arguments.flag("--loud"));
    CHECK(arguments.number("--factor") == 2.5);
    CHECK(arguments.whole("--seed") == 12);
    CHECK(arguments.list("--set") == Words{"x=1", "y=2"});
    CHECK(arguments.list("--columns") == Words{"a", "b", "c"});
    CHECK(arguments.text("--units") == "us");
    CHECK(arguments.text("--pairs") == "four");
    CHECK_FALSE(arguments.flag("--soft"));
  }

  TEST_CASE("what is not given is empty") {
    const Answer found = answer({"measure", "a.txt"});
    REQUIRE(found.arguments.has_value());
    CHECK(found.arguments->text("--output").empty());
    CHECK_FALSE(found.arguments->flag("--loud"));
    CHECK_FALSE(found.arguments->number("--factor").has_value());
    CHECK_FALSE(found.arguments->whole("--seed").has_value());
    CHECK(found.arguments->list("--set").empty());
  }

  TEST_CASE("a list with a place takes every word; one of an option takes one each time") {
    CHECK(answer({"list", "a", "b"}).arguments->list("NAME") == Words{"a", "b"});
    CHECK(answer({"list"}).arguments->list("NAME").empty());
    CHECK(answer({"measure", "--set", "x=1", "a.txt"}).arguments->text("FILE") == "a.txt");
    CHECK(answer({"measure", "a.txt", "--set", "x=1,2"}).arguments->list("--set") == Words{"x=1,2"});
  }

  TEST_CASE("words that do not fit are complained of, and the command does not run") {
    refused({}, "A subcommand is required");
    refused({"measure"}, "FILE is required");
    refused({"measure", "a.txt", "b.txt"}, "b.txt");
    refused({"measure", "a.txt", "--colour"}, "--colour");
    refused({"measure", "a.txt", "-o"}, "--output");
    refused({"measure", "a.txt", "-o", "b", "-o", "c"}, "--output");
    refused({"measure", "a.txt", "--factor", "10.5"}, "Value 10.5 not in range");
    refused({"measure", "a.txt", "--factor", "much"}, "much");
    refused({"measure", "a.txt", "--seed", "-1"}, "'-1' is not a whole number from 0");
    refused({"measure", "a.txt", "--seed", "1.5"}, "'1.5' is not a whole number from 0");
    refused({"measure", "a.txt", "--seed", "1234567890123456789"}, "is not a whole number from 0");
    refused({"measure", "a.txt", "--units", "metric"}, "metric not in {si,us}");
    refused({"measure", "a.txt", "-l", "--pairs", "three!!"}, "'three!!' is odd");
    refused({"measure", "a.txt", "--pairs", "four"}, "--pairs requires --loud");
    refused({"measure", "a.txt", "--soft", "--loud"}, "--loud");
    refused({"measure", "a.txt", "--loud", "--soft"}, "--soft");
  }

  TEST_CASE("a word that is no command is refused with the nearest that is") {
    try {
      (void)answer({"mesure", "a.txt"});
      FAIL("taken for a command");
    } catch (const InputError& error) {
      CHECK(std::string(error.what()) == "'mesure' is no command; did you mean 'measure'?; there is measure, list");
    }
  }

  TEST_CASE("help and version are answers, not complaints") {
    const Answer help = answer({"measure", "--help"});
    CHECK(help.status == Status::done);
    CHECK(help.err.empty());
    CHECK_FALSE(help.arguments.has_value());
    for (const char* word :
         {"measures a file", "FILE TEXT REQUIRED", "-o,--output TEXT", "--seed UINT:N", "-l,--loud",
          "--factor FLOAT:FLOAT in [0 - 10]", "--units TEXT:{si,us}", "--pairs TEXT:EVEN"})
      CHECK_MESSAGE(help.out.find(word) != std::string::npos, word);
    CHECK(answer({"--version"}).out == "wattershed 1.2 (abc)\n");
    CHECK(answer({"--help"}).out.find("measures a file") != std::string::npos);
  }

  TEST_CASE("an outcome is said in its order, and its status returned") {
    const Answer found = answer({"list"}, [] {
      Outcome outcome;
      outcome.say("one\n");
      outcome.complain("two");
      outcome.say("three\n");
      outcome.status = Status::does_not_hold;
      return outcome;
    });
    CHECK(found.status == Status::does_not_hold);
    CHECK(found.out == "one\nthree\n");
    CHECK(found.err == "two\n");
    CHECK(found.order == Words{"out", "err", "out"});
  }

  TEST_CASE("what a command throws comes through") {
    CHECK_THROWS_AS(answer({"list"}, []() -> Outcome { throw InputError({"a.txt", 1, 2}, "bad"); }), InputError);
  }

  TEST_CASE("a name or kind that a command does not have is a fault of the program") {
    const Arguments arguments(every_kind());
    CHECK_THROWS_AS((void)arguments.text("--colour"), std::out_of_range);
    CHECK_THROWS_AS((void)arguments.flag("--output"), std::bad_variant_access);
  }
}
