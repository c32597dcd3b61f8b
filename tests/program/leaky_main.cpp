/// The command `run` with `--leak SIGNAL`: what is lost outside the books must fail an audit.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "analysis/command/command_line.hpp"
#include "analysis/run/command.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "models/facility/record/run.hpp"
#include "sim/base/problem.hpp"
#include "tests/models/facility/leaks.hpp"

namespace {

using namespace wattershed;

void add_leaks(const Arguments& arguments, RunOptions& options) {
  options.disturb = [signals = arguments.list("--leak")](Circuit& circuit) {
    const std::vector<test::Leak> known = test::leaks(false);
    for (const std::string& signal : signals) {
      const auto leak =
          std::find_if(known.begin(), known.end(), [&](const test::Leak& each) { return each.signal == signal; });
      if (leak == known.end()) throw InputError({"--leak", 0, 0}, "no leak is known at '" + signal + "'");
      leak->tap(circuit);
    }
  };
}

}  // namespace

int main(int argc, char** argv) {
  const Catalog catalog(embedded_catalog());
  Session session{.catalog = catalog};
  session.write = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
  session.complain = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); };
  const Option leak{
      .names = "--leak", .help = "what this signal gains or loses outside the books", .kind = OptionKind::list};
  try {
    return static_cast<int>(run_command_line({run_command({{leak}, add_leaks})}, argc, argv, session));
  } catch (const InputError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(Status::bad_input);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(Status::failed);
  }
}
