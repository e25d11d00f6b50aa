#include "incident/statement_evidence.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace distdiag::incident {
namespace {

using domain::StatementChange;
using domain::StatementSample;
using domain::StatementTime;

constexpr double kLeastShare = 0.02;
// Less change than this, as a share of the time in statements, is no change; so is less than a thousandth of a second a second.
constexpr double kLeastChange = 0.01, kLeastChangeSeconds = 0.001;
// Below it the reader is told that much is estimated.
constexpr double kWellSeen = 0.8;

// Sums over samples; rates become means by division.
struct KindSums {
  StatementTime last;  // identity
  double seconds = 0;
  double calls = 0;
  double rows = 0;
  std::map<std::string, double> plans;  // seconds by plan
  std::map<std::string, double> waits;  // seconds by main wait, "" = CPU
};

struct Period {
  std::map<std::string, KindSums> kinds;  // by digest
  double length_s = 0;
  double seconds = 0;  // all statements
  double calls = 0;
  double seen_calls = 0;
  bool lists_all = true;
};

std::string Dominating(const std::map<std::string, double>& sums) {
  const auto largest = std::max_element(
      sums.begin(), sums.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return largest == sums.end() ? std::string() : largest->first;
}

Period SumUp(const std::vector<StatementSample>& samples) {
  Period period;
  for (const StatementSample& sample : samples) {
    const double length_s = base::ToSeconds(sample.to - sample.from);
    period.length_s += length_s;
    period.seconds += sample.seconds_per_second * length_s;
    period.calls += sample.calls_per_second * length_s;
    period.seen_calls += sample.calls_per_second * length_s * sample.seen_share;
    period.lists_all = period.lists_all && sample.top.size() < domain::kMostStatements;
    for (const StatementTime& one : sample.top) {
      KindSums& kind = period.kinds[one.digest];
      kind.last = one;
      const double seconds = one.seconds_per_second * length_s;
      const double calls = one.calls_per_second * length_s;
      kind.seconds += seconds;
      kind.calls += calls;
      kind.rows += one.rows_per_call * calls;
      if (!one.plan.empty()) kind.plans[one.plan] += seconds;
      kind.waits[one.main_wait] += seconds;
    }
  }
  return period;
}

// Mean rates; all 0 where the kind did not run.
StatementTime MeanOf(const Period& period, const std::string& digest, const StatementTime& who) {
  StatementTime mean{
      .digest = who.digest, .schema = who.schema, .text = who.text, .plan = {}, .main_wait = {}};
  const auto found = period.kinds.find(digest);
  if (found == period.kinds.end()) return mean;
  const KindSums& sums = found->second;
  mean.seconds_per_second = sums.seconds / period.length_s;
  mean.calls_per_second = sums.calls / period.length_s;
  if (sums.calls > 0) {
    mean.ms_per_call = 1e3 * sums.seconds / sums.calls;
    mean.rows_per_call = sums.rows / sums.calls;
  }
  mean.plan = Dominating(sums.plans);
  mean.main_wait = Dominating(sums.waits);
  return mean;
}

std::vector<StatementChange> AllChanges(domain::NodeIndex node, const Period& calm,
                                        const Period& trouble) {
  std::set<std::string> digests;
  for (const Period* period : {&calm, &trouble}) {
    for (const auto& [digest, sums] : period->kinds) digests.insert(digest);
  }
  std::vector<StatementChange> changes;
  double unlisted = trouble.seconds / trouble.length_s - calm.seconds / calm.length_s;
  double all = 0;
  for (const std::string& digest : digests) {
    const auto now = trouble.kinds.find(digest);
    const StatementTime& who =
        now == trouble.kinds.end() ? calm.kinds.at(digest).last : now->second.last;
    StatementChange change{
        .node = node, .now = MeanOf(trouble, digest, who), .before = MeanOf(calm, digest, who)};
    change.share = change.now.seconds_per_second - change.before.seconds_per_second;
    change.is_new = calm.lists_all && !calm.kinds.contains(digest);
    change.plan_changed = !change.now.plan.empty() && !change.before.plan.empty() &&
                          change.now.plan != change.before.plan;
    unlisted -= change.share;
    all += std::abs(change.share);
    changes.push_back(std::move(change));
  }
  all += std::abs(unlisted);
  const double level = std::max(trouble.seconds / trouble.length_s, calm.seconds / calm.length_s);
  if (all < std::max(kLeastChangeSeconds, kLeastChange * level)) return {};
  for (StatementChange& change : changes) change.share /= all;
  return changes;
}

// The largest, by share.
std::vector<StatementChange> Largest(std::vector<StatementChange> changes) {
  std::erase_if(changes, [](const auto& one) { return std::abs(one.share) < kLeastShare; });
  std::stable_sort(changes.begin(), changes.end(), [](const auto& a, const auto& b) {
    return std::abs(a.share) > std::abs(b.share);
  });
  if (changes.size() > kMostChangesANode) changes.resize(kMostChangesANode);
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& a, const auto& b) { return a.share > b.share; });
  return changes;
}

