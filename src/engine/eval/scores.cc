#include "engine/eval/scores.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

namespace distdiag::engine {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

using Outcomes = std::vector<const CaseOutcome*>;

std::size_t Hits(std::span<const Pair> ranking, std::span<const Pair> truth, std::size_t k) {
  std::size_t hits = 0;
  for (const Pair& pair : ranking.first(std::min(k, ranking.size()))) {
    if (std::find(truth.begin(), truth.end(), pair) != truth.end()) ++hits;
  }
  return hits;
}

double Ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? kNaN : static_cast<double>(part) / static_cast<double>(whole);
}

// Linear interpolation between order statistics (Hyndman & Fan 1996, type 7).
double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return kNaN;
  std::sort(values.begin(), values.end());
  const double at = q * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

void AddAccuracy(Scores& scores, const std::string& prefix, const std::string& suffix,
                 const Outcomes& faults,
                 const std::function<const std::vector<Pair>&(const CaseOutcome&)>& read) {
  for (const std::size_t k : {1U, 3U, 5U}) {
    double sum = 0;
    for (const CaseOutcome* outcome : faults)
      sum += PrecisionAtK(read(*outcome), outcome->truth, k);
    scores[prefix + "ac" + std::to_string(k) + suffix] =
        faults.empty() ? kNaN : sum / static_cast<double>(faults.size());
  }
}

bool FirstTargetIsRight(const CaseOutcome& outcome) {
  if (outcome.at_30s.empty()) return false;
  return std::any_of(outcome.truth.begin(), outcome.truth.end(), [&](const Pair& pair) {
    return pair.target == outcome.at_30s.front().target;
  });
}

void AddPairScores(Scores& scores, const std::string& prefix, const Outcomes& faults) {
  std::size_t pairs = 0;
  std::size_t found = 0;
  std::size_t shown = 0;
  std::size_t shown_right = 0;
  std::size_t right_targets = 0;
  for (const CaseOutcome* outcome : faults) {
    pairs += outcome->truth.size();
    found += Hits(outcome->at_30s, outcome->truth, outcome->truth.size());
    shown += outcome->shown.size();
    shown_right += Hits(outcome->shown, outcome->truth, outcome->shown.size());
    right_targets += FirstTargetIsRight(*outcome) ? 1 : 0;
  }
  scores[prefix + "recall_R"] = Ratio(found, pairs);
  scores[prefix + "shown_precision"] = Ratio(shown_right, shown);
  scores[prefix + "shown_recall"] = Ratio(shown_right, pairs);
  scores[prefix + "node_ac1"] = Ratio(right_targets, faults.size());
}

// Brier 1950: mean of (probability - truth)^2 over the listed pairs; brier_base: of always telling the share of true ones.
void AddCalibration(Scores& scores, const std::string& prefix, const Outcomes& faults) {
  std::size_t pairs = 0;
  std::size_t true_pairs = 0;
  double sum = 0;
  for (const CaseOutcome* outcome : faults) {
    for (const Said& said : outcome->said) {
      const double off = said.probability - (said.is_true ? 1 : 0);
      sum += off * off;
      ++pairs;
      true_pairs += said.is_true ? 1 : 0;
    }
  }
  const double share = Ratio(true_pairs, pairs);
  scores[prefix + "brier"] = pairs == 0 ? kNaN : sum / static_cast<double>(pairs);
  scores[prefix + "brier_base"] = share * (1 - share);
}

void AddDetectionScores(Scores& scores, const std::string& prefix, const Outcomes& outcomes,
                        const Outcomes& faults) {
  std::vector<double> delays;
  for (const CaseOutcome* outcome : faults) {
    if (outcome->delay_s) delays.push_back(*outcome->delay_s);
  }
  scores[prefix + "delay_p50_s"] = Quantile(delays, 0.5);
  scores[prefix + "delay_p90_s"] = Quantile(delays, 0.9);
  scores[prefix + "missed"] = static_cast<double>(faults.size() - delays.size());
  int false_incidents = 0;
  int extra_incidents = 0;
  double normal_s = 0;
  double armed_s = 0;
  for (const CaseOutcome* outcome : outcomes) {
    false_incidents += outcome->false_incidents;
    extra_incidents += outcome->extra_incidents;
    normal_s += outcome->normal_s;
    armed_s += outcome->armed_s;
  }
  scores[prefix + "false_incidents"] = false_incidents;
  scores[prefix + "extra_incidents"] = extra_incidents;
  scores[prefix + "normal_h"] = normal_s / 3600;
  scores[prefix + "armed_h"] = armed_s / 3600;
  scores[prefix + "false_per_armed_h_upper95"] =
      PoissonUpper95PerHour(false_incidents, armed_s / 3600);
  scores[prefix + "false_per_h_upper95"] = PoissonUpper95PerHour(false_incidents, normal_s / 3600);
}

