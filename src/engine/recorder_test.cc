#include "engine/recorder.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using domain::IncidentChange;
using domain::NodeIndex;
using domain::ProblemId;

base::Timestamp At(int second) { return base::Timestamp(std::chrono::seconds(1'000'000 + second)); }

domain::Topology TwoNodes() {
  return {.cluster = "lab", .nodes = {{.name = "n1", .zone = {}}, {.name = "n2", .zone = {}}}};
}

domain::Verdict CpuOnN2(int second) {
  domain::Verdict verdict;
  verdict.time = At(second);
  verdict.ranker = "combined";
  domain::RankedCause cause;
  cause.target.node = NodeIndex(1);
  cause.problem = ProblemId::kCpu;
  cause.probability = 0.9;
  cause.shown = true;
  verdict.ranking.push_back(cause);
  return verdict;
}

domain::Alarm AlarmSince(int since, int now) {
  return {.node = NodeIndex(1),
          .metric = domain::MetricId(0),
          .detector = domain::DetectorKind::kRecent,
          .severity = 0.5,
          .time = At(now),
          .evidence = {1, 0, 0, 0.5, At(since)}};
}

// A database that may be given a size limit: reaching it is the same failure as a full disk.
class RecorderTest : public ::testing::Test {
 protected:
  RecorderTest() {
    folder_ = ::testing::TempDir() + "distdiag_recorder_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~RecorderTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  void Open(std::int64_t limit_bytes = 0, notify::AlarmBudgetOptions budget = {}) {
    auto database =
        store::Database::Open({.path = folder_ + "/test.db", .limit_bytes = limit_bytes});
    ASSERT_TRUE(database) << database.error().message();
    database_ = std::move(*database);
    alarms_ = std::make_unique<store::AlarmRepository>(*database_, 1'000'000);
    incidents_ = std::make_unique<store::IncidentRepository>(*database_);
    deliveries_ = std::make_unique<store::DeliveryRepository>(*database_);
    recorder_ = std::make_unique<Recorder>(
        RecorderDeps{*database_, *alarms_, *incidents_, *deliveries_, feed_, notices_, clock_,
                     metrics_},
        TwoNodes(), std::vector<std::string>{"log"},
        notify::MessageOptions{.ui_base_url = "http://localhost:13000"}, budget);
    recorder_->OnDeliveries([this] { ++wakes_; });
  }
  // Two convincing ticks open an incident in the tracker; its event goes to the recorder.
  void OpenIncident() {
    for (int second = 0; second < 2; ++second) Observe(second, CpuOnN2(second));
  }
  void Observe(int second, const domain::Verdict& verdict) {
    for (domain::IncidentEvent& event : tracker_.Observe({At(second), verdict, {}, {}}))
      recorder_->NoteChange(
          {.event = std::move(event),
           .evidence = {.charts_json = charts_, .graph_json = "{}", .impact_json = "{}"}});
  }

  std::string folder_;
  std::string charts_ = "{\"charts\":[]}";
  base::SimulatedClock clock_{At(0)};
  base::SelfMetrics metrics_;
  serve::LiveFeed feed_{clock_, metrics_};
  NoticeBoard notices_{clock_, metrics_};
  incident::IncidentTracker tracker_{TwoNodes()};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::AlarmRepository> alarms_;
  std::unique_ptr<store::IncidentRepository> incidents_;
  std::unique_ptr<store::DeliveryRepository> deliveries_;
  std::unique_ptr<Recorder> recorder_;
  int wakes_ = 0;
};

TEST_F(RecorderTest, AnOpenedIncidentIsStoredWithEvidenceAndOneDelivery) {
  Open();
  OpenIncident();
  recorder_->Flush(tracker_);
  const auto stored = incidents_->List({});
  ASSERT_TRUE(stored);
  ASSERT_EQ(stored->size(), 1u);
  EXPECT_EQ(tracker_.OpenIncidents().front().id, stored->front().incident.id);
  EXPECT_EQ(incidents_->LoadEvidence(stored->front().incident.id)->charts_json, "{\"charts\":[]}");
  const auto deliveries = deliveries_->List({});
  ASSERT_EQ(deliveries->size(), 1u);
  EXPECT_EQ(deliveries->front().event, "opened");
  EXPECT_EQ(wakes_, 1);
}

TEST_F(RecorderTest, ResolvingTellsOnceMore) {
  Open();
  OpenIncident();
  domain::Verdict calm;
  for (int second = 2; second < 20; ++second) {
    recorder_->Flush(tracker_);
    Observe(second, calm);
  }
  recorder_->Flush(tracker_);
  EXPECT_FALSE(tracker_.has_open());
  EXPECT_EQ(incidents_->List({})->front().incident.state, domain::IncidentState::kResolved);
  EXPECT_EQ(deliveries_->List({})->size(), 2u);
}

TEST_F(RecorderTest, WhatIsOverTheBudgetIsStoredButNotSent) {
  Open(0, {.pages_per_week = 1});
  domain::Incident earlier;
  earlier.detected = At(-3600);
  earlier.resolved = At(-3500);
  recorder_->Resume(std::span(&earlier, 1));
  OpenIncident();
  recorder_->Flush(tracker_);
  EXPECT_EQ(incidents_->List({})->size(), 1u);
  EXPECT_TRUE(deliveries_->List({})->empty());
  EXPECT_EQ(wakes_, 0);
  EXPECT_EQ(recorder_->AlarmBudget(At(2)).held_back, 1);
  EXPECT_NE(metrics_.WriteText().find("distdiag_pages_held_back_total 1"), std::string::npos);
}

TEST_F(RecorderTest, AStandingAlarmIsStoredOnce) {
  Open();
  for (int second = 10; second < 30; ++second) {
    const domain::Alarm alarm = AlarmSince(second < 20 ? 9 : 19, second);
    recorder_->NoteAlarms(std::span(&alarm, 1));
    recorder_->Flush(tracker_);
  }
  EXPECT_EQ(alarms_->List({})->size(), 2u) << "two stays outside the band";
}

TEST_F(RecorderTest, AFullDiskLosesNothingAndIsTold) {
  Open(400 * 1024);
  charts_.append(100'000, ' ');  // does not fit into what is left of a page
  // Fill the file until it takes no more.
  const std::vector<domain::Alarm> many(1000, AlarmSince(0, 1));
  while (alarms_->Append(many, TwoNodes()).ok()) {
  }
  while (alarms_->Append(std::span(many).first(1), TwoNodes()).ok()) {
  }
  OpenIncident();
  for (int i = 0; i < 3; ++i) recorder_->Flush(tracker_);
  ASSERT_TRUE(recorder_->blocked());
  ASSERT_FALSE(notices_.List().empty());
  EXPECT_EQ(notices_.List().front().code, "store_write_failed");
  EXPECT_TRUE(incidents_->List({})->empty());
  EXPECT_EQ(tracker_.OpenIncidents().front().id, 0);

  // Old alarms go, there is room again: what waited is written.
  ASSERT_TRUE(database_
                  ->InTransaction([](store::Transaction& transaction) {
                    return transaction.connection().Execute("DELETE FROM alarm");
                  })
                  .ok());
  recorder_->Flush(tracker_);
  EXPECT_FALSE(recorder_->blocked());
  ASSERT_EQ(incidents_->List({})->size(), 1u);
  EXPECT_EQ(deliveries_->List({})->size(), 1u);
}

}  // namespace
}  // namespace distdiag::engine
