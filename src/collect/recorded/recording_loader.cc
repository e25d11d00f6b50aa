#include "collect/recorded/recording_loader.h"

#include "base/gzip.h"
#include "base/sha256.h"
#include "collect/recorded/case_list.h"
#include "collect/recorded/node_csv.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>

namespace distdiag::collect {
namespace {

constexpr std::size_t kLargestFileBytes = std::size_t{1} << 30;

struct NodeFile {
  std::string node;
  NodeTable table;
};

base::Result<std::vector<NodeFile>> ReadNodeFiles(const base::FileSystem& files,
                                                  const std::string& directory,
                                                  const CaseEntry& entry,
                                                  std::string& content_hash) {
  std::vector<NodeFile> tables;
  std::string digests;
  for (const auto& [node, name] : entry.files) {
    const std::string path = directory + "/" + name;
    ASSIGN_OR_RETURN(const std::string compressed, files.ReadFile(path));
    ASSIGN_OR_RETURN(const std::string text, base::Gunzip(compressed, kLargestFileBytes, path));
    ASSIGN_OR_RETURN(NodeTable table, ParseNodeCsv(text, path));
    digests += base::Sha256Hex(text);
    tables.push_back({node, std::move(table)});
  }
  content_hash = base::Sha256Hex(digests);
  return tables;
}

// All nodes' rows side by side: rows by the union of times, columns by the union of metrics in catalogue order.
void JoinTables(const std::vector<NodeFile>& tables, Recording& recording) {
  std::set<domain::MetricId> metrics;
  std::set<base::Timestamp> times;
  for (const NodeFile& file : tables) {
    metrics.insert(file.table.columns.begin(), file.table.columns.end());
    times.insert(file.table.times.begin(), file.table.times.end());
  }
  recording.layout = domain::SeriesLayout(tables.size(), {metrics.begin(), metrics.end()});
  recording.times.assign(times.begin(), times.end());
  recording.values.assign(recording.times.size() * recording.layout.series_count(),
                          std::numeric_limits<float>::quiet_NaN());
  for (std::size_t n = 0; n < tables.size(); ++n) {
    const NodeTable& table = tables[n].table;
    std::size_t tick = 0;
    for (std::size_t row = 0; row < table.times.size(); ++row) {
      while (recording.times[tick] < table.times[row]) ++tick;
      for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const std::size_t column = *recording.layout.column(table.columns[c]);
        const std::size_t series =
            recording.layout.series(domain::NodeIndex(static_cast<std::uint32_t>(n)), column);
        recording.values[tick * recording.layout.series_count() + series] =
            table.values[row * table.columns.size() + c];
      }
    }
  }
}

base::Result<Recording> LoadCase(const base::FileSystem& files, const std::string& directory,
                                 const CaseList& list, const CaseEntry& entry) {
  Recording recording{.id = entry.id,
                      .scenario = entry.scenario,
                      .topology = {.cluster = list.dataset, .nodes = {}},
                      .layout = {},
                      .times = {},
                      .values = {},
                      .start = entry.start,
                      .normal_end = entry.normal_end,
                      .anomaly_start = entry.anomaly_start,
                      .anomaly_end = entry.anomaly_end,
                      .recovered = entry.recovered,
                      .end = entry.end,
                      .labels = {},
                      .content_hash = {}};
  ASSIGN_OR_RETURN(const auto tables,
                   ReadNodeFiles(files, directory, entry, recording.content_hash));
  for (const NodeFile& file : tables)
    recording.topology.nodes.push_back({.name = file.node, .zone = {}});
  JoinTables(tables, recording);
  for (const CaseLabel& label : entry.labels) {
    RecordedLabel recorded{.node = std::nullopt, .problem = label.problem};
    if (label.scope == domain::ProblemScope::kNode)
      recorded.node = recording.topology.FindNode(label.node);
    if (std::find(recording.labels.begin(), recording.labels.end(), recorded) ==
        recording.labels.end())
      recording.labels.push_back(recorded);
  }
  return recording;
}

base::Result<CaseList> LoadCaseList(const base::FileSystem& files, const std::string& directory) {
  const std::string path = directory + "/cases.json";
  ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  return ParseCaseList(text, path);
}

}  // namespace

base::Result<std::vector<Recording>> LoadRecordings(const base::FileSystem& files,
                                                    const std::string& directory) {
  ASSIGN_OR_RETURN(const CaseList list, LoadCaseList(files, directory));
  std::vector<Recording> recordings;
  for (const CaseEntry& entry : list.cases) {
    ASSIGN_OR_RETURN(Recording recording, LoadCase(files, directory, list, entry));
    recordings.push_back(std::move(recording));
  }
  return recordings;
}

base::Result<std::vector<Recording>> LoadRecordings(const base::FileSystem& files,
                                                    const std::string& directory,
                                                    const std::vector<std::string>& case_ids,
                                                    std::vector<base::Status>& broken) {
  ASSIGN_OR_RETURN(const CaseList list, LoadCaseList(files, directory));
  std::vector<Recording> recordings;
  for (const std::string& id : case_ids) {
    const auto entry = std::find_if(list.cases.begin(), list.cases.end(),
                                    [&](const CaseEntry& candidate) { return candidate.id == id; });
    if (entry == list.cases.end()) {
      return base::Fail(base::NotFound(fmt::format(
          "{}/cases.json: expected a case \"{}\", found none of that id", directory, id)));
    }
    auto recording = LoadCase(files, directory, list, *entry);
    if (recording) {
      recordings.push_back(std::move(*recording));
    } else {
      broken.push_back(std::move(recording).error());
    }
  }
  return recordings;
}

}  // namespace distdiag::collect
