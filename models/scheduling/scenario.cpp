#include "models/scheduling/scenario.hpp"

namespace wattershed {

void SchedulerChoice::visit(Fields& f) {
  f.optional("policy", policy, {.help = "which waiting job starts next"});
  f.optional("placement", placement, {.help = "fewest racks, or evenly over all"});
}

}  // namespace wattershed
