#include "models/facility/site/user_shares.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "models/facility/part/site_tables.hpp"

namespace wattershed {
namespace {

// Of a user or a job: the end of its row in either table.
void add_share_columns(std::vector<ColumnSpec>& columns) {
  columns.push_back(real_column("it_energy", "J", "energy at the AC input"));
  columns.push_back(real_column("grid_energy", "J", "share of grid energy"));
  columns.push_back(real_column("water", "kg", "share of make-up water"));
  columns.push_back(real_column("emissions", "kg", "share of emissions, scope 1 and 2 by location, CO2 equivalent"));
  columns.push_back(real_column("cost", "USD", "share of energy and water cost, without demand charge"));
}

}  // namespace

UserShares::UserShares(SiteContext& context, ItHall& hall, const Work& work, const Attribution::Rates& rates)
    : context_(context), hall_(hall), attribution_(context.circuit, rates) {
  for (const ItHall::ImposedService& service : hall.imposed_services())
    attribution_.add_user(service.name, service.load);
  for (const auto& service : work.services()) attribution_.add_user(service->name(), service->power());
  attribution_.add_user("idle", hall.floor().idle_power());
}

void UserShares::tables(SiteTables& tables) {
  sink_ = &tables.sink();
  const std::string since = "seconds since " + format_utc(tables.start());
  std::vector<ColumnSpec> job{real_column("submitted", since, "time of submission"),
                              real_column("started", since, "time of start; NaN: still waiting at the end", true),
                              real_column("ended", since, "time of end, or the end of the run if it came first"),
                              real_column("complete", "1", "1: ended, 0: still running or waiting at the end"),
                              real_column("wait", "s", "time between submission and start, or the end of the run"),
                              real_column("accelerators", "1", "accelerators held, or waited for")};
  add_share_columns(job);
  const std::vector<JobTrace>& traces = context_.loaded.traces;
  says_users_ = std::any_of(traces.begin(), traces.end(), [](const JobTrace& trace) { return trace.has_users(); });
  if (says_users_)
    job.push_back(text_axis("user", "user who submitted the job, as its trace says; empty: unknown, or of no trace"));
  jobs_ = sink_->table(tables.path("jobs"), text_axis("job", "name of the job"), job);
  std::vector<ColumnSpec> user;
  add_share_columns(user);
  shares_ = sink_->table(
      tables.path("shares"),
      text_axis("user", "jobs, each service, idle accelerators, and no_it_load: times without any"), user);
  hall_.jobs().on_end([this](const JobRecord& ended) { write_job(ended); });
}

void UserShares::write_job(const JobRecord& job) {
  const auto since_start = [this](Time t) { return seconds(t - context_.loaded.start); };
  const std::array values{since_start(job.submitted),
                          job.started ? since_start(*job.started) : std::numeric_limits<double>::quiet_NaN(),
                          since_start(job.ended),
                          job.complete ? 1.0 : 0.0,
                          seconds(job.started.value_or(job.ended) - job.submitted),
                          static_cast<double>(job.request.accelerators),
                          job.used.it_j,
                          job.used.site[0],
                          job.used.site[1],
                          job.used.site[2],
                          job.used.site[3]};
  const std::array<std::string_view, 1> user{job.request.user};
  sink_->append(jobs_, job.request.name, values, std::span(user).first(says_users_ ? 1 : 0));
}

// The shares first: what jobs have used so far counts those that still run.
void UserShares::finish() {
  const Time now = context_.now();
  const auto write = [this](const std::string& name, const Shares& used) {
    const std::array values{used.it_j, used.site[0], used.site[1], used.site[2], used.site[3]};
    sink_->append(shares_, name, values);
  };
  write("jobs", hall_.jobs().used(now));
  for (const Attribution::User& user : attribution_.users(now)) write(user.name, user.shares);
  hall_.jobs().close();
}

}  // namespace wattershed
