#include "detect/sequence/sequence_model.h"

#include "base/base64.h"
#include "base/json_reader.h"
#include "base/json_writer.h"

#include <bit>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace distdiag::detect {
namespace {

using base::DataLoss;
using base::Fail;
using base::JsonObject;
using base::JsonWriter;
using base::Result;
using base::Status;

constexpr std::string_view kFormat = "distdiag-sequence-model";
// Trained ones are below 2; up to here no sum in a network leaves float's range.
constexpr float kLargestWeight = 1e6F;

std::string WeightText(const std::vector<float>& weights) {
  std::string bytes;
  bytes.reserve(weights.size() * 4);
  for (const float weight : weights) {
    const auto bits = std::bit_cast<std::uint32_t>(weight);
    for (int shift = 0; shift < 32; shift += 8)
      bytes.push_back(static_cast<char>((bits >> shift) & 0xff));
  }
  return base::EncodeBase64(bytes);
}

std::vector<float> WeightsOf(std::string_view bytes) {
  std::vector<float> weights;
  weights.reserve(bytes.size() / 4);
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i)
      bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    weights.push_back(std::bit_cast<float>(bits));
  }
  return weights;
}

// One line an element: a change of one shows as one in a diff.
template <typename Items, typename Write>
std::string Lines(const Items& items, Write write) {
  std::string text;
  for (const auto& item : items) {
    JsonWriter json;
    json.BeginObject();
    write(json, item);
    json.EndObject();
    text += (text.empty() ? "\n    " : ",\n    ") + json.Take();
  }
  return "[" + text + (text.empty() ? "]" : "\n  ]");
}

// The name of an entry that holds one of a map's pairs.
template <typename Value>
void WritePair(JsonWriter& json, const std::pair<const std::string, Value>& pair) {
  json.Field("name", pair.first).Field("value", pair.second);
}

Status ReadManifest(const JsonObject& root, SequenceManifest& manifest) {
  ASSIGN_OR_RETURN_STATUS(const std::int64_t seed, root.Integer("seed"));
  manifest.seed = static_cast<std::uint64_t>(seed);
  RETURN_IF_ERROR(root.ForEach("cases", [&](const JsonObject& item) -> Status {
    ASSIGN_OR_RETURN_STATUS(std::string id, item.Text("id"));
    ASSIGN_OR_RETURN_STATUS(std::string hash, item.Text("content_hash"));
    manifest.cases.push_back({std::move(id), std::move(hash)});
    return base::OkStatus();
  }));
  RETURN_IF_ERROR(root.ForEach("parameters", [&](const JsonObject& item) -> Status {
    ASSIGN_OR_RETURN_STATUS(const std::string name, item.Text("name"));
    ASSIGN_OR_RETURN_STATUS(manifest.parameters[name], item.Text("value"));
    return base::OkStatus();
  }));
  return root.ForEach("scores", [&](const JsonObject& item) -> Status {
    ASSIGN_OR_RETURN_STATUS(const std::string name, item.Text("name"));
    ASSIGN_OR_RETURN_STATUS(manifest.scores[name], item.Number("value"));
    return base::OkStatus();
  });
}

Result<std::vector<domain::MetricId>> ReadMetrics(const JsonObject& item,
                                                  std::set<domain::MetricId>& taken) {
  ASSIGN_OR_RETURN(const std::vector<std::string> names, item.Texts("metrics"));
  std::vector<domain::MetricId> metrics;
  for (const std::string& name : names) {
    const auto metric = domain::FindMetric(name);
    if (!metric)
      return Fail(
          item.Unexpected("metrics", "metrics of the catalogue", fmt::format("\"{}\"", name)));
    if (!taken.insert(*metric).second)
      return Fail(
          item.Unexpected("metrics", "each metric once", fmt::format("\"{}\" again", name)));
    metrics.push_back(*metric);
  }
  return metrics;
}

