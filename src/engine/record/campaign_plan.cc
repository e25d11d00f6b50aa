#include "engine/record/campaign_plan.h"

#include "base/random.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace distdiag::engine {
namespace {

constexpr const char* kKeys =
    "scenarios, repetitions, strengths, loads, normal_s, fault_s, recover_s, seed";

base::Status Wrong(std::string_view file, const YAML::Mark& mark, std::string_view key,
                   std::string_view expected, std::string_view found) {
  return base::InvalidArgument(fmt::format("{}:{}:{}: key {}: expected {}, found {}", file,
                                           mark.line + 1, mark.column + 1, key, expected, found));
}

std::string Found(const YAML::Node& node) {
  return node.IsScalar() ? fmt::format("\"{}\"", node.Scalar().substr(0, 40)) : "something else";
}

struct Number {
  const char* key;
  double least, most;
};

base::Status TakeNumber(const YAML::Node& node, const Number& bounds, std::string_view file,
                        double& value) {
  if (node.IsScalar() && YAML::convert<double>::decode(node, value) && std::isfinite(value) &&
      value >= bounds.least && value <= bounds.most)
    return base::OkStatus();
  return Wrong(file, node.Mark(), bounds.key,
               fmt::format("a number from {} to {}", bounds.least, bounds.most), Found(node));
}

base::Status TakeScenarios(const YAML::Node& node, std::string_view file, CampaignPlan& plan) {
  const auto known = [](const std::string& name) {
    return std::any_of(AllScenarios().begin(), AllScenarios().end(),
                       [&](const Scenario& one) { return one.name == name; });
  };
  if (!node.IsSequence())
    return Wrong(file, node.Mark(), "scenarios", "a list of names", Found(node));
  for (const YAML::Node& item : node) {
    if (!item.IsScalar() || !known(item.Scalar()))
      return Wrong(file, item.Mark(), "scenarios",
                   "A1 to A4, B1 to B4, C1 to C4, W1 to W4, X1 to X10 or N0", Found(item));
    if (std::find(plan.scenarios.begin(), plan.scenarios.end(), item.Scalar()) !=
        plan.scenarios.end())
      return Wrong(file, item.Mark(), "scenarios", "each scenario once (see repetitions)",
                   Found(item) + " again");
    plan.scenarios.push_back(item.Scalar());
  }
  return base::OkStatus();
}

base::Status TakeStrengths(const YAML::Node& node, std::string_view file, CampaignPlan& plan) {
  if (!node.IsSequence() || node.size() == 0)
    return Wrong(file, node.Mark(), "strengths", "a list of low, medium, high", Found(node));
  plan.strengths.clear();
  for (const YAML::Node& item : node) {
    using enum inject::Strength;
    bool found = false;
    for (const inject::Strength one : {kLow, kMedium, kHigh}) {
      if (!item.IsScalar() || item.Scalar() != inject::StrengthName(one)) continue;
      plan.strengths.push_back(one);
      found = true;
    }
    if (!found) return Wrong(file, item.Mark(), "strengths", "low, medium or high", Found(item));
  }
  return base::OkStatus();
}

base::Status TakeLoads(const YAML::Node& node, std::string_view file, CampaignPlan& plan) {
  if (!node.IsSequence() || node.size() == 0)
    return Wrong(file, node.Mark(), "loads", "a list of numbers", Found(node));
  plan.loads.clear();
  for (const YAML::Node& item : node) {
    double load = 0;
    RETURN_IF_ERROR(TakeNumber(item, {"loads", 0.1, 1.5}, file, load));
    plan.loads.push_back(load);
  }
  return base::OkStatus();
}

base::Status TakeKey(const std::string& key, const YAML::Node& node, std::string_view file,
                     CampaignPlan& plan) {
  double number = 0;
  if (key == "scenarios") return TakeScenarios(node, file, plan);
  if (key == "strengths") return TakeStrengths(node, file, plan);
  if (key == "loads") return TakeLoads(node, file, plan);
  if (key == "repetitions") {
    RETURN_IF_ERROR(TakeNumber(node, {"repetitions", 1, 1000}, file, number));
    plan.repetitions = static_cast<int>(number);
    return base::OkStatus();
  }
  if (key == "seed") {
    RETURN_IF_ERROR(TakeNumber(node, {"seed", 0, 1e9}, file, number));
    plan.seed = static_cast<std::uint64_t>(number);
    return base::OkStatus();
  }
  if (key == "normal_s") return TakeNumber(node, {"normal_s", 20, 3600}, file, plan.normal_s);
  if (key == "fault_s") return TakeNumber(node, {"fault_s", 10, 480}, file, plan.fault_s);
  if (key == "recover_s") return TakeNumber(node, {"recover_s", 0, 600}, file, plan.recover_s);
  return Wrong(file, node.Mark(), key, fmt::format("one of the keys {}", kKeys), "this one");
}

}  // namespace

