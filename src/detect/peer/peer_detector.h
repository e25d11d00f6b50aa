// A node against its peers at the same time (GRANO's first use case, docs/methods.md §1).
//
// Why so: with many nodes, density tells outliers (DBSCAN noise points); with few, density means nothing, so the
// distance to the peers' median is compared with how far the node usually is from it. The second also forgives nodes
// that always differ (other hardware, other share of the load), which the paper's peer model does not.
#pragma once

#include "detect/detector.h"
#include "detect/detector_plan.h"
#include "domain/sample.h"

#include <cstdint>
#include <span>
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
// Leaders are compared with leaders, followers with followers, a node of unknown role with all and all with it.
// With two peers the nearer one counts. Two nodes differ from each other alike: both alarm where their metric's bad side is meant.
// Thread: single (owner: detect loop). Cost: O(nodes · log nodes) a metric and tick; 40 bytes a series.
class PeerDetector final : public Detector {
 public:
  explicit PeerDetector(PeerOptions options = {});

  domain::DetectorKind kind() const override { return domain::DetectorKind::kPeer; }
  std::vector<domain::Alarm> Observe(const domain::WindowView& window, Learning learning) override;
  void Reset() override;
  void Forget(const domain::SeriesLayout& layout, const SeriesChoice& choice) override;
  // Whom a node is compared with, by NodeIndex; stands until the next call. A node whose role changes forgets its usual distance, and so do
  // those of the few (below density_from) that got other peers by it. Without a call all are of unknown role.
  void SetRoles(std::span<const domain::NodeRole> roles);
  // From the next row on these parameters (of kPeer), a metric's for all its nodes; stands over Reset(). What was learnt stays, but for series that are
  // no longer watched.
  // REQUIRES: made for the layout of the windows.
  void Use(const ParameterChoice& choice);

 private:
  struct Series {
    double usual = 0;   // smoothed distance to the peers' median
    double spread = 0;  // smoothed absolute change of that distance
    std::int32_t seen =
        0;  // values so far; below 0: the mean still holds some of the forgotten past
    std::int32_t outside = 0;
    std::int32_t tolerated = 0;  // ticks outside while following
    base::Timestamp since;
  };
  Series Forgotten() const {
    Series series;
    series.seen = -(longest_average_ - 1);
    return series;
  }
  struct Column;  // one metric's values of all nodes at this tick

  // Of the nodes that are compared with those of `role`.
  Column Compare(const PeerOptions& options, const domain::WindowView& recent, std::size_t column,
                 domain::NodeRole role) const;
  std::vector<double> Beyond(const PeerOptions& options, const domain::WindowView& recent,
                             std::size_t column, const Column& now) const;
  void ObserveColumn(const PeerOptions& options, const domain::WindowView& recent,
                     std::size_t column, Learning learning, std::vector<domain::Alarm>& alarms);
  void ObserveRole(const PeerOptions& options, const domain::WindowView& recent, std::size_t column,
                   domain::NodeRole role, Learning learning, std::vector<domain::Alarm>& alarms);
  domain::NodeRole RoleOf(std::size_t node) const {
    return node < roles_.size() ? roles_[node] : domain::NodeRole::kUnknown;
  }

  // Of a column; nullptr = it is not watched.
  const PeerOptions* OptionsOf(std::size_t column) const;

  std::vector<PeerOptions> sets_;
  std::vector<std::uint16_t> set_of_series_;  // as in ParameterChoice; empty = the first for all
  int longest_average_ = 1;                   // of the sets, ticks
  std::size_t density_from_ = 0;              // the largest of the sets
  std::vector<Series> series_;
  std::vector<domain::NodeRole> roles_;       // by node; empty = all unknown
  std::vector<domain::NodeIndex> new_peers_;  // whose usual distance ends at the next row
};

}  // namespace distdiag::detect
