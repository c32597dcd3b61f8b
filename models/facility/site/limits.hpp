/// The limits of a scenario on the levels of columns, each watched exactly (limit_watch.hpp), and the connection itself
/// where no limit says it. Limits on sums and scalars: models/facility/record/span_limits.hpp.
///
/// Inputs   the columns that the site has: this part comes last
/// Outputs  a verdict each
/// Tables   /<site>/monthly: the least headroom of each
/// Errors   InputError at the quantity of any limit whose column the site has not
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/facility/site/limit_watch.hpp"

namespace wattershed {

class Limits : public SitePart {
 public:
  Limits(SiteContext& context, const Columns& columns);

  /// Up to now, in the order of the scenario, the connection last.
  [[nodiscard]] std::vector<LimitVerdict> verdicts() const;

  void months(std::vector<MonthColumn>& columns) override;

 private:
  void add(const std::string& name, const Limit& limit, const Columns& columns);
  const Channel& column_of(const std::string& name, const Limit& limit, const Columns& columns) const;
  Signal<double> bound_of(const std::string& name, const LimitTarget& target);

  SiteContext& context_;
  std::deque<LimitWatch> limits_;  // each stays where it is
};

}  // namespace wattershed
