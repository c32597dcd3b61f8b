#include "models/electrical/ups_ride_through.hpp"

namespace wattershed {

void RideThrough::visit(Fields& f) {
  f.optional("transfer_below", transfer_below,
             {.help = "voltage of the bus, of nominal, below which it goes to the battery",
              .above = 0,
              .below = 1,
              .source = "usual setting, remembered; ITIC has 90 % as the steady limit",
              .kind = ValueKind::assumed});
  f.optional("detection", detection,
             {.help = "a shorter sag is ridden without a transfer",
              .at_least = 0,
              .at_most = 60,
              .source = "10 to 20 ms are usual, remembered",
              .kind = ValueKind::assumed,
              .example = "10 ms"});
  f.optional("return_delay", return_delay,
             {.help = "the bus must have been good for so long before the load returns",
              .at_least = 0,
              .at_most = 86'400,
              .source = "a choice; no figure found",
              .kind = ValueKind::assumed,
              .example = "5 s"});
  f.optional("walk_in", walk_in,
             {.help = "length of the ramp with which the load comes back to the grid",
              .at_least = 0,
              .at_most = 3600,
              .source = "10 to 30 s are usual, remembered",
              .kind = ValueKind::assumed,
              .example = "10 s"});
  f.optional(
      "return_policy", return_policy,
      {.help = "after a lock-out an operator must order the return; automatic: it never locks out",
       .source = "loads stayed on backup for hours in July 2024 until returned by hand (NERC review, as quoted "
                 "in public notes)",
       .kind = ValueKind::published});
  f.optional("lock_out_events", lock_out_events,
             {.help = "so many sags within lock_out_window lock it out",
              .at_least = 1,
              .at_most = 1000,
              .source = "3 events in 60 s, as quoted in public notes on July 2024; remembered",
              .kind = ValueKind::assumed});
  f.optional("lock_out_window", lock_out_window,
             {.help = "time in which sags are counted for the lock-out",
              .at_most = 86'400,
              .above = 0,
              .source = "3 events in 60 s, as quoted in public notes on July 2024; remembered",
              .kind = ValueKind::assumed,
              .example = "60 s"});
  f.optional("autonomy", autonomy,
             {.help = "how long the battery feeds the rated load",
              .at_most = 86'400,
              .above = 0,
              .source = "about 5 min, as quoted in public notes",
              .kind = ValueKind::assumed,
              .example = "5 min"});
  f.optional("recharge", recharge,
             {.help = "power that refills the battery, of rating",
              .at_least = 0,
              .at_most = 1,
              .source = "about a tenth of rating is usual, remembered",
              .kind = ValueKind::assumed});
  f.optional("generator_start", generator_start,
             {.help = "from the transfer until the backup generator has the load; none: no generator",
              .at_least = 0,
              .at_most = 3600,
              .example = "15 s"});
}

}  // namespace wattershed
