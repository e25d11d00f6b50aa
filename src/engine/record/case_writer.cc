#include "engine/record/case_writer.h"

#include "base/gzip.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace distdiag::engine {
namespace {

namespace json = boost::json;

bool Inside(base::Timestamp time, const CaseInfo& info) {
  return time >= info.start && time <= info.end;
}

std::string FileName(const std::string& id, const std::string& node) {
  return fmt::format("{}_{}.csv.gz", id, node);
}

json::value TimeValue(const std::optional<base::Timestamp>& time) {
  if (!time) return nullptr;
  return std::round(base::ToUnixSeconds(*time) * 1000) / 1000;
}

json::object CaseObject(const CaseInfo& info, const domain::Topology& topology) {
  json::array labels;
  for (const CaseLabelText& label : info.labels) {
    labels.push_back(json::object{{"node", label.node},
                                  {"anomaly", label.anomaly},
                                  {"scope", label.scope},
                                  {"param", label.param}});
  }
  json::object files;
  for (const domain::Node& node : topology.nodes) files[node.name] = FileName(info.id, node.name);
  return {{"id", info.id},
          {"scenario", info.scenario},
          {"rep", info.rep},
          {"start", TimeValue(info.start)},
          {"normal_end", TimeValue(info.normal_end)},
          {"anomaly_start", TimeValue(info.anomaly_start)},
          {"anomaly_end", TimeValue(info.anomaly_end)},
          {"recovered", TimeValue(info.recovered)},
          {"end", TimeValue(info.end)},
          {"labels", std::move(labels)},
          {"files", std::move(files)},
          {"settle_s", std::round(info.settle_s * 10) / 10},
          {"load", info.load},
          {"outside_cores", info.outside_cores
                                ? json::value(std::round(*info.outside_cores * 1000) / 1000)
                                : json::value(nullptr)}};
}

}  // namespace

std::vector<CaseLabelText> LabelsOf(const std::vector<inject::JournalEntry>& faults,
                                    const std::vector<inject::FaultKind>& kinds,
                                    const domain::Topology& topology) {
  std::vector<CaseLabelText> labels;
  for (const inject::JournalEntry& fault : faults) {
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const inject::FaultKind& one) {
      return one.name == fault.spec.kind;
    });
    if (kind == kinds.end() || kind->problem == domain::ProblemId::kUnknown) continue;
    const std::string anomaly(domain::GetProblem(kind->problem).name);
    const std::string scope(domain::ProblemScopeName(kind->scope));
    for (const domain::Node& node : topology.nodes) {
      if (kind->scope == domain::ProblemScope::kNode && node.name != fault.spec.node) continue;
      labels.push_back(
          {.node = node.name, .anomaly = anomaly, .scope = scope, .param = fault.spec.number});
    }
  }
  return labels;
}

CaseWriter::CaseWriter(base::FileSystem& files, std::string directory, domain::Topology topology,
                       domain::SeriesLayout layout, base::Duration interval)
    : files_(files),
      directory_(std::move(directory)),
      topology_(std::move(topology)),
      layout_(std::move(layout)),
      interval_(interval) {}

void CaseWriter::DropBefore(base::Timestamp time) {
  std::erase_if(ticks_, [&](const domain::TickSamples& tick) { return tick.time < time; });
}

std::string CaseWriter::NodeCsv(std::size_t node, const CaseInfo& info) const {
  // Only columns that this node delivered at all.
  std::set<std::size_t> used;
  for (const domain::TickSamples& tick : ticks_) {
    if (!Inside(tick.time, info)) continue;
    for (const domain::MetricValue& value : tick.nodes[node].values) {
      if (const auto column = layout_.column(value.metric)) used.insert(*column);
    }
  }
  std::string text = "ts";
  for (const std::size_t column : used)
    text += fmt::format(",{}", domain::GetMetric(layout_.metric(column)).name);
  text += "\r\n";
  std::vector<float> row(layout_.column_count());
  for (const domain::TickSamples& tick : ticks_) {
    if (!Inside(tick.time, info)) continue;
    std::fill(row.begin(), row.end(), std::nanf(""));
    for (const domain::MetricValue& value : tick.nodes[node].values) {
      if (const auto column = layout_.column(value.metric)) row[*column] = value.value;
    }
    text += fmt::format("{}", base::ToUnixSeconds(tick.time));
    for (const std::size_t column : used)
      text += std::isfinite(row[column]) ? fmt::format(",{}", row[column]) : ",";
    text += "\r\n";
  }
  return text;
}

base::Result<std::vector<std::string>> CaseWriter::WrittenCases() const {
  const std::string path = directory_ + "/cases.json";
  if (!files_.Exists(path)) return std::vector<std::string>();
  ASSIGN_OR_RETURN(const std::string text, files_.ReadFile(path));
  std::vector<std::string> ids;
  try {
    const json::value root = json::parse(text);
    for (const json::value& one : root.at("cases").as_array())
      ids.emplace_back(one.at("id").as_string());
  } catch (const std::exception& error) {
    return base::Fail(base::InvalidArgument(
        fmt::format("{}: expected a list of cases, found: {}", path, error.what())));
  }
  return ids;
}

base::Status CaseWriter::CheckId(const std::string& id) const {
  const bool plain = !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
  });
  if (!plain)
    return base::InvalidArgument(
        fmt::format("case: expected an id of letters, digits, _ and -, found \"{}\"", id));
  ASSIGN_OR_RETURN_STATUS(const auto written, WrittenCases());
  if (std::find(written.begin(), written.end(), id) != written.end())
    return base::FailedPrecondition(
        fmt::format("{}: expected a new case, found {} already there", directory_, id));
  return base::OkStatus();
}

base::Status CaseWriter::Write(const CaseInfo& info) {
  RETURN_IF_ERROR(CheckId(info.id));
  const bool any = std::any_of(ticks_.begin(), ticks_.end(), [&](const domain::TickSamples& tick) {
    return Inside(tick.time, info);
  });
  if (!any)
    return base::FailedPrecondition(
        fmt::format("case {}: expected ticks between its start and end, found none", info.id));
  RETURN_IF_ERROR(files_.CreateDirectories(directory_));
  for (std::size_t n = 0; n < topology_.nodes.size(); ++n) {
    const std::string path = directory_ + "/" + FileName(info.id, topology_.nodes[n].name);
    RETURN_IF_ERROR(files_.WriteFileAtomic(path, base::Gzip(NodeCsv(n, info))));
  }
  const std::string path = directory_ + "/cases.json";
  json::object root{{"dataset", topology_.cluster},
                    {"sample_period_s", base::ToSeconds(interval_)},
                    {"made", "recorded by DistDiag from live nodes"}};
  json::array cases;
  if (files_.Exists(path)) {
    ASSIGN_OR_RETURN_STATUS(const std::string text, files_.ReadFile(path));
    json::error_code broken;
    root = json::parse(text, broken).as_object();  // CheckId has read it
    cases = root["cases"].as_array();
  }
  cases.push_back(CaseObject(info, topology_));
  root["cases"] = std::move(cases);
  return files_.WriteFileAtomic(path, json::serialize(root) + "\n");
}

}  // namespace distdiag::engine
