/// One accelerator (GPU, TPU): what it can do, and what it draws in each activity.
///
///   P(activity) = share(activity)·P_peak, never below idle
///   P(u)        = P_park + (P_peak − P_park)·u^0.7,  u = clamp(MFU/0.45 + w_m·bandwidth utilisation, 0, 1)
///
/// Inputs    an activity; or MFU [1] (model FLOPs over dense peak) and the share of memory bandwidth in use [1]
/// Outputs   power of the accelerator alone, without host, fans and conversion [W]
/// Source    law: Vidur with Vessim (arXiv 2507.11417), γ = 0.7 and saturation at MFU 0.45; w_m = 0.6 so that decode
///           at 60 % of bandwidth lands between the 0.54 of thermal design power of splitwise-sim and the 0.63 that
///           ML.ENERGY v3 measured on H100 at small batches; shares: see `ActivityShares`
/// Valid     means over tens of milliseconds and more; up to 110 % of thermal design power (`accelerator_domain`): not
///           the spikes above it, and what is written above that is taken as it is; utilisations of 0..1
///           (`busy_domain`), at which the law stays within idle and thermal design power
/// Accuracy  the law misses measured node powers by about 11 % (arXiv 2506.14551); shares hold within the ranges that
///           README.md lists
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sim/input/schema.hpp"
#include "sim/units/validity.hpp"

namespace wattershed {

/// What an accelerator may be doing.
enum class Activity {
  idle,           ///< powered, no context
  parked,         ///< a context or a loaded model, no work
  prefill,        ///< prompts of an LLM
  decode,         ///< tokens of an LLM, one by one
  compute,        ///< forward and backward pass
  communication,  ///< exposed all-reduce and its like
  bubble,         ///< waiting for another stage of a pipeline
  optimizer,      ///< weight update
  checkpoint,     ///< blocking write of a checkpoint
  input_stall     ///< waiting for data
};
inline constexpr std::size_t activity_count = 10;
constexpr std::array<std::string_view, activity_count> enum_names(Activity) {
  return {"idle",          "parked", "prefill",   "decode",     "compute",
          "communication", "bubble", "optimizer", "checkpoint", "input_stall"};
}

/// Power of working activities as shares of thermal design power; idle and parked are powers of their own.
struct ActivityShares {
  Share prefill{1.0};
  Share decode{0.6};
  Share compute{0.9};
  Share communication{0.45};
  Share bubble{0.35};
  Share optimizer{0.6};
  Share checkpoint{0.15};
  Share input_stall{0.2};
  void visit(Fields& f);
};

struct Accelerator {
  static constexpr std::string_view catalog_kind = "accelerators";
  Power max_power{};                          ///< thermal design power [W]
  std::optional<Power> idle_power;            ///< powered, no context [W]; see `idle()`
  std::optional<Power> parked_power;          ///< with a context, no work [W]; see `parked()`
  ActivityShares activity;                    ///< of `max_power`
  std::optional<Frequency> dense_16_bit;      ///< dense BF16 or FP16 throughput [FLOP/s]
  std::optional<Frequency> dense_8_bit;       ///< dense FP8 or INT8 throughput [FLOP/s]
  std::optional<Information> memory;          ///< [byte]
  std::optional<Bandwidth> memory_bandwidth;  ///< [byte/s]
  std::optional<Bandwidth> link_bandwidth;    ///< both directions together [byte/s]
  std::optional<Carbon> embodied;             ///< cradle to gate [kg CO2e]
  std::optional<Money> price;                 ///< [USD]
  void visit(Fields& f);

  /// `idle_power`, or 11 % of thermal design power: 75 W of 700 W in H100 [W].
  [[nodiscard]] Power idle() const { return idle_power.value_or(0.11 * max_power); }
  /// `parked_power`, or 17.5 % of thermal design power: 122 W of 700 W in H100; never below idle [W].
  [[nodiscard]] Power parked() const;
};

inline constexpr Domain<1> accelerator_domain{"accelerators",
                                              {{{"power over thermal design power", "1", 0, 1.1}}},
                                              "shares of phases are of thermal design power; 110 % is the least "
                                              "setting of EDPp, above which nothing is published"};
inline constexpr Domain<2> busy_domain{
    "power of busy accelerators",
    {{{"model FLOP utilisation", "1", 0, 1}, {"memory bandwidth in use", "1", 0, 1}}},
    "arXiv 2507.11417: shares of the peaks"};

/// Power in an activity [W].
Power activity_power(const Accelerator& accelerator, Activity activity);
/// Power at a utilisation of its arithmetic (MFU) and of its memory bandwidth, both 0..1 [W].
Power busy_power(const Accelerator& accelerator, double mfu, double bandwidth_utilisation);

}  // namespace wattershed
