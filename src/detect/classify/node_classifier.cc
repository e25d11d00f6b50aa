#include "detect/classify/node_classifier.h"

#include "base/check.h"
#include "detect/classify/explanation.h"
#include "domain/sentence.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

namespace distdiag::detect {
namespace {

constexpr double kWorthALook = 0.02;  // pairs below are listed only as their node's best
constexpr double kWorthEvidence = 0.1;
constexpr std::size_t kExplained = 6;  // first pairs that get their counter-evidence
constexpr std::size_t kMostEvidence = 5;
constexpr double kRising = 0.25;  // probability from which a pair's "since" counts
// Held-baseline levels: below half of what opens an incident. The highest of 11 minutes of normal time in the
// development recordings: probability 0.05, distress 0.26 (a noisy neighbour).
constexpr double kSuspiciousProbability = 0.2;
constexpr double kSuspiciousDistress = 0.2;
// A lasting small shift is the new normal when no incident came of it.
constexpr int kMostSuspiciousTicks = 60;

std::size_t At(domain::ProblemId problem) { return static_cast<std::size_t>(problem); }

domain::NodeIndex NodeAt(std::size_t node) {
  return domain::NodeIndex(static_cast<std::uint32_t>(node));
}

}  // namespace

struct NodeClassifier::Now {
  domain::WindowView window;  // the feature window
  base::Timestamp time;
  std::vector<FeatureRow> features;
  std::vector<ProblemRow> probabilities;  // smoothed
};

NodeClassifier::NodeClassifier(std::shared_ptr<const ModelArtefact> model,
                               domain::Topology topology, const domain::SeriesLayout& layout)
    : model_(std::move(model)),
      topology_(std::move(topology)),
      layout_(layout),
      signals_(layout),
      baseline_(layout),
      since_(layout.node_count()) {
  CHECK(topology_.nodes.size() == layout.node_count());
  for (const ProblemModel& problem : model_->models) {
    std::vector<std::size_t>& columns = columns_.emplace_back();
    for (const std::string& feature : problem.features)
      columns.push_back(FindFeature(feature).value_or(0));
  }
}

domain::ProblemScores NodeClassifier::Observe(const domain::WindowView& window, Learning learning,
                                              const std::set<domain::NodeIndex>& held_nodes) {
  domain::ProblemScores scores;
  if (window.empty()) return scores;
  scores.time = window.time(window.tick_count() - 1);
  scores.distress.assign(layout_.node_count(), 0.0);
  const bool held =
      learning == Learning::kHold || (suspicious_ && suspicious_ticks_ <= kMostSuspiciousTicks);
  baseline_.Advance(window, held ? Learning::kHold : Learning::kFollow, held_nodes);
  if (!baseline_.ready()) return scores;
  scores.ready = true;
  Now now{window.Last(FeatureWindow::kTicks), scores.time, {}, {}};
  now.features = Features(now.window);
  now.probabilities = Smooth(Score(now.features));
  double worst = 0, highest = 0;
  for (std::size_t node = 0; node < now.features.size(); ++node) {
    scores.distress[node] = Distress(now.features[node]);
    worst = std::max(worst, scores.distress[node]);
    for (std::size_t problem = 0; problem < domain::kProblemCount; ++problem) {
      const double probability = now.probabilities[node][problem];
      highest = std::max(highest, probability);
      base::Timestamp& since = since_[node][problem];
      if (probability < kRising) since = base::kNoTime;
      if (probability >= kRising && since == base::kNoTime) since = scores.time;
    }
  }
  suspicious_ = highest >= kSuspiciousProbability || worst >= kSuspiciousDistress;
  suspicious_ticks_ = suspicious_ ? suspicious_ticks_ + 1 : 0;
  scores.suspicious = suspicious_;
  scores.causes = Causes(now);
  return scores;
}

void NodeClassifier::Reset() {
  baseline_.Reset();
  recent_.clear();
  since_.assign(layout_.node_count(), {});
  suspicious_ = false;
  suspicious_ticks_ = 0;
}

std::vector<FeatureRow> NodeClassifier::Features(const domain::WindowView& now) const {
  std::vector<NodeDeviation> deviations;
  deviations.reserve(layout_.node_count());
  for (std::size_t node = 0; node < layout_.node_count(); ++node) {
    deviations.push_back(
        Deviate(now, signals_, NodeAt(node), ToQuantities(baseline_.Signals(NodeAt(node)))));
  }
  return ToFeatures(deviations);
}

std::vector<NodeClassifier::ProblemRow> NodeClassifier::Score(
    const std::vector<FeatureRow>& features) const {
  std::vector<ProblemRow> rows(features.size(), ProblemRow{});
  std::vector<float> values;
  for (std::size_t i = 0; i < model_->models.size(); ++i) {
    const ProblemModel& model = model_->models[i];
    for (std::size_t node = 0; node < features.size(); ++node) {
      values.clear();
      for (const std::size_t column : columns_[i]) values.push_back(features[node][column]);
      rows[node][At(model.problem)] = Calibrated(model.calibration, model.trees.Margin(values));
    }
  }
  return rows;
}

std::vector<NodeClassifier::ProblemRow> NodeClassifier::Smooth(std::vector<ProblemRow> now) {
  recent_.push_back(std::move(now));
  if (recent_.size() > kSmoothTicks) recent_.pop_front();
  std::vector<ProblemRow> means(layout_.node_count(), ProblemRow{});
  for (const std::vector<ProblemRow>& rows : recent_) {
    for (std::size_t node = 0; node < rows.size(); ++node) {
      for (std::size_t problem = 0; problem < domain::kProblemCount; ++problem) {
        means[node][problem] += rows[node][problem] / static_cast<double>(recent_.size());
      }
    }
  }
  return means;
}

std::vector<domain::ScoredCause> NodeClassifier::Causes(const Now& now) const {
  std::vector<domain::ScoredCause> causes;
  const std::size_t nodes = now.probabilities.size();
  for (const ProblemModel& model : model_->models) {
    if (domain::GetProblem(model.problem).scope != domain::ProblemScope::kCluster || nodes == 0)
      continue;
    double least = 1, sum = 0;
    for (const ProblemRow& row : now.probabilities) {
      least = std::min(least, row[At(model.problem)]);
      sum += row[At(model.problem)];
    }
    const double probability = 0.5 * least + 0.5 * sum / static_cast<double>(nodes);
    if (probability >= kWorthALook)
      causes.push_back({{std::nullopt}, model.problem, probability, {}, {}});
  }
  for (std::size_t node = 0; node < nodes; ++node) {
    const ProblemRow& row = now.probabilities[node];
    const ProblemModel* best = nullptr;
    for (const ProblemModel& model : model_->models) {
      if (domain::GetProblem(model.problem).scope != domain::ProblemScope::kNode) continue;
      if (best == nullptr || row[At(model.problem)] > row[At(best->problem)]) best = &model;
    }
    for (const ProblemModel& model : model_->models) {
      if (domain::GetProblem(model.problem).scope != domain::ProblemScope::kNode) continue;
      const double probability = row[At(model.problem)];
      if (probability < kWorthALook && &model != best) continue;
      causes.push_back({{NodeAt(node)}, model.problem, probability, {}, {}});
    }
  }
  const auto key = [&](const domain::ScoredCause& cause) {
    return std::tuple(-cause.probability, TargetName(cause.target, topology_), cause.problem);
  };
  std::sort(
      causes.begin(), causes.end(),
      [&](const domain::ScoredCause& a, const domain::ScoredCause& b) { return key(a) < key(b); });
  for (std::size_t i = 0; i < std::min(causes.size(), kExplained); ++i) Explain(causes[i], now);
  return causes;
}

void NodeClassifier::Explain(domain::ScoredCause& cause, const Now& now) const {
  const auto model =
      std::find_if(model_->models.begin(), model_->models.end(),
                   [&](const ProblemModel& m) { return m.problem == cause.problem; });
  const std::vector<std::size_t>& columns =
      columns_[static_cast<std::size_t>(model - model_->models.begin())];
  // For the cluster: the clearest node speaks for it, the least clear one against it.
  std::size_t clearest = 0, least_clear = 0;
  for (std::size_t node = 0; node < now.probabilities.size(); ++node) {
    const double probability = now.probabilities[node][At(cause.problem)];
    if (probability > now.probabilities[clearest][At(cause.problem)]) clearest = node;
    if (probability < now.probabilities[least_clear][At(cause.problem)]) least_clear = node;
  }
  const std::size_t speaks_for = cause.target.node ? domain::Index(*cause.target.node) : clearest;
  const std::size_t speaks_against = cause.target.node ? speaks_for : least_clear;
  if (cause.probability >= kWorthEvidence) {
    for (const Contribution& part : SpeakingFor(*model, columns, now.features[speaks_for])) {
      domain::Alarm alarm = EvidenceOf(part.feature, NodeAt(speaks_for), now);
      const auto same = [&](const domain::Alarm& other) { return other.metric == alarm.metric; };
      if (std::any_of(cause.evidence.begin(), cause.evidence.end(), same)) continue;
      alarm.severity = part.margin / (part.margin + 1);
      alarm.evidence.since = since_[speaks_for][At(cause.problem)];
      if (alarm.evidence.since == base::kNoTime) alarm.evidence.since = now.time;
      cause.evidence.push_back(alarm);
      if (cause.evidence.size() == kMostEvidence) break;
    }
  }
  if (const auto part = SpeakingAgainst(*model, columns, now.features[speaks_against])) {
    const domain::Alarm alarm = EvidenceOf(part->feature, NodeAt(speaks_against), now);
    const domain::MetricInfo& metric = domain::GetMetric(alarm.metric);
    cause.against = fmt::format("{} of {} is {}, usually {}", metric.label_en,
                                topology_.nodes[speaks_against].name,
                                domain::FormatQuantity(alarm.evidence.observed, metric.unit),
                                domain::FormatQuantity(alarm.evidence.expected, metric.unit));
  }
}

domain::Alarm NodeClassifier::EvidenceOf(std::size_t feature, domain::NodeIndex node,
                                         const Now& now) const {
  constexpr double kBandSpreads = 3;
  const std::size_t signal = FeatureSignal(feature);
  const double observed = MeanSignals(now.window, signals_, node)[signal];
  const double expected = baseline_.Signals(node)[signal];
  const double spread = baseline_.Spread(node, signal);
  domain::Alarm alarm{node, signals_.metric(signal), domain::DetectorKind::kClassifier, 0, now.time,
                      {}};
  alarm.evidence.observed = std::isnan(observed) ? 0 : observed;
  alarm.evidence.expected = std::isnan(expected) ? 0 : expected;
  // No metric behind a feature can be negative.
  alarm.evidence.band_low = std::max(0.0, alarm.evidence.expected - kBandSpreads * spread);
  alarm.evidence.band_high = alarm.evidence.expected + kBandSpreads * spread;
  return alarm;
}

}  // namespace distdiag::detect
