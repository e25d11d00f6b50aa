#include "detect/sequence/sequence_training.h"

#include "base/random.h"
#include "detect/metric_sense.h"
#include "detect/sequence/series_normal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace distdiag::detect {
namespace {

constexpr std::size_t kFolds = 5;  // of the cases: one stops, one judges, the others teach
enum class Use { kTeach, kStop, kJudge };

Use UseOf(std::size_t case_number) {
  switch (case_number % kFolds) {
    case 0: return Use::kTeach;
    case 1: return Use::kStop;
    case 3: return Use::kJudge;
    default: return Use::kTeach;
  }
}

// z of one metric of one node, NaN = gap. The stretch is calm as a whole, so all of it tells what is usual.
std::vector<float> NormalisedColumn(const domain::WindowView& window, domain::NodeIndex node,
                                    domain::MetricId metric) {
  std::vector<float> z(window.tick_count(), std::numeric_limits<float>::quiet_NaN());
  const auto column = window.layout().column(metric);
  if (!column) return z;
  const double least = LeastChange(metric);
  SeriesNormal normal;
  for (std::size_t tick = 0; tick < z.size(); ++tick) {
    const double value = window.at(tick, node, *column);
    if (std::isfinite(value)) normal.Learn(std::clamp(value, -kLargestValue, kLargestValue), least);
  }
  for (std::size_t tick = 0; tick < z.size(); ++tick) {
    const double value = window.at(tick, node, *column);
    if (std::isfinite(value)) z[tick] = static_cast<float>(normal.Z(value, least));
  }
  return z;
}

// Pieces of `ticks` ticks of one node, half of each shared with the next; what a piece lacks at its end has no weight.
void AddSequences(const domain::WindowView& window, domain::NodeIndex node,
                  const std::vector<domain::MetricId>& metrics, std::size_t ticks,
                  std::vector<SequenceBatch<float>>& sequences) {
  std::vector<std::vector<float>> columns;
  for (const domain::MetricId metric : metrics)
    columns.push_back(NormalisedColumn(window, node, metric));
  const std::size_t count = window.tick_count();
  for (std::size_t from = 0; from + 1 < count; from += ticks / 2) {
    SequenceBatch<float> sequence;
    sequence.ticks = ticks;
    sequence.size = 1;
    for (std::size_t tick = from; tick < from + ticks; ++tick) {
      for (const std::vector<float>& z : columns) {
        const bool has_next = tick + 1 < count && std::isfinite(z[tick + 1]);
        sequence.x.push_back(tick < count && std::isfinite(z[tick]) ? z[tick] : 0);
        sequence.target.push_back(has_next ? z[tick + 1] : 0);
        sequence.weight.push_back(has_next ? 1 : 0);
      }
    }
    sequences.push_back(std::move(sequence));
    if (from + ticks + 1 >= count) break;
  }
}

void HideInputs(double share, std::size_t inputs, std::uint64_t seed,
                std::vector<SequenceBatch<float>>& sequences) {
  base::Random random(seed);
  for (SequenceBatch<float>& sequence : sequences) {
    for (std::size_t input = 0; input < inputs; ++input) {
      if (random.NextUnit() >= share) continue;
      for (std::size_t tick = 0; tick < sequence.ticks; ++tick)
        sequence.x[tick * inputs + input] = 0;
    }
  }
}

// Mean squared errors on sequences that nothing was learnt from.
struct Judgement {
  double network = 0, level = 0, last = 0;
};

Judgement Judge(const LstmShape& shape, const std::vector<float>& parameters,
                const std::vector<SequenceBatch<float>>& sequences) {
  Judgement sums;
  double weights = 0;
  for (const SequenceBatch<float>& sequence : sequences) {
    double weight = 0;
    for (std::size_t i = 0; i < sequence.target.size(); ++i) {
      const double w = sequence.weight[i], target = sequence.target[i], before = sequence.x[i];
      weight += w;
      sums.level += w * target * target;
      sums.last += w * (target - before) * (target - before);
    }
    sums.network += weight * LossAndGradient<float>(shape, parameters, sequence, {});
    weights += weight;
  }
  if (weights > 0) {
    sums.network /= weights;
    sums.level /= weights;
    sums.last /= weights;
  }
  return sums;
}

std::vector<const CalmStretch*> ById(std::span<const CalmStretch> stretches) {
  std::vector<const CalmStretch*> sorted;
  for (const CalmStretch& stretch : stretches) sorted.push_back(&stretch);
  std::sort(sorted.begin(), sorted.end(),
            [](const CalmStretch* a, const CalmStretch* b) { return a->source.id < b->source.id; });
  return sorted;
}

std::vector<domain::MetricId> Delivered(const MetricGroup& group,
                                        std::span<const CalmStretch> stretches) {
  std::vector<domain::MetricId> metrics;
  for (const std::string_view name : group.metrics) {
    const auto metric = domain::FindMetric(name);
    if (metric && std::any_of(stretches.begin(), stretches.end(), [&](const CalmStretch& one) {
          return one.window.layout().column(*metric).has_value();
        }))
      metrics.push_back(*metric);
  }
  return metrics;
}

std::optional<SequenceGroup> TrainGroup(const MetricGroup& group,
                                        std::span<const CalmStretch> stretches,
                                        const SequenceTrainOptions& options,
                                        SequenceManifest& manifest) {
  std::vector<domain::MetricId> metrics = Delivered(group, stretches);
  if (metrics.empty()) return std::nullopt;
  std::vector<SequenceBatch<float>> teach, stop, judge;
  const std::vector<const CalmStretch*> sorted = ById(stretches);
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const Use use = UseOf(i);
    auto& sequences = use == Use::kTeach ? teach : (use == Use::kStop ? stop : judge);
    for (std::size_t n = 0; n < sorted[i]->window.layout().node_count(); ++n)
      AddSequences(sorted[i]->window, domain::NodeIndex(static_cast<std::uint32_t>(n)), metrics,
                   options.ticks, sequences);
  }
  if (teach.empty() || stop.empty()) return std::nullopt;
  HideInputs(options.hidden_share, metrics.size(), options.fit.seed, teach);
  const LstmShape shape{metrics.size(), options.hidden, options.layers, metrics.size()};
  TrainedLstm trained = TrainLstm(shape, teach, stop, options.fit);
  const Judgement judgement = Judge(shape, trained.parameters, judge);
  const std::string name(group.name);
  manifest.parameters[name + ".epochs"] = std::to_string(trained.epochs);
  manifest.scores[name + ".network"] = judgement.network;
  manifest.scores[name + ".level"] = judgement.level;
  manifest.scores[name + ".last"] = judgement.last;
  return SequenceGroup{name, std::move(metrics), Lstm(shape, std::move(trained.parameters))};
}

}  // namespace

