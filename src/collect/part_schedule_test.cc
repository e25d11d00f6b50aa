#include "collect/part_schedule.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::collect {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class NoSession final : public Session {
 public:
  base::Result<sql::ResultSet> Query(std::string_view, base::Duration) override {
    return base::Fail(base::Unavailable("not asked here"));
  }
  unsigned last_error() const override { return 0; }
  bool broken() const override { return false; }
};

class NotingPart final : public SlowPart {
 public:
  NotingPart(std::string name, std::vector<std::string>& asked)
      : name_(std::move(name)), asked_(asked) {}
  std::string_view name() const override { return name_; }
  base::Result<PartReading> Read(Session&, base::Timestamp, base::Duration) override {
    asked_.push_back(name_);
    return PartReading{};
  }

 private:
  const std::string name_;
  std::vector<std::string>& asked_;
};

class PartScheduleTest : public ::testing::Test {
 protected:
  PartScheduleTest() : schedule_("n1", std::chrono::milliseconds(500), clock_) {
    for (const char* name : {"a", "b", "c"})
      schedule_.Add(std::make_unique<NotingPart>(name, asked_), seconds(5));
  }
  std::vector<std::string> ReadAfter(int seconds_later,
                                     base::Duration limit = std::chrono::seconds(1)) {
    clock_.Advance(seconds(seconds_later));
    asked_.clear();
    NoSession session;
    ProbeReading reading;
    schedule_.Read(session, clock_.Now() + limit, reading);
    return asked_;
  }

  base::SimulatedClock clock_{base::TimestampFromSeconds(1'700'000'000)};
  std::vector<std::string> asked_;
  PartSchedule schedule_;
};

TEST_F(PartScheduleTest, OnePartAReadingWhileReadingsAreOften) {
  EXPECT_THAT(ReadAfter(1), ElementsAre("a"));
  EXPECT_THAT(ReadAfter(1), ElementsAre("b"));
  EXPECT_THAT(ReadAfter(1), ElementsAre("c"));
  EXPECT_THAT(ReadAfter(1), IsEmpty()) << "none is due";
  EXPECT_THAT(ReadAfter(2), ElementsAre("a"));
}

TEST_F(PartScheduleTest, WhatHasWaitedTwiceItsIntervalIsAskedToo) {
  for (int i = 0; i < 3; ++i) ReadAfter(1);
  // Readings every 10 s: all are due at each of them, and none may grow older than two intervals.
  EXPECT_THAT(ReadAfter(10), UnorderedElementsAre("a", "b", "c"));
  EXPECT_THAT(ReadAfter(10), UnorderedElementsAre("a", "b", "c"));
}

TEST_F(PartScheduleTest, NothingIsAskedWithoutTime) {
  EXPECT_THAT(ReadAfter(1, std::chrono::milliseconds(5)), IsEmpty());
  EXPECT_THAT(ReadAfter(1), ElementsAre("a"));
}

}  // namespace
}  // namespace distdiag::collect
