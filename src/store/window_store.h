// The recent past of one cluster, in memory: one dense row of float32 a tick.
//
// Why so: detectors stream over rows, so a tick of 3 × 190 series is one contiguous 2.3 kB write and a window is one contiguous
// block (the buffer holds twice the capacity and moves down when full: one extra copy a sample, amortised, instead of a
// wrap-around test in every reader). Missing = NaN. Where the source jumped, StretchStart marks the tick: nothing before it is
// the past of what follows.
// Thread: Append and View: single (owner: the cluster's engine loop). Read* and counters: safe.
// Cost: capacity × series × 8 bytes. Append: one row write; every `capacity` ticks one memmove.
#pragma once

#include "base/mutex.h"
#include "base/status.h"
#include "domain/sample.h"
#include "domain/window.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace distdiag::store {

enum class AppendResult {
  kAppended,
  kNotLater,     // the tick's time is not after the newest: nothing was stored
  kWrongLayout,  // a batch names a node the layout does not have: nothing was stored
};

// Values of one series reduced to at most `points` slices; NaN where a slice holds no value.
struct SeriesSlices {
  std::vector<double> mean;
  std::vector<double> min;
  std::vector<double> max;
};

struct WindowSlices {
  std::vector<base::Timestamp> times;  // first tick of each slice
  double step_s = 0;                   // seconds a slice stands for
  std::vector<SeriesSlices> series;    // in the order asked for
};

// All that is kept, for who looks at it at leisure.
struct WindowCopy {
  std::vector<base::Timestamp> times;
  std::vector<float> values;                    // a row a tick, by SeriesLayout::series()
  std::vector<base::Timestamp> stretch_starts;  // among `times`
};

class WindowStore {
 public:
  // REQUIRES: capacity_ticks > 0.
  WindowStore(domain::SeriesLayout layout, std::size_t capacity_ticks);
  WindowStore(const WindowStore&) = delete;
  WindowStore& operator=(const WindowStore&) = delete;

  const domain::SeriesLayout& layout() const { return layout_; }

  // Values of metrics outside the layout are counted in unknown_values() and otherwise ignored.
  AppendResult Append(const domain::TickSamples& samples) LOCKS_EXCLUDED(mutex_);
  // The ticks since the last stretch start, at most the capacity. Valid until the next Append.
  domain::WindowView View() const;
  // Forgets all ticks.
  void Clear() LOCKS_EXCLUDED(mutex_);

  std::size_t tick_count() const LOCKS_EXCLUDED(mutex_);
  std::optional<base::Timestamp> newest() const LOCKS_EXCLUDED(mutex_);
  // Slices of [from, to], ends included. REQUIRES: points > 0, series ids < layout().series_count().
  WindowSlices ReadSlices(std::span<const std::size_t> series, base::Timestamp from,
                          base::Timestamp to, std::size_t points) const LOCKS_EXCLUDED(mutex_);
  // The newest `ticks` values of one series, oldest first.
  std::vector<float> ReadTail(std::size_t series, std::size_t ticks) const LOCKS_EXCLUDED(mutex_);
  // Of [from, to], ends included. Cost: a copy of capacity × series × 4 bytes at most, under the lock.
  WindowCopy Copy(base::Timestamp from, base::Timestamp to) const LOCKS_EXCLUDED(mutex_);
  std::uint64_t unknown_values() const LOCKS_EXCLUDED(mutex_);

 private:
  const domain::SeriesLayout layout_;
  const std::size_t capacity_;

  // Written by the owner under the lock; the owner itself reads without it, others with it.
  mutable base::Mutex mutex_;
  std::vector<base::Timestamp> times_;  // [0, end_)
  std::vector<float> values_;
  std::size_t begin_ = 0;                        // oldest kept tick
  std::size_t end_ = 0;                          // one past the newest
  std::size_t stretch_begin_ = 0;                // first tick of the present stretch
  std::vector<base::Timestamp> stretch_starts_;  // those kept, oldest first
  std::uint64_t unknown_values_ = 0;
};

}  // namespace distdiag::store
