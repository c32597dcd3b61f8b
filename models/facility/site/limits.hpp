/// The limits of a scenario, each watched exactly (limit_watch.hpp), and the connection itself where no limit says
/// it.
///
/// Inputs   the columns that the site has: this part comes last
/// Outputs  how many are broken
/// Tables   /<site>/limits: a verdict each;  /<site>/monthly: the least headroom of each
/// Errors   InputError at the limit's quantity where the site has no such column
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/facility/part/site_context.hpp"
#include "models/facility/part/site_part.hpp"
#include "models/facility/site/limit_watch.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

class Limits : public SitePart {
 public:
  Limits(SiteContext& context, const Columns& columns);

  /// Of a run that has ended.
  [[nodiscard]] std::uint64_t broken() const;

  void tables(SiteTables& tables) override;
  void months(std::vector<MonthColumn>& columns) override;
  void finish() override;

 private:
  void add(const std::string& name, const Limit& limit, const Columns& columns);
  Signal<double> bound_of(const std::string& name, const std::string& text, const SiteQuantity& quantity);

  SiteContext& context_;
  std::deque<LimitWatch> limits_;  // each stays where it is
  RunSink* sink_ = nullptr;
  TableId table_;
};

}  // namespace wattershed
