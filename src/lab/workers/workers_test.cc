#include "lab/workers/delay_queue.h"
#include "lab/workers/sql_worker.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::lab {
namespace {

using ::testing::HasSubstr;

constexpr base::Timestamp kStart = base::Timestamp(std::chrono::seconds(100));

TEST(DelayQueue, APacketWaitsItsTimeAndKeepsItsPlace) {
  DelayQueue queue(std::chrono::milliseconds(25), 10);
  EXPECT_EQ(queue.NextDue(), std::nullopt);
  ASSERT_TRUE(queue.Push("one", kStart));
  ASSERT_TRUE(queue.Push("two", kStart + std::chrono::milliseconds(1)));
  EXPECT_EQ(queue.NextDue(), kStart + std::chrono::milliseconds(25));
  EXPECT_EQ(queue.Due(kStart + std::chrono::milliseconds(24)), nullptr);
  const base::Timestamp due = kStart + std::chrono::milliseconds(25);
  ASSERT_NE(queue.Due(due), nullptr);
  EXPECT_EQ(*queue.Due(due), "one");
  queue.Pop();
  EXPECT_EQ(queue.Due(due), nullptr);
  EXPECT_EQ(*queue.Due(due + std::chrono::milliseconds(1)), "two");
}

TEST(DelayQueue, WhatDoesNotFitIsLost) {
  DelayQueue queue(std::chrono::milliseconds(25), 1);
  EXPECT_TRUE(queue.Push("one", kStart));
  EXPECT_FALSE(queue.Push("two", kStart));
  queue.Pop();
  EXPECT_TRUE(queue.Push("three", kStart));
}

TEST(SqlWorker, TwoRowLockersTakeAllDistrictsOfTheHomeWarehouse) {
  base::Random random(1);
  const auto first =
      SqlWorkerCycle({.kind = SqlWorkerKind::kRowLock, .home_warehouse = 3, .number = 0}, random);
  const auto second =
      SqlWorkerCycle({.kind = SqlWorkerKind::kRowLock, .home_warehouse = 3, .number = 1}, random);
  ASSERT_EQ(first.size(), 4u);
  EXPECT_THAT(first[1].statement, HasSubstr("d_w_id = 3 AND d_id BETWEEN 1 AND 5 FOR UPDATE"));
  EXPECT_THAT(second[1].statement, HasSubstr("d_id BETWEEN 6 AND 10"));
  EXPECT_EQ(first[2].statement, "SELECT SLEEP(1.2)");
  EXPECT_EQ(first[3].statement, "ROLLBACK");
}

TEST(SqlWorker, ScansDifferAndTablesAreLockedMostOfTheTime) {
  base::Random random(1);
  const SqlWorkerOptions scan{.kind = SqlWorkerKind::kScan};
  EXPECT_NE(SqlWorkerCycle(scan, random)[0].statement, SqlWorkerCycle(scan, random)[0].statement);
  const auto lock = SqlWorkerCycle({.kind = SqlWorkerKind::kTableLock}, random);
  ASSERT_EQ(lock.size(), 2u);
  EXPECT_EQ(lock[0].statement, "LOCK TABLES stock READ, order_line READ");
  EXPECT_EQ(lock[0].pause, std::chrono::milliseconds(2500));
  EXPECT_EQ(lock[1].pause, std::chrono::milliseconds(800));
}

TEST(SqlWorker, FreezesComeAsOftenAsAsked) {
  base::Random random(1);
  const auto cycle = SqlWorkerCycle({.kind = SqlWorkerKind::kCompaction, .number = 12}, random);
  ASSERT_EQ(cycle.size(), 2u);
  EXPECT_EQ(cycle[0].statement, "ALTER SYSTEM MINOR FREEZE");
  EXPECT_EQ(cycle[1].statement, "ALTER SYSTEM MAJOR FREEZE");
  EXPECT_EQ(cycle[1].pause, std::chrono::seconds(5));
}

TEST(SqlWorker, KindsHaveTheNamesOfTheFaults) {
  EXPECT_EQ(FindSqlWorkerKind("lock"), SqlWorkerKind::kRowLock);
  EXPECT_EQ(FindSqlWorkerKind("slowsql"), SqlWorkerKind::kScan);
  EXPECT_EQ(FindSqlWorkerKind("fclock"), SqlWorkerKind::kTableLock);
  EXPECT_EQ(FindSqlWorkerKind("compaction"), SqlWorkerKind::kCompaction);
  EXPECT_EQ(FindSqlWorkerKind("dance"), std::nullopt);
}

}  // namespace
}  // namespace distdiag::lab
