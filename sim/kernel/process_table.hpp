/// The processes of a simulation: their names, who waits for their end, and the order they were spawned in. What a
/// process needs at every wake is in its frame instead.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <string>
#include <vector>

#include "sim/kernel/process.hpp"

namespace wattershed {

struct ProcessTable {
  struct Record {
    explicit Record(Simulation& simulation) : ended(simulation) {}
    Process::Frame frame;
    std::uint64_t number = 0;      // in the order of spawning
    std::uint32_t generation = 1;  // counts the processes that have had this record
    std::uint32_t next_free = 0;
    Trigger ended;
    std::string name;
    std::string interrupt_reason;
  };

  std::uint32_t add(Simulation& simulation, Process::Frame frame, std::string name) {
    if (free == none) {
      free = static_cast<std::uint32_t>(records.size());
      records.emplace_back(simulation).next_free = none;
    }
    const std::uint32_t index = free;
    Record& r = records[index];
    free = r.next_free;
    r.frame = frame;
    r.number = spawned++;
    r.name = std::move(name);
    return index;
  }

  /// The frame is gone: tells who waits for it.
  void end(std::uint32_t index) {
    Record& r = records[index];
    r.frame = nullptr;
    ++r.generation;
    r.name.clear();
    r.ended.fire();
    r.next_free = free;
    free = index;
  }

  [[nodiscard]] Record& record(std::uint32_t index) { return records[index]; }
  [[nodiscard]] std::string name(std::uint32_t index) const {
    const Record& r = records[index];
    return r.name.empty() ? "process #" + std::to_string(r.number) : r.name;
  }
  [[nodiscard]] std::vector<Process::Frame> last_spawned_first() const;

  static constexpr std::uint32_t none = 0xffffffff;
  std::deque<Record> records;
  std::uint32_t free = none;
  std::uint64_t spawned = 0;
  std::exception_ptr failure;  // of the process that has just ended
};

}  // namespace wattershed
