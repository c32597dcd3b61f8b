/// The racks of a site: what each draws at its AC input, job by job.
///
///   rack power = overhead + Σ over its accelerators of (the job's power | idle share of the server)
///
/// Each rack is one signal of the circuit. A rack that is not delivered yet draws nothing; one that is taken away
/// drains: it draws power until its last job has ended.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/compute/server.hpp"
#include "models/scheduling/cluster.hpp"
#include "models/workload/work.hpp"
#include "sim/circuit.hpp"

namespace wattershed {

class Floor {
 public:
  /// `most` racks of each type are made; `Rack::count` of them stand at the start.
  struct Type {
    std::string name;
    Rack rack;
    std::int64_t most = 0;
  };
  Floor(Circuit& circuit, std::vector<Type> types);

  [[nodiscard]] Cluster& cluster() { return cluster_; }
  [[nodiscard]] const std::vector<Type>& types() const { return types_; }
  [[nodiscard]] const std::vector<Signal<Load>>& loads() const { return loads_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] Power design_power(std::size_t rack) const { return types_[racks_[rack].type].rack.max_power(); }
  /// Racks of a type that stand (in service, not draining).
  [[nodiscard]] std::int64_t standing(std::size_t type) const { return standing_[type]; }

  /// Delivers or takes away racks of a type until `count` stand.
  void set_count(std::size_t type, std::int64_t count);

  /// What `count` accelerators of a rack draw for a job [W].
  [[nodiscard]] Power job_power(RackId rack, std::int64_t count, const Intensity& intensity) const;
  /// A job starts or ends on these accelerators.
  void occupy(const Allocation& allocation, const Intensity& intensity);
  void vacate(const Allocation& allocation, const Intensity& intensity);

  /// Accelerators at work, and those of standing racks.
  [[nodiscard]] Signal<double> busy() const { return busy_; }
  [[nodiscard]] Signal<double> installed() const { return installed_; }

 private:
  struct State {
    std::size_t type = 0;
    std::int64_t busy = 0;
    Power jobs{};  // drawn by all jobs on the rack
    bool stands = false;
  };
  void change(const Allocation& allocation, const Intensity& intensity, int sign);
  void update(std::size_t rack);

  Circuit& circuit_;
  std::vector<Type> types_;
  std::vector<State> racks_;
  std::vector<std::int64_t> standing_;
  std::vector<std::size_t> first_;  // first rack of each type
  std::vector<std::string> names_;
  std::vector<Signal<Load>> loads_;
  Cluster cluster_;
  Signal<double> busy_, installed_;
};

}  // namespace wattershed
