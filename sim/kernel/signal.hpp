/// Handles of signals: values that the circuit keeps and that stand until they are set again.
///
/// A handle is eight bytes, copied freely, and means something only to the circuit that made it.
#pragma once

#include <cstdint>
#include <limits>
#include <type_traits>

namespace wattershed {

class Circuit;

/// A signal without its type: what a model lists as input or output.
class AnySignal {
 public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  constexpr AnySignal() = default;
  [[nodiscard]] constexpr std::uint32_t index() const { return index_; }
  /// False for a handle that no circuit made.
  [[nodiscard]] constexpr bool valid() const { return index_ != none; }
  constexpr bool operator==(const AnySignal&) const = default;

 private:
  friend class Circuit;
  template <class T>
  friend class Signal;
  constexpr explicit AnySignal(std::uint32_t index) : index_(index) {}
  std::uint32_t index_ = none;
};

/// A signal of values of type T: a Quantity, a double, a Temperature, a Load, or a small struct with ==.
template <class T>
class Signal {
  static_assert(std::is_trivially_copyable_v<T>, "a signal's value must be trivially copyable");

 public:
  constexpr Signal() = default;
  constexpr operator AnySignal() const { return AnySignal(index_); }  // NOLINT: meant to be implicit
  [[nodiscard]] constexpr std::uint32_t index() const { return index_; }
  [[nodiscard]] constexpr bool valid() const { return index_ != AnySignal::none; }
  constexpr bool operator==(const Signal&) const = default;

 private:
  friend class Circuit;
  constexpr Signal(std::uint32_t index, std::uint32_t offset) : index_(index), offset_(offset) {}
  std::uint32_t index_ = AnySignal::none;
  std::uint32_t offset_ = 0;  // of the value in the circuit's storage [byte]
};

}  // namespace wattershed
