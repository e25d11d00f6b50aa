#include "engine/training.h"

#include <algorithm>

#include <fmt/format.h>

namespace distdiag::engine {

detect::CalmStretch CalmStretchOf(const collect::Recording& recording) {
  std::size_t ticks = recording.tick_count();
  if (recording.anomaly_start) {
    ticks = static_cast<std::size_t>(
        std::lower_bound(recording.times.begin(), recording.times.end(), recording.normal_end) -
        recording.times.begin());
  }
  const std::size_t values = ticks * recording.layout.series_count();
  return {{recording.id, recording.content_hash},
          {recording.layout, std::span(recording.times).first(ticks),
           std::span(recording.values).first(values)}};
}

detect::CaseExamples ExamplesOf(const collect::Recording& recording) {
  detect::LabelledRecording labelled{.id = recording.id,
                                     .content_hash = recording.content_hash,
                                     .layout = recording.layout,
                                     .times = recording.times,
                                     .values = recording.values,
                                     .normal_end = recording.normal_end,
                                     .anomaly_start = recording.anomaly_start,
                                     .anomaly_end = recording.anomaly_end,
                                     .labels = {}};
  for (const collect::RecordedLabel& label : recording.labels) {
    for (std::size_t n = 0; n < recording.layout.node_count(); ++n) {
      const auto node = domain::NodeIndex(static_cast<std::uint32_t>(n));
      if (!label.node || *label.node == node) labelled.labels.push_back({node, label.problem});
    }
  }
  return detect::ExtractExamples(labelled);
}

base::Status RefuseSharedCases(std::span<const collect::Recording> judged,
                               std::span<const collect::Recording> learned) {
  for (const collect::Recording& one : learned) {
    const auto same =
        std::ranges::find(judged, one.content_hash, &collect::Recording::content_hash);
    if (same == judged.end()) continue;
    return base::FailedPrecondition(fmt::format(
        "--also: expected cases that are not among the judged ones, found {}, which is {} there "
        "(content hash {})",
        one.id, same->id, one.content_hash.substr(0, 12)));
  }
  return base::OkStatus();
}

base::Result<std::shared_ptr<const detect::ModelArtefact>> TrainOn(
    std::span<const detect::CaseExamples* const> cases) {
  ASSIGN_OR_RETURN(detect::ModelArtefact model, detect::TrainModel(cases, {}));
  return std::make_shared<const detect::ModelArtefact>(std::move(model));
}

}  // namespace distdiag::engine
