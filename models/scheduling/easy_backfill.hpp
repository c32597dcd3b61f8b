/// EASY backfill: first come, first served, and others may pass the head of the queue as long as it does not lose by
/// it.
///
/// The head gets a reservation: the first instant at which enough accelerators will be free if the running jobs end
/// as they estimated (the shadow time). Another job may pass it if it fits now and either ends by the shadow time, by
/// its own estimate, or takes only accelerators that the head will leave over at that time. In the order of the
/// queue; only the head is protected.
///
/// Conventions (the slow reference in tests/ has the same)
/// - All jobs whose estimated end is at or before the shadow time count as ended then.
/// - A job that runs past its estimate is taken to end one second from now (RunningJobs).
/// - A head that not even the end of every running job would let start (racks are out of service) has no
///   reservation: all others may pass it until there is room again.
/// - A head that `may_start` refuses although it fits is held as if it did not fit: its reservation is the next
///   estimated end of a running job.
/// - A dispatch ends its search after 100 jobs that fit were refused, so that a long queue behind a full connection
///   costs little; the next one begins at the head again.
///
/// Source  D. Lifka, "The ANL/IBM SP scheduling system", JSSPP 1995; A. Mu'alem and D. Feitelson, "Utilization,
///         predictability, workloads, and user runtime estimates in scheduling the IBM SP2 with backfilling", IEEE TPDS 2001.
#pragma once

#include <memory>

#include "models/scheduling/policy.hpp"

namespace wattershed {

std::unique_ptr<Policy> make_easy_backfill();

}  // namespace wattershed
