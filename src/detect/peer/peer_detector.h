// A node against its peers at the same time (GRANO's first use case, docs/methods.md §1).
//
// Why so: with many nodes, density tells outliers (DBSCAN noise points); with few, density means nothing, so the
// distance to the peers' median is compared with how far the node usually is from it. The second also forgives nodes
// that always differ (other hardware, other share of the load), which the paper's peer model does not.
#pragma once

#include "detect/detector.h"

#include <cstdint>
#include <vector>

namespace distdiag::detect {

struct PeerOptions {
  int average_ticks = 5;         // values are compared as means of so many ticks
  std::size_t density_from = 8;  // nodes from which DBSCAN is used
  double eps_spreads = 4.0;      // DBSCAN radius, in usual spreads of the nodes around their median
  std::size_t min_points = 3;    // DBSCAN: neighbours (itself included) that make a core point
  double distance_spreads =
      7.0;               // few nodes: distance to the peers' median that alarms, in usual spreads
  double follow = 0.05;  // smoothing of the usual distance and spread
  int warm_up_ticks = 10;
  int persist_ticks = 3;
  int accept_ticks =
      30;  // ticks outside without trouble (kFollow) after which the new distance is the usual one
};

// Severity: as RecentDetector's, of the distance beyond the radius or limit. Fewer than two nodes with a value: nothing.
// With two peers the nearer one counts. Two nodes differ from each other alike: both alarm where their metric's bad side is meant.
// Thread: single (owner: detect loop). Cost: O(nodes · log nodes) a metric and tick; 40 bytes a series.
class PeerDetector final : public Detector {
 public:
  explicit PeerDetector(PeerOptions options = {});

  domain::DetectorKind kind() const override { return domain::DetectorKind::kPeer; }
  std::vector<domain::Alarm> Observe(const domain::WindowView& window, Learning learning) override;
  void Reset() override;

 private:
  struct Series {
    double usual = 0;   // smoothed distance to the peers' median
    double spread = 0;  // smoothed absolute change of that distance
    std::int32_t seen = 0;
    std::int32_t outside = 0;
    std::int32_t tolerated = 0;  // ticks outside while following
    base::Timestamp since;
  };
  struct Column;  // one metric's values of all nodes at this tick

  Column Compare(const domain::WindowView& recent, std::size_t column) const;
  std::vector<double> Beyond(const domain::WindowView& recent, std::size_t column,
                             const Column& now) const;
  void ObserveColumn(const domain::WindowView& recent, std::size_t column, Learning learning,
                     std::vector<domain::Alarm>& alarms);

  PeerOptions options_;
  std::vector<Series> series_;
};

}  // namespace distdiag::detect
