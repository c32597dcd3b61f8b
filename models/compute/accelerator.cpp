#include "models/compute/accelerator.hpp"

#include <algorithm>
#include <cmath>

namespace wattershed {

namespace {
constexpr double exponent = 0.7;
constexpr double saturating_mfu = 0.45;
constexpr double memory_weight = 0.6;
}  // namespace

void ActivityShares::visit(Fields& f) {
  // Above 1: spikes of prefill pass thermal design power (POLCA, ASPLOS 2024).
  const auto share = [&](std::string_view name, Share& value, std::string_view help, std::string_view source) {
    f.optional(name, value,
               {.help = help,
                .at_least = 0,
                .at_most = 1.5,
                .source = source,
                .kind = ValueKind::modelled,
                .example = "90 %"});
  };
  share("prefill", prefill, "power in prefill, of max_power", "POLCA (ASPLOS 2024): about thermal design power");
  share("decode", decode, "power in decode, of max_power",
        "between 0.54 (splitwise-sim, H100) and 0.63 (ML.ENERGY v3, H100, batch up to 16)");
  share("compute", compute, "power in forward and backward passes, of max_power",
        "between 0.85 (OLMo 2, H100) and 0.94 (Llama 2 LoRA on two nodes, H100)");
  share("communication", communication, "power in exposed communication, of max_power",
        "between 0.20 and 0.75 in three models on A100 (POLCA)");
  share("bubble", bubble, "power in pipeline bubbles, of max_power", "between parked and exposed communication");
  share("optimizer", optimizer, "power in the weight update, of max_power", "bound by memory, as decode");
  share("checkpoint", checkpoint, "power while a checkpoint is written, of max_power",
        "just over 100 W on H100 (OLMo 2, Morrison 2025)");
  share("input_stall", input_stall, "power while waiting for data, of max_power", "a little above parked");
}

void Accelerator::visit(Fields& f) {
  f.required("max_power", max_power, {.help = "thermal design power", .above = 0, .example = "700 W"});
  f.optional("idle_power", idle_power,
             {.help = "power without work or context; without it, 11 % of max_power", .at_least = 0});
  f.optional("parked_power", parked_power,
             {.help = "power with a context, no work; without it, 17.5 % of max_power", .at_least = 0});
  f.optional("activity", activity, {.help = "power by activity"});
  f.optional("dense_16_bit", dense_16_bit,
             {.help = "dense BF16 or FP16 throughput", .above = 0, .example = "989 TFLOP/s"});
  f.optional("dense_8_bit", dense_8_bit, {.help = "dense FP8 or INT8 throughput", .above = 0});
  f.optional("memory", memory, {.help = "high-bandwidth memory", .above = 0, .example = "80 GB"});
  f.optional("memory_bandwidth", memory_bandwidth, {.help = "memory bandwidth", .above = 0, .example = "3.35 TB/s"});
  f.optional("link_bandwidth", link_bandwidth, {.help = "interconnect, both directions together", .above = 0});
  f.optional("embodied", embodied,
             {.help = "carbon of making it, cradle to gate", .at_least = 0, .example = "164 kg"});
  f.optional("price", price, {.help = "purchase price", .at_least = 0, .example = "25 kUSD"});
  if (idle_power && *idle_power > max_power) f.fault("idle_power", "idle_power is above max_power");
  if (parked_power && *parked_power > max_power) f.fault("parked_power", "parked_power is above max_power");
}

Power Accelerator::parked() const { return std::max(idle(), parked_power.value_or(0.175 * max_power)); }

Power activity_power(const Accelerator& accelerator, Activity activity) {
  const ActivityShares& shares = accelerator.activity;
  // Some parts idle high: TPU v4 at almost half of its greatest power.
  const auto of_peak = [&](Share share) { return std::max(share.si() * accelerator.max_power, accelerator.idle()); };
  switch (activity) {
    case Activity::idle:
      return accelerator.idle();
    case Activity::parked:
      return accelerator.parked();
    case Activity::prefill:
      return of_peak(shares.prefill);
    case Activity::decode:
      return of_peak(shares.decode);
    case Activity::compute:
      return of_peak(shares.compute);
    case Activity::communication:
      return of_peak(shares.communication);
    case Activity::bubble:
      return of_peak(shares.bubble);
    case Activity::optimizer:
      return of_peak(shares.optimizer);
    case Activity::checkpoint:
      return of_peak(shares.checkpoint);
    case Activity::input_stall:
      return of_peak(shares.input_stall);
  }
  return accelerator.idle();
}

Power busy_power(const Accelerator& accelerator, double mfu, double bandwidth_utilisation) {
  const double u = std::clamp(mfu / saturating_mfu + memory_weight * bandwidth_utilisation, 0.0, 1.0);
  return accelerator.parked() + (accelerator.max_power - accelerator.parked()) * std::pow(u, exponent);
}

}  // namespace wattershed
