/// A link from a part back to one that was made before it: heat to the plant, a voltage to the UPS, other air to the
/// racks.
///
/// What a part needs of earlier parts it is given when it is made, so that a wrong order does not compile. What comes
/// from a later part is a back link: the site closes it by one call when both parts are there, and refuses to start
/// while one is open.
///
/// Errors  std::logic_error that names the link: closed twice, or used while it is open
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace wattershed {

/// What all back links have in common: a name, and whether they are closed.
class OpenLink {
 public:
  explicit OpenLink(std::string name) : name_(std::move(name)) {}
  OpenLink(const OpenLink&) = delete;  // the site looks at it where it is
  OpenLink& operator=(const OpenLink&) = delete;
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool closed() const { return closed_; }

 protected:
  ~OpenLink() = default;
  void mark_closed() {
    if (std::exchange(closed_, true)) throw std::logic_error("the link '" + name_ + "' is closed twice");
  }

 private:
  std::string name_;
  bool closed_ = false;
};

/// `T` is what passes: a signal, a struct of signals, or a std::function to be called.
template <class T>
class BackLink : public OpenLink {
 public:
  using OpenLink::OpenLink;
  void close(T what) {
    mark_closed();
    what_ = std::move(what);
  }
  /// There is nothing at the other end, and that is meant so.
  void close_empty() { mark_closed(); }
  [[nodiscard]] const T& get() const {
    if (!closed()) throw std::logic_error("the link '" + name() + "' is used while it is open");
    return what_;
  }

 private:
  T what_{};
};

}  // namespace wattershed
