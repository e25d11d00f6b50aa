#include "engine/cluster_watch.h"

#include "engine/database_parts.h"
#include "engine/graph_view.h"
#include "rank/rcr.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace distdiag::engine {
namespace {

constexpr auto kHealthCell = std::chrono::minutes(1);
constexpr std::size_t kHealthCells = 60;
constexpr auto kSilentAfter = std::chrono::seconds(3);  // one late answer is no news
constexpr auto kMissingAfter = std::chrono::seconds(10);
constexpr std::size_t kMostChanges = 200;
constexpr std::size_t kSparkTicks = 60;
constexpr double kAbnormalSeverity = 0.3;

constexpr std::array<std::string_view, 15> kGoldenSignals = {"c_tps",
                                                             "c_p95_ms",
                                                             "d_Com_commit",
                                                             "d_Threads_running",
                                                             "d_wsrep_flow_control_paused_ns",
                                                             "o_commits",
                                                             "o_queue_wait_ms",
                                                             "o_active_sessions",
                                                             "o_memstore_used",
                                                             "o_log_sync_ms",
                                                             "h_cpu_db",
                                                             "h_cpu_ext",
                                                             "h_psi_io_some",
                                                             "h_disk_util",
                                                             "h_net_tx_kb"};

std::vector<serve::Spark> SparksOf(const domain::Verdict& verdict,
                                   const store::WindowStore& window) {
  std::vector<serve::Spark> sparks;
  std::set<std::pair<domain::NodeIndex, domain::MetricId>> seen;
  for (const domain::RankedCause& cause : verdict.ranking) {
    for (const domain::Alarm& alarm : cause.evidence) {
      const auto column = window.layout().column(alarm.metric);
      if (!column || !seen.insert({alarm.node, alarm.metric}).second) continue;
      sparks.push_back({alarm.node, alarm.metric,
                        window.ReadTail(window.layout().series(alarm.node, *column), kSparkTicks)});
    }
  }
  return sparks;
}

bool IsRootCause(std::size_t node, std::span<const domain::Incident> open) {
  for (const domain::Incident& incident : open) {
    for (const domain::RankedCause& cause : incident.verdict.ranking) {
      if (cause.shown && cause.target.node && domain::Index(*cause.target.node) == node)
        return true;
    }
  }
  return false;
}

}  // namespace

ClusterWatch::ClusterWatch(const domain::Topology& topology, const domain::SeriesLayout& layout)
    : topology_(topology),
      last_answer_(topology.nodes.size()),
      silent_since_(topology.nodes.size()),
      roles_(topology.nodes.size(), domain::NodeRole::kUnknown),
      tenants_(topology.nodes.size()) {
  for (const std::string_view name : kGoldenSignals) {
    const auto metric = domain::FindMetric(name);
    if (metric && layout.column(*metric)) golden_signals_.emplace_back(name);
  }
  std::map<std::string_view, std::vector<std::size_t>> columns;
  for (std::size_t column = 0; column < layout.column_count(); ++column)
    columns[domain::GetMetric(layout.metric(column)).group].push_back(
        domain::Index(layout.metric(column)));
  for (auto& [group, metrics] : columns) {
    groups_.push_back({std::string(group), std::move(metrics),
                       std::vector<std::optional<base::Timestamp>>(topology.nodes.size()),
                       std::vector<bool>(topology.nodes.size())});
  }
}

void ClusterWatch::NoteGaps(const domain::TickSamples& samples) {
  std::vector<std::set<std::size_t>> delivered(topology_.nodes.size());
  for (const domain::NodeSamples& batch : samples.nodes) {
    for (const domain::MetricValue& value : batch.values)
      delivered[domain::Index(batch.node)].insert(domain::Index(value.metric));
    if (batch.answered) last_answer_[domain::Index(batch.node)] = samples.time;
    if (batch.role != domain::NodeRole::kUnknown) roles_[domain::Index(batch.node)] = batch.role;
  }
  for (std::size_t n = 0; n < delivered.size(); ++n) {
    if (last_answer_[n] == samples.time) {
      silent_since_[n].reset();
    } else if (!silent_since_[n]) {
      silent_since_[n] = samples.time;
    }
    for (GroupState& group : groups_) {
      const bool any =
          std::any_of(group.columns.begin(), group.columns.end(),
                      [&](std::size_t metric) { return delivered[n].contains(metric); });
      if (any) {
        group.seen[n] = true;
        group.missing_since[n].reset();
      } else if (!group.missing_since[n]) {
        group.missing_since[n] = samples.time;
      }
    }
  }
}

void ClusterWatch::NoteHealth(base::Timestamp time, serve::ClusterCondition condition) {
  const base::Timestamp from = std::chrono::floor<std::chrono::minutes>(time);
  if (health_.empty() || health_.back().from != from) {
    health_.push_back({.from = from, .to = from + kHealthCell, .condition = condition});
    while (health_.front().from <= from - kHealthCell * kHealthCells) health_.pop_front();
  }
  // The worst of the minute: no_data < learning < ok < blind < trouble in the enum's order.
  health_.back().condition = std::max(health_.back().condition, condition);
}

