// DistDiag's own counters and gauges, shown on /metrics in the Prometheus text format.
//
// Why so: nothing is dropped silently; every room that can drop something asks the registry for a counter.
// Thread: safe. Cost: one relaxed atomic add a count; registration takes a lock (do it once, keep the reference).
#pragma once

#include "base/mutex.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace distdiag::base {

class Counter {
 public:
  void Add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void Set(double v) { value_.store(v, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0.0};
};

class SelfMetrics {
 public:
  using Labels = std::map<std::string, std::string>;

  // The same name and labels give the same object; it lives as long as the registry.
  // REQUIRES: name = [a-z_]+, counters end in _total; one name keeps one kind.
  Counter& GetCounter(const std::string& name, const std::string& help, const Labels& labels = {})
      LOCKS_EXCLUDED(mutex_);
  Gauge& GetGauge(const std::string& name, const std::string& help, const Labels& labels = {})
      LOCKS_EXCLUDED(mutex_);
  // Prometheus text exposition format 0.0.4, families and label sets in sorted order.
  std::string WriteText() const LOCKS_EXCLUDED(mutex_);

 private:
  template <typename T>
  struct Family {
    std::string help;
    std::map<std::string, T> by_labels;  // key = rendered label set
  };

  mutable Mutex mutex_;
  std::map<std::string, Family<Counter>> counters_ GUARDED_BY(mutex_);
  std::map<std::string, Family<Gauge>> gauges_ GUARDED_BY(mutex_);
};

}  // namespace distdiag::base