Result<SequenceGroup> ReadGroup(const JsonObject& item, std::set<domain::MetricId>& taken) {
  ASSIGN_OR_RETURN(std::string name, item.Text("name"));
  ASSIGN_OR_RETURN(std::vector<domain::MetricId> metrics, ReadMetrics(item, taken));
  ASSIGN_OR_RETURN(const std::int64_t hidden, item.Integer("hidden"));
  ASSIGN_OR_RETURN(const std::int64_t layers, item.Integer("layers"));
  LstmShape shape;
  shape.inputs = shape.outputs = metrics.size();
  shape.hidden = hidden < 0 ? 0 : static_cast<std::size_t>(hidden);
  shape.layers = layers < 0 ? 0 : static_cast<std::size_t>(layers);
  if (!shape.IsValid()) {
    return Fail(item.Unexpected(
        "hidden",
        fmt::format("1 to {0} metrics, hidden 1 to {0}, layers 1 to {1}", LstmShape::kMaxHidden,
                    LstmShape::kMaxLayers),
        fmt::format("{} metrics, hidden {}, layers {}", metrics.size(), hidden, layers)));
  }
  ASSIGN_OR_RETURN(const std::string text, item.Text("weights"));
  const auto bytes = base::DecodeBase64(text);
  if (!bytes) return Fail(item.Unexpected("weights", "base64", "other text"));
  if (bytes->size() != 4 * shape.ParameterCount()) {
    return Fail(item.Unexpected("weights", fmt::format("{} weights", shape.ParameterCount()),
                                fmt::format("{} bytes", bytes->size())));
  }
  std::vector<float> weights = WeightsOf(*bytes);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(std::abs(weights[i]) <= kLargestWeight)) {
      return Fail(item.Unexpected("weights", fmt::format("weights within ±{}", kLargestWeight),
                                  fmt::format("{} at position {}", weights[i], i)));
    }
  }
  return SequenceGroup{std::move(name), std::move(metrics), Lstm(shape, std::move(weights))};
}

}  // namespace

std::string WriteSequenceModel(const SequenceModel& model) {
  const SequenceManifest& manifest = model.manifest;
  std::map<std::string, double> scores;
  for (const auto& [name, value] : manifest.scores) {
    if (std::isfinite(value)) scores[name] = std::stod(fmt::format("{:.6g}", value));
  }
  const std::string cases = Lines(manifest.cases, [](JsonWriter& json, const TrainingCase& one) {
    json.Field("id", one.id).Field("content_hash", one.content_hash);
  });
  const std::string groups = Lines(model.groups, [](JsonWriter& json, const SequenceGroup& group) {
    json.Field("name", group.name).Key("metrics").BeginArray();
    for (const domain::MetricId metric : group.metrics) json.Value(domain::GetMetric(metric).name);
    json.EndArray();
    json.Field("hidden", group.network.shape().hidden);
    json.Field("layers", group.network.shape().layers);
    json.Field("weights", WeightText(group.network.parameters()));
  });
  return fmt::format(
      "{{\n  \"format\": \"{}\",\n  \"format_version\": {},\n  \"seed\": {},\n  \"cases\": {},\n  "
      "\"parameters\": {},\n  \"scores\": {},\n  \"groups\": {}\n}}\n",
      kFormat, kSequenceFormatVersion, manifest.seed, cases,
      Lines(manifest.parameters, WritePair<std::string>), Lines(scores, WritePair<double>), groups);
}

Result<SequenceModel> ReadSequenceModel(std::string_view bytes, std::string_view name) {
  ASSIGN_OR_RETURN(const base::JsonDocument document, base::JsonDocument::Parse(bytes, name));
  const JsonObject root = document.root();
  const auto format = root.Text("format");
  if (!format || *format != kFormat) {
    return Fail(DataLoss(fmt::format("{}: a file of format \"{}\" expected, {} found", name,
                                     kFormat, format ? "\"" + *format + "\"" : "other JSON")));
  }
  ASSIGN_OR_RETURN(const std::int64_t version, root.Integer("format_version"));
  if (version != kSequenceFormatVersion) {
    return Fail(base::FailedPrecondition(
        fmt::format("{}: sequence model format version {} expected, {} found; train it anew", name,
                    kSequenceFormatVersion, version)));
  }
  SequenceModel model;
  RETURN_FAIL_IF_ERROR(ReadManifest(root, model.manifest));
  std::set<domain::MetricId> taken;
  RETURN_FAIL_IF_ERROR(root.ForEach("groups", [&](const JsonObject& item) -> Status {
    auto group = ReadGroup(item, taken);
    if (!group) return group.error();
    model.groups.push_back(std::move(*group));
    return base::OkStatus();
  }));
  return model;
}

Result<SequenceModel> LoadSequenceModel(const base::FileSystem& files, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string bytes, files.ReadFile(path));
  return ReadSequenceModel(bytes, path);
}

Status SaveSequenceModel(base::FileSystem& files, const std::string& path,
                         const SequenceModel& model) {
  return files.WriteFileAtomic(path, WriteSequenceModel(model));
}

}  // namespace distdiag::detect
