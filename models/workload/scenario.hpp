/// The work that a scenario brings: fixed jobs, traces, training jobs (training.hpp) and services (service.hpp).
///
/// A fixed job or a trace holds its accelerators for a given time, either at a utilisation (then the server's linear
/// law gives the power) or at a given power per accelerator, all of its server included.
#pragma once

#include <cstdint>
#include <optional>
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

/// A job of known size and length, once or again and again.
struct FixedJob {
  std::int64_t accelerators = 0;
  CalendarSpan duration{};
  Intensity intensity;
  std::optional<LocalTime> from;          ///< submitted then; without it, at the start
  std::optional<CalendarSpan> every;      ///< submitted again each time; without it, once
  std::optional<CalendarSpan> requested;  ///< what the scheduler is told; without it, the duration
  std::int64_t copies = 1;                ///< jobs of this kind submitted each time
  void visit(Fields& f);
};

/// A file of jobs, under the key of its format.
struct Trace {
  const TraceFormat* format = &trace_formats().front();
  FileName file;
  std::optional<LocalTime> from;  ///< second 0 of the file; without it, the start
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

}  // namespace wattershed
