#include "lab/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using testing::HasSubstr;
using testing::Not;

LabStatus GoodStatus() {
  LabStatus status;
  status.state.phase = LabPhase::kUp;
  status.keeper = true;
  for (const char* name : {"n1", "n2"}) {
    status.nodes.push_back({.name = name,
                            .pid = 77,
                            .server = {.state = "Synced", .cluster_size = 2, .ready = true},
                            .resident_bytes = 130 << 20,
                            .cpu_cores = 0.25,
                            .transactions_per_s = 12.34});
  }
  return status;
}

TEST(LabStatus, AHealthyLabIsATableAndNothingElse) {
  const LabStatus status = GoodStatus();
  EXPECT_TRUE(AllWell(status));
  const std::string text = StatusText(status);
  EXPECT_THAT(text, HasSubstr("Synced"));
  EXPECT_THAT(text, HasSubstr("12.3"));
  EXPECT_THAT(text, Not(HasSubstr("!")));
}

TEST(LabStatus, WhatIsWrongIsSaid) {
  struct Row {
    const char* said;
    void (*spoil)(LabStatus&);
  };
  const Row rows[] = {
      {"the lab is starting", [](LabStatus& s) { s.state.phase = LabPhase::kStarting; }},
      {"its keeper does not run", [](LabStatus& s) { s.keeper = false; }},
      {"n2: mariadbd does not run", [](LabStatus& s) { s.nodes[1].pid.reset(); }},
      {"n2: expected Synced in a cluster of 2, found Joined in a cluster of 2",
       [](LabStatus& s) {
         s.nodes[1].server = {.state = "Joined", .cluster_size = 2, .ready = false};
       }},
      {"found Synced in a cluster of 1", [](LabStatus& s) { s.nodes[0].server.cluster_size = 1; }},
      {"n1: its terminals do not report",
       [](LabStatus& s) { s.nodes[0].transactions_per_s.reset(); }},
  };
  for (const Row& row : rows) {
    LabStatus status = GoodStatus();
    row.spoil(status);
    EXPECT_FALSE(AllWell(status)) << row.said;
    EXPECT_THAT(StatusText(status), HasSubstr(row.said));
  }
}

TEST(LabStatus, ALabWithoutLoadNeedsNoTerminals) {
  LabStatus status = GoodStatus();
  status.state.with_load = false;
  for (NodeStatus& node : status.nodes) node.transactions_per_s.reset();
  EXPECT_TRUE(AllWell(status));
}

TEST(LabStatus, MetricsAreFoundByTheirWholeName) {
  const char* text =
      "# HELP tps_total x\n"
      "tps_total{node=\"n 1\"} 7\n"
      "tps{node=\"n1\"} 12.5\n"
      "plain 3\n"
      "broken{node=\"n1\"} x\n";
  EXPECT_EQ(FindMetricValue(text, "tps"), 12.5);
  EXPECT_EQ(FindMetricValue(text, "tps_total"), 7);
  EXPECT_EQ(FindMetricValue(text, "plain"), 3);
  EXPECT_FALSE(FindMetricValue(text, "broken"));
  EXPECT_FALSE(FindMetricValue(text, "missing"));
  EXPECT_FALSE(FindMetricValue("", "tps"));
}

}  // namespace
}  // namespace distdiag::lab