class Notes {
 public:
  explicit Notes(domain::StatementEvidence& evidence) : evidence_(evidence) {}
  void Add(std::string_view english, std::string_view chinese) {
    evidence_.note_en += fmt::format("{}{}", evidence_.note_en.empty() ? "" : "; ", english);
    evidence_.note_zh += fmt::format("{}{}", evidence_.note_zh.empty() ? "" : "；", chinese);
  }

 private:
  domain::StatementEvidence& evidence_;
};

void Widen(base::Timestamp& from, base::Timestamp& to,
           const std::vector<StatementSample>& samples) {
  if (from == base::Timestamp{} || samples.front().from < from) from = samples.front().from;
  to = std::max(to, samples.back().to);
}

void Compare(const ComparedNode& compared, const std::string& name,
             domain::StatementEvidence& evidence) {
  Notes notes(evidence);
  if (compared.calm.empty() && compared.trouble.empty())
    return notes.Add(fmt::format("{}: no statements were measured", name),
                     fmt::format("{}：没有语句测量值", name));
  if (compared.calm.empty())
    return notes.Add(
        fmt::format("{}: nothing to compare with: no statements were measured before the trouble",
                    name),
        fmt::format("{}：故障之前没有语句测量值，无法比较", name));
  if (compared.trouble.empty())
    return notes.Add(fmt::format("{}: no statements were measured since the trouble began", name),
                     fmt::format("{}：故障开始后尚无语句测量值", name));
  Widen(evidence.calm_from, evidence.calm_to, compared.calm);
  Widen(evidence.trouble_from, evidence.trouble_to, compared.trouble);
  const Period calm = SumUp(compared.calm), trouble = SumUp(compared.trouble);
  const double calls = calm.calls + trouble.calls;
  const double seen = calls > 0 ? (calm.seen_calls + trouble.seen_calls) / calls : 1;
  if (seen < kWellSeen) {
    const int lost = static_cast<int>(std::lround(100 * (1 - seen)));
    notes.Add(fmt::format("{}: {} % of the calls could not be read; the others stand for them",
                          name, lost),
              fmt::format("{}：{} % 的调用未能读取，由其余调用推算", name, lost));
  }
  std::vector<StatementChange> changes = Largest(AllChanges(compared.node, calm, trouble));
  if (changes.empty())
    notes.Add(fmt::format("{}: the time in statements did not change", name),
              fmt::format("{}：语句耗时没有变化", name));
  std::move(changes.begin(), changes.end(), std::back_inserter(evidence.changes));
}

}  // namespace

std::vector<domain::NodeIndex> BlamedNodes(const domain::Verdict& verdict,
                                           const domain::Topology& topology) {
  std::vector<domain::NodeIndex> nodes;
  const auto add = [&](domain::NodeIndex node) {
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
  };
  const auto blame = [&](const domain::RankedCause& cause) {
    if (cause.target.node) return add(*cause.target.node);
    for (std::size_t i = 0; i < topology.nodes.size(); ++i)
      add(domain::NodeIndex(static_cast<std::uint32_t>(i)));
  };
  for (const domain::RankedCause& cause : verdict.ranking) {
    if (cause.shown) blame(cause);
  }
  if (nodes.empty() && !verdict.empty()) blame(verdict.ranking.front());
  return nodes;
}

domain::StatementEvidence CompareStatements(const std::vector<ComparedNode>& nodes,
                                            const domain::Topology& topology) {
  domain::StatementEvidence evidence;
  for (const ComparedNode& one : nodes)
    Compare(one, topology.nodes[domain::Index(one.node)].name, evidence);
  return evidence;
}

domain::StatementEvidence ExplainByStatements(const domain::Incident& incident,
                                              const domain::Topology& topology,
                                              const StatementHistory& history,
                                              base::Timestamp now) {
  if (history.empty()) {
    domain::StatementEvidence nothing;
    nothing.note_en = "No statements are measured on this cluster.";
    nothing.note_zh = "该集群没有语句测量值。";
    return nothing;
  }
  std::vector<ComparedNode> nodes;
  for (const domain::NodeIndex node : BlamedNodes(incident.verdict, topology)) {
    nodes.push_back({.node = node,
                     .calm = history.Within(node, incident.started - kCalmTime, incident.started),
                     .trouble = history.Within(node, incident.started - kCalmTime, now)});
    std::erase_if(nodes.back().trouble, [&](const StatementSample& sample) {
      return sample.from + (sample.to - sample.from) / 2 < incident.started;
    });
  }
  return CompareStatements(nodes, topology);
}

}  // namespace distdiag::incident
