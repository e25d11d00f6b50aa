// The recent past of all series as dense rows, and how its columns are laid out.
//
// Why so: a detector streams over a row (all series of one tick lie together), and one float32 with NaN for a gap is the
// fewest bytes a sample. Series id = node * column_count + column.
// Thread: value / const-safe. A WindowView does not own: it is valid until the store's next Append.
#pragma once

#include "base/time.h"
#include "domain/metric_catalogue.h"
#include "domain/topology.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace distdiag::domain {

// Which metrics a cluster's rows hold and in which order. The same columns for every node.
class SeriesLayout {
 public:
  SeriesLayout() = default;
  SeriesLayout(std::size_t node_count, std::vector<MetricId> columns);

  std::size_t node_count() const { return node_count_; }
  std::size_t column_count() const { return columns_.size(); }
  std::size_t series_count() const { return node_count_ * columns_.size(); }
  MetricId metric(std::size_t column) const { return columns_[column]; }
  std::span<const MetricId> columns() const { return columns_; }
  // nullopt where this cluster's source does not deliver the metric.
  std::optional<std::size_t> column(MetricId metric) const;
  std::size_t series(NodeIndex node, std::size_t column) const {
    return Index(node) * columns_.size() + column;
  }

 private:
  std::size_t node_count_ = 0;
  std::vector<MetricId> columns_;
  std::vector<std::int32_t> column_of_metric_;  // by MetricId, -1 = absent
};

// Shape [tick, node, column], oldest tick first.
class WindowView {
 public:
  WindowView() = default;
  // REQUIRES: values.size() == times.size() * layout.series_count(); `layout` outlives the view.
  WindowView(const SeriesLayout& layout, std::span<const base::Timestamp> times,
             std::span<const float> values)
      : layout_(&layout), times_(times), values_(values) {}

  const SeriesLayout& layout() const { return *layout_; }
  std::size_t tick_count() const { return times_.size(); }
  bool empty() const { return times_.empty(); }
  base::Timestamp time(std::size_t tick) const { return times_[tick]; }
  std::span<const base::Timestamp> times() const { return times_; }
  std::span<const float> row(std::size_t tick) const {
    return values_.subspan(tick * layout_->series_count(), layout_->series_count());
  }
  // NaN = gap.
  float at(std::size_t tick, NodeIndex node, std::size_t column) const {
    return values_[tick * layout_->series_count() + layout_->series(node, column)];
  }
  // The newest `ticks` rows (all when fewer).
  WindowView Last(std::size_t ticks) const;
  // The oldest `ticks` rows. REQUIRES: there are so many.
  WindowView First(std::size_t ticks) const {
    return {*layout_, times_.first(ticks), values_.first(ticks * layout_->series_count())};
  }

 private:
  const SeriesLayout* layout_ = nullptr;
  std::span<const base::Timestamp> times_;
  std::span<const float> values_;
};

}  // namespace distdiag::domain
