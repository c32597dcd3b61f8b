/// Taps: a model whose output is tapped writes to a signal that nobody listens to, and what it set there goes on
/// through the tap. So its readers are due, as ever, exactly when the value that stands changes.
#include <stdexcept>

#include "sim/kernel/circuit.hpp"

namespace wattershed {

void Circuit::connect_taps() {
  std::vector<std::uint32_t> rank_of(models_.size());
  for (std::uint32_t rank = 0; rank < model_at_.size(); ++rank) rank_of[model_at_[rank]] = rank;
  std::string faults;
  for (Tap& tap : taps_) {
    std::size_t found = 0;
    for (std::uint32_t signal = 0; signal < labels_.size(); ++signal) {
      if (labels_[signal].name != tap.name) continue;
      tap.signal = signal;
      ++found;
    }
    const char* fault = nullptr;
    if (found == 0)
      fault = "no signal has this name";
    else if (found > 1)
      fault = "more than one signal has this name";
    else if (*labels_[tap.signal].type != *tap.type)
      fault = "the signal's values are of another type";
    else if (writer_[tap.signal] == none)
      fault = "no model writes this signal";
    if (fault != nullptr) {
      faults += (faults.empty() ? "" : "; ") + ("a tap on '" + tap.name + "': ") + fault;
      continue;
    }
    tap.offset = labels_[tap.signal].offset;
    Step& step = steps_[rank_of[writer_[tap.signal]]];
    tap.writer = std::exchange(
        step, {[](void* wrapped, Circuit& circuit) { circuit.run_tapped(*static_cast<Tap*>(wrapped)); }, &tap});
  }
  if (!faults.empty()) throw std::logic_error(faults);
}

void Circuit::run_tapped(Tap& tap) {
  const auto value = [&] { return values_.data() + tap.offset; };
  const std::size_t size = tap.untapped.size();
  if (!std::exchange(tap.begun, true)) std::memcpy(tap.untapped.data(), value(), size);
  const auto pass = [&, listening = signals_[tap.signal], tapped = std::vector<std::byte>(value(), value() + size)] {
    std::memcpy(tap.untapped.data(), value(), size);
    std::memcpy(value(), tapped.data(), size);
    signals_[tap.signal] = listening;
    tap.pass(*this, tap);
  };
  std::memcpy(value(), tap.untapped.data(), size);
  signals_[tap.signal] = {};
  try {
    tap.writer.run(tap.writer.function, *this);
  } catch (...) {
    pass();  // what it set before it failed stands
    throw;
  }
  pass();
}

}  // namespace wattershed
