// What is told as a change: DDL, settings, membership, group replication.
#include "collect/mysql/group_replication_part.h"
#include "collect/mysql/membership.h"
#include "collect/mysql/schema_changes.h"
#include "collect/mysql/variables_part.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using domain::ChangeKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(SchemaChangeTest, NamesStatementAndCount) {
  SchemaChangeWatch watch;
  EXPECT_EQ(watch.Next({{"Com_alter_table", 5}, {"Com_drop_index", 1}}).text, "")
      << "the first look";
  EXPECT_EQ(watch.Next({{"Com_alter_table", 8}, {"Com_drop_index", 2}}).text,
            "ALTER TABLE 3x, DROP INDEX 1x");
  EXPECT_EQ(watch.Next({{"Com_alter_table", 8}, {"Com_drop_index", 2}}).text, "");
  EXPECT_EQ(watch.Next({{"Com_alter_table", 1}, {"Com_drop_index", 0}}).text, "") << "counted anew";
  EXPECT_TRUE(IsSchemaStatement("Com_truncate"));
  EXPECT_FALSE(IsSchemaStatement("Com_select"));
}

TEST(VariableChangeTest, ToldFromToAndOnlyOnce) {
  SettingWatch watch(ChangesByItself);
  EXPECT_THAT(watch.Next({{"innodb_buffer_pool_size", "268435456"}, {"timestamp", "1.5"}}),
              IsEmpty());
  EXPECT_THAT(watch.Next({{"innodb_buffer_pool_size", "41943040"}, {"timestamp", "2.5"}}),
              ElementsAre("innodb_buffer_pool_size changed from 268435456 to 41943040"));
  EXPECT_THAT(watch.Next({{"innodb_buffer_pool_size", "41943040"}}), IsEmpty());
  EXPECT_THAT(watch.Next({{"innodb_buffer_pool_size", ""}, {"gtid_binlog_pos", "0-1-2"}}),
              ElementsAre("innodb_buffer_pool_size changed from 41943040 to ''"));
}

TEST(VariableChangeTest, OfALongListOnlyWhatIsNew) {
  SettingWatch watch(ChangesByItself);
  const std::string rest =
      "; gcache.size = 128M; evs.keepalive_period = PT1S; pc.weight = 1; "
      "socket.checksum = 2; repl.max_ws_size = 2147483647";
  watch.Next({{"wsrep_provider_options", "gcs.fc_limit = 16" + rest}});
  EXPECT_THAT(watch.Next({{"wsrep_provider_options", "gcs.fc_limit = 64" + rest}}),
              ElementsAre("wsrep_provider_options changed: gcs.fc_limit = 64"));
}

TEST(VariableChangeTest, ManyAtOnceAreCounted) {
  SettingWatch watch(ChangesByItself);
  std::vector<SqlRow> rows;
  for (int i = 0; i < 50; ++i) rows.push_back({"v" + std::to_string(i), "1"});
  watch.Next(rows);
  for (auto& row : rows) row[1] = "2";
  const auto changes = watch.Next(rows);
  ASSERT_THAT(changes, SizeIs(21));
  EXPECT_EQ(changes.back(), "and 30 more settings changed");
}

StatusFacts Facts(double size, const char* state, const char* addresses) {
  StatusFacts facts;
  facts.cluster_size = size;
  facts.local_state = state;
  facts.cluster_status = "Primary";
  facts.incoming_addresses = addresses;
  return facts;
}

TEST(MembershipTest, LeavingRoleAndJoining) {
  MembershipWatch watch("n2", {"10.77.0.11", "10.77.0.12", "10.77.0.13"});
  const base::Timestamp t = base::TimestampFromSeconds(1000);
  EXPECT_THAT(watch.Next(Facts(3, "Synced", "10.77.0.11:3306,10.77.0.12:3306,10.77.0.13:3306"), t),
              IsEmpty());
  auto changes = watch.Next(Facts(2, "Synced", "10.77.0.11:3306,10.77.0.12:3306"), t);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].kind, ChangeKind::kMemberLeft);
  EXPECT_EQ(changes[0].node, "n2");
  EXPECT_EQ(changes[0].description, "cluster size 3 -> 2, 10.77.0.13:3306 left");
  changes = watch.Next(Facts(2, "Donor/Desynced", "10.77.0.11:3306,10.77.0.12:3306"), t);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].kind, ChangeKind::kRoleChanged);
  EXPECT_EQ(changes[0].description, "n2 became Donor/Desynced (was Synced)");
  changes =
      watch.Next(Facts(3, "Donor/Desynced", "10.77.0.11:3306,10.77.0.12:3306,10.77.0.14:3306"), t);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].kind, ChangeKind::kMemberJoined);
  EXPECT_EQ(changes[0].description,
            "cluster size 2 -> 3, 10.77.0.14:3306 joined and is not configured: a blind spot");
  EXPECT_THAT(watch.blind_spots(), ElementsAre(HasSubstr("10.77.0.14:3306 is a member")));
}

TEST(MembershipTest, AServerWithoutGaleraHasNone) {
  MembershipWatch watch("n1", {"10.77.0.11"});
  EXPECT_THAT(watch.Next({}, {}), IsEmpty());
  EXPECT_THAT(watch.blind_spots(), IsEmpty());
}

SqlRow Member(const char* id, const char* state, const char* role) {
  return {"u1", id, std::string("db") + id, "3306", state, role, "4", "7", "2"};
}

TEST(GroupReplicationTest, OwnRowGivesTheQueues) {
  const auto view =
      ParseGroup({Member("u2", "ONLINE", "PRIMARY"), Member("u1", "RECOVERING", "SECONDARY")});
  ASSERT_TRUE(view.self);
  EXPECT_EQ(view.self->address, "dbu1:3306");
  EXPECT_EQ(view.applier_queue, 7);
  EXPECT_THAT(view.members, SizeIs(2));
  // Outside a group: one row without an id.
  EXPECT_FALSE(ParseGroup({{"u1", "", "", std::nullopt, "OFFLINE", "", std::nullopt}}).self);
}

TEST(GroupReplicationTest, PrimaryMemberAndStateAreChanges) {
  const auto before =
      ParseGroup({Member("u1", "RECOVERING", "SECONDARY"), Member("u2", "ONLINE", "PRIMARY")});
  const auto now =
      ParseGroup({Member("u1", "ONLINE", "PRIMARY"), Member("u3", "ONLINE", "SECONDARY")});
  const auto changes = GroupChanges(before, now);
  ASSERT_THAT(changes, SizeIs(4));
  EXPECT_EQ(changes[0].description, "dbu3:3306 joined the group");
  EXPECT_EQ(changes[1].description, "dbu2:3306 left the group");
  EXPECT_EQ(changes[2].kind, ChangeKind::kLeaderMove);
  EXPECT_EQ(changes[2].description, "dbu1:3306 became PRIMARY (was dbu2:3306)");
  EXPECT_EQ(changes[3].description, "dbu1:3306 became ONLINE (was RECOVERING)");
}

}  // namespace
}  // namespace distdiag::collect
