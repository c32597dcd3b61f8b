#include "models/workload/scenario.hpp"

#include <algorithm>

namespace wattershed {

void Intensity::visit(Fields& f, bool needed) {
  f.alternatives({"utilisation", "power"}, needed);
  f.optional("utilisation", utilisation,
             {.help = "how hard the accelerators work, between idle and full power",
              .at_least = 0,
              .at_most = 1,
              .example = "80 %"});
  f.optional("power", power,
             {.help = "power per accelerator, its server included", .at_least = 0, .example = "330 W"});
  f.optional("host_utilisation", host_utilisation,
             {.help = "how hard the host processors work; without it, as the accelerators",
              .at_least = 0,
              .at_most = 1,
              .example = "33 %"});
  if (power && host_utilisation) f.fault("host_utilisation", "an imposed power holds the whole server: leave it out");
}

void FixedJob::visit(Fields& f) {
  f.required_or_word(
      "accelerators", accelerators, "all", all_accelerators,
      {.help = "accelerators held, all at once or none; all: those that stand when it is first submitted",
       .at_least = 1,
       .at_most = 1e8});
  f.required("duration", duration, {.help = "how long it runs", .example = "6 h"});
  intensity.visit(f, true);
  f.optional("from", from, {.help = "when it is submitted (wall clock); without it, at the start"});
  f.optional("every", every, {.help = "submitted again each time this has passed", .example = "1 day"});
  f.optional("requested", requested, {.help = "run time that the scheduler is told; without it, the duration"});
  f.optional("copies", copies, {.help = "jobs of this kind submitted each time", .at_least = 1, .at_most = 1e6});
  f.optional("after_outage", after_outage,
             {.help = "once its racks have power again: go on from where it stood, or begin again"});
  const CalendarSpan none{};
  const auto too_long = [](const CalendarSpan& span) {
    return span.months > 1200 || span.rest > std::chrono::years(100);
  };
  if (f.written("duration") && (duration == none || too_long(duration)))
    f.fault("duration", "a job lasts longer than zero and at most 100 years, for example '6 h'");
  if (every && (*every == none || too_long(*every)))
    f.fault("every", "the repetition is longer than zero and at most 100 years, for example '1 day'");
  if (requested && (*requested == none || too_long(*requested)))
    f.fault("requested", "the requested time is longer than zero and at most 100 years, for example '8 h'");
}

void Trace::visit(Fields& f) {
  const std::span<const TraceFormat> formats = trace_formats();
  const bool is_choice = formats.size() > 1;  // else the one key is missing by its name
  f.alternatives(trace_keys(), is_choice);
  for (const TraceFormat& known : formats) {
    if (!is_choice || f.written(known.key)) {
      format = &known;
      f.required(known.key, file, {.help = known.help});
    } else {
      std::optional<FileName> other;
      f.optional(known.key, other, {.help = known.help});
    }
  }
  f.optional(
      "from", from,
      {.help = "wall clock of the file's second 0; without it the start, or 1970 where submit times are plainly "
               "seconds since then"});
  f.optional("processors", processors,
             {.help = "accelerators of a job: as many as its processors allocated, or requested"});
  f.optional("after_outage", after_outage,
             {.help = "once its racks have power again, a job goes on from where it stood, or begins again"});
  if (!intensity.power) intensity.utilisation = intensity.utilisation.value_or(80_percent);
  intensity.visit(f, false);
}

bool imposes_power(const Workload& workload) {
  return std::any_of(workload.fixed.begin(), workload.fixed.end(),
                     [](const auto& job) { return job.second.intensity.power.has_value(); }) ||
         std::any_of(workload.traces.begin(), workload.traces.end(),
                     [](const Trace& trace) { return trace.intensity.power.has_value(); });
}

void Workload::visit(Fields& f) {
  f.optional("fixed", fixed, {.help = "jobs of known size and length"});
  f.optional("traces", traces, {.help = "traces of batch jobs"});
  f.optional("inference", inference, {.help = "services"});
  f.optional("training", training, {.help = "training jobs with the phases of their steps"});
}

}  // namespace wattershed
