#include "detect/expected_shifts.h"

#include "domain/sentence.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace distdiag::detect {
namespace {

using domain::ChangeKind;
using domain::ChangePhase;
using domain::NodeIndex;
using domain::ProblemId;

enum class Effect {
  kLoad,  // requests are served elsewhere from now on: levels stay where they move to
  kWork,  // background work that passes
};

Effect EffectOf(ChangeKind kind) {
  return kind == ChangeKind::kLeaderMove || kind == ChangeKind::kRebalance ? Effect::kLoad
                                                                           : Effect::kWork;
}

const std::vector<std::string_view>& GroupsOf(Effect effect) {
  static const std::vector<std::string_view> kLoad = {"cpu",          "pressure", "network", "sql",
                                                      "transactions", "threads",  "rows"};
  static const std::vector<std::string_view> kWork = {
      "cpu", "pressure", "disk", "storage_io", "memstore", "cache", "compaction"};
  return effect == Effect::kLoad ? kLoad : kWork;
}

bool MakesProblem(Effect effect, ProblemId problem) {
  if (problem == ProblemId::kCpu) return true;
  return effect == Effect::kWork && (problem == ProblemId::kIo || problem == ProblemId::kCache);
}

// In those groups, yet no consequence of a planned change: what others do on the machine, what fails, limits, full disks.
constexpr auto kNeverExplained = std::to_array<std::string_view>(
    {"h_cpu_ext", "h_net_rx_drop", "h_net_tx_drop", "h_disk_used_pct", "o_rpc_fail", "o_mysql_fail",
     "o_rpc_delay_ms", "o_sql_fails", "o_trans_timeouts", "o_logons_failed", "o_log_disk_used",
     "o_data_disk_used", "o_cpu_limit_cores", "o_memstore_limit_bytes", "o_throttle_ms"});

bool IsMoved(domain::MetricId metric, Effect effect) {
  const domain::MetricInfo& info = domain::GetMetric(metric);
  const auto& groups = GroupsOf(effect);
  return std::find(groups.begin(), groups.end(), info.group) != groups.end() &&
         std::find(kNeverExplained.begin(), kNeverExplained.end(), info.name) ==
             kNeverExplained.end();
}

// Everything that speaks for the pair is something that the change moves.
bool IsExplained(const domain::RankedCause& cause, Effect effect) {
  return MakesProblem(effect, cause.problem) && !cause.evidence.empty() &&
         std::all_of(cause.evidence.begin(), cause.evidence.end(), [&](const domain::Alarm& alarm) {
           return alarm.node == *cause.target.node && IsMoved(alarm.metric, effect);
         });
}

base::Timestamp Now(const domain::WindowView& window) {
  return window.time(window.tick_count() - 1);
}

constexpr std::string_view kClients = "client";
// A move is told up to a few seconds after it was done: what was before it ended so many rows ago, and is a mean over so many.
constexpr std::size_t kRowsToldLate = 10;
constexpr std::size_t kRowsBefore = 20;
constexpr std::size_t kRowsNow = 5;

std::optional<ClientWork> WorkBefore(const domain::WindowView& window,
                                     const std::vector<NodeIndex>& nodes) {
  if (window.tick_count() <= kRowsToldLate) return std::nullopt;
  const domain::WindowView last = window.Last(kRowsToldLate + kRowsBefore);
  return MeasureClientWork(last.First(last.tick_count() - kRowsToldLate), nodes);
}

// The clients of these nodes get as much done as before, wherever: fewer on one of them is no suffering.
bool ClientsFollowed(const domain::WindowView& window, const std::vector<NodeIndex>& nodes,
                     const std::optional<ClientWork>& before) {
  if (!before) return false;
  const auto now = MeasureClientWork(window.Last(kRowsNow), nodes);
  return now && GoesOn(*before, *now);
}

std::string At(base::Timestamp time) { return domain::FormatTimeOfDay(time); }

}  // namespace

