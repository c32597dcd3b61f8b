/// The work that a scenario brings: fixed jobs, traces, training jobs (training.hpp) and services (service.hpp).
///
/// A fixed job or a trace holds its accelerators for a given time, either at a utilisation (then the server's linear
/// law gives the power) or at a given power per accelerator, all of its server included.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "models/workload/service.hpp"
#include "models/workload/trace_format.hpp"
#include "models/workload/training.hpp"
#include "sim/input/schema.hpp"

namespace wattershed {

/// How hard a job works: one of the two.
struct Intensity {
  std::optional<Share> utilisation;
  std::optional<Power> power;             ///< per accelerator, server included [W]
  std::optional<Share> host_utilisation;  ///< of the host processors; without it, as `utilisation`
  void visit(Fields& f, bool needed);
  bool operator==(const Intensity&) const = default;
};

/// What a job does whose racks had lost their power, once they have it back: goes on from where it stood (it had saved
/// what it did), or begins again.
enum class AfterOutage { resume, restart };
constexpr std::array<std::string_view, 2> enum_names(AfterOutage) { return {"resume", "restart"}; }

/// A job of known size and length, once or again and again.
struct FixedJob {
  std::int64_t accelerators = 0;
  bool all_accelerators = false;  ///< `accelerators` is what stands when it is first submitted
  CalendarSpan duration{};
  Intensity intensity;
  std::optional<LocalTime> from;          ///< submitted then; without it, at the start
  std::optional<CalendarSpan> every;      ///< submitted again each time; without it, once
  std::optional<CalendarSpan> requested;  ///< what the scheduler is told; without it, the duration
  std::int64_t copies = 1;                ///< jobs of this kind submitted each time
  AfterOutage after_outage = AfterOutage::resume;
  void visit(Fields& f);
};

/// Of the two numbers that a trace may have: what its job held, or what it asked for.
enum class TraceProcessors { allocated, requested };
constexpr std::array<std::string_view, 2> enum_names(TraceProcessors) { return {"allocated", "requested"}; }

/// A file of jobs, under the key of its format.
struct Trace {
  const TraceFormat* format = &trace_formats().front();
  FileName file;
  /// Second 0 of the file; without it the start, or 1970 where its times surely count from there.
  std::optional<LocalTime> from;
  TraceProcessors processors = TraceProcessors::allocated;
  AfterOutage after_outage = AfterOutage::resume;
  Intensity intensity;
  void visit(Fields& f);
};

struct Workload {
  Named<FixedJob> fixed;
  std::vector<Trace> traces;
  Named<TrainingJob> training;
  Named<InferenceService> inference;
  void visit(Fields& f);
};

/// Whether a job's power is given, its server included.
bool imposes_power(const Workload& workload);

}  // namespace wattershed
