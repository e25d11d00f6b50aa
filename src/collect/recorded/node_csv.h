// Parser of one node's recorded CSV.
//
// Bad input is an InvalidArgument naming file, line and column, what was expected and what was found. Never throws.
// Thread: const-safe (free function). Cost: one pass over the text.
#pragma once

#include "base/status.h"
#include "base/time.h"
#include "domain/metric_catalogue.h"

#include <string_view>
#include <vector>

namespace distdiag::collect {

struct NodeTable {
  std::vector<domain::MetricId> columns;  // file order, without ts
  std::vector<base::Timestamp> times;     // strictly rising
  std::vector<float> values;              // [row, column], NaN = empty cell
};

// `file` is used in messages only. Values beyond float32's range are refused like NaN and Inf.
base::Result<NodeTable> ParseNodeCsv(std::string_view text, std::string_view file);

}  // namespace distdiag::collect
