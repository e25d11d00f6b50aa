#include "domain/window.h"

#include <algorithm>

namespace distdiag::domain {

SeriesLayout::SeriesLayout(std::size_t node_count, std::vector<MetricId> columns)
    : node_count_(node_count),
      columns_(std::move(columns)),
      column_of_metric_(AllMetrics().size(), -1) {
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const std::size_t metric = Index(columns_[column]);
    if (metric < column_of_metric_.size())
      column_of_metric_[metric] = static_cast<std::int32_t>(column);
  }
}

std::optional<std::size_t> SeriesLayout::column(MetricId metric) const {
  if (Index(metric) >= column_of_metric_.size() || column_of_metric_[Index(metric)] < 0)
    return std::nullopt;
  return static_cast<std::size_t>(column_of_metric_[Index(metric)]);
}

WindowView WindowView::Last(std::size_t ticks) const {
  const std::size_t kept = std::min(ticks, tick_count());
  const std::size_t skipped = tick_count() - kept;
  return {*layout_, times_.subspan(skipped), values_.subspan(skipped * layout_->series_count())};
}

}  // namespace distdiag::domain
