#include "store/window_store.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace distdiag::store {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// Running minimum, maximum and mean of the values that are there.
struct Slice {
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
  double sum = 0;
  std::size_t count = 0;

  void Add(double value) {
    if (std::isnan(value)) return;
    min = std::min(min, value);
    max = std::max(max, value);
    sum += value;
    ++count;
  }
  void AppendTo(SeriesSlices& out) const {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    out.min.push_back(count == 0 ? nan : min);
    out.max.push_back(count == 0 ? nan : max);
    out.mean.push_back(count == 0 ? nan : sum / static_cast<double>(count));
  }
};

}  // namespace

WindowStore::WindowStore(domain::SeriesLayout layout, std::size_t capacity_ticks)
    : layout_(std::move(layout)),
      capacity_(capacity_ticks),
      times_(2 * capacity_ticks),
      values_(2 * capacity_ticks * layout_.series_count(), kMissing) {}

AppendResult WindowStore::Append(const domain::TickSamples& samples) {
  for (const domain::NodeSamples& batch : samples.nodes) {
    if (domain::Index(batch.node) >= layout_.node_count()) return AppendResult::kWrongLayout;
  }
  base::MutexLock lock(mutex_);
  if (end_ > begin_ && samples.time <= times_[end_ - 1]) return AppendResult::kNotLater;
  const std::size_t width = layout_.series_count();
  if (end_ == times_.size()) {
    const std::size_t kept = end_ - begin_;
    std::copy(times_.begin() + static_cast<std::ptrdiff_t>(begin_), times_.end(), times_.begin());
    std::copy(values_.begin() + static_cast<std::ptrdiff_t>(begin_ * width), values_.end(),
              values_.begin());
    stretch_begin_ = stretch_begin_ > begin_ ? stretch_begin_ - begin_ : 0;
    begin_ = 0;
    end_ = kept;
  }
  float* row = values_.data() + end_ * width;
  std::fill(row, row + width, kMissing);
  for (const domain::NodeSamples& batch : samples.nodes) {
    for (const domain::MetricValue& value : batch.values) {
      if (const auto column = layout_.column(value.metric)) {
        row[layout_.series(batch.node, *column)] =
            std::isfinite(value.value) ? value.value : kMissing;
      } else {
        ++unknown_values_;
      }
    }
  }
  times_[end_] = samples.time;
  if (samples.starts_new_stretch) {
    stretch_begin_ = end_;
    std::erase_if(stretch_starts_, [&](base::Timestamp one) { return one < times_[begin_]; });
    stretch_starts_.push_back(samples.time);
  }
  ++end_;
  if (end_ - begin_ > capacity_) ++begin_;
  stretch_begin_ = std::max(stretch_begin_, begin_);
  return AppendResult::kAppended;
}

domain::WindowView WindowStore::View() const {
  const std::size_t width = layout_.series_count();
  const std::size_t ticks = end_ - stretch_begin_;
  return {layout_, std::span(times_).subspan(stretch_begin_, ticks),
          std::span(values_).subspan(stretch_begin_ * width, ticks * width)};
}

void WindowStore::Clear() {
  base::MutexLock lock(mutex_);
  begin_ = end_ = stretch_begin_ = 0;
  stretch_starts_.clear();
}

std::size_t WindowStore::tick_count() const {
  base::MutexLock lock(mutex_);
  return end_ - begin_;
}

std::optional<base::Timestamp> WindowStore::newest() const {
  base::MutexLock lock(mutex_);
  if (end_ == begin_) return std::nullopt;
  return times_[end_ - 1];
}

WindowSlices WindowStore::ReadSlices(std::span<const std::size_t> series, base::Timestamp from,
                                     base::Timestamp to, std::size_t points) const {
  base::MutexLock lock(mutex_);
  const auto first = std::lower_bound(times_.begin() + static_cast<std::ptrdiff_t>(begin_),
                                      times_.begin() + static_cast<std::ptrdiff_t>(end_), from);
  const auto last = std::upper_bound(first, times_.begin() + static_cast<std::ptrdiff_t>(end_), to);
  const auto begin = static_cast<std::size_t>(first - times_.begin());
  const auto ticks = static_cast<std::size_t>(last - first);
  const std::size_t ticks_a_slice = std::max<std::size_t>(1, (ticks + points - 1) / points);
  WindowSlices slices;
  slices.series.resize(series.size());
  if (ticks == 0) return slices;
  const double span_s = base::ToSeconds(times_[begin + ticks - 1] - times_[begin]);
  slices.step_s = static_cast<double>(ticks_a_slice) *
                  (ticks > 1 ? span_s / static_cast<double>(ticks - 1) : 0.0);
  for (std::size_t at = 0; at < ticks; at += ticks_a_slice) {
    slices.times.push_back(times_[begin + at]);
    const std::size_t stop = std::min(ticks, at + ticks_a_slice);
    for (std::size_t s = 0; s < series.size(); ++s) {
      Slice slice;
      for (std::size_t tick = at; tick < stop; ++tick) {
        slice.Add(
            static_cast<double>(values_[(begin + tick) * layout_.series_count() + series[s]]));
      }
      slice.AppendTo(slices.series[s]);
    }
  }
  return slices;
}

WindowCopy WindowStore::Copy(base::Timestamp from, base::Timestamp to) const {
  base::MutexLock lock(mutex_);
  const auto first = std::lower_bound(times_.begin() + static_cast<std::ptrdiff_t>(begin_),
                                      times_.begin() + static_cast<std::ptrdiff_t>(end_), from);
  const auto last = std::upper_bound(first, times_.begin() + static_cast<std::ptrdiff_t>(end_), to);
  const auto width = static_cast<std::ptrdiff_t>(layout_.series_count());
  WindowCopy copy;
  copy.times.assign(first, last);
  copy.values.assign(values_.begin() + (first - times_.begin()) * width,
                     values_.begin() + (last - times_.begin()) * width);
  for (const base::Timestamp start : stretch_starts_) {
    if (start >= from && start <= to) copy.stretch_starts.push_back(start);
  }
  return copy;
}

std::vector<float> WindowStore::ReadTail(std::size_t series, std::size_t ticks) const {
  base::MutexLock lock(mutex_);
  std::vector<float> tail;
  for (std::size_t tick = end_ - std::min(ticks, end_ - begin_); tick < end_; ++tick) {
    tail.push_back(values_[tick * layout_.series_count() + series]);
  }
  return tail;
}

std::uint64_t WindowStore::unknown_values() const {
  base::MutexLock lock(mutex_);
  return unknown_values_;
}

}  // namespace distdiag::store
