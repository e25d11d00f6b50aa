#include "collect/oceanbase/audit_part.h"

#include "collect/oceanbase/session_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

SqlRow Ends(const char* tenant, const char* oldest, const char* newest) {
  return {tenant, oldest, newest};
}

TEST(NextSlicesTest, LooksAtWhatIsNewOnly) {
  AuditCursors cursors;
  EXPECT_THAT(NextSlices({Ends("1", "50", "100")}, 1000, cursors), IsEmpty())
      << "the first look has nothing to begin from";
  const auto slices = NextSlices({Ends("1", "50", "160")}, 1000, cursors);
  ASSERT_EQ(slices.size(), 1U);
  EXPECT_EQ(slices[0].after, 100);
  EXPECT_EQ(slices[0].upto, 160);
  EXPECT_DOUBLE_EQ(slices[0].seen_share(), 1);
  EXPECT_THAT(NextSlices({Ends("1", "50", "160")}, 1000, cursors), IsEmpty()) << "nothing new";
}

TEST(NextSlicesTest, WhatWasEmptiedFromTheRingIsAGap) {
  AuditCursors cursors{{1, 100}};
  const auto slices = NextSlices({Ends("1", "176", "200")}, 1000, cursors);
  EXPECT_EQ(slices[0].after, 175);
  EXPECT_DOUBLE_EQ(slices[0].seen_share(), 0.25);
}

TEST(NextSlicesTest, TheNewestAreLookedAtWhenThereAreTooMany) {
  AuditCursors cursors{{1002, 100}, {1004, 100}};
  const auto slices =
      NextSlices({Ends("1002", "1", "1100"), Ends("1004", "1", "110")}, 1000, cursors);
  EXPECT_EQ(slices[0].after, 600);
  EXPECT_DOUBLE_EQ(slices[0].seen_share(), 0.5);
  EXPECT_DOUBLE_EQ(slices[1].seen_share(), 1);
}

TEST(NextSlicesTest, ATenantThatComesOrBeginsAgainWaitsForTheNextLook) {
  AuditCursors cursors{{1, 100}, {3, 7}};
  EXPECT_THAT(NextSlices({Ends("1", "1", "20"), Ends("2", "5", "9")}, 1000, cursors), IsEmpty());
  EXPECT_EQ(cursors, (AuditCursors{{1, 20}, {2, 9}})) << "one that is gone is forgotten";
  EXPECT_THAT(NextSlices({{"1", std::nullopt, std::nullopt}, {std::nullopt}}, 1000, cursors),
              IsEmpty());
  EXPECT_EQ(cursors, (AuditCursors{{1, 20}})) << "an empty ring goes on where it was";
}

TEST(ParseGroupsTest, ScalesToAllRequests) {
  const std::vector<AuditSlice> slices = {{.tenant = 1, .after = 150, .upto = 200, .since = 100}};
  const auto groups = ParseGroups({{"1", "AB", "shop", "77", "db file data read", "10", "2000000",
                                    "500", "1500000", "100", "-20", "199"},
                                   {"1", "", "", "0", "", "1", "1", "1", "1", "1", "1", "1"},
                                   {"9", "AB", "", "0", "", "1", "1", "1", "1", "1", "1", "1"},
                                   {}},
                                  slices);
  ASSERT_EQ(groups.size(), 1U) << "rows without statement or of no slice are left out";
  EXPECT_EQ(groups[0].request, 199);
  EXPECT_DOUBLE_EQ(groups[0].part.calls, 20);
  EXPECT_DOUBLE_EQ(groups[0].part.seconds, 4);
  EXPECT_DOUBLE_EQ(groups[0].part.rows, 1000);
  EXPECT_EQ(groups[0].part.plan, "77");
  EXPECT_EQ(groups[0].part.waits[0].first, "db file data read");
  EXPECT_DOUBLE_EQ(groups[0].part.waits[0].second, 3);
  EXPECT_DOUBLE_EQ(groups[0].part.waits[2].second, 0) << "never below nothing";
}

TEST(StatementTextsTest, StatementsThatDifferByTheirListsAreOne) {
  StatementTexts texts;
  texts.Learn("A", "select a from t where b in (1,2)", true);
  texts.Learn("B", "select a from t where b in (1,2,3)", true);
  StatementPart part{.digest = "B", .schema = {}, .text = {}, .plan = {}};
  texts.Name(part);
  EXPECT_EQ(part.digest, "A");
  EXPECT_EQ(part.text, "select a from t where b in (...)");
  StatementPart unknown{.digest = "C", .schema = {}, .text = {}, .plan = {}};
  texts.Name(unknown);
  EXPECT_EQ(unknown.digest, "C");
}

TEST(StatementTextsTest, AreBounded) {
  StatementTexts texts;
  for (std::size_t i = 0; i < 3 * StatementTexts::kMost; ++i)
    texts.Learn(std::to_string(i), "select 1", true);
  EXPECT_LE(texts.size(), StatementTexts::kMost);
}

