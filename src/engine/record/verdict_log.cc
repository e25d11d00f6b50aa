#include "engine/record/verdict_log.h"

#include "base/json_writer.h"

#include <fmt/format.h>

namespace distdiag::engine {

VerdictLog::VerdictLog(domain::Topology topology, domain::SeriesLayout layout,
                       std::shared_ptr<const detect::ModelArtefact> model)
    : topology_(std::move(topology)), layout_(std::move(layout)), model_(std::move(model)) {}

base::Status VerdictLog::Begin() {
  lines_.clear();
  ASSIGN_OR_RETURN_STATUS(pipeline_, Pipeline::New({}, topology_, layout_, model_));
  return base::OkStatus();
}

void VerdictLog::Note(domain::TickSamples samples) {
  samples.starts_new_stretch = lines_.empty();
  const TickOutcome outcome = pipeline_->Process(samples);
  base::JsonWriter json;
  json.BeginObject()
      .Field("time", base::ToRfc3339(samples.time))
      .Field("open_incidents", pipeline_->incidents().OpenIncidents().size())
      .Key("ranking")
      .BeginArray();
  for (const domain::RankedCause& cause : outcome.verdict.ranking) {
    json.BeginObject()
        .Field("target", domain::TargetName(cause.target, topology_))
        .Field("problem", domain::GetProblem(cause.problem).name)
        .Field("probability", fmt::format("{:.6f}", cause.probability))
        .Field("shown", cause.shown)
        .EndObject();
  }
  json.EndArray().EndObject();
  lines_.emplace_back(samples.time, json.Take());
}

std::string VerdictLog::Text(base::Timestamp until) const {
  std::string text;
  for (const auto& [time, line] : lines_) {
    if (time <= until) text += line + "\n";
  }
  return text;
}

}  // namespace distdiag::engine
