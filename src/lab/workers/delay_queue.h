// Packets that wait for their time.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace distdiag::lab {

// First in, first out: every packet waits equally long. When it is full, what comes is lost, as in a router.
// Thread: single (owner: the relay).
class DelayQueue final {
 public:
  DelayQueue(base::Duration delay, std::size_t capacity) : delay_(delay), capacity_(capacity) {}

  // False when the packet was lost.
  bool Push(std::string packet, base::Timestamp now) {
    if (packets_.size() >= capacity_) return false;
    packets_.push_back({now + delay_, std::move(packet)});
    return true;
  }
  // The packet whose turn it is; nullptr when none is due.
  const std::string* Due(base::Timestamp now) const {
    if (packets_.empty() || packets_.front().due > now) return nullptr;
    return &packets_.front().bytes;
  }
  // REQUIRES: Due() gave one.
  void Pop() { packets_.pop_front(); }
  std::optional<base::Timestamp> NextDue() const {
    if (packets_.empty()) return std::nullopt;
    return packets_.front().due;
  }

 private:
  struct Packet {
    base::Timestamp due;
    std::string bytes;
  };

  const base::Duration delay_;
  const std::size_t capacity_;
  std::deque<Packet> packets_;
};

}  // namespace distdiag::lab
