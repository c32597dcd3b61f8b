/// HDF5 with owners: a handle that closes itself, one lock, and failures as exceptions. Only for .cpp files.
///
/// HDF5's C library keeps process-wide state and Debian's build is not thread-safe, so every use stands under
/// `Hdf5Lock`. The first lock turns off HDF5's printing of errors and its cleaning up at exit, which would try
/// for ever to flush a file whose disk is full.
#pragma once

#include <hdf5.h>
#include <hdf5_hl.h>

#include <mutex>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace wattershed {

/// Holds the process's one lock on HDF5 while it lives; may be nested.
class Hdf5Lock {
 public:
  Hdf5Lock();
  /// For the one thread of a child made while this process held the lock: a lock knows its owner by a thread's
  /// number, which a child does not inherit.
  static void renew_in_child();

 private:
  std::unique_lock<std::recursive_mutex> lock_;
};

/// A call to HDF5 failed: what was tried, and the innermost reason HDF5 gave.
class Hdf5Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Returns `result`, or throws Hdf5Failure when it is negative.
hid_t hdf5_checked(hid_t result, std::string_view what);

/// Owns one HDF5 identifier.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Hdf5Handle() = default;
  /// Takes over a result of HDF5; throws Hdf5Failure when it is negative. `what` names what was tried.
  Hdf5Handle(hid_t id, Close close, std::string_view what) : id_(hdf5_checked(id, what)), close_(close) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(other.release()), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = other.release();
      close_ = other.close_;
    }
    return *this;
  }
  ~Hdf5Handle() { reset(); }

  [[nodiscard]] hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  /// Gives the identifier away without closing it.
  hid_t release() { return std::exchange(id_, -1); }
  void reset() {
    if (id_ < 0) return;
    Hdf5Lock lock;
    close_(release());
  }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

/// The type of all text in our files: UTF-8 of any length.
Hdf5Handle text_type();
/// Property list of a group, dataset or file creation with declared order kept and no time stamps.
Hdf5Handle creation_properties(hid_t list_class);

void write_attribute(hid_t object, const std::string& name, const std::string& value);
void write_attribute(hid_t object, const std::string& name, std::span<const std::string> values);
void write_attribute(hid_t object, const std::string& name, double value);
void write_attribute(hid_t object, const std::string& name, std::span<const int> values);
void write_attribute(hid_t object, const std::string& name, std::span<const unsigned char> values);
void write_unsigned_attribute(hid_t object, const std::string& name, unsigned long long value);
void write_flag_attribute(hid_t object, const std::string& name, int value);

}  // namespace wattershed
