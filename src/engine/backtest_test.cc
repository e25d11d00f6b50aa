// Changed detectors on recorded history, and the desk at which changes arrive.
#include "engine/backtest.h"

#include "collect/recorded/recording_loader.h"
#include "engine/detector_desk.h"
#include "store/database.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using domain::BacktestVerdict;
using testing::HasSubstr;

constexpr const char* kSource = DISTDIAG_SOURCE_DIR;

domain::DetectorDefinitions Parse(const std::string& list) {
  const auto read = domain::ParseDetectors("{\"detectors\":[" + list + "]}", "test");
  EXPECT_TRUE(read) << read.error().message();
  return read.value_or(domain::DetectorDefinitions{});
}

class BacktestTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const base::RealFileSystem files;
    std::vector<base::Status> broken;
    auto recordings =
        collect::LoadRecordings(files, std::string(kSource) + "/recordings", {"A1_r1"}, broken);
    ASSERT_TRUE(recordings) << recordings.error().message();
    recording = new collect::Recording(std::move(recordings->front()));
    auto loaded = detect::LoadModel(files, std::string(kSource) + "/models/galera-demo/model.json");
    ASSERT_TRUE(loaded);
    model = new std::shared_ptr<const detect::ModelArtefact>(
        std::make_shared<const detect::ModelArtefact>(std::move(*loaded)));
  }
  static void TearDownTestSuite() {
    delete recording;
    delete model;
  }
  static BacktestSubject Subject() { return {recording->topology, recording->layout, *model, {}}; }
  static domain::TickSamples Tick(std::size_t tick) {
    return recording->Tick(tick, base::Duration::zero());
  }
  static History Case() { return {recording->tick_count(), &Tick}; }
  static std::size_t Alarms(const domain::BacktestRun& run, domain::DetectorKind kind) {
    const auto found = run.detectors.find(kind);
    return found == run.detectors.end() ? 0 : found->second.alarms;
  }

  static collect::Recording* recording;
  static std::shared_ptr<const detect::ModelArtefact>* model;
};
collect::Recording* BacktestTest::recording = nullptr;
std::shared_ptr<const detect::ModelArtefact>* BacktestTest::model = nullptr;

TEST_F(BacktestTest, TheSameDefinitionsDoTheSame) {
  const auto shipped = domain::ShippedDetectors();
  const auto backtest = RunBacktest(Subject(), Case(), shipped, shipped);
  ASSERT_TRUE(backtest);
  EXPECT_EQ(backtest->ticks, recording->tick_count());
  ASSERT_EQ(backtest->before.incidents.size(), 1U);
  ASSERT_EQ(backtest->pairs.size(), 1U);
  EXPECT_EQ(domain::Compare(*backtest, backtest->pairs[0]), BacktestVerdict::kSame);
  EXPECT_EQ(backtest->before.alarms_a_slice, backtest->after.alarms_a_slice);
  EXPECT_GT(Alarms(backtest->before, domain::DetectorKind::kRecent), 0U);
  EXPECT_GT(Alarms(backtest->before, domain::DetectorKind::kPeer), 0U);
  std::size_t begun = 0, counted = 0;
  for (const auto& [kind, tally] : backtest->before.detectors) counted += tally.alarms;
  for (const std::uint32_t slice : backtest->before.alarms_a_slice) begun += slice;
  EXPECT_EQ(begun, counted);
}

