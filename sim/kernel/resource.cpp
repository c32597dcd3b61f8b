#include "sim/kernel/resource.hpp"

#include <cassert>
#include <stdexcept>

namespace wattershed {

// ---- grants
// ---------------------------------------------------------------------------------------------------------

void Grant::take(Grant& other) noexcept {
  resource_ = std::exchange(other.resource_, nullptr);
  amount_ = std::exchange(other.amount_, 0);
  link_.grant = this;
  link_.take_place_of(other.link_);
}

void Grant::release() noexcept {
  Resource* const resource = std::exchange(resource_, nullptr);
  const std::int64_t amount = std::exchange(amount_, 0);
  link_.unlink();
  if (resource == nullptr) return;
  resource->available_ += amount;
  resource->serve_queue();
}

// ---- requests
// -------------------------------------------------------------------------------------------------------

Acquire::Acquire(Resource& resource, std::int64_t amount, int priority)
    : resource_(&resource), amount_(amount), priority_(priority) {}

Acquire::Acquire(Acquire&& other) noexcept
    : resource_(other.resource_), amount_(other.amount_), priority_(other.priority_) {
  assert(other.link_.alone() && !other.granted());
}

bool Acquire::start(Simulation&, detail::WakeTarget target) {
  assert(!granted());
  target_ = target;
  return resource_->request(*this);
}

void Acquire::withdraw() noexcept {
  if (!link_.alone()) resource_->leave_queue(*this);
  grant_.release();
}

// ---- the resource
// ---------------------------------------------------------------------------------------------------

Resource::Resource(Simulation& simulation, std::int64_t capacity, Queueing queueing)
    : simulation_(&simulation), capacity_(capacity), available_(capacity), queueing_(queueing) {
  if (capacity < 0) throw std::logic_error("a resource has a capacity of " + std::to_string(capacity));
}

Resource::~Resource() {
  while (!grants_.alone()) {
    Grant* const grant = static_cast<Grant::Link*>(grants_.next())->grant;
    grant->resource_ = nullptr;
    grant->amount_ = 0;
    grant->link_.unlink();
  }
  for (auto& [priority, queue] : queues_) {
    while (!queue.alone()) queue.next()->unlink();
  }
}

Acquire Resource::acquire(std::int64_t amount, int priority) {
  if (amount <= 0) throw std::logic_error("an acquire of " + std::to_string(amount) + " units");
  return Acquire(*this, amount, queueing_ == Queueing::priority ? priority : 0);
}

/// Whether it is granted at once; otherwise it is in the queue.
bool Resource::request(Acquire& request) {
  if (simulation_->shutting_down()) return false;
  detail::Link& queue = queues_[request.priority_];
  request.link_.request = &request;
  request.link_.insert_before(queue);
  ++queue_length_;
  if (first() != &request.link_ || request.amount_ > available_) return false;
  grant(request);
  return true;
}

void Resource::leave_queue(Acquire& request) noexcept {
  request.link_.unlink();
  --queue_length_;
  serve_queue();  // it may have been the one that blocked the others
}

void Resource::grant(Acquire& request) {
  request.link_.unlink();
  --queue_length_;
  available_ -= request.amount_;
  request.grant_.resource_ = this;
  request.grant_.amount_ = request.amount_;
  request.grant_.link_.grant = &request.grant_;
  request.grant_.link_.insert_before(grants_);
}

detail::Link* Resource::first() {
  if (queue_length_ == 0) return nullptr;
  for (auto& [priority, queue] : queues_) {
    if (!queue.alone()) return queue.next();
  }
  return nullptr;
}

void Resource::serve_queue() {
  if (simulation_->shutting_down()) return;
  while (detail::Link* link = first()) {
    Acquire& request = *static_cast<Acquire::Link*>(link)->request;
    if (request.amount_ > available_) return;
    grant(request);
    simulation_->complete(request.target_);  // which may withdraw others, and so come here again
  }
}

void Resource::set_capacity(std::int64_t capacity) {
  if (capacity < 0) throw std::logic_error("a resource gets a capacity of " + std::to_string(capacity));
  available_ += capacity - capacity_;
  capacity_ = capacity;
  serve_queue();
}

}  // namespace wattershed
