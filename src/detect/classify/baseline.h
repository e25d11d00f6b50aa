// What is normal for each node: means of the signals over the newest calm rows.
//
// Why so: rows enter only after they have left the feature window, and none enters while trouble is open or suspected, so
// that a fault never becomes the normal. Starts cold with the first rows it sees.
#pragma once

#include "detect/classify/features.h"
#include "detect/detector.h"

#include <cstddef>
#include <deque>
#include <set>
#include <vector>

namespace distdiag::detect {

// Thread: single (owner: detect loop). Cost: nodes · 40 additions a tick; 10 kB a node.
class Baseline {
 public:
  explicit Baseline(const domain::SeriesLayout& layout);

  // The row that has just left the feature window becomes part of the normal, unless held; `held` nodes keep what they had.
  // REQUIRES: called once a tick, after the row was appended.
  void Advance(const domain::WindowView& window, Learning learning,
               const std::set<domain::NodeIndex>& held = {});
  // The chosen signals moved for good: what is normal of them is the newest rows of `window`, and nothing older.
  void Relearn(const domain::WindowView& window, const SeriesChoice& choice);
  bool ready() const { return row_count_ >= FeatureWindow::kMinBaselineTicks; }
  // REQUIRES: ready().
  SignalRow Signals(domain::NodeIndex node) const;
  // Standard deviation of one signal of one node over the calm rows; 0 with fewer than two values.
  double Spread(domain::NodeIndex node, std::size_t signal) const;
  void Reset();

 private:
  SignalColumns columns_;
  std::size_t node_count_;
  std::size_t row_count_ = 0;
  // Ring of the newest calm rows, shape [row, node, signal]; NaN = gap.
  std::deque<std::vector<float>> rows_;
};

}  // namespace distdiag::detect
