#include "serve/loopback_listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace distdiag::serve {
namespace {

constexpr int kBacklog = 512;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

base::Result<SocketAddress> ParseLoopback(const std::string& address, std::uint16_t port,
                                          const std::string& key) {
  SocketAddress parsed;
  in_addr v4{};
  in6_addr v6{};
  bool loopback = false;
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    auto* const in4 = reinterpret_cast<sockaddr_in*>(&parsed.storage);
    in4->sin_family = AF_INET;
    in4->sin_addr = v4;
    in4->sin_port = htons(port);
    parsed.size = sizeof(sockaddr_in);
    loopback = (ntohl(v4.s_addr) >> 24) == 127;
  } else if (inet_pton(AF_INET6, address.c_str(), &v6) == 1) {
    auto* const in6 = reinterpret_cast<sockaddr_in6*>(&parsed.storage);
    in6->sin6_family = AF_INET6;
    in6->sin6_addr = v6;
    in6->sin6_port = htons(port);
    parsed.size = sizeof(sockaddr_in6);
    loopback = IN6_IS_ADDR_LOOPBACK(&v6);
  } else {
    return base::Fail(base::InvalidArgument(
        fmt::format("{}: expected 127.0.0.1 or ::1, found \"{}\"", key, address)));
  }
  if (!loopback) {
    return base::Fail(base::InvalidArgument(fmt::format(
        "{}: expected a loopback address (127.0.0.1 or ::1), found \"{}\": DistDiag has no access "
        "control yet, so it must "
        "not be reachable from other machines; use an SSH tunnel (ssh -L {}:localhost:{} HOST)",
        key, address, port, port)));
  }
  return parsed;
}

base::Status BindError(const std::string& address, std::uint16_t port, const std::string& key,
                       int error) {
  if (error == EADDRINUSE) {
    return base::FailedPrecondition(
        fmt::format("{}: expected port {} of {} to be free, found it in use; stop the other "
                    "process or set another port",
                    key, port, address));
  }
  return base::FailedPrecondition(
      fmt::format("{}: can't listen on {}:{}: {}", key, address, port, std::strerror(error)));
}

std::uint16_t BoundPort(int fd) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  return ntohs(bound.ss_family == AF_INET ? reinterpret_cast<sockaddr_in*>(&bound)->sin_port
                                          : reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port);
}

}  // namespace

base::Result<LoopbackListener> LoopbackListener::Listen(const std::string& address,
                                                        std::uint16_t port,
                                                        const std::string& key) {
  ASSIGN_OR_RETURN(const SocketAddress parsed, ParseLoopback(address, port, key));
  const int fd = socket(parsed.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return base::Fail(BindError(address, port, key, errno));
  LoopbackListener listener(fd, port);
  const int on = 1;
  // A restart may not wait for the old connections' TIME_WAIT.
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (bind(fd, reinterpret_cast<const sockaddr*>(&parsed.storage), parsed.size) != 0 ||
      listen(fd, kBacklog) != 0) {
    return base::Fail(BindError(address, port, key, errno));
  }
  listener.port_ = BoundPort(fd);
  return listener;
}

LoopbackListener::~LoopbackListener() {
  if (fd_ >= 0) close(fd_);
}

int LoopbackListener::Duplicate() const { return fcntl(fd_, F_DUPFD_CLOEXEC, 0); }

}  // namespace distdiag::serve