std::vector<MetricGroup> SequenceGroups() {
  std::vector<MetricGroup> groups;
  for (const auto& [name, catalogue_group] :
       {std::pair("clients", "client"), std::pair("cpu", "cpu"), std::pair("disk", "disk"),
        std::pair("network", "network")}) {
    MetricGroup& group = groups.emplace_back(MetricGroup{name, {}});
    for (const domain::MetricInfo& metric : domain::AllMetrics()) {
      // What only OceanBase has is left out: the model is that of MySQL and MariaDB.
      if (metric.group == catalogue_group && !metric.name.starts_with("o_"))
        group.metrics.push_back(metric.name);
    }
  }
  groups.push_back(
      {"database",
       {"d_Queries", "d_Com_commit", "d_Com_rollback", "d_Rows_read", "d_Handler_write",
        "d_Innodb_buffer_pool_reads", "d_Innodb_buffer_pool_pages_dirty", "d_Innodb_data_fsyncs",
        "d_Innodb_row_lock_time", "d_Threads_running", "d_wsrep_local_recv_queue",
        "d_wsrep_flow_control_paused_ns"}});
  return groups;
}

base::Result<SequenceModel> TrainSequenceModel(std::span<const CalmStretch> stretches,
                                               const SequenceTrainOptions& options) {
  if (stretches.size() < kFolds) {
    return base::Fail(base::InvalidArgument(
        fmt::format("at least {} calm stretches expected to learn sequences from, {} found", kFolds,
                    stretches.size())));
  }
  SequenceModel model;
  for (const CalmStretch* stretch : ById(stretches))
    model.manifest.cases.push_back(stretch->source);
  model.manifest.seed = options.fit.seed;
  model.manifest.parameters = {
      {"ticks", std::to_string(options.ticks)},
      {"hidden_share", fmt::format("{}", options.hidden_share)},
      {"learning_rate", fmt::format("{}", options.fit.adam.learning_rate)},
      {"longest_gradient", fmt::format("{}", options.fit.longest_gradient)},
      {"batch_size", std::to_string(options.fit.batch_size)},
      {"patience", std::to_string(options.fit.patience)},
  };
  for (const MetricGroup& group : SequenceGroups()) {
    auto trained = TrainGroup(group, stretches, options, model.manifest);
    if (trained) model.groups.push_back(std::move(*trained));
  }
  if (model.groups.empty()) {
    return base::Fail(base::InvalidArgument(
        "metrics of at least one group expected to learn sequences from, none found"));
  }
  return model;
}

}  // namespace distdiag::detect
