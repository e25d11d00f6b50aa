// The serving side of the classifier: rows of one cluster in, scores of all <target, problem> pairs out.
#pragma once

#include "detect/classify/baseline.h"
#include "detect/classify/features.h"
#include "detect/classify/model_artefact.h"
#include "detect/detector.h"
#include "domain/scored_cause.h"
#include "domain/topology.h"
#include "domain/window.h"

#include <array>
#include <deque>
#include <memory>
#include <set>
#include <vector>

namespace distdiag::detect {

// Probabilities are means over kSmoothTicks. A problem of cluster scope is judged over all answering nodes (half the
// least, half the mean of their scores). Not ready before 18 ticks (10 calm rows that have left the window of 8).
// Thread: single (owner: detect loop). Cost: 3 nodes about 50 µs a tick; linear in the nodes.
class NodeClassifier {
 public:
  static constexpr std::size_t kSmoothTicks = 3;

  // A layout without the features' metrics is fine: what is not measured never speaks for a problem.
  NodeClassifier(std::shared_ptr<const ModelArtefact> model, domain::Topology topology,
                 const domain::SeriesLayout& layout);

  // Call once a tick with at least the newest FeatureWindow::kTicks + 1 rows. kHold: an incident is open. While it says
  // `suspicious` itself, the classifier holds its baseline too (for at most 60 ticks without an incident).
  // `held`: nodes whose calm past stays as it is at this tick.
  domain::ProblemScores Observe(const domain::WindowView& window, Learning learning,
                                const std::set<domain::NodeIndex>& held = {});
  // As Baseline::Relearn.
  void Relearn(const domain::WindowView& window, const SeriesChoice& choice) {
    baseline_.Relearn(window, choice);
  }
  void Reset();

 private:
  using ProblemRow = std::array<double, domain::kProblemCount>;

  struct Now;  // what is known about this tick

  std::vector<FeatureRow> Features(const domain::WindowView& now) const;
  std::vector<ProblemRow> Score(const std::vector<FeatureRow>& features) const;
  std::vector<ProblemRow> Smooth(std::vector<ProblemRow> now);
  std::vector<domain::ScoredCause> Causes(const Now& now) const;
  void Explain(domain::ScoredCause& cause, const Now& now) const;
  domain::Alarm EvidenceOf(std::size_t feature, domain::NodeIndex node, const Now& now) const;

  std::shared_ptr<const ModelArtefact> model_;
  std::vector<std::vector<std::size_t>> columns_;  // by model: FeatureRow positions of its features
  domain::Topology topology_;
  domain::SeriesLayout layout_;
  SignalColumns signals_;
  Baseline baseline_;
  std::deque<std::vector<ProblemRow>> recent_;  // newest last, by node
  std::vector<std::array<base::Timestamp, domain::kProblemCount>>
      since_;  // first tick of the present rise; kNoTime = none
  bool suspicious_ = false;
  int suspicious_ticks_ = 0;
};

}  // namespace distdiag::detect
