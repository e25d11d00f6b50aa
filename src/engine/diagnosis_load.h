// A made-up cluster of any size for measuring the diagnosis: noise on every series, and a CPU fault on the first node.
//
// Why so: the recordings have three nodes; what a hundred cost must be measured too. It measures time, never accuracy.
// Thread: single.
#pragma once

#include "base/random.h"
#include "base/status.h"
#include "engine/pipeline.h"

#include <memory>

namespace distdiag::engine {

class DiagnosisLoad {
 public:
  // `sequence`: null = without that detector. `metrics` of the catalogue's node metrics, in catalogue order. REQUIRES: nodes > 0, 0 < metrics <= NodeMetricCount().
  static base::Result<std::unique_ptr<DiagnosisLoad>> New(
      std::size_t nodes, std::size_t metrics, std::shared_ptr<const detect::ModelArtefact> model,
      std::shared_ptr<const detect::SequenceModel> sequence);
  static std::size_t NodeMetricCount();

  // The next tick's samples; from the 40th tick on the first node is short of CPU.
  domain::TickSamples NextTick();
  Pipeline& pipeline() { return *pipeline_; }

 private:
  DiagnosisLoad(std::vector<domain::MetricId> metrics, std::size_t nodes,
                std::unique_ptr<Pipeline> pipeline)
      : metrics_(std::move(metrics)), nodes_(nodes), pipeline_(std::move(pipeline)) {}

  const std::vector<domain::MetricId> metrics_;
  const std::size_t nodes_;
  std::unique_ptr<Pipeline> pipeline_;
  base::Random random_{1};
  int tick_ = 0;
};

}  // namespace distdiag::engine
