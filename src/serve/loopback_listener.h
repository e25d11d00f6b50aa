// A listening TCP socket that only this machine can reach.
//
// Thread: value, movable; closes its socket at its end.
#pragma once

#include "base/status.h"

#include <cstdint>
#include <string>
#include <utility>

namespace distdiag::serve {

class LoopbackListener {
 public:
  // `key` names the setting in error texts.
  //   InvalidArgument     no IP address, or one that others can reach: there is no access control yet
  //   FailedPrecondition  the port is in use or may not be bound
  static base::Result<LoopbackListener> Listen(const std::string& address, std::uint16_t port,
                                               const std::string& key);

  LoopbackListener(LoopbackListener&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), port_(other.port_) {}
  LoopbackListener& operator=(LoopbackListener&&) = delete;
  ~LoopbackListener();

  // A second descriptor of the same socket, the caller's to close; -1 when descriptors have run out.
  int Duplicate() const;
  std::uint16_t port() const { return port_; }

 private:
  LoopbackListener(int fd, std::uint16_t port) : fd_(fd), port_(port) {}
  int fd_;
  std::uint16_t port_;
};

}  // namespace distdiag::serve
