// The seam through which all code learns the time and waits for it.
//
// Why so: tests and replays run under SimulatedClock; nothing outside this file asks the operating system for the time.
#pragma once

#include "base/mutex.h"
#include "base/time.h"

#include <atomic>
#include <memory>

namespace distdiag::base {

// A one-way switch that ends waits. Thread: safe.
class StopSignal {
 public:
  void Request() LOCKS_EXCLUDED(mutex_);
  bool requested() const { return requested_.load(std::memory_order_acquire); }
  // Waits until Request() or until `limit` of real time has passed; true when stop was requested.
  bool WaitFor(Duration limit) LOCKS_EXCLUDED(mutex_);

 private:
  std::atomic<bool> requested_{false};
  Mutex mutex_;
  CondVar changed_;
};

// Thread: safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp Now() const = 0;
  // Returns at `deadline`, or earlier when stop is requested (then false).
  virtual bool SleepUntil(Timestamp deadline, StopSignal& stop) = 0;
};

class RealClock final : public Clock {
 public:
  Timestamp Now() const override;
  bool SleepUntil(Timestamp deadline, StopSignal& stop) override;
};

// Time moves only by Advance/SleepUntil: a sleep moves the clock to its deadline at once.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(Timestamp start) : now_us_(start.time_since_epoch().count()) {}
  Timestamp Now() const override { return Timestamp(Duration(now_us_.load())); }
  bool SleepUntil(Timestamp deadline, StopSignal& stop) override;
  void Advance(Duration by) { now_us_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_us_;
};

}  // namespace distdiag::base