class AuditPartTest : public ::testing::Test {
 protected:
  AuditPartTest() {
    session_.answers["MAX(REQUEST_ID) FROM"] = {.rows = {Ends("1", "1", "100")}};
    session_.answers["GROUP BY SQL_ID, DB_NAME"] = {
        .rows = {{"1", "AB", "shop", "77", "", "50", "1000000", "50", "0", "0", "0", "199"},
                 {"1", "CD", "shop", "0", "", "50", "250000", "0", "0", "0", "200000", "198"}}};
    session_.answers["LEFT(QUERY_SQL"] = {
        .rows = {{"AB", "select 'secret'", "15"}, {"CD", "update t set a = 5", "18"}}};
    session_.answers["enable_sql_audit"] = {.rows = {{"True"}}};
    session_.answers["V$OB_PLAN_CACHE_PLAN_STAT"] = {
        .rows = {{"AB", "77", "100", "5000000", "0", "select ?"}}};
  }

  PartReading Read() {
    session_.clock.Advance(std::chrono::seconds(5));
    auto reading = part_.Read(session_, session_.clock.Now(), std::chrono::milliseconds(500));
    EXPECT_TRUE(reading) << reading.error().message();
    return reading ? std::move(*reading) : PartReading{};
  }
  void Ring(const char* oldest, const char* newest) {
    session_.answers["MAX(REQUEST_ID) FROM"].rows = {Ends("1", oldest, newest)};
  }

  SessionScript session_;
  AuditPart part_{{.account = "`distdiag`@`%`", .user = "distdiag", .has_tenants = false},
                  session_.clock};
};

TEST_F(AuditPartTest, TellsWhatRanSinceTheLastLook) {
  EXPECT_FALSE(Read().facts.statements) << "nothing to compare with";
  Ring("1", "200");
  const PartReading reading = Read();
  ASSERT_TRUE(reading.facts.statements);
  const auto& sample = *reading.facts.statements;
  EXPECT_THAT(reading.limits, IsEmpty());
  ASSERT_EQ(sample.top.size(), 2U);
  EXPECT_EQ(sample.top[0].text, "select ?");
  EXPECT_DOUBLE_EQ(sample.top[0].seconds_per_second, 0.2);
  EXPECT_DOUBLE_EQ(sample.top[0].ms_per_call, 20);
  EXPECT_EQ(sample.top[1].main_wait, "row lock wait");
  EXPECT_DOUBLE_EQ(sample.seen_share, 1);
  const std::string& groups = *std::find_if(
      session_.asked.begin(), session_.asked.end(),
      [](const std::string& one) { return one.find("GROUP BY SQL_ID") != std::string::npos; });
  EXPECT_THAT(groups, HasSubstr("USER_NAME <> 'distdiag'"));
  EXPECT_THAT(groups, HasSubstr("REQUEST_ID > 100 AND REQUEST_ID <= 200"));
  EXPECT_THAT(groups, HasSubstr("SID <> CONNECTION_ID()"));
}

TEST_F(AuditPartTest, AsksForATextOnce) {
  Read();
  Ring("1", "200");
  Read();
  session_.asked.clear();
  Ring("1", "300");
  ASSERT_TRUE(Read().facts.statements);
  for (const std::string& one : session_.asked) EXPECT_THAT(one, Not(HasSubstr("QUERY_SQL")));
}

TEST_F(AuditPartTest, AfterARestartItBeginsAnew) {
  Read();
  Ring("1", "200");
  part_.Restarted();
  EXPECT_FALSE(Read().facts.statements);
}

TEST_F(AuditPartTest, WhereTheAuditIsOffThePlanCacheIsRead) {
  Read();
  session_.answers["enable_sql_audit"].rows = {{"False"}};
  Read();
  PartReading reading = Read();
  EXPECT_FALSE(reading.facts.statements);
  EXPECT_THAT(reading.limits, ElementsAre(HasSubstr("ALTER SYSTEM SET enable_sql_audit = True")));
  session_.answers["V$OB_PLAN_CACHE_PLAN_STAT"].rows = {
      {"AB", "77", "110", "6000000", "0", "select ?"}};
  reading = Read();
  ASSERT_TRUE(reading.facts.statements);
  EXPECT_DOUBLE_EQ(reading.facts.statements->top.at(0).calls_per_second, 2);
  EXPECT_DOUBLE_EQ(reading.facts.statements->top.at(0).ms_per_call, 100);
  Ring("1", "101");
  reading = Read();
  EXPECT_TRUE(reading.facts.statements) << "a straggler in the ring: still off";
  EXPECT_THAT(reading.limits, Not(IsEmpty()));
  session_.answers["enable_sql_audit"].rows = {{"True"}};
  Ring("1", "200");
  reading = Read();
  EXPECT_FALSE(reading.facts.statements) << "it is on again: another source, nothing to compare";
  EXPECT_THAT(reading.limits, IsEmpty());
  Ring("1", "300");
  EXPECT_TRUE(Read().facts.statements);
}

