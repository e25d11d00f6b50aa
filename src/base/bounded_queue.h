// A queue between two threads that can neither grow without bound nor lose anything silently.
//
// Why so: a full queue either blocks the producer (Push) or sheds the new element and counts it (TryPush); the caller
// chooses by the call; shed() is for /metrics.
// Thread: safe, any number of producers and consumers. Cost: one mutex operation a call.
#pragma once

#include "base/mutex.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

namespace distdiag::base {

template <typename T>
class BoundedQueue {
 public:
  // REQUIRES: capacity > 0.
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}
  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  // Blocks while full. False when the queue is closed (the element is not taken).
  bool Push(T value) LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      while (items_.size() >= capacity_ && !closed_) not_full_.Wait(mutex_);
      if (closed_) return false;
      items_.push_back(std::move(value));
    }
    not_empty_.NotifyOne();
    return true;
  }

  // Never blocks. False when full (counted in shed()) or closed.
  bool TryPush(T value) LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      if (closed_) return false;
      if (items_.size() >= capacity_) {
        ++shed_;
        return false;
      }
      items_.push_back(std::move(value));
    }
    not_empty_.NotifyOne();
    return true;
  }

  // Blocks while empty. nullopt when closed and drained.
  std::optional<T> Pop() LOCKS_EXCLUDED(mutex_) {
    std::optional<T> value;
    {
      MutexLock lock(mutex_);
      while (items_.empty() && !closed_) not_empty_.Wait(mutex_);
      if (items_.empty()) return std::nullopt;
      value.emplace(std::move(items_.front()));
      items_.pop_front();
    }
    not_full_.NotifyOne();
    return value;
  }

  // What is inside is still delivered; producers are refused and all waits end.
  void Close() LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    not_empty_.NotifyAll();
    not_full_.NotifyAll();
  }

  std::size_t size() const LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return items_.size();
  }
  // Elements refused by TryPush because the queue was full.
  std::uint64_t shed() const LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return shed_;
  }

 private:
  const std::size_t capacity_;

  mutable Mutex mutex_;
  CondVar not_empty_;
  CondVar not_full_;
  std::deque<T> items_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
  std::uint64_t shed_ GUARDED_BY(mutex_) = 0;
};

}  // namespace distdiag::base
