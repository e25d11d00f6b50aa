#include "collect/recorded/recording.h"

#include <cmath>

namespace distdiag::collect {

domain::TickSamples Recording::Tick(std::size_t tick, base::Duration shift) const {
  domain::TickSamples samples{
      .time = times[tick] + shift, .nodes = {}, .starts_new_stretch = tick == 0};
  const auto row = view().row(tick);
  for (std::size_t n = 0; n < layout.node_count(); ++n) {
    const auto node = domain::NodeIndex(static_cast<std::uint32_t>(n));
    domain::NodeSamples batch{.node = node, .answered = false, .values = {}};
    for (std::size_t column = 0; column < layout.column_count(); ++column) {
      const float value = row[layout.series(node, column)];
      if (std::isnan(value)) continue;
      batch.values.push_back({layout.metric(column), value});
    }
    batch.answered = !batch.values.empty();
    samples.nodes.push_back(std::move(batch));
  }
  return samples;
}

}  // namespace distdiag::collect
