#include "collect/tick_assembler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const domain::MetricId kTps = *domain::FindMetric("c_tps");

base::Timestamp At(double s) { return base::TimestampFromSeconds(1000 + s); }

ProbeReading Reading(double time, float value) {
  ProbeReading reading;
  reading.time = At(time);
  reading.values = {{kTps, value}};
  return reading;
}

class TickAssemblerTest : public ::testing::Test {
 protected:
  TickAssembler assembler_{2,
                           {{domain::NodeIndex(0), "mysql"},
                            {domain::NodeIndex(0), "host"},
                            {domain::NodeIndex(1), "mysql"}},
                           seconds(1)};
};

TEST_F(TickAssemblerTest, AReadingBelongsToTheNextTickAndToNoOther) {
  assembler_.Deliver(0, Reading(-0.1, 5), At(-0.05));
  const SourceTick first = assembler_.Assemble(At(0));
  ASSERT_EQ(first.samples.nodes.size(), 2u);
  EXPECT_TRUE(first.samples.nodes[0].answered);
  ASSERT_EQ(first.samples.nodes[0].values.size(), 1u);
  EXPECT_EQ(first.samples.nodes[0].values[0].value, 5);
  EXPECT_FALSE(first.samples.nodes[1].answered);
  EXPECT_FALSE(assembler_.Assemble(At(1)).samples.nodes[0].answered);
}

TEST_F(TickAssemblerTest, ProbesOfANodeAreMixed) {
  assembler_.Deliver(0, Reading(-0.1, 5), At(0));
  assembler_.Deliver(1, Reading(-0.2, 6), At(0));
  EXPECT_EQ(assembler_.Assemble(At(0)).samples.nodes[0].values.size(), 2u);
}

TEST_F(TickAssemblerTest, ALateReadingJoinsTheNextTickUnlessItIsStale) {
  EXPECT_FALSE(assembler_.Assemble(At(0)).samples.nodes[0].answered);
  assembler_.Deliver(0, Reading(0.2, 5), At(0.2));
  EXPECT_TRUE(assembler_.Assemble(At(1)).samples.nodes[0].answered);
  assembler_.Deliver(0, Reading(1.2, 5), At(1.2));
  EXPECT_FALSE(assembler_.Assemble(At(3)).samples.nodes[0].answered) << "1.8 intervals old";
  EXPECT_EQ(assembler_.shed_readings(), 1u);
}

TEST_F(TickAssemblerTest, AReadingReplacedBeforeItsTickIsCounted) {
  assembler_.Deliver(0, Reading(-0.5, 5), At(-0.5));
  assembler_.Deliver(0, Reading(-0.1, 6), At(-0.1));
  EXPECT_EQ(assembler_.Assemble(At(0)).samples.nodes[0].values[0].value, 6);
  EXPECT_EQ(assembler_.shed_readings(), 1u);
}

TEST_F(TickAssemblerTest, WhatADatabaseToldOnceSurvivesAReadingThatIsReplaced) {
  ProbeReading first = Reading(-0.5, 5);
  first.facts.statements = domain::StatementSample{.from = At(-5), .to = At(-0.5), .top = {}};
  first.facts.role = domain::NodeRole::kLeader;
  assembler_.Deliver(0, std::move(first), At(-0.5));
  assembler_.Deliver(0, Reading(-0.1, 6), At(-0.1));
  const SourceTick tick = assembler_.Assemble(At(0));
  ASSERT_EQ(tick.statements.size(), 1u);
  EXPECT_EQ(tick.statements[0].sample.to, At(-0.5));
  EXPECT_EQ(tick.samples.nodes[0].role, domain::NodeRole::kLeader);
  assembler_.Deliver(0, Reading(0.9, 6), At(0.9));
  const SourceTick next = assembler_.Assemble(At(1));
  EXPECT_TRUE(next.statements.empty());
  EXPECT_EQ(next.samples.nodes[0].role, domain::NodeRole::kLeader) << "until another is told";
}

TEST_F(TickAssemblerTest, StructuresComeOldestFirst) {
  const auto structure = [](double time) {
    domain::DatabaseStructure value;
    value.time = At(time);
    return std::make_shared<const domain::DatabaseStructure>(value);
  };
  ProbeReading older = Reading(-0.1, 5);
  older.facts.structure = structure(-3);
  ProbeReading newer = Reading(-0.1, 5);
  newer.facts.structure = structure(-1);
  assembler_.Deliver(0, std::move(newer), At(0));
  assembler_.Deliver(2, std::move(older), At(0));
  const SourceTick tick = assembler_.Assemble(At(0));
  ASSERT_EQ(tick.structures.size(), 2U);
  EXPECT_EQ(tick.structures[0]->time, At(-3));
  EXPECT_EQ(tick.structures[1]->time, At(-1));
}

TEST_F(TickAssemblerTest, AFailureStandsInEveryTickUntilTheProbeWorks) {
  assembler_.Deliver(2, base::Fail(base::Unavailable("n2: no answer")), At(-0.1));
  EXPECT_EQ(assembler_.Assemble(At(0)).troubles.size(), 1u);
  assembler_.Deliver(2, base::Fail(base::Unavailable("n2: refused")), At(4.9));
  const SourceTick tick = assembler_.Assemble(At(5));
  ASSERT_EQ(tick.troubles.size(), 1u);
  EXPECT_EQ(tick.troubles[0].message, "n2: refused");
  EXPECT_EQ(tick.troubles[0].since, At(-0.1)) << "since the first failure";
  EXPECT_EQ(tick.troubles[0].node, domain::NodeIndex(1));
  EXPECT_FALSE(tick.troubles[0].is_limit);
  assembler_.Deliver(2, Reading(5.9, 1), At(5.9));
  EXPECT_TRUE(assembler_.Assemble(At(6)).troubles.empty());
}

TEST_F(TickAssemblerTest, LimitsStandBesideValuesWithTheirBeginning) {
  ProbeReading reading = Reading(-0.1, 1);
  reading.limits = {"performance_schema is off"};
  assembler_.Deliver(0, reading, At(-0.1));
  reading.time = At(0.9);
  assembler_.Deliver(0, reading, At(0.9));
  const SourceTick tick = assembler_.Assemble(At(1));
  ASSERT_EQ(tick.troubles.size(), 1u);
  EXPECT_TRUE(tick.troubles[0].is_limit);
  EXPECT_EQ(tick.troubles[0].since, At(-0.1));
}

TEST_F(TickAssemblerTest, ChangesComeOnceInOrderOfTime) {
  ProbeReading a = Reading(-0.1, 1), b = Reading(-0.1, 1);
  a.changes = {{At(-0.1), domain::ChangeKind::kParameter, "n1", "later"}};
  b.changes = {{At(-0.3), domain::ChangeKind::kRestart, "n2", "earlier"}};
  assembler_.Deliver(0, a, At(0));
  assembler_.Deliver(2, b, At(0));
  const SourceTick tick = assembler_.Assemble(At(0));
  ASSERT_EQ(tick.changes.size(), 2u);
  EXPECT_EQ(tick.changes[0].description, "earlier");
  EXPECT_TRUE(assembler_.Assemble(At(1)).changes.empty());
}

}  // namespace
}  // namespace distdiag::collect
