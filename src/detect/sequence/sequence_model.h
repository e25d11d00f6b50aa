// Forecasters of a node's metrics as they lie in models/: for each group of metrics one LSTM, with a manifest, in one JSON
// file.
//
// Why so: a group's metrics move together, so one small network serves them; weights are base64 of little-endian float32, the
// most compact text that gives the same bits. Training twice gives the same bytes, and save -> load -> save is byte-equal.
#pragma once

#include "base/file_system.h"
#include "base/status.h"
#include "detect/sequence/lstm.h"
#include "detect/training_case.h"
#include "domain/metric_catalogue.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace distdiag::detect {

inline constexpr int kSequenceFormatVersion = 1;

struct SequenceManifest {
  std::vector<TrainingCase> cases;                // sorted by id
  std::map<std::string, std::string> parameters;  // of the training
  std::uint64_t seed = 0;
  std::map<std::string, double> scores;  // 6 digits are kept; what is not finite is left out
};

// Inputs: the group's metrics in order, normalised (series_normal.h), of one tick; outputs: the same of the next tick.
struct SequenceGroup {
  std::string name;
  std::vector<domain::MetricId> metrics;
  Lstm network;
};

struct SequenceModel {
  SequenceManifest manifest;
  std::vector<SequenceGroup> groups;  // no metric in two of them
};

std::string WriteSequenceModel(const SequenceModel& model);
// `name` (a path) stands in the message of a failure, with what was expected and found: kDataLoss for what is no model,
// kFailedPrecondition for another format version. Weights beyond ±1e6, sizes that don't fit, unknown or repeated
// metrics are refused.
base::Result<SequenceModel> ReadSequenceModel(std::string_view bytes, std::string_view name);
base::Result<SequenceModel> LoadSequenceModel(const base::FileSystem& files,
                                              const std::string& path);
base::Status SaveSequenceModel(base::FileSystem& files, const std::string& path,
                               const SequenceModel& model);

}  // namespace distdiag::detect