ExpectedShifts::ExpectedShifts(const domain::Topology& topology, ExpectedOptions options)
    : topology_(topology), options_(options), nodes_(topology.nodes.size()) {}

void ExpectedShifts::Reset() {
  nodes_.assign(topology_.nodes.size(), {});
  standing_.clear();
}

ExpectedShifts::Step ExpectedShifts::Observe(const domain::TickSamples& samples,
                                             const domain::WindowView& window,
                                             std::span<const domain::ChangeEvent> changes,
                                             const std::set<NodeIndex>& in_incident) {
  Step step;
  NoteNodes(samples);
  for (const domain::ChangeEvent& change : changes) NoteChange(change, window, step);
  PairLeaderMoves(window, step);
  Close(window, in_incident, step);
  return step;
}

void ExpectedShifts::NoteNodes(const domain::TickSamples& samples) {
  std::vector<bool> answered(nodes_.size(), false);
  for (const domain::NodeSamples& batch : samples.nodes)
    answered[domain::Index(batch.node)] = batch.answered;
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    Node& node = nodes_[n];
    if (answered[n]) {
      node.silent_since.reset();
      continue;
    }
    if (!node.silent_since) node.silent_since = samples.time;
    if (samples.time - *node.silent_since >= options_.silent_after) node.failed = samples.time;
  }
}

void ExpectedShifts::NoteChange(const domain::ChangeEvent& change, const domain::WindowView& window,
                                Step& step) {
  const base::Timestamp now = Now(window);
  const auto named =
      std::find_if(topology_.nodes.begin(), topology_.nodes.end(),
                   [&](const domain::Node& node) { return node.name == change.node; });
  if (named == topology_.nodes.end()) return;
  const auto index =
      NodeIndex(static_cast<std::uint32_t>(std::distance(topology_.nodes.begin(), named)));
  Node& node = nodes_[domain::Index(index)];
  switch (change.kind) {
    case ChangeKind::kRestart:
    case ChangeKind::kMemberLeft: node.failed = now; return;
    case ChangeKind::kLeaderMove:
      if (change.phase == ChangePhase::kEnded) node.gave_up = now;
      if (change.phase == ChangePhase::kBegan) node.took_over = now;
      return;
    case ChangeKind::kRebalance:
    case ChangeKind::kFreeze:
    case ChangeKind::kCompaction: break;
    case ChangeKind::kDdl:
    case ChangeKind::kParameter:
    case ChangeKind::kDeployment:
    case ChangeKind::kFaultInjected:
    case ChangeKind::kFaultRemoved:
    case ChangeKind::kMemberJoined:
    case ChangeKind::kRoleChanged:
    case ChangeKind::kTenant: return;
  }
  if (change.phase == ChangePhase::kBegan) Open(change.kind, {index}, window, step);
  if (change.phase == ChangePhase::kEnded) {
    for (Shift& shift : standing_) {
      if (shift.kind == change.kind && shift.value.nodes.front() == index)
        shift.value.until = std::min(shift.value.until, now + options_.settle);
    }
  }
}

// A move is planned when the old leader, alive, tells that it stepped down, and the new one that it took over.
void ExpectedShifts::PairLeaderMoves(const domain::WindowView& window, Step& step) {
  const base::Timestamp now = Now(window);
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    if (!nodes_[n].took_over) continue;
    if (now - *nodes_[n].took_over > options_.pair_within) {
      nodes_[n].took_over.reset();
      continue;
    }
    const auto newer = NodeIndex(static_cast<std::uint32_t>(n));
    std::vector<NodeIndex> concerned = {newer};
    bool has_failed = HasFailed(newer, now);
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
      const auto& gave_up = nodes_[other].gave_up;
      if (other == n || !gave_up || now - *gave_up > options_.pair_within) continue;
      concerned.push_back(NodeIndex(static_cast<std::uint32_t>(other)));
      has_failed = has_failed || HasFailed(concerned.back(), now);
    }
    if (concerned.size() < 2) continue;  // the old one may tell it later
    nodes_[n].took_over.reset();
    if (!has_failed) Open(ChangeKind::kLeaderMove, std::move(concerned), window, step);
  }
}

