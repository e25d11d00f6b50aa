// From a recording to training examples.
#include "detect/classify/baseline.h"
#include "detect/classify/training.h"

#include "base/random.h"

#include <algorithm>
#include <cmath>

namespace distdiag::detect {
namespace {

constexpr double kAttenuations[] = {
    0.4, 0.55, 0.75};  // strengths of the copies; recorded faults are strong ones
constexpr float kAttenuatedWeight = 0.6F;
constexpr std::size_t kStride =
    2;  // neighbouring windows share 7 of 8 rows: every second is enough
constexpr base::Duration kVisibleAfter = std::chrono::seconds(4);  // half a window of the trouble

using TickDeviations = std::vector<NodeDeviation>;  // by node

struct Stretches {
  std::vector<TickDeviations> normal;
  std::vector<TickDeviations> trouble;
};

Stretches DeviationsOf(const LabelledRecording& recording) {
  Stretches stretches;
  const SignalColumns columns(recording.layout);
  Baseline baseline(recording.layout);
  const bool faulty = !recording.labels.empty();
  for (std::size_t tick = 0; tick < recording.times.size(); ++tick) {
    const base::Timestamp time = recording.times[tick];
    const domain::WindowView seen(
        recording.layout, std::span(recording.times).first(tick + 1),
        std::span(recording.values).first((tick + 1) * recording.layout.series_count()));
    const bool leaves_as_normal =
        tick < FeatureWindow::kTicks || !faulty ||
        recording.times[tick - FeatureWindow::kTicks] <= recording.normal_end;
    baseline.Advance(seen, leaves_as_normal ? Learning::kFollow : Learning::kHold);
    if (!baseline.ready()) continue;
    const bool normal = !faulty || time <= recording.normal_end;
    const bool trouble = faulty && recording.anomaly_start &&
                         time >= *recording.anomaly_start + kVisibleAfter &&
                         (!recording.anomaly_end || time <= *recording.anomaly_end);
    if (!normal && !trouble) continue;
    TickDeviations nodes;
    for (std::size_t node = 0; node < recording.layout.node_count(); ++node) {
      const auto index = domain::NodeIndex(static_cast<std::uint32_t>(node));
      nodes.push_back(Deviate(seen.Last(FeatureWindow::kTicks), columns, index,
                              ToQuantities(baseline.Signals(index))));
    }
    (normal ? stretches.normal : stretches.trouble).push_back(std::move(nodes));
  }
  return stretches;
}

TickDeviations Attenuated(const TickDeviations& trouble, const TickDeviations* normal,
                          double strength) {
  TickDeviations mixed = trouble;
  for (std::size_t node = 0; node < mixed.size(); ++node) {
    for (std::size_t i = 0; i < kQuantityCount; ++i) {
      const double rest =
          normal != nullptr && !std::isnan((*normal)[node].own[i]) ? (*normal)[node].own[i] : 0;
      mixed[node].own[i] = strength * trouble[node].own[i] + (1 - strength) * rest;
    }
  }
  return mixed;
}

// FNV-1a: the noise mixed in depends on the case alone, not on the order of the cases.
std::uint64_t SeedOf(const std::string& id) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

CaseExamples ExtractExamples(const LabelledRecording& recording) {
  const Stretches stretches = DeviationsOf(recording);
  std::vector<ProblemSet> labels(recording.layout.node_count());
  for (const RecordingLabel& label : recording.labels) {
    labels[domain::Index(label.node)].set(static_cast<std::size_t>(label.problem));
  }
  CaseExamples result{{recording.id, recording.content_hash}, {}};
  const auto add = [&](const TickDeviations& nodes, const std::vector<ProblemSet>& problems,
                       float weight) {
    const std::vector<FeatureRow> rows = ToFeatures(nodes);
    for (std::size_t node = 0; node < rows.size(); ++node) {
      result.examples.push_back({rows[node], problems[node], weight});
    }
  };
  const std::vector<ProblemSet> nothing(labels.size());
  base::Random random(SeedOf(recording.id));
  for (std::size_t i = 0; i < stretches.normal.size(); i += kStride)
    add(stretches.normal[i], nothing, 1.0F);
  for (std::size_t i = 0; i < stretches.trouble.size(); i += kStride) {
    add(stretches.trouble[i], labels, 1.0F);
    if (i % (2 * kStride) != 0) continue;
    for (const double strength : kAttenuations) {
      const TickDeviations* rest =
          stretches.normal.empty() ? nullptr
                                   : &stretches.normal[random.NextBelow(stretches.normal.size())];
      add(Attenuated(stretches.trouble[i], rest, strength), labels, kAttenuatedWeight);
    }
  }
  return result;
}

}  // namespace distdiag::detect
