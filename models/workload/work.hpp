/// The work that a scenario brings: fixed jobs, traces, and services with an imposed energy per request.
///
/// A fixed job or a trace holds its accelerators for a given time, either at a utilisation (then the server's linear
/// law gives the power) or at a given power per accelerator, all of its server included.
/// An imposed service draws rate × energy per request, on top of the accelerators, at the AC input.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/schema.hpp"

namespace wattershed {

/// How hard a job works: one of the two.
struct Intensity {
  std::optional<Share> utilisation;
  std::optional<Power> power;  ///< per accelerator, server included [W]
  void visit(Fields& f, bool needed);
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

/// A Standard Workload Format file.
struct Trace {
  FileName swf;
  std::optional<LocalTime> from;  ///< second 0 of the file; without it, the start
  Intensity intensity;
  void visit(Fields& f);
};

struct Requests {
  Frequency rate{};  ///< [1/s]
  void visit(Fields& f);
};

/// A service whose energy per request is imposed.
struct Service {
  Requests requests;
  Energy energy_per_request{};  ///< at the AC input [J]
  void visit(Fields& f);
};

struct Workload {
  Named<FixedJob> fixed;
  std::vector<Trace> traces;
  Named<Service> inference;
  void visit(Fields& f);
};

}  // namespace wattershed