bool ExpectedShifts::HasFailed(NodeIndex node, base::Timestamp now) const {
  const Node& one = nodes_[domain::Index(node)];
  return one.silent_since || (one.failed && now - *one.failed < options_.failure_memory);
}

base::Duration ExpectedShifts::BoundOf(ChangeKind kind) const {
  if (kind == ChangeKind::kFreeze) return options_.freeze_bound;
  return kind == ChangeKind::kCompaction ? options_.compaction_bound : options_.move_bound;
}

// How much of the newest span the node was explained, by shifts that are over and those that stand; together counts once.
base::Duration ExpectedShifts::Spent(NodeIndex node, base::Timestamp now) const {
  std::vector<std::pair<base::Timestamp, base::Timestamp>> times(
      nodes_[domain::Index(node)].explained.begin(), nodes_[domain::Index(node)].explained.end());
  for (const Shift& shift : standing_) {
    const auto& of = shift.value.nodes;
    if (std::find(of.begin(), of.end(), node) != of.end())
      times.emplace_back(shift.value.since, now);
  }
  std::sort(times.begin(), times.end());
  base::Duration spent{};
  base::Timestamp counted = now - options_.span;
  for (const auto& [since, until] : times) {
    const base::Timestamp from = std::max(since, counted);
    if (until <= from) continue;
    spent += until - from;
    counted = until;
  }
  return spent;
}

void ExpectedShifts::Open(ChangeKind kind, std::vector<NodeIndex> nodes,
                          const domain::WindowView& window, Step& step) {
  const base::Timestamp now = Now(window);
  base::Duration left = options_.most;
  for (const NodeIndex node : nodes) {
    if (HasFailed(node, now)) return;
    left = std::min(left, options_.most - Spent(node, now));
  }
  if (left <= base::Duration::zero()) return;
  const base::Timestamp until = now + std::min(BoundOf(kind), left);
  if (EffectOf(kind) == Effect::kLoad)
    step.forget.push_back({.nodes = nodes, .groups = GroupsOf(Effect::kLoad)});
  const auto same = std::find_if(standing_.begin(), standing_.end(), [&](const Shift& shift) {
    return shift.kind == kind && shift.value.nodes == nodes;
  });
  if (same != standing_.end()) {
    same->value.until = std::max(same->value.until, until);
    return;
  }
  Shift& shift = standing_.emplace_back();
  shift.kind = kind;
  if (kind == ChangeKind::kLeaderMove) shift.work_before = WorkBefore(window, nodes);
  shift.value.nodes = std::move(nodes);
  shift.value.since = now;
  shift.value.until = until;
  Describe(shift.value, kind);
}

void ExpectedShifts::Describe(domain::ExpectedShift& shift, ChangeKind kind) const {
  const auto name = [&](NodeIndex node) { return topology_.nodes[domain::Index(node)].name; };
  const std::string first = name(shift.nodes.front()), at = At(shift.since);
  if (kind == ChangeKind::kLeaderMove) {
    std::vector<std::string> from;
    for (std::size_t i = 1; i < shift.nodes.size(); ++i) from.push_back(name(shift.nodes[i]));
    shift.reason_en =
        fmt::format("leaders moved from {} to {} at {}", fmt::join(from, ", "), first, at);
    shift.reason_zh = fmt::format("{} 主副本从 {} 切换到 {}", at, fmt::join(from, "、"), first);
  } else if (kind == ChangeKind::kRebalance) {
    shift.reason_en = fmt::format("units moved to or from {} at {}", first, at);
    shift.reason_zh = fmt::format("{} 资源单元迁入或迁出 {}", at, first);
  } else if (kind == ChangeKind::kFreeze) {
    shift.reason_en = fmt::format("{} writes out a memstore that was frozen at {}", first, at);
    shift.reason_zh = fmt::format("{} 正在转储 {} 冻结的 memstore", first, at);
  } else {
    shift.reason_en = fmt::format("{} compacts since {}", first, at);
    shift.reason_zh = fmt::format("{} 自 {} 起执行合并", first, at);
  }
}

