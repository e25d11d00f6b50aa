#include "engine/record/case_writer.h"

#include "collect/recorded/recording_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

const domain::MetricId kTps = *domain::FindMetric("c_tps");
const domain::MetricId kUp = *domain::FindMetric("h_up");

base::Timestamp At(double s) { return base::TimestampFromSeconds(1'800'000'000 + s); }

domain::Topology TwoNodes() {
  return {.cluster = "lab", .nodes = {{.name = "n1", .zone = {}}, {.name = "n2", .zone = {}}}};
}

CaseInfo Info(std::string id) {
  CaseInfo info;
  info.id = std::move(id);
  info.scenario = "A1";
  info.start = At(0);
  info.normal_end = At(2);
  info.anomaly_start = At(3);
  info.anomaly_end = At(5);
  info.recovered = At(5);
  info.end = At(6);
  info.labels = {{.node = "n2", .anomaly = "cpu", .scope = "node", .param = 3}};
  return info;
}

class CaseWriterTest : public ::testing::Test {
 protected:
  CaseWriterTest() {
    for (int i = -1; i <= 7; ++i) {
      domain::TickSamples tick;
      tick.time = At(i);
      tick.nodes = {{.node = domain::NodeIndex(0),
                     .answered = true,
                     .values = {{kTps, 30.1F + 0.3F * static_cast<float>(i)}}},
                    {.node = domain::NodeIndex(1), .answered = true, .values = {{kUp, 1}}}};
      if (i != 4) tick.nodes[1].values.push_back({kTps, 29.7F});
      writer_.Note(tick);
    }
  }
  base::MemoryFileSystem files_;
  CaseWriter writer_{files_, "out", TwoNodes(), domain::SeriesLayout(2, {kTps, kUp}),
                     std::chrono::seconds(1)};
};

TEST_F(CaseWriterTest, WhatIsWrittenIsReadBackToTheBit) {
  ASSERT_TRUE(writer_.Write(Info("A1_r1")).ok());
  const auto read = collect::LoadRecordings(files_, "out");
  ASSERT_TRUE(read) << read.error().message();
  ASSERT_EQ(read->size(), 1u);
  const collect::Recording& recording = read->front();
  EXPECT_EQ(recording.topology.cluster, "lab");
  ASSERT_EQ(recording.tick_count(), 7u) << "only what lies between start and end";
  EXPECT_EQ(recording.times.front(), At(0));
  const auto column = *recording.layout.column(kTps);
  for (std::size_t tick = 0; tick < 7; ++tick)
    EXPECT_EQ(recording.view().at(tick, domain::NodeIndex(0), column),
              30.1F + 0.3F * static_cast<float>(tick));
  EXPECT_TRUE(std::isnan(recording.view().at(4, domain::NodeIndex(1), column)));
  ASSERT_EQ(recording.labels.size(), 1u);
  EXPECT_EQ(recording.labels[0].problem, domain::ProblemId::kCpu);
  EXPECT_EQ(*recording.anomaly_start, At(3));
}

TEST_F(CaseWriterTest, CasesAreAppendedAndNeverReplaced) {
  ASSERT_TRUE(writer_.Write(Info("A1_r1")).ok());
  ASSERT_TRUE(writer_.Write(Info("A1_r2")).ok());
  EXPECT_THAT(*writer_.WrittenCases(), testing::ElementsAre("A1_r1", "A1_r2"));
  EXPECT_EQ(writer_.Write(Info("A1_r1")).code(), base::StatusCode::kFailedPrecondition);
  EXPECT_EQ(collect::LoadRecordings(files_, "out")->size(), 2u);
}

TEST_F(CaseWriterTest, AFullDiskLeavesTheListAsItWas) {
  ASSERT_TRUE(writer_.Write(Info("A1_r1")).ok());
  files_.FailWrites(base::ResourceExhausted("disk full"));
  EXPECT_FALSE(writer_.Write(Info("A1_r2")).ok());
  files_.FailWrites(base::OkStatus());
  EXPECT_THAT(*writer_.WrittenCases(), testing::ElementsAre("A1_r1"));
}

TEST_F(CaseWriterTest, AnIdThatIsNoFileNameIsRefused) {
  for (const char* id : {"", "../x", "a b", ".hidden"})
    EXPECT_EQ(writer_.Write(Info(id)).code(), base::StatusCode::kInvalidArgument) << id;
}

TEST_F(CaseWriterTest, ASpanWithoutTicksIsRefused) {
  CaseInfo info = Info("A1_r1");
  info.start = At(100);
  info.end = At(200);
  EXPECT_THAT(writer_.Write(info).message(), testing::HasSubstr("expected ticks"));
}

TEST(LabelsOfTest, AClusterFaultIsALabelOnEveryNode) {
  inject::JournalEntry surge, cpu;
  surge.spec = {.kind = "surge", .node = "", .number = 24};
  cpu.spec = {.kind = "cpu", .node = "n2", .number = 3};
  inject::FaultKind surge_kind, cpu_kind;
  surge_kind.name = "surge";
  surge_kind.problem = domain::ProblemId::kSurge;
  surge_kind.scope = domain::ProblemScope::kCluster;
  cpu_kind.name = "cpu";
  cpu_kind.problem = domain::ProblemId::kCpu;
  cpu_kind.scope = domain::ProblemScope::kNode;
  const auto labels = LabelsOf({cpu, surge}, {surge_kind, cpu_kind}, TwoNodes());
  ASSERT_EQ(labels.size(), 3u);
  EXPECT_EQ(labels[0], (CaseLabelText{"n2", "cpu", "node", 3}));
  EXPECT_EQ(labels[1].node, "n1");
  EXPECT_EQ(labels[2], (CaseLabelText{"n2", "surge", "cluster", 24}));
}

}  // namespace
}  // namespace distdiag::engine