TEST_F(AuditPartTest, ARingThatKeepsNothingIsSaid) {
  Read();
  session_.answers["MAX(REQUEST_ID) FROM"].rows = {};
  EXPECT_THAT(Read().limits, IsEmpty()) << "it may just have been emptied";
  EXPECT_THAT(Read().limits, ElementsAre(HasSubstr("SET GLOBAL ob_sql_audit_percentage = 3")));
}

TEST_F(AuditPartTest, AfterALookIntoAnEmptiedRingTheWindowIsTheLongerOne) {
  Read();
  session_.answers["MAX(REQUEST_ID) FROM"].rows = {};
  EXPECT_FALSE(Read().facts.statements);
  Ring("151", "200");
  const PartReading reading = Read();
  ASSERT_TRUE(reading.facts.statements);
  EXPECT_EQ(reading.facts.statements->to - reading.facts.statements->from,
            std::chrono::seconds(10));
  EXPECT_DOUBLE_EQ(reading.facts.statements->seen_share, 0.5);
}

TEST_F(AuditPartTest, ARingThatBeginsAnewIsNotOff) {
  session_.answers["MAX(REQUEST_ID) FROM"].rows = {};
  Read();
  Ring("1", "20");
  EXPECT_THAT(Read().limits, IsEmpty()) << "of a server that has just started";
  Ring("1", "5");
  EXPECT_THAT(Read().limits, IsEmpty());
}

TEST_F(AuditPartTest, AMissingRightIsNamed) {
  session_.answers["MAX(REQUEST_ID) FROM"] = {.rows = {}, .error = 1142};
  const PartReading reading = Read();
  EXPECT_FALSE(reading.is_offered);
  EXPECT_THAT(reading.limits,
              ElementsAre(HasSubstr("GRANT SELECT ON oceanbase.V$OB_SQL_AUDIT TO `distdiag`@`%`")));
}

TEST_F(AuditPartTest, ALostConnectionIsAFailure) {
  session_.answers["MAX(REQUEST_ID) FROM"].is_lost = true;
  EXPECT_FALSE(part_.Read(session_, session_.clock.Now(), std::chrono::milliseconds(500)));
}

TEST_F(AuditPartTest, ALookThatTakesLongReadsLessAndMoreRarely) {
  Read();
  session_.answers["GROUP BY SQL_ID, DB_NAME"].takes = std::chrono::milliseconds(200);
  Ring("1", "100000");
  const PartReading first = Read();
  ASSERT_TRUE(first.facts.statements);
  EXPECT_NEAR(first.facts.statements->seen_share, 0.05, 0.001) << "5000 rows are looked at";
  session_.asked.clear();
  const PartReading second = Read();
  EXPECT_FALSE(second.facts.statements);
  EXPECT_THAT(session_.asked, IsEmpty());
  EXPECT_THAT(second.limits, ElementsAre(HasSubstr("looked at again in 15 s only")));
  Read();
  Read();
  Ring("1", "200000");
  const PartReading next = Read();
  ASSERT_TRUE(next.facts.statements);
  EXPECT_NEAR(next.facts.statements->seen_share, 0.0125, 0.001) << "a quarter of the rows";
  EXPECT_EQ(next.facts.statements->to - next.facts.statements->from,
            std::chrono::seconds(20) + std::chrono::milliseconds(200));
}

TEST(AuditPartTenantsTest, LooksAtUsersTenantsEachByItself) {
  SessionScript session;
  session.answers["V$OB_UNITS"] = {.rows = {{"1"}, {"1001"}, {"1002"}, {"1004"}}};
  session.answers["TENANT_ID = 1002), (SELECT MAX"] = {.rows = {Ends("1002", "1", "10")}};
  session.answers["TENANT_ID = 1004), (SELECT MAX"] = {.rows = {Ends("1004", "1", "90")}};
  session.answers["enable_sql_audit"] = {.rows = {{"True"}}};
  AuditPart part({.account = "`distdiag`@`%`", .user = "distdiag"}, session.clock);
  for (int i = 0; i < 2; ++i) {
    session.clock.Advance(std::chrono::seconds(5));
    const auto reading = part.Read(session, session.clock.Now(), std::chrono::milliseconds(500));
    ASSERT_TRUE(reading);
    EXPECT_THAT(reading->limits, IsEmpty()) << "nobody asked for anything";
  }
  session.answers["TENANT_ID = 1004), (SELECT MAX"].rows = {Ends("1004", "1", "100")};
  session.answers["GROUP BY SQL_ID, DB_NAME"] = {
      .rows = {{"1004", "AB", "shop", "77", "", "10", "1000000", "50", "0", "0", "0", "99"}}};
  session.answers["LEFT(QUERY_SQL"] = {.rows = {{"AB", "select 1", "8"}}};
  session.clock.Advance(std::chrono::seconds(5));
  const auto reading = part.Read(session, session.clock.Now(), std::chrono::milliseconds(500));
  ASSERT_TRUE(reading && reading->facts.statements);
  EXPECT_EQ(reading->facts.statements->top.at(0).text, "select ?");
  EXPECT_THAT(session.asked.back(), HasSubstr("TENANT_ID = 1004 AND REQUEST_ID IN (99)"));
}

}  // namespace
}  // namespace distdiag::collect
