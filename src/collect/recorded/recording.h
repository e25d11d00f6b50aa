// A recorded case: what every node delivered during one stretch of time, and what was wrong with whom.
//
// Format on disk: a folder with `cases.json` (header fields + `cases`, one object a case) and one gzipped CSV a case and
// node: header row `ts,<metric>,…`, then one row a tick; an empty cell = not measured. recordings/README.md describes it.
// Thread: value.
#pragma once

#include "base/time.h"
#include "domain/problem.h"
#include "domain/sample.h"
#include "domain/topology.h"
#include "domain/window.h"

#include <optional>
#include <string>
#include <vector>

namespace distdiag::collect {

// What was really wrong: the truth that training and evaluation use, never detection.
struct RecordedLabel {
  std::optional<domain::NodeIndex> node;  // nullopt = the cluster as a whole
  domain::ProblemId problem;

  friend bool operator==(const RecordedLabel&, const RecordedLabel&) = default;
};

struct Recording {
  std::string id;        // "A1_r1"
  std::string scenario;  // "A1"
  domain::Topology topology;
  domain::SeriesLayout layout;
  std::vector<base::Timestamp> times;  // strictly rising; union over the nodes
  std::vector<float> values;           // [tick, node, column], NaN = not measured
  base::Timestamp start;
  base::Timestamp normal_end;  // from here to anomaly_start the fault is being prepared
  std::optional<base::Timestamp> anomaly_start;  // nullopt = no fault in this case
  std::optional<base::Timestamp> anomaly_end;
  base::Timestamp recovered;
  base::Timestamp end;
  std::vector<RecordedLabel> labels;  // cluster-wide labels once, without node
  std::string content_hash;           // SHA-256 over the uncompressed node files, in node order

  std::size_t tick_count() const { return times.size(); }
  domain::WindowView view() const { return {layout, times, values}; }
  // The rows of one tick as a live source would deliver them, `shift` added to the time.
  domain::TickSamples Tick(std::size_t tick, base::Duration shift) const;
};

}  // namespace distdiag::collect
