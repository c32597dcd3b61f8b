/// First come, first served: the job that has waited longest starts as soon as it fits and may start; nobody passes
/// it.
#pragma once

#include <memory>

#include "models/scheduling/policy.hpp"

namespace wattershed {

/// Starts jobs from the head of the queue until one does not fit or may not start.
void start_from_head(Dispatch& dispatch);

std::unique_ptr<Policy> make_fifo();

}  // namespace wattershed
