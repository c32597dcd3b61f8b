/// The command `run` with `--leak LAYER=AMOUNT`: what is lost outside the books must fail an audit.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "analysis/command/command_line.hpp"
#include "analysis/run/command.hpp"
#include "models/catalog/embedded_catalog.hpp"
#include "models/facility/record/run.hpp"

namespace {

using namespace wattershed;

Leak parse_leak(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string layer = text.substr(0, equals);
  const std::vector<std::string> layers = leak_layers();
  if (equals == std::string::npos || std::find(layers.begin(), layers.end(), layer) == layers.end())
    throw InputError({"--leak " + text, 0, 0},
                     fmt::format("write LAYER=AMOUNT, with a layer of {}", fmt::join(layers, ", ")));
  return {layer, std::stod(text.substr(equals + 1))};
}

void add_leaks(const Arguments& arguments, RunOptions& options) {
  for (const std::string& leak : arguments.list("--leak")) options.leaks.push_back(parse_leak(leak));
}

}  // namespace

int main(int argc, char** argv) {
  const Catalog catalog(embedded_catalog());
  Session session{.catalog = catalog};
  session.write = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
  session.complain = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); };
  const Option leak{.names = "--leak", .help = "LAYER=AMOUNT lost outside the books", .kind = OptionKind::list};
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
