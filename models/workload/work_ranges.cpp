#include "models/workload/work_ranges.hpp"

#include <algorithm>
#include <array>

#include "models/compute/power_cap.hpp"

namespace wattershed {
namespace {

template <std::size_t N>
void tell(std::optional<ValidityTally>& tally, Time now, const Domain<N>& domain, const std::array<double, N>& at,
          std::size_t machine) {
  if (tally) tally->saw(now, domain, at, machine);
}

}  // namespace

WorkRanges::WorkRanges(const Workload& workload, bool plays_steps) : workload_(workload), plays_steps_(plays_steps) {
  const auto& services = workload.inference;
  const auto& jobs = workload.training;
  const auto any_job = [&](auto has) {
    return std::any_of(jobs.begin(), jobs.end(), [&](const auto& job) { return has(job.second); });
  };
  const bool modelled =
      std::any_of(services.begin(), services.end(), [](const auto& service) { return service.second.is_modelled(); });
  const bool capped = std::any_of(services.begin(), services.end(),
                                  [](const auto& service) { return service.second.power_cap.has_value(); }) ||
                      any_job([](const TrainingJob& job) { return job.power_cap.has_value(); });
  if (modelled) {
    serving_.emplace(serving_domain, services.size());
    requests_.emplace(service_domain, services.size());
  }
  if (!jobs.empty()) training_.emplace(training_domain, jobs.size());
  if (capped) caps_.emplace(power_cap_domain, services.size() + jobs.size());
  if (any_job([](const TrainingJob& job) { return job.smoothing.has_value(); }))
    smoothing_.emplace(smoothing_domain, jobs.size());
  if (any_job([](const TrainingJob& job) { return job.dummy_load.has_value(); }))
    dummy_loads_.emplace(dummy_load_domain, jobs.size());
}

void WorkRanges::serves(Time now, std::size_t service, const ReplicaDesign& design, const ServiceInterval& interval,
                        Duration length) {
  const bool works = interval.replicas.active > 0;
  tell(serving_, now, serving_domain, works ? serving_inputs(design, interval.replica) : serving_domain.inside(),
       service);
  tell(requests_, now, service_domain, {seconds(length)}, service);
  tell(caps_, now, power_cap_domain,
       works && design.power_cap ? std::array{*design.power_cap / design.accelerator.max_power}
                                 : power_cap_domain.inside(),
       service);
}

void WorkRanges::trains(Time now, std::size_t training, const StepPlan* plan) {
  const TrainingJob& job = workload_.training[training].second;
  tell(training_, now, training_domain, plan ? training_inputs(job, *plan, plays_steps_) : training_domain.inside(),
       training);
  tell(caps_, now, power_cap_domain,
       plan && job.power_cap ? std::array{*job.power_cap / plan->max_power} : power_cap_domain.inside(),
       workload_.inference.size() + training);
  tell(smoothing_, now, smoothing_domain,
       plan && job.smoothing ? std::array{job.smoothing->floor.si()} : smoothing_domain.inside(), training);
  tell(dummy_loads_, now, dummy_load_domain,
       plan && job.dummy_load ? std::array{seconds(job.dummy_load->poll)} : dummy_load_domain.inside(), training);
}

void WorkRanges::close(Time now) {
  for (std::optional<ValidityTally>* tally : {&serving_, &requests_, &training_, &caps_, &smoothing_, &dummy_loads_})
    if (*tally) (*tally)->close(now);
}

std::vector<RangeUse> WorkRanges::uses() const {
  std::vector<RangeUse> rows;
  for (const std::optional<ValidityTally>* tally :
       {&serving_, &requests_, &training_, &caps_, &smoothing_, &dummy_loads_})
    if (*tally) add_uses(rows, **tally);
  return rows;
}

}  // namespace wattershed