TEST_F(BacktestTest, StricterDefinitionsAlarmLess) {
  const auto backtest = RunBacktest(
      Subject(), Case(), domain::ShippedDetectors(),
      Parse(R"({"name":"recent","kind":"recent","parameters":{"band_width":20,"persist_ticks":20}},
               {"name":"peer","kind":"peer","enabled":false})"));
  ASSERT_TRUE(backtest);
  EXPECT_LT(Alarms(backtest->after, domain::DetectorKind::kRecent),
            Alarms(backtest->before, domain::DetectorKind::kRecent));
  EXPECT_EQ(Alarms(backtest->after, domain::DetectorKind::kPeer), 0U);
}

TEST_F(BacktestTest, ThatADetectorIsSilentIsTold) {
  const History calm{5, &Tick};
  const auto backtest = RunBacktest(
      Subject(), calm, domain::ShippedDetectors(),
      Parse(R"({"name":"recent","kind":"recent"},{"name":"peer","kind":"peer","enabled":false})"));
  ASSERT_TRUE(backtest);
  EXPECT_EQ(backtest->before.detectors.size(), 2U);
  EXPECT_EQ(backtest->after.detectors.size(), 1U) << "one is switched off";
}

TEST_F(BacktestTest, ARuleIsSeen) {
  auto with_rule = domain::ShippedDetectors();
  for (
      auto& one : Parse(
          R"({"name":"cpu","kind":"rule","groups":["cpu"],"nodes":["n2"],"parameters":{"above":0.2,"for_s":3}})"))
    with_rule.push_back(one);
  const auto backtest = RunBacktest(Subject(), Case(), domain::ShippedDetectors(), with_rule);
  ASSERT_TRUE(backtest);
  EXPECT_EQ(Alarms(backtest->before, domain::DetectorKind::kRule), 0U);
  EXPECT_GT(Alarms(backtest->after, domain::DetectorKind::kRule), 0U);
}

TEST_F(BacktestTest, WithoutHistoryItIsRefused) {
  const auto backtest = RunBacktest(Subject(), {}, domain::ShippedDetectors(), {});
  ASSERT_FALSE(backtest);
  EXPECT_THAT(backtest.error().message(), HasSubstr("expected history"));
}

TEST_F(BacktestTest, ACopiedWindowGivesTheTicksBack) {
  store::WindowStore window(recording->layout, 1000);
  for (std::size_t t = 0; t < recording->tick_count(); ++t) {
    domain::TickSamples tick = Tick(t);
    tick.starts_new_stretch = t == 0 || t == 50;
    window.Append(tick);
  }
  const History again =
      HistoryOf(window.Copy(base::Timestamp::min(), base::Timestamp::max()), window.layout());
  ASSERT_EQ(again.tick_count, recording->tick_count());
  store::WindowStore second(recording->layout, 1000);
  for (std::size_t t = 0; t < again.tick_count; ++t) {
    const domain::TickSamples tick = again.tick(t);
    EXPECT_EQ(tick.starts_new_stretch, t == 0 || t == 50) << t;
    second.Append(tick);
  }
  for (std::size_t series = 0; series < window.layout().series_count(); ++series) {
    const auto a = window.ReadTail(series, 1000), b = second.ReadTail(series, 1000);
    for (std::size_t i = 0; i < a.size(); ++i)
      EXPECT_TRUE(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])));
  }
  const auto part = window.Copy(Tick(10).time, Tick(19).time);
  EXPECT_EQ(part.times.size(), 10U);
  EXPECT_EQ(part.values.size(), 10 * window.layout().series_count());
}

TEST_F(BacktestTest, AChangeOfOthersLeavesARulesAlarmStanding) {
  const auto with_width = [](const std::string& width) {
    return Parse(
        R"({"name":"recent","kind":"recent","parameters":{"band_width":)" + width +
        R"(}},{"name":"r","kind":"rule","groups":["cpu"],"parameters":{"above":-1,"for_s":20}})");
  };
  const auto rule_alarms = [](const TickOutcome& outcome) {
    return std::ranges::count(outcome.alarms, domain::DetectorKind::kRule,
                              &domain::Alarm::detector);
  };
  PipelineOptions options;
  options.detectors = with_width("6");
  auto pipeline = Pipeline::New(options, recording->topology, recording->layout, *model);
  ASSERT_TRUE(pipeline);
  for (std::size_t t = 0; t < 30; ++t) (*pipeline)->Process(Tick(t));
  (*pipeline)->SetDetectors(with_width("9"));
  EXPECT_GT(rule_alarms((*pipeline)->Process(Tick(30))), 0);
  (*pipeline)->SetDetectors(domain::ShippedDetectors());
  EXPECT_EQ(rule_alarms((*pipeline)->Process(Tick(31))), 0);
}

TEST(BacktestPairs, VerdictsTellWhatChanged) {
  domain::Backtest backtest;
  domain::Incident cpu;
  domain::RankedCause cause;
  cause.target.node = domain::NodeIndex{1};
  cause.problem = domain::ProblemId::kCpu;
  cpu.verdict.ranking = {cause};
  domain::Incident other = cpu;
  other.verdict.ranking[0].target.node = domain::NodeIndex{0};
  backtest.before.incidents = {cpu};
  backtest.after.incidents = {cpu, other};
  EXPECT_EQ(domain::Compare(backtest, {.before = 0, .after = 0}), BacktestVerdict::kSame);
  EXPECT_EQ(domain::Compare(backtest, {.before = 0, .after = 1}), BacktestVerdict::kOtherCause);
  EXPECT_EQ(domain::Compare(backtest, {.before = 0, .after = {}}), BacktestVerdict::kLost);
  EXPECT_EQ(domain::Compare(backtest, {.before = {}, .after = 1}), BacktestVerdict::kNew);
}