void AddAll(Scores& scores, const std::string& prefix, const Outcomes& outcomes) {
  Outcomes faults;
  for (const CaseOutcome* outcome : outcomes) {
    if (!outcome->truth.empty()) faults.push_back(outcome);
  }
  scores[prefix + "faults"] = static_cast<double>(faults.size());
  AddAccuracy(
      scores, prefix, "", faults, [](const CaseOutcome& o) -> const auto& { return o.at_30s; });
  AddAccuracy(
      scores, prefix, "_at10", faults,
      [](const CaseOutcome& o) -> const auto& { return o.at_10s; });
  AddAccuracy(
      scores, prefix, "_first", faults,
      [](const CaseOutcome& o) -> const auto& { return o.at_first; });
  AddPairScores(scores, prefix, faults);
  AddCalibration(scores, prefix, faults);
  AddDetectionScores(scores, prefix, outcomes, faults);
}

Outcomes Select(std::span<const CaseOutcome> outcomes,
                const std::function<bool(const CaseOutcome&)>& wanted) {
  Outcomes selected;
  for (const CaseOutcome& outcome : outcomes) {
    if (wanted(outcome)) selected.push_back(&outcome);
  }
  return selected;
}

}  // namespace

double PrecisionAtK(std::span<const Pair> ranking, std::span<const Pair> truth, std::size_t k) {
  return static_cast<double>(Hits(ranking, truth, k)) /
         static_cast<double>(std::min(k, truth.size()));
}

double PoissonUpper95PerHour(int count, double hours) {
  if (hours <= 0) return std::numeric_limits<double>::infinity();
  const auto below = [count](double mean) {
    double term = std::exp(-mean);
    double sum = term;
    for (int i = 1; i <= count; ++i) sum += term *= mean / i;
    return sum;
  };
  double low = 0;
  double high = 10 + 4.0 * count;  // P(X <= count) < 0.05 there
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (below(middle) > 0.05 ? low : high) = middle;
  }
  return (low + high) / 2 / hours;
}

std::vector<Reliability> ReliabilityTable(std::span<const CaseOutcome> outcomes) {
  constexpr std::array kEdges = {0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0};
  std::vector<Reliability> table;
  for (std::size_t i = 0; i + 1 < kEdges.size(); ++i) {
    const bool is_last = i + 2 == kEdges.size();
    Reliability bin{.from = kEdges[i], .to = kEdges[i + 1]};
    double sum = 0;
    std::size_t true_pairs = 0;
    for (const CaseOutcome& outcome : outcomes) {
      for (const Said& said : outcome.said) {
        if (said.probability < bin.from || (said.probability >= bin.to && !is_last)) continue;
        ++bin.pairs;
        sum += said.probability;
        true_pairs += said.is_true ? 1 : 0;
      }
    }
    bin.mean_probability = bin.pairs == 0 ? kNaN : sum / static_cast<double>(bin.pairs);
    bin.share_true = Ratio(true_pairs, bin.pairs);
    table.push_back(bin);
  }
  return table;
}

Scores ComputeScores(std::span<const CaseOutcome> outcomes) {
  Scores scores;
  AddAll(scores, "", Select(outcomes, [](const CaseOutcome& o) { return o.type_was_trained; }));
  AddAll(scores, "all.", Select(outcomes, [](const CaseOutcome&) { return true; }));
  AddAll(scores, "unseen.",
         Select(outcomes, [](const CaseOutcome& o) { return !o.type_was_trained; }));
  // A false incident is one whatever types were trained: these count over every case.
  for (const char* key : {"false_incidents", "extra_incidents", "normal_h", "armed_h",
                          "false_per_h_upper95", "false_per_armed_h_upper95"})
    scores[key] = scores[std::string("all.") + key];
  std::set<std::string> names;
  for (const CaseOutcome& outcome : outcomes) {
    names.insert(outcome.scenario);
    names.insert(outcome.scenario.substr(0, 1));
  }
  for (const std::string& name : names) {
    const auto belongs = [&](const CaseOutcome& o) {
      return o.scenario == name || o.scenario.substr(0, 1) == name;
    };
    Outcomes selected =
        Select(outcomes, [&](const CaseOutcome& o) { return belongs(o) && o.type_was_trained; });
    if (selected.empty()) selected = Select(outcomes, belongs);
    AddAll(scores, name + ".", selected);
  }
  return scores;
}

}  // namespace distdiag::engine
