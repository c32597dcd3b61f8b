#include "sim/kernel/circuit.hpp"

#include <algorithm>
#include <stdexcept>

namespace wattershed {

namespace {

std::vector<std::uint32_t> indices_of(const std::vector<AnySignal>& signals, std::size_t count,
                                      const std::string& model) {
  std::vector<std::uint32_t> indices;
  indices.reserve(signals.size());
  for (const AnySignal& signal : signals) {
    if (signal.index() >= count) throw std::logic_error("model '" + model + "' names a signal that was never made");
    indices.push_back(signal.index());
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

}  // namespace

Circuit::~Circuit() {
  for (ModelNode& model : models_) model.destroy(model.step.function);
}

std::uint32_t Circuit::make_room(std::size_t size, std::size_t alignment) {
  const std::size_t offset = (values_.size() + alignment - 1) / alignment * alignment;
  if (offset + size >= none) throw std::length_error("a circuit holds at most 4 GB of signals");
  values_.resize(offset + size);
  return static_cast<std::uint32_t>(offset);
}

std::uint32_t Circuit::add_signal(SignalLabel label) {
  signals_.emplace_back();
  labels_.push_back(std::move(label));
  writer_.push_back(none);
  return static_cast<std::uint32_t>(signals_.size() - 1);
}

ModelId Circuit::add_model(const std::string& name, const std::vector<AnySignal>& inputs,
                           const std::vector<AnySignal>& outputs, Step step, void (*destroy)(void*)) {
  assert(running_ == none);
  ModelNode node;
  node.inputs = indices_of(inputs, signals_.size(), name);
  node.outputs = indices_of(outputs, signals_.size(), name);
  node.name = name;
  node.step = step;
  node.destroy = destroy;
  models_.push_back(std::move(node));
  built_ = false;
  return ModelId{static_cast<std::uint32_t>(models_.size() - 1)};
}

Meter& Circuit::add_meter(AnySignal signal, std::uint32_t offset, double (*reader)(const void*)) {
  if (signal.index() >= signals_.size()) throw std::logic_error("a meter on a signal that was never made");
  const auto index = static_cast<std::uint32_t>(meters_.size());
  SignalNode& node = signals_[signal.index()];
  if (node.first_meter == none && ++metered_ > touched_.capacity()) touched_.reserve(2 * metered_);
  MeterNode& added = meters_.emplace_back();
  added.offset = offset;
  added.next = node.first_meter;
  added.read = reader;
  added.meter.standing_ = read(added);
  node.first_meter = index;
  new_meters_.push_back(index);
  return added.meter;
}

void Circuit::build() {
  if (built_) return;
  assert(running_ == none);
  if (options_.unique_names) check_names();
  std::vector<std::uint32_t> writer = writers();
  model_at_ = order(writer);
  writer_ = std::move(writer);

  steps_.clear();
  for (const std::uint32_t m : model_at_) steps_.push_back(models_[m].step);
  if (!taps_.empty()) connect_taps();

  // Readers of each signal, by counting.
  for (SignalNode& node : signals_) node.readers = 0;
  for (const ModelNode& model : models_) {
    for (const std::uint32_t signal : model.inputs) ++signals_[signal].readers;
  }
  std::uint32_t next = 0;
  for (SignalNode& node : signals_) {
    node.first_reader = next;
    next += node.readers;
    node.readers = 0;
  }
  readers_.resize(next);
  for (std::uint32_t rank = 0; rank < model_at_.size(); ++rank) {
    for (const std::uint32_t signal : models_[model_at_[rank]].inputs) {
      SignalNode& node = signals_[signal];
      readers_[node.first_reader + node.readers++] = rank;
    }
  }

  due_.resize(models_.size());
  for (std::size_t rank = 0; rank < models_.size(); ++rank) due_.insert(rank);
  built_ = true;
}

bool Circuit::settle(std::vector<ModelId>* evaluated) {
  if (!built_) throw std::logic_error("a circuit must be built before it settles");
  if (running_ != none) throw std::logic_error("a settle within a model");
  if (due_.empty()) return false;
  struct Idle {
    std::uint32_t& running;
    explicit Idle(std::uint32_t& r) : running(r) {}
    ~Idle() { running = none; }
  } idle(running_);
  do {
    const std::size_t rank = due_.pop_first();
    running_ = model_at_[rank];
    ++evaluations_;
    if (evaluated != nullptr) evaluated->push_back({running_});
    steps_[rank].run(steps_[rank].function, *this);
  } while (!due_.empty());
  return true;
}

void Circuit::take_standing(Time now) {
  for (const std::uint32_t signal : touched_) {
    SignalNode& node = signals_[signal];
    node.touched = false;
    for (std::uint32_t m = node.first_meter; m != none; m = meters_[m].next) {
      MeterNode& meter = meters_[m];
      if (meter.meter.begun_) meter.meter.take(now, read(meter));
    }
  }
  touched_.clear();
  for (const std::uint32_t m : new_meters_) meters_[m].meter.begin(now, read(meters_[m]));
  new_meters_.clear();
}

bool Circuit::may_read(std::uint32_t signal) const {
  if (signal >= signals_.size()) return false;
  if (running_ == none) return true;
  const ModelNode& model = models_[running_];
  return std::binary_search(model.inputs.begin(), model.inputs.end(), signal) ||
         std::binary_search(model.outputs.begin(), model.outputs.end(), signal);
}

bool Circuit::may_write(std::uint32_t signal) const {
  return signal < signals_.size() && writer_[signal] == running_;
}

}  // namespace wattershed