const std::vector<Scenario>& AllScenarios() {
  static const std::vector<Scenario> scenarios = {
      {"N0", {}},
      {"A1", {{"cpu", 0}}},
      {"A2", {{"io", 0}}},
      {"A3", {{"net", 0}}},
      {"A4", {{"cache", 0}}},
      {"B1", {{"cpu", 0}, {"cpu", 1}}},
      {"B2", {{"io", 0}, {"io", 1}}},
      {"B3", {{"net", 0}, {"net", 1}}},
      {"B4", {{"cache", 0}, {"cache", 1}}},
      {"C1", {{"cpu", 0}, {"io", 0}}},
      {"C2", {{"cpu", 0}, {"net", 0}}},
      {"C3", {{"io", 0}, {"net", 0}}},
      {"C4", {{"cache", 0}, {"io", 0}}},
      {"W1", {{"cpu", 0}, {"surge", 0}}},
      {"W2", {{"io", 0}, {"surge", 0}}},
      {"W3", {{"net", 0}, {"index", 0}}},
      {"W4", {{"cache", 0}, {"index", 0}}},
      {"X1", {{"lock", 0}}},
      {"X2", {{"slowsql", 0}}},
      {"X3", {{"netdelay", 0}}},
      {"X4", {{"netloss", 0}}},
      {"X5", {{"surge", 0}}},
      {"X6", {{"index", 0}}},
      {"X7", {{"stall", 0}}},
      {"X8", {{"fclock", 0}}},
      {"X9", {{"crash", 0}}},
      {"X10", {{"partition", 0}}},
  };
  return scenarios;
}

std::vector<PlannedCase> CasesOf(const CampaignPlan& plan, const std::vector<std::string>& nodes,
                                 const std::vector<inject::FaultKind>& kinds) {
  std::vector<PlannedCase> cases;
  base::Random random(plan.seed);
  for (int rep = 1; rep <= plan.repetitions; ++rep) {
    for (const std::string& name : plan.scenarios) {
      const Scenario& scenario =
          *std::find_if(AllScenarios().begin(), AllScenarios().end(),
                        [&](const Scenario& one) { return one.name == name; });
      const std::size_t first = random.NextBelow(nodes.size());
      const std::size_t second =
          nodes.size() < 2 ? first
                           : (first + 1 + random.NextBelow(nodes.size() - 1)) % nodes.size();
      const auto turn = static_cast<std::size_t>(rep - 1);
      PlannedCase one{.id = fmt::format("{}_r{}", name, rep),
                      .scenario = name,
                      .rep = rep,
                      .load = plan.loads[turn % plan.loads.size()],
                      .faults = {}};
      for (const ScenarioFault& fault : scenario.faults) {
        const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                       [&](const auto& known) { return known.name == fault.kind; });
        if (kind == kinds.end()) continue;
        const bool cluster = kind->scope == domain::ProblemScope::kCluster;
        one.faults.push_back(
            {.kind = fault.kind,
             .node = cluster ? "" : nodes[fault.which == 0 ? first : second],
             .number = inject::NumberFor(*kind, plan.strengths[turn % plan.strengths.size()])});
      }
      cases.push_back(std::move(one));
    }
  }
  return cases;
}

base::Result<CampaignPlan> ParseCampaignPlan(std::string_view yaml, std::string_view file) {
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    CampaignPlan plan;
    if (!root.IsMap())
      return base::Fail(Wrong(file, root.Mark(), "(top level)", fmt::format("a map with {}", kKeys),
                              Found(root)));
    for (const auto& entry : root)
      RETURN_FAIL_IF_ERROR(TakeKey(entry.first.Scalar(), entry.second, file, plan));
    if (plan.scenarios.empty())
      return base::Fail(Wrong(file, root.Mark(), "scenarios", "at least one scenario", "none"));
    return plan;
  } catch (const YAML::Exception& error) {
    return base::Fail(
        base::InvalidArgument(fmt::format("{}:{}:{}: expected valid YAML, found: {}", file,
                                          error.mark.line + 1, error.mark.column + 1, error.msg)));
  }
}

}  // namespace distdiag::engine