class DetectorDeskTest : public BacktestTest {
 protected:
  DetectorDeskTest()
      : folder_(::testing::TempDir() + "distdiag_desk_" +
                ::testing::UnitTest::GetInstance()->current_test_info()->name()),
        window_(recording->layout, 1000) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    Open();
    for (std::size_t t = 0; t < recording->tick_count(); ++t) window_.Append(Tick(t));
  }
  ~DetectorDeskTest() override { std::filesystem::remove_all(folder_); }

  void Open() {
    desk_.reset();
    versions_.reset();
    database_ = store::Database::Open({.path = folder_ + "/facts.db"}).value();
    versions_ = std::make_unique<store::DetectorRepository>(*database_);
    desk_ = std::make_unique<DetectorDesk>(Subject(), *versions_, window_, clock_);
    ASSERT_TRUE(desk_->Load().ok());
  }
  static serve::DetectorChange Change(std::int64_t base) {
    return {
        .author = "ann",
        .reason = "too early",
        .base_version = base,
        .definitions = Parse(R"({"name":"recent","kind":"recent","parameters":{"band_width":9}})")};
  }

  std::string folder_;
  base::SimulatedClock clock_{base::TimestampFromSeconds(1'700'000'000)};
  store::WindowStore window_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::DetectorRepository> versions_;
  std::unique_ptr<DetectorDesk> desk_;
};

TEST_F(DetectorDeskTest, AChangeIsStoredHandedOnOnceAndThereAfterARestart) {
  EXPECT_EQ(desk_->TakeChange(), std::nullopt) << "the shipped ones are at work already";
  EXPECT_EQ(desk_->Current()->version.id, 0);
  const auto state = desk_->Submit(Change(0));
  ASSERT_TRUE(state) << state.error().message();
  const auto columns = recording->layout.columns();
  const auto can_alarm = std::ranges::count_if(columns, [](domain::MetricId metric) {
    return domain::GetMetric(metric).bad_when != domain::BadWhen::kNone;
  });
  EXPECT_EQ(state->series, std::vector<std::size_t>{static_cast<std::size_t>(can_alarm) *
                                                    recording->layout.node_count()});
  const auto taken = desk_->TakeChange();
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, Change(0).definitions);
  EXPECT_EQ(desk_->TakeChange(), std::nullopt);
  Open();
  EXPECT_EQ(desk_->TakeChange(), std::optional(Change(0).definitions));
  EXPECT_EQ(desk_->Current()->version.author, "ann");
}

TEST_F(DetectorDeskTest, AnOlderVersionIsRestoredAsANewOne) {
  const auto first = desk_->Submit(Change(0));
  ASSERT_TRUE(first);
  EXPECT_EQ(desk_->Submit(Change(0)).error().code(), base::StatusCode::kFailedPrecondition);
  const auto shipped = desk_->Restore(0, "bob", "back to what was shipped");
  ASSERT_TRUE(shipped);
  EXPECT_EQ(desk_->TakeChange(), std::optional(domain::ShippedDetectors()));
  const auto again = desk_->Restore(first->version.id, "bob", "it was better");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->version.definitions, Change(0).definitions);
  EXPECT_EQ(desk_->Versions(10)->size(), 3U);
  EXPECT_EQ(desk_->Restore(77, "bob", "none").error().code(), base::StatusCode::kNotFound);
}

TEST_F(DetectorDeskTest, WhatIsWrongIsNotStored) {
  serve::DetectorChange change = Change(0);
  change.definitions[0].parameters["band_width"] = 1;
  EXPECT_EQ(desk_->Submit(change).error().code(), base::StatusCode::kInvalidArgument);
  EXPECT_TRUE(desk_->Versions(10)->empty());
  EXPECT_EQ(desk_->TakeChange(), std::nullopt);
}

// Written by a release with another catalogue.
TEST_F(DetectorDeskTest, AVersionThatCannotBeUsedAnyMoreIsToldAndCanBeReplaced) {
  store::DetectorVersion foreign;
  foreign.cluster = desk_->cluster();
  foreign.definitions = Change(0).definitions;
  foreign.definitions[0].metrics = {"a_metric_of_old"};
  ASSERT_TRUE(versions_->Add(foreign, 0));
  DetectorDesk desk(Subject(), *versions_, window_, clock_);
  const base::Status loaded = desk.Load();
  EXPECT_EQ(loaded.code(), base::StatusCode::kInvalidArgument);
  EXPECT_THAT(loaded.message(), HasSubstr("a_metric_of_old"));
  EXPECT_EQ(desk.TakeChange(), std::nullopt) << "the shipped ones stay";
  EXPECT_EQ(desk.Current()->version.definitions, domain::ShippedDetectors());
  EXPECT_THAT(desk.Current()->version.reason, HasSubstr("shipped detectors are at work"));
  EXPECT_EQ(desk.Versions(10)->size(), 1U);
  EXPECT_EQ(desk.Restore(1, "ann", "again").error().code(), base::StatusCode::kInvalidArgument);
  EXPECT_TRUE(desk.Submit(Change(1)));
}

TEST_F(DetectorDeskTest, APreviewChangesNothing) {
  const auto preview =
      desk_->Preview(Change(0).definitions, base::Timestamp::min(), base::Timestamp::max());
  ASSERT_TRUE(preview) << preview.error().message();
  EXPECT_EQ(preview->ticks, recording->tick_count());
  EXPECT_LT(Alarms(preview->after, domain::DetectorKind::kRecent),
            Alarms(preview->before, domain::DetectorKind::kRecent));
  EXPECT_EQ(desk_->Current()->version.id, 0);
  EXPECT_TRUE(desk_->Preview(Change(0).definitions, base::Timestamp::min(), base::Timestamp::max()))
      << "the next one may begin";
  EXPECT_FALSE(desk_->Preview({}, base::Timestamp::max(), base::Timestamp::max()))
      << "no history there";
}

}  // namespace
}  // namespace distdiag::engine
