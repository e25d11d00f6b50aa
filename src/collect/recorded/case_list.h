// Parser of a recording folder's cases.json.
//
// Thread: const-safe (free function).
#pragma once

#include "base/status.h"
#include "base/time.h"
#include "domain/problem.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::collect {

struct CaseLabel {
  std::string node;
  domain::ProblemId problem;
  domain::ProblemScope scope;
};

// One case as written; times are not yet checked against the files.
struct CaseEntry {
  std::string id;
  std::string scenario;
  base::Timestamp start;
  base::Timestamp normal_end;
  std::optional<base::Timestamp> anomaly_start;
  std::optional<base::Timestamp> anomaly_end;
  base::Timestamp recovered;
  base::Timestamp end;
  std::vector<CaseLabel> labels;
  std::map<std::string, std::string> files;  // node -> file name, by node name
};

struct CaseList {
  std::string dataset;  // "galera": also the cluster's name
  std::vector<CaseEntry> cases;
};

// Refuses: broken JSON (line and column), a missing or wrongly typed field (case and key), start <= normal_end <= anomaly_start
// <= anomaly_end <= recovered violated, an unknown problem, a label on an unknown node, the same id twice, a file name
// that leaves the folder.
base::Result<CaseList> ParseCaseList(std::string_view text, std::string_view file);

}  // namespace distdiag::collect
