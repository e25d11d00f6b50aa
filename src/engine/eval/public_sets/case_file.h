// Parser of the cases.json of a public data set: header fields, then one object a case.
//
// Why so: the three sets share one form; what a set has beyond it (regions, windows, nodes) is read by the key it needs. Bad input
// is an InvalidArgument naming file, case and key, what was expected and what was found. Never throws.
// Thread: value / const-safe.
#pragma once

#include "base/file_system.h"
#include "base/status.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace distdiag::engine {

using RowRange = std::pair<std::size_t, std::size_t>;  // half open

// A 5-node unit's window (DBCatcher).
struct UnitWindowCase {
  std::string id;
  std::string subset;              // "sysbench_irregular": its family stands before the first _
  std::vector<std::string> files;  // one a node
  RowRange rows;                   // in each file
  std::vector<std::size_t> anomalous_nodes;  // 0-based, without repetition
};
struct UnitWindowSet {
  std::vector<std::string> metrics;
  std::vector<UnitWindowCase> cases;
};

// A run on one server, normal rows before the abnormal ones where there are any (DBPA).
struct RunCase {
  std::string id;
  std::string file;
  RowRange rows;  // in the file
  std::string hardware;
  std::string label;
  std::string block;              // runs of one block were recorded one after the other
  RowRange abnormal;              // steps inside the run; empty = none
  std::vector<RowRange> windows;  // steps inside the run, the label's windows
};
struct RunSet {
  std::vector<std::string> classes;
  std::vector<std::string> metrics;
  std::vector<RunCase> cases;
};

// A server's recording with an abnormal and a normal region (DBSherlock).
struct RegionCase {
  std::string id;
  std::string file;
  bool is_compound = false;
  std::vector<std::size_t> causes;  // index into classes; one unless compound
  std::size_t trial = 0;
  std::vector<std::size_t> abnormal, normal;  // rows of the file
};
struct RegionSet {
  std::vector<std::string> classes;
  std::vector<std::string>
      skipped_columns;  // clock, latency, cumulative counts: they tell time, not state
  std::vector<RegionCase> cases;
};

base::Result<UnitWindowSet> ParseUnitWindowCases(std::string_view text, std::string_view file);
base::Result<RunSet> ParseRunCases(std::string_view text, std::string_view file);
base::Result<RegionSet> ParseRegionCases(std::string_view text, std::string_view file);

}  // namespace distdiag::engine