void ClusterWatch::Note(const domain::TickSamples& samples, const TickOutcome& outcome,
                        bool trouble) {
  NoteGaps(samples);
  newest_ = samples.time;
  const bool silent = std::all_of(silent_since_.begin(), silent_since_.end(),
                                  [&](const std::optional<base::Timestamp>& since) {
                                    return since && samples.time - *since >= kSilentAfter;
                                  });
  condition_ = trouble                 ? serve::ClusterCondition::kTrouble
               : silent                ? serve::ClusterCondition::kNoData
               : !outcome.scores.ready ? serve::ClusterCondition::kLearning
               : BlindSpots().empty()  ? serve::ClusterCondition::kOk
                                       : serve::ClusterCondition::kBlind;
  NoteHealth(samples.time, condition_);
}

void ClusterWatch::NoteChange(domain::ChangeEvent change) {
  changes_.push_back(std::move(change));
  if (changes_.size() > kMostChanges) changes_.pop_front();
}

void ClusterWatch::NoteFacts(const collect::SourceTick& tick) {
  for (const collect::NodeTenants& one : tick.tenants)
    tenants_[domain::Index(one.node)] = one.loads;
  for (const auto& structure : tick.structures) structure_ = AddStructure(structure_, structure);
}

void ClusterWatch::NoteTroubles(std::vector<collect::ProbeTrouble> troubles) {
  std::erase_if(troubles, [](const collect::ProbeTrouble& one) { return one.is_limit; });
  troubles_ = std::move(troubles);
}

std::vector<serve::BlindSpot> ClusterWatch::BlindSpots() const {
  std::vector<serve::BlindSpot> spots;
  // A failing probe says why: its groups need not be listed one by one.
  std::set<domain::NodeIndex> explained;
  for (const collect::ProbeTrouble& one : troubles_) {
    if (newest_ - one.since < kSilentAfter) continue;
    spots.push_back(
        {.node = one.node, .group = one.probe, .since = one.since, .reason = one.message});
    explained.insert(one.node);
  }
  for (std::size_t n = 0; n < topology_.nodes.size(); ++n) {
    const auto node = domain::NodeIndex(static_cast<std::uint32_t>(n));
    if (explained.contains(node)) continue;
    if (silent_since_[n] && newest_ - *silent_since_[n] >= kSilentAfter) {
      spots.push_back({.node = node, .group = "all", .since = *silent_since_[n]});
      continue;
    }
    for (const GroupState& group : groups_) {
      if (group.seen[n] && group.missing_since[n] &&
          newest_ - *group.missing_since[n] >= kMissingAfter)
        spots.push_back({.node = node, .group = group.group, .since = *group.missing_since[n]});
    }
  }
  return spots;
}

std::vector<serve::NodeLive> ClusterWatch::Nodes(const TickOutcome& outcome,
                                                 std::span<const domain::Incident> open) const {
  const auto scores = rank::RootCauseRelevance(*outcome.graph);
  std::vector<serve::NodeLive> nodes(topology_.nodes.size());
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    nodes[n].last_answer = last_answer_[n];
    nodes[n].role = roles_[n];
    // A silent node's newest loads are of the past.
    if (!silent_since_[n]) nodes[n].tenants = tenants_[n];
    nodes[n].initial_rcr = scores[n].initial;
    nodes[n].rcr = scores[n].rcr();
    const auto alarms =
        outcome.graph->AlarmsOf(graph::ComponentIndex(static_cast<std::uint32_t>(n)));
    const bool abnormal = !open.empty() && std::any_of(alarms.begin(), alarms.end(),
                                                       [](const graph::AlarmEdge& edge) {
                                                         return edge.severity >= kAbnormalSeverity;
                                                       });
    const bool silent = silent_since_[n] && newest_ - *silent_since_[n] >= kSilentAfter;
    nodes[n].condition = IsRootCause(n, open) ? serve::NodeCondition::kRootCause
                         : silent             ? serve::NodeCondition::kSilent
                         : abnormal           ? serve::NodeCondition::kAbnormal
                                              : serve::NodeCondition::kOk;
  }
  return nodes;
}

std::shared_ptr<const serve::ClusterLive> ClusterWatch::View(const Pipeline& pipeline,
                                                             const TickOutcome& outcome,
                                                             base::Timestamp arrived) const {
  auto view = std::make_shared<serve::ClusterLive>();
  view->topology = topology_;
  view->condition = condition_;
  view->time = newest_;
  view->arrived = arrived;
  view->open_incidents = pipeline.incidents().OpenIncidents();
  std::reverse(view->open_incidents.begin(), view->open_incidents.end());
  if (!view->open_incidents.empty()) view->trouble_since = view->open_incidents.back().started;
  view->nodes = Nodes(outcome, view->open_incidents);
  view->health.assign(health_.begin(), health_.end());
  view->blind_spots = BlindSpots();
  view->verdict = outcome.verdict;
  view->sparks = SparksOf(outcome.verdict, pipeline.window());
  view->graph = ViewOf(*outcome.graph);
  view->changes.assign(changes_.begin(), changes_.end());
  view->golden_signals = golden_signals_;
  view->expected = outcome.expected;
  view->structure = structure_;
  return view;
}

}  // namespace distdiag::engine
