#include "rank/rcr.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace distdiag::rank {
namespace {

using graph::Component;
using graph::ComponentIndex;
using graph::ComponentKind;
using graph::Index;

constexpr double kOtherGroups = 0.5;
// Domain knowledge: what users feel and what stands for the node's own resources most; what flow control and
// replication carry to all nodes less; sizes and cumulative state least.
constexpr std::array<std::pair<std::string_view, double>, 14> kCriticality = {{
    {"availability", 1.0},
    {"client", 0.9},
    {"pressure", 0.9},
    {"cpu", 0.9},
    {"disk", 0.8},
    {"tcp", 0.8},
    {"network", 0.6},
    {"locks", 0.6},
    {"threads", 0.6},
    {"flow_control", 0.6},
    {"buffer_pool", 0.5},
    {"replication", 0.4},
    {"innodb_log", 0.3},
    {"memory", 0.2},
}};

bool PassesOn(const Component& component) { return component.kind == ComponentKind::kNode; }

// Breadth-first from one source, on the scores of the level before. `score` is both input (level 0) and work space.
class Walk {
 public:
  Walk(const graph::AnomalyGraph& graph, const RcrOptions& options,
       const std::vector<ComponentScore>& initial)
      : graph_(graph), options_(options), initial_(initial) {}

  // Adds to `scores` what every component receives from `source`.
  void From(std::size_t source, std::vector<ComponentScore>& scores) {
    reached_.assign(graph_.components().size(), false);
    level_.assign(graph_.components().size(), 0.0);
    reached_[source] = true;
    level_[source] = initial_[source].initial;
    std::vector<std::size_t> front = {source};
    while (!front.empty()) {
      const std::vector<std::pair<std::size_t, double>> received = NextLevel(front);
      front.clear();
      for (const auto& [component, amount] : received) {
        scores[component].propagated += amount;
        level_[component] = amount;
        front.push_back(component);
      }
    }
  }

 private:
  // What the not yet reached neighbours of the front receive. Values of the level before only: components that this
  // source has not reached count as 0.
  std::vector<std::pair<std::size_t, double>> NextLevel(const std::vector<std::size_t>& front) {
    std::vector<std::size_t> next;
    for (const std::size_t sender : front) {
      if (!PassesOn(graph_.components()[sender])) continue;
      for (const ComponentIndex neighbour : graph_.components()[sender].neighbours) {
        if (reached_[Index(neighbour)]) continue;
        reached_[Index(neighbour)] = true;
        next.push_back(Index(neighbour));
      }
    }
    std::vector<std::pair<std::size_t, double>> received;
    received.reserve(next.size());
    for (const std::size_t receiver : next)
      received.emplace_back(receiver, Received(receiver, front));
    return received;
  }

  double Received(std::size_t receiver, const std::vector<std::size_t>& front) const {
    const Component& component = graph_.components()[receiver];
    double sum = 0;
    for (const std::size_t sender : front) {
      const auto& neighbours = component.neighbours;
      const auto index = static_cast<ComponentIndex>(static_cast<std::uint32_t>(sender));
      if (PassesOn(graph_.components()[sender]) &&
          std::binary_search(neighbours.begin(), neighbours.end(), index)) {
        sum += level_[sender];
      }
    }
    std::size_t count = component.neighbours.size();
    if (options_.neighbours == RcrOptions::Neighbours::kComponentsAndAlarms) {
      count +=
          graph_.AlarmsOf(static_cast<ComponentIndex>(static_cast<std::uint32_t>(receiver))).size();
    }
    if (count == 1) return options_.beta * sum;
    const double neighbours = static_cast<double>(count);
    return std::log(neighbours + 1) * sum / neighbours;
  }

  const graph::AnomalyGraph& graph_;
  const RcrOptions& options_;
  const std::vector<ComponentScore>& initial_;
  std::vector<bool> reached_;
  std::vector<double> level_;
};

std::vector<ComponentScore> InitialScores(const graph::AnomalyGraph& graph) {
  std::map<ComponentKind, std::size_t> of_kind;
  for (const Component& component : graph.components()) of_kind[component.kind] += 1;
  std::map<std::tuple<ComponentKind, domain::MetricId, domain::DetectorKind>, std::size_t>
      raised_by;
  for (const graph::AlarmEdge& edge : graph.alarms()) {
    raised_by[{graph.components()[Index(edge.component)].kind, edge.metric, edge.detector}] += 1;
  }
  std::vector<ComponentScore> scores(graph.components().size());
  for (const graph::AlarmEdge& edge : graph.alarms()) {
    const ComponentKind kind = graph.components()[Index(edge.component)].kind;
    const std::size_t alarmed = raised_by.at({kind, edge.metric, edge.detector});
    scores[Index(edge.component)].initial +=
        Criticality(edge.metric) * AlarmEdgeScore(edge.severity, of_kind.at(kind), alarmed);
  }
  return scores;
}

}  // namespace

double AlarmEdgeScore(double severity, std::size_t all, std::size_t alarmed) {
  const double components = static_cast<double>(all);
  return severity * std::log1p(components / static_cast<double>(alarmed)) / std::log1p(components);
}

double Criticality(domain::MetricId metric) {
  const std::string_view group = domain::GetMetric(metric).group;
  const auto found = std::find_if(kCriticality.begin(), kCriticality.end(),
                                  [&](const auto& entry) { return entry.first == group; });
  return found == kCriticality.end() ? kOtherGroups : found->second;
}

std::vector<ComponentScore> RootCauseRelevance(const graph::AnomalyGraph& graph,
                                               const RcrOptions& options) {
  const std::vector<ComponentScore> initial = InitialScores(graph);
  std::vector<ComponentScore> scores = initial;
  Walk walk(graph, options, initial);
  for (std::size_t source = 0; source < initial.size(); ++source) {
    if (initial[source].initial > 0) walk.From(source, scores);
  }
  return scores;
}

}  // namespace distdiag::rank