void ExpectedShifts::Close(const domain::WindowView& window, const std::set<NodeIndex>& in_incident,
                           Step& step) {
  const base::Timestamp now = Now(window);
  std::erase_if(standing_, [&](const Shift& shift) {
    const auto& nodes = shift.value.nodes;
    const bool has_failed = std::any_of(nodes.begin(), nodes.end(), [&](NodeIndex node) {
      const auto& failed = nodes_[domain::Index(node)].failed;
      return failed && *failed >= shift.value.since;
    });
    if (!has_failed && shift.value.until > now) return false;
    for (const NodeIndex node : nodes)
      nodes_[domain::Index(node)].explained.emplace_back(shift.value.since, now);
    if (EffectOf(shift.kind) == Effect::kWork || has_failed) return true;
    SeriesChoice moved{.nodes = nodes, .groups = GroupsOf(Effect::kLoad)};
    std::erase_if(moved.nodes, [&](NodeIndex node) { return in_incident.contains(node); });
    if (moved.nodes.empty()) return true;
    if (ClientsFollowed(window, shift.value.nodes, shift.work_before))
      moved.groups.emplace_back(kClients);
    step.forget.push_back(moved);
    step.relearn.push_back(std::move(moved));
    return true;
  });
  for (Node& node : nodes_) {
    while (!node.explained.empty() && now - node.explained.front().second > options_.span)
      node.explained.pop_front();
  }
}

std::vector<std::pair<NodeIndex, ProblemId>> ExpectedShifts::Explain(
    domain::Verdict& verdict, const domain::WindowView& window, std::span<const double> distress,
    const std::set<NodeIndex>& in_incident) {
  std::vector<std::pair<NodeIndex, ProblemId>> fresh;
  for (domain::RankedCause& cause : verdict.ranking) {
    if (!cause.shown || !cause.target.node || in_incident.contains(*cause.target.node)) continue;
    const NodeIndex node = *cause.target.node;
    if (nodes_[domain::Index(node)].silent_since) continue;
    const bool do_clients_suffer = domain::Index(node) < distress.size() &&
                                   distress[domain::Index(node)] >= options_.clients_suffer_from;
    for (Shift& shift : standing_) {
      const auto& of = shift.value.nodes;
      if (std::find(of.begin(), of.end(), node) == of.end()) continue;
      const bool is_explained = cause.problem == ProblemId::kUnknown || do_clients_suffer
                                    ? (cause.problem == ProblemId::kUnknown ||
                                       IsExplained(cause, EffectOf(shift.kind))) &&
                                          ClientsFollowed(window, of, shift.work_before)
                                    : IsExplained(cause, EffectOf(shift.kind));
      if (!is_explained) continue;
      cause.shown = false;
      cause.why_not = fmt::format("expected: {}", shift.value.reason_en);
      if (shift.explained.emplace(node, cause.problem).second)
        fresh.emplace_back(node, cause.problem);
      break;
    }
  }
  return fresh;
}

std::vector<domain::ExpectedShift> ExpectedShifts::Standing() const {
  std::vector<domain::ExpectedShift> values;
  for (const Shift& shift : standing_) {
    values.push_back(shift.value);
    std::sort(values.back().nodes.begin(), values.back().nodes.end());
  }
  return values;
}

std::set<NodeIndex> ExpectedShifts::Held() const {
  std::set<NodeIndex> held;
  for (const Shift& shift : standing_)
    held.insert(shift.value.nodes.begin(), shift.value.nodes.end());
  return held;
}

}  // namespace distdiag::detect
