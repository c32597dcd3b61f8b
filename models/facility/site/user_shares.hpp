/// Who used what (models/accounting/attribution.hpp): jobs, each service, idle accelerators.
///
/// Inputs   rates of the site: IT and grid power [W], make-up [kg/s], emissions [kg/s], costs [USD/s]; the hall with
///          its jobs and services
/// Outputs  the attribution, for the jobs
/// Tables   /<site>/jobs: a row for each job that ends, or still runs or waits at the end, with who submitted it where a
///          trace says so;  /<site>/shares: a row for each user of the site (jobs, services, idle), at the end
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/accounting/attribution.hpp"
#include "models/facility/hall/work.hpp"
#include "sim/output/run_sink.hpp"

namespace wattershed {

class UserShares : public SitePart {
 public:
  UserShares(SiteContext& context, ItHall& hall, const Work& work, const Attribution::Rates& rates);

  [[nodiscard]] const Attribution& attribution() const { return attribution_; }

  void tables(SiteTables& tables) override;
  void finish() override;

 private:
  void write_job(const JobRecord& job);

  SiteContext& context_;
  ItHall& hall_;
  Attribution attribution_;
  RunSink* sink_ = nullptr;
  TableId jobs_, shares_;
  bool says_users_ = false;  // a trace of the site says who submitted its jobs
};

}  // namespace wattershed
