#include "engine/record/campaign_plan.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using testing::HasSubstr;

std::vector<inject::FaultKind> Kinds() {
  std::vector<inject::FaultKind> kinds;
  for (const char* name : {"cpu", "io", "net", "cache", "surge", "index", "lock", "slowsql",
                           "netdelay", "netloss", "stall", "fclock", "crash", "partition"}) {
    inject::FaultKind kind;
    kind.name = name;
    kind.scope = kind.name == "surge" || kind.name == "index" ? domain::ProblemScope::kCluster
                                                              : domain::ProblemScope::kNode;
    kind.low = 1;
    kind.medium = 2;
    kind.high = 3;
    kinds.push_back(kind);
  }
  return kinds;
}

TEST(CampaignPlanTest, EveryScenarioGivesItsFaultsOnDifferentNodes) {
  CampaignPlan plan;
  for (const Scenario& one : AllScenarios()) plan.scenarios.push_back(one.name);
  plan.repetitions = 20;
  const auto cases = CasesOf(plan, {"n1", "n2", "n3"}, Kinds());
  ASSERT_EQ(cases.size(), 20 * AllScenarios().size());
  std::set<std::string> ids, nodes;
  for (const PlannedCase& one : cases) {
    EXPECT_TRUE(ids.insert(one.id).second) << one.id;
    if (one.scenario[0] == 'B') {
      ASSERT_EQ(one.faults.size(), 2u);
      EXPECT_NE(one.faults[0].node, one.faults[1].node);
    }
    if (one.scenario[0] == 'C') {
      ASSERT_EQ(one.faults.size(), 2u);
      EXPECT_EQ(one.faults[0].node, one.faults[1].node);
    }
    if (one.scenario[0] == 'W') {
      ASSERT_EQ(one.faults.size(), 2u);
      EXPECT_EQ(one.faults[1].node, "") << "the whole cluster";
    }
    if (one.scenario == "N0") {
      EXPECT_TRUE(one.faults.empty());
    } else {
      nodes.insert(one.faults[0].node);
    }
  }
  EXPECT_THAT(nodes, testing::IsSupersetOf({"n1", "n2", "n3"})) << "nodes are drawn";
}

TEST(CampaignPlanTest, TheSameSeedGivesTheSameCases) {
  CampaignPlan plan;
  plan.scenarios = {"A1", "B2", "C3"};
  plan.repetitions = 5;
  const auto first = CasesOf(plan, {"n1", "n2", "n3"}, Kinds());
  const auto again = CasesOf(plan, {"n1", "n2", "n3"}, Kinds());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].faults, again[i].faults);
}

TEST(CampaignPlanTest, StrengthsAndLoadsTakeTurns) {
  CampaignPlan plan;
  plan.scenarios = {"A1"};
  plan.repetitions = 3;
  plan.strengths = {inject::Strength::kHigh, inject::Strength::kLow};
  plan.loads = {1, 0.5, 0.7};
  const auto cases = CasesOf(plan, {"n1"}, Kinds());
  EXPECT_EQ(cases[0].faults[0].number, 3);
  EXPECT_EQ(cases[1].faults[0].number, 1);
  EXPECT_EQ(cases[2].faults[0].number, 3);
  EXPECT_EQ(cases[2].load, 0.7);
}

TEST(CampaignPlanTest, ReadsAPlan) {
  const auto plan = ParseCampaignPlan(
      "scenarios: [A1, N0]\nrepetitions: 3\nstrengths: [low, high]\nloads: [0.5]\nnormal_s: 30\n"
      "fault_s: 20\nrecover_s: 0\nseed: 7\n",
      "p.yaml");
  ASSERT_TRUE(plan) << plan.error().message();
  EXPECT_EQ(plan->scenarios.size(), 2u);
  EXPECT_EQ(plan->repetitions, 3);
  EXPECT_EQ(plan->strengths.size(), 2u);
  EXPECT_EQ(plan->seed, 7u);
}

TEST(CampaignPlanTest, BadInputNamesPlaceExpectedAndFound) {
  const struct {
    const char* yaml;
    const char* message;
  } rows[] = {
      {"", "expected a map"},
      {"repetitions: 1", "at least one scenario"},
      {"scenarios: [A9]", "p.yaml:1:13: key scenarios: expected A1 to A4"},
      {"scenarios: [A1]\nrepetitions: 0", "p.yaml:2:14: key repetitions: expected a number from 1"},
      {"scenarios: [A1]\nstrengths: [huge]", "expected low, medium or high, found \"huge\""},
      {"scenarios: [A1]\nloads: [9]", "key loads: expected a number from 0.1 to 1.5"},
      {"scenarios: [A1]\nfault: 3", "expected one of the keys scenarios"},
      {"scenarios: [A1", "expected valid YAML"},
  };
  for (const auto& row : rows) {
    const auto plan = ParseCampaignPlan(row.yaml, "p.yaml");
    ASSERT_FALSE(plan) << row.yaml;
    EXPECT_THAT(plan.error().message(), HasSubstr(row.message));
  }
}

}  // namespace
}  // namespace distdiag::engine
