#include "collect/oceanbase/role_part.h"

#include "collect/oceanbase/session_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using domain::ChangePhase;
using domain::NodeRole;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr base::Timestamp kNow{};
constexpr auto kLimit = std::chrono::seconds(1);

std::vector<OwnReplica> Replicas(const std::vector<SqlRow>& rows) { return ParseOwnReplicas(rows); }

TEST(Role, IsThatOfTheUserTenants) {
  EXPECT_EQ(RoleOf({}), NodeRole::kUnknown);
  EXPECT_EQ(RoleOf(Replicas({{"1002", "1001", "FOLLOWER", "YES"}, {"1", "1", "LEADER", "YES"}})),
            NodeRole::kFollower);
  EXPECT_EQ(
      RoleOf(Replicas({{"1002", "1001", "FOLLOWER", "YES"}, {"1002", "1002", "LEADER", "YES"}})),
      NodeRole::kLeader);
  EXPECT_EQ(RoleOf(Replicas({{"1002", "1", "FOLLOWER", "YES"}, {"1001", "1", "LEADER", "YES"}})),
            NodeRole::kFollower);  // META follows its tenant
  EXPECT_EQ(RoleOf(Replicas({{"1", "1", "LEADER", "YES"}})), NodeRole::kLeader);  // nothing but sys
}

TEST(Role, RowsThatAreNoReplicaAreLeftOut) {
  EXPECT_THAT(Replicas({{"x", "1", "LEADER", "YES"}, {std::nullopt, "1", "LEADER", "YES"}, {}}),
              IsEmpty());
}

TEST(LeaderChanges, SaysWhoCameAndWentByTenant) {
  const auto before =
      Replicas({{"1002", "1001", "LEADER", "YES"}, {"1004", "1001", "FOLLOWER", "YES"}});
  const auto now = Replicas({{"1004", "1001", "LEADER", "YES"},
                             {"1004", "1002", "LEADER", "YES"},
                             {"1003", "1", "LEADER", "YES"}});
  const auto changes = LeaderChanges("n2", before, now, {{1004, "shop"}});
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[0].description, "n2 is no longer leader of log stream 1001 of tenant 1002");
  EXPECT_EQ(changes[0].phase, ChangePhase::kEnded);
  EXPECT_EQ(changes[1].description, "n2 became leader of log streams 1001, 1002 of tenant shop");
  EXPECT_EQ(changes[1].phase, ChangePhase::kBegan);
  EXPECT_THAT(LeaderChanges("n2", now, now, {}), IsEmpty());
}

TEST(LeaderChanges, AFloodIsOneSentence) {
  std::vector<OwnReplica> now;
  for (int i = 0; i < 40; ++i)
    now.push_back({.tenant = 1002, .log_stream = 1001 + i, .is_leader = true});
  EXPECT_EQ(
      LeaderChanges("n1", {}, now, {}).at(0).description,
      "n1 became leader of log streams 1001, 1002, 1003, 1004, 1005 and 35 more of tenant 1002");
}

TEST(RolePart, TellsRoleValuesAndAMoveWithTheTenantsName) {
  SessionScript session;
  session.answers["V$OB_LOG_STAT"] = {
      .rows = {{"1002", "1001", "FOLLOWER", "NO"}, {"1", "1", "FOLLOWER", "YES"}}};
  session.answers["DBA_OB_TENANTS"] = {.rows = {{"1002", "shop"}}};
  RolePart part("n2", "`d`@`%`");
  auto first = part.Read(session, kNow, kLimit);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->facts.role, NodeRole::kFollower);
  EXPECT_THAT(first->changes, IsEmpty());
  EXPECT_THAT(first->values, ElementsAre(testing::Field(&domain::MetricValue::value, 0.0F),
                                         testing::Field(&domain::MetricValue::value, 2.0F),
                                         testing::Field(&domain::MetricValue::value, 1.0F)));
  session.answers["V$OB_LOG_STAT"].rows[0] = {"1002", "1001", "LEADER", "YES"};
  auto second = part.Read(session, kNow, kLimit);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->facts.role, NodeRole::kLeader);
  ASSERT_THAT(second->changes, SizeIs(1));
  EXPECT_EQ(second->changes[0].description, "n2 became leader of log stream 1001 of tenant shop");
  // After a restart there is nothing to compare with.
  part.Restarted();
  session.answers["V$OB_LOG_STAT"].rows[0] = {"1002", "1001", "FOLLOWER", "YES"};
  EXPECT_THAT(part.Read(session, kNow, kLimit)->changes, IsEmpty());
}

TEST(RolePart, AServerOfOneTenantHasTheNarrowView) {
  SessionScript session;
  session.answers["TENANT_ID"] = {.error = 1054};
  session.answers["1, 1, ROLE"] = {.rows = {{"1", "1", "LEADER", "YES"}}};
  RolePart part("n1", "`d`@`%`");
  EXPECT_EQ(part.Read(session, kNow, kLimit)->facts.role, NodeRole::kLeader);
  EXPECT_EQ(part.Read(session, kNow, kLimit)->facts.role, NodeRole::kLeader);
  EXPECT_THAT(session.asked, SizeIs(3));  // it asks the wide view only once
}

TEST(RolePart, DeniedNamesTheGrantAndForgetsTheRole) {
  SessionScript session;
  session.answers["V$OB_LOG_STAT"] = {.error = 1142};
  RolePart part("n1", "`d`@`%`");
  const auto reading = part.Read(session, kNow, kLimit);
  ASSERT_TRUE(reading.has_value());
  EXPECT_THAT(reading->limits,
              ElementsAre(HasSubstr("GRANT SELECT ON oceanbase.V$OB_LOG_STAT TO `d`@`%`")));
  EXPECT_EQ(reading->facts.role, NodeRole::kUnknown);
  EXPECT_FALSE(reading->is_offered);
}

TEST(RolePart, ALostConnectionFails) {
  SessionScript session;
  session.answers["V$OB_LOG_STAT"] = {.is_lost = true};
  EXPECT_FALSE(RolePart("n1", "x").Read(session, kNow, kLimit).has_value());
}

}  // namespace
}  // namespace distdiag::collect
