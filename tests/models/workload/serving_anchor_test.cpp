// Measured serving beside the model: ML.ENERGY benchmark v3 (vLLM 0.11 on H100), chat, at batches that were kept
// full.
//
// The file gives model, accelerators, mean batch and output length, not the prompts' length: taken as 200 tokens for
// all rows. Nothing else is chosen by row. Bounds: what a roofline with the engine's few figures can be held to, and
// what a year's energy is not much worse for; each is stated where it is checked.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "models/workload/serving.hpp"
#include "tests/models/workload/source_catalog.hpp"

using namespace wattershed;
using namespace wattershed::test;

namespace {

constexpr double prompt_tokens = 200;

struct Row {
  std::map<std::string, std::string> text;
  [[nodiscard]] double number(const std::string& column) const { return std::stod(text.at(column)); }
};

/// Rows of a CSV with quoted fields ("" is a quote); nothing where the file is absent.
std::optional<std::vector<Row>> read_rows(const char* name) {
  const char* given = std::getenv("WATTERSHED_SHARED");
  const auto shared = given != nullptr ? std::filesystem::path(given)
                                       : std::filesystem::path(WATTERSHED_SOURCE_DIR) / ".." / "shared";
  std::ifstream in(shared / "data" / "traces" / name);
  if (!in) return std::nullopt;
  const auto split = [](const std::string& line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        fields.emplace_back();
      else if (c != '\r')
        fields.back() += c;
    }
    return fields;
  };
  std::string line;
  std::getline(in, line);
  const auto head = split(line);
  std::vector<Row> rows;
  while (std::getline(in, line)) {
    const auto fields = split(line);
    Row row;
    for (std::size_t i = 0; i < head.size() && i < fields.size(); ++i) row.text[head[i]] = fields[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

struct Compared {
  double power, joules, between, throughput;  // model over measured
};

Compared compare(const Row& row, const std::string& model, std::string& table) {
  ReplicaDesign design;
  design.llm = llm(model);
  design.accelerator = accelerator("h100-sxm");
  design.accelerators = static_cast<std::int64_t>(row.number("num_gpus"));
  design.requests = {
      .prompt_tokens = prompt_tokens, .output_tokens = row.number("avg_output_tokens"), .output_variation = 1};
  REQUIRE(fit_problem(design).empty());
  const Replica replica(design);
  const double batch = row.number("avg_batch");
  const ServingState s = replica.full(batch);
  const double each = row.number("avg_power_w_all_gpus") / static_cast<double>(design.accelerators);
  const double joules = static_cast<double>(design.accelerators) * s.accelerator.mean.si() / s.tokens_out.si();
  const double between_ms = 1e3 * replica.iteration(batch, 0).time.si();  // the median has no prompts in it
  table += fmt::format("{:<42} {} {:>5.0f}   {:>4.0f} {:>4.0f}   {:>6.3f} {:>6.3f}   {:>5.1f} {:>5.1f}\n",
                       row.text.at("model"), design.accelerators, batch, each, s.accelerator.mean.si(),
                       row.number("energy_per_token_j"), joules, row.number("median_itl_ms"), between_ms);
  return {s.accelerator.mean.si() / each, joules / row.number("energy_per_token_j"),
          between_ms / row.number("median_itl_ms"), s.tokens_out.si() / row.number("output_tok_per_s")};
}

constexpr const char* table_head =
    "model                                   GPUs batch   W per GPU     J per token     ms between tokens\n"
    "                                                     meas model    meas   model    meas  model\n";

}  // namespace

TEST_SUITE("evidence") {
  TEST_CASE("Llama 3.1 on H100, the anchors: power, energy a token, time between tokens") {
    const auto rows = read_rows("mlenergy_v3_h100.csv");
    if (!rows) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    const std::map<std::string, std::string> anchors = {
        {"meta-llama/Llama-3.1-8B-Instruct", "llama-3-8b"},
        {"meta-llama/Llama-3.1-70B-Instruct", "llama-3-70b"},
        {"meta-llama/Llama-3.1-405B-Instruct-FP8", "{use: llama-3-405b, bytes_per_parameter: 1}"}};
    std::string table = table_head;
    int found = 0;
    for (const Row& row : *rows) {
      const auto anchor = anchors.find(row.text.at("model"));
      if (anchor == anchors.end() || row.text.at("task") != "lm-arena-chat") continue;
      const std::string& batch = row.text.at("max_batch");
      if (batch != "8" && batch != "64" && batch != "256") continue;
      ++found;
      CAPTURE(row.text.at("model"));
      CAPTURE(batch);
      const Compared ratio = compare(row, anchor->second, table);
      CHECK(ratio.power == doctest::Approx(1).epsilon(0.20));
      CHECK(ratio.between == doctest::Approx(1).epsilon(0.25));
      CHECK(ratio.joules == doctest::Approx(1).epsilon(0.30));
    }
    CHECK(found == 9);
    std::printf("%s", table.c_str());
  }

  TEST_CASE("other models that no figure was chosen by: within a factor") {
    const auto rows = read_rows("mlenergy_v3_h100.csv");
    if (!rows) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    const std::map<std::string, std::string> others = {
        {"Qwen/Qwen3-8B", "qwen3-8b"},
        {"Qwen/Qwen3-14B", "qwen3-14b"},
        {"Qwen/Qwen3-32B", "qwen3-32b"},
        {"Qwen/Qwen3-30B-A3B-Instruct-2507", "qwen3-30b-a3b"},
        {"Qwen/Qwen3-235B-A22B-Instruct-2507", "qwen3-235b-a22b"},
        {"Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "{use: qwen3-235b-a22b, bytes_per_parameter: 1}"}};
    std::string table = table_head;
    // Dense models stay within 30 % of power, 35 % of energy and 40 % of time. Experts in BF16 within half of energy
    // and time either way: their kernels do not scale as whole products do. Experts in FP8 were measured slower than
    // the same model in BF16 (the software of 2025): the model knows nothing of that and is up to 3.5 times too good.
    const std::map<std::string, std::array<double, 4>> bounds = {{"dense", {0.30, 0.35, 0.40, 0.10}},
                                                                 {"experts", {0.45, 0.50, 0.35, 0.35}},
                                                                 {"experts, FP8", {0.45, 0.75, 0.65, 0.75}}};
    std::map<std::string, std::vector<Compared>> by_kind;
    for (const Row& row : *rows) {
      const auto other = others.find(row.text.at("model"));
      if (other == others.end() || row.text.at("task") != "lm-arena-chat") continue;
      const Llm model = llm(other->second);
      const char* kind = !model.experts ? "dense" : model.bytes_per_parameter > 1 ? "experts" : "experts, FP8";
      const Compared ratio = compare(row, other->second, table);
      by_kind[kind].push_back(ratio);
      CAPTURE(row.text.at("model"));
      CAPTURE(row.text.at("max_batch"));
      const auto& bound = bounds.at(kind);
      CHECK(std::abs(ratio.power - 1) < bound[0]);
      CHECK(std::abs(ratio.joules - 1) < bound[1]);
      CHECK(std::abs(ratio.between - 1) < bound[2]);
    }
    CHECK(by_kind.size() == 3);
    std::printf("%s", table.c_str());
    for (const auto& [kind, compared] : by_kind) {
      double power = 0, joules = 0, between = 0;
      for (const Compared& c : compared) {
        power += std::log(c.power) / static_cast<double>(compared.size());
        joules += std::log(c.joules) / static_cast<double>(compared.size());
        between += std::log(c.between) / static_cast<double>(compared.size());
      }
      std::printf("%s, %zu rows, geometric mean of model over measured: power %.2f, J per token %.2f, ms %.2f\n",
                  kind.c_str(), compared.size(), std::exp(power), std::exp(joules), std::exp(between));
    }
  }

  TEST_CASE("prompts of Llama 2 70B and BLOOM on A100 and H100, as measured for Splitwise") {
    const auto rows = read_rows("splitwise_perf_model.csv");
    if (!rows) {
      MESSAGE("skipped: shared data absent");
      return;
    }
    const std::map<std::string, std::string> chips = {{"a100-80gb", "a100-80-sxm"}, {"h100-80gb", "h100-sxm"}};
    std::map<std::string, std::vector<double>> measured;
    std::map<std::string, Row> example;
    for (const Row& row : *rows) {
      const double prompt = row.number("prompt_size");
      if (!chips.contains(row.text.at("hardware")) || row.text.at("batch_size") != "1") continue;
      if (prompt < 512 || prompt > 8192) continue;
      const std::string key = fmt::format("{:<11} {:<10} {} {:>5.0f}", row.text.at("model"), row.text.at("hardware"),
                                          row.text.at("tensor_parallel"), prompt);
      measured[key].push_back(row.number("prompt_time"));
      example[key] = row;
    }
    CHECK(measured.size() >= 30);
    std::printf("model       chip       n prompt   ms measured, model\n");
    for (auto& [key, times] : measured) {
      const Row& row = example.at(key);
      ReplicaDesign design;
      design.llm = llm(row.text.at("model") == "bloom-176b" ? "bloom-176b" : "llama-2-70b");
      design.accelerator = accelerator(chips.at(row.text.at("hardware")));
      design.accelerators = static_cast<std::int64_t>(row.number("tensor_parallel"));
      design.requests = {.prompt_tokens = row.number("prompt_size"), .output_tokens = 128, .output_variation = 0};
      REQUIRE(fit_problem(design).empty());
      std::sort(times.begin(), times.end());
      const double median = times[times.size() / 2];
      const double ms = 1e3 * Replica(design).prefill_time().si();
      std::printf("%s   %7.1f %7.1f  %.2f\n", key.c_str(), median, ms, ms / median);
      CAPTURE(key);
      // Longer prompts were measured with attention that does not scale as the flash kernels of today.
      CHECK(ms / median > (row.number("prompt_size") <= 2048 ? 0.6 : 0.45));
      CHECK(ms / median < 1.25);
    }
  }
}
