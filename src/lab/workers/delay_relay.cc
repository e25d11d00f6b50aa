#include "lab/workers/delay_relay.h"

#include "lab/workers/delay_queue.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr std::size_t kCapacity =
    20'000;  // packets each way: far more than a node sends within the longest delay
constexpr std::size_t kLargest = 70'000;  // a segment of 64 KiB with its headers
constexpr int kBurst = 64;                // packets read at a time before the others get their turn
constexpr int kReceiveBuffer = 8 << 20;
// sizeof(virtio_net_hdr): <linux/virtio_net.h> itself can't be included, it has a member named "class".
constexpr int kVirtioHeader = 10;
constexpr base::Duration kLongestWait = std::chrono::milliseconds(50);

class Descriptor final {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

base::Status Failure(std::string_view doing, const std::string& interface) {
  return base::FailedPrecondition(
      fmt::format("{}: can't {}: {}", interface, doing, std::strerror(errno)));
}

ifreq RequestFor(const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

base::Result<Descriptor> OpenTap(const std::string& name) {
  Descriptor tap(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (tap.get() < 0) return base::Fail(Failure("open /dev/net/tun", name));
  ifreq request = RequestFor(name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  if (ioctl(tap.get(), TUNSETIFF, &request) < 0) return base::Fail(Failure("make the tap", name));
  int header = kVirtioHeader;
  if (ioctl(tap.get(), TUNSETVNETHDRSZ, &header) < 0 ||
      ioctl(tap.get(), TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6) < 0)
    return base::Fail(Failure("set the tap's offloads", name));
  return tap;
}

base::Result<Descriptor> OpenPort(const std::string& name) {
  Descriptor port(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_ALL)));
  if (port.get() < 0) return base::Fail(Failure("open a packet socket", name));
  const int on = 1;
  // What the relay itself sends there must not come back to it.
  if (setsockopt(port.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) < 0 ||
      setsockopt(port.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) < 0)
    return base::Fail(Failure("set up the packet socket", name));
  setsockopt(port.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof(kReceiveBuffer));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex(name.c_str()));
  if (address.sll_ifindex == 0 ||
      bind(port.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0)
    return base::Fail(Failure("take packets from it", name));
  // The bridge had it promiscuous; frames for other machines behind the bridge must still be seen.
  packet_mreq promiscuous{};
  promiscuous.mr_ifindex = address.sll_ifindex;
  promiscuous.mr_type = PACKET_MR_PROMISC;
  if (setsockopt(port.get(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof(promiscuous)) <
      0)
    return base::Fail(Failure("see all its packets", name));
  return port;
}

base::Status JoinBridge(const std::string& tap, const std::string& bridge) {
  const Descriptor any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq join = RequestFor(bridge);
  join.ifr_ifindex = static_cast<int>(if_nametoindex(tap.c_str()));
  if (ioctl(any.get(), SIOCBRADDIF, &join) < 0) return Failure("join the bridge " + bridge, tap);
  ifreq up = RequestFor(tap);
  if (ioctl(any.get(), SIOCGIFFLAGS, &up) < 0) return Failure("read its state", tap);
  up.ifr_flags = static_cast<short>(up.ifr_flags | IFF_UP);
  if (ioctl(any.get(), SIOCSIFFLAGS, &up) < 0) return Failure("bring it up", tap);
  return base::OkStatus();
}

// One direction of the link.
struct Lane {
  int from, to;
  DelayQueue queue;
};

void TakeIn(Lane& lane, std::array<char, kLargest>& buffer, base::Timestamp now) {
  for (int i = 0; i < kBurst; ++i) {
    const ssize_t length = read(lane.from, buffer.data(), buffer.size());
    if (length <= 0) return;
    lane.queue.Push(std::string(buffer.data(), static_cast<std::size_t>(length)), now);
  }
}

void SendDue(Lane& lane, base::Timestamp now) {
  while (const std::string* packet = lane.queue.Due(now)) {
    if (write(lane.to, packet->data(), packet->size()) < 0 && errno == EAGAIN) return;
    lane.queue.Pop();  // a packet that the kernel refuses for another reason is lost
  }
}

// Until a packet comes, or one is due.
void Wait(const std::array<Lane, 2>& lanes, base::Timestamp now) {
  base::Duration wait = kLongestWait;
  for (const Lane& lane : lanes) {
    if (const auto due = lane.queue.NextDue()) wait = std::min(wait, *due - now);
  }
  wait = std::max(wait, base::Duration::zero());
  const timespec limit{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(wait).count()};
  std::array<pollfd, 2> ready{pollfd{lanes[0].from, POLLIN, 0}, pollfd{lanes[1].from, POLLIN, 0}};
  ppoll(ready.data(), ready.size(), &limit, nullptr);
}

}  // namespace

base::Status RunDelayRelay(const DelayRelayOptions& options, base::Clock& clock,
                           base::StopSignal& stop) {
  ASSIGN_OR_RETURN_STATUS(const Descriptor tap, OpenTap(options.tap));
  ASSIGN_OR_RETURN_STATUS(const Descriptor port, OpenPort(options.port));
  RETURN_IF_ERROR(JoinBridge(options.tap, options.bridge));
  std::array<Lane, 2> lanes{Lane{port.get(), tap.get(), DelayQueue(options.delay, kCapacity)},
                            Lane{tap.get(), port.get(), DelayQueue(options.delay, kCapacity)}};
  const auto buffer = std::make_unique<std::array<char, kLargest>>();
  while (!stop.requested()) {
    Wait(lanes, clock.Now());
    const base::Timestamp now = clock.Now();
    for (Lane& lane : lanes) {
      TakeIn(lane, *buffer, now);
      SendDue(lane, now);
    }
  }
  return base::OkStatus();
}

}  // namespace distdiag::lab
