// The whole process on real files and sockets, replaying as fast as possible.
#include "engine/engine.h"

#include "base/gzip.h"
#include "store/delivery_repository.h"
#include "store/incident_json.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSource = DISTDIAG_SOURCE_DIR;
constexpr auto kLongest = std::chrono::minutes(2);

// Tells every two seconds which statements ran: on n2 one waits for the CPU from a time on.
class SourceWithStatements final : public collect::Source {
 public:
  // `calm`: from the first tick to that time.
  SourceWithStatements(std::unique_ptr<collect::Source> source, base::Duration calm)
      : source_(std::move(source)), calm_(calm) {}

  std::optional<collect::SourceTick> Next(base::StopSignal& stop) override {
    auto tick = source_->Next(stop);
    if (!tick) return tick;
    const base::Timestamp now = tick->samples.time;
    if (last_ == base::Timestamp{}) first_ = last_ = now;
    if (now - last_ < std::chrono::seconds(2)) return tick;
    for (std::uint32_t node = 0; node < 3; ++node) {
      const double seconds = node == 1 && now - first_ > calm_ ? 4 : 0.5;
      domain::StatementTime update{.digest = "4c1f",
                                   .schema = "tpcc",
                                   .text = "UPDATE stock SET s_quantity = ?",
                                   .seconds_per_second = seconds,
                                   .calls_per_second = 50,
                                   .ms_per_call = 20 * seconds,
                                   .rows_per_call = 1,
                                   .plan = "a",
                                   .main_wait = "wait in request queue"};
      tick->statements.push_back({.node = domain::NodeIndex{node},
                                  .sample = {.from = last_,
                                             .to = now,
                                             .top = {update},
                                             .seconds_per_second = seconds,
                                             .calls_per_second = 50}});
    }
    last_ = now;
    return tick;
  }

 private:
  const std::unique_ptr<collect::Source> source_;
  const base::Duration calm_;
  base::Timestamp first_, last_;
};

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() {
    folder_ = ::testing::TempDir() + "distdiag_engine_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    config_.source.directory = std::string(kSource) + "/recordings";
    config_.source.cases = {"A1_r1", "A2_r1"};
    config_.source.speed = 0;
    config_.model.path = std::string(kSource) + "/models/galera-demo/model.json";
    config_.detectors.sequence.path = std::string(kSource) + "/models/galera-demo/sequence.json";
    config_.storage.directory = folder_ + "/data";
    config_.serve.ui_address = "127.0.0.1:0";
    config_.serve.api_address = "127.0.0.1:0";
  }
  ~EngineTest() override { std::filesystem::remove_all(folder_); }

  base::Result<std::unique_ptr<Engine>> Make(RunMode mode = RunMode::kDemo) {
    return Engine::New(config_, mode, "test", files_, clock_);
  }
  // Replays all; gives what was stored, newest first.
  std::vector<store::StoredIncident> RunToEnd(std::string* summary = nullptr) {
    auto engine = Make();
    EXPECT_TRUE(engine) << engine.error().message();
    if (!engine) return {};
    EXPECT_TRUE((*engine)->Start().ok());
    EXPECT_TRUE((*engine)->WaitFinished(kLongest));
    (*engine)->Stop();
    (*engine)->Stop();
    if (summary != nullptr) *summary = (*engine)->DemoSummary();
    engine->reset();
    const auto database =
        store::Database::Open({.path = config_.storage.directory + "/distdiag.db"});
    const store::IncidentRepository repository(**database);
    auto incidents = repository.List({}).value();
    evidence_ = repository.LoadEvidence(incidents.back().incident.id).value();
    return incidents;
  }
  std::string RefusalOf(RunMode mode = RunMode::kDemo) {
    const auto engine = Make(mode);
    EXPECT_FALSE(engine);
    if (engine) return "";
    EXPECT_THAT(engine.error().message(), Not(HasSubstr("\n")));
    return engine.error().message();
  }

  std::string folder_;
  Config config_;
  store::IncidentEvidence evidence_;  // of the oldest incident of the last run
  base::RealFileSystem files_;
  base::RealClock clock_;
};

TEST_F(EngineTest, ReplaysDiagnosesAndStores) {
  std::string summary;
  const auto incidents = RunToEnd(&summary);
  ASSERT_EQ(incidents.size(), 2u);
  const domain::RankedCause& first = incidents[1].incident.verdict.ranking.front();
  EXPECT_EQ(domain::TargetName(first.target, incidents[1].topology), "n2");
  EXPECT_EQ(first.problem, domain::ProblemId::kCpu);
  EXPECT_FALSE(first.evidence.empty());
  EXPECT_EQ(incidents[1].incident.state, domain::IncidentState::kResolved);
  EXPECT_THAT(evidence_.charts_json, HasSubstr("h_cpu_ext"));
  EXPECT_THAT(evidence_.graph_json, HasSubstr("alarm:"))
      << "the graph of the verdict, not of the calm after it";
  EXPECT_THAT(evidence_.impact_json, HasSubstr("tps_before"));
  EXPECT_THAT(evidence_.statements_json, HasSubstr("No statements are measured on this cluster"));
  EXPECT_THAT(summary, HasSubstr("2 of 2 faults diagnosed right"));
}

TEST_F(EngineTest, AnIncidentCarriesTheStatementsThatExplainIt) {
  config_.source.cases = {"A1_r1"};
  auto engine = Make();
  ASSERT_TRUE(engine) << engine.error().message();
  (*engine)->WrapSource([](std::unique_ptr<collect::Source> source) {
    return std::make_unique<SourceWithStatements>(std::move(source), std::chrono::seconds(31));
  });
  ASSERT_TRUE((*engine)->Start().ok());
  ASSERT_TRUE((*engine)->WaitFinished(kLongest));
  (*engine)->Stop();
  engine->reset();
  const auto database = store::Database::Open({.path = config_.storage.directory + "/distdiag.db"});
  const auto evidence = store::IncidentRepository(**database).LoadEvidence(1);
  ASSERT_TRUE(evidence) << evidence.error().message();
  EXPECT_THAT(evidence->statements_json,
              HasSubstr(R"("changes":[{"node":"n2","digest":"4c1f","schema":"tpcc",)"
                        R"("text":"UPDATE stock SET s_quantity = ?","share":1,)"));
  EXPECT_THAT(evidence->statements_json, HasSubstr(R"("before":{"time_per_second":0.5,)"));
  const auto deliveries = store::DeliveryRepository(**database).List({});
  ASSERT_TRUE(deliveries);
  ASSERT_FALSE(deliveries->empty());
  EXPECT_THAT(deliveries->back().payload,
              HasSubstr("100 % of the change in statement time on n2: UPDATE stock SET"));
}

TEST_F(EngineTest, ARestartKeepsWhatIsStored) {
  ASSERT_EQ(RunToEnd().size(), 2u);
  EXPECT_EQ(RunToEnd().size(), 4u);
}

TEST_F(EngineTest, AnIncidentThatWasOpenAtTheEndKeepsItsEvidenceThroughARestart) {
  config_.source.cases = {"A1_r1"};  // ends before the incident resolves
  const auto before = RunToEnd();
  ASSERT_EQ(before.size(), 1u);
  ASSERT_EQ(before[0].incident.state, domain::IncidentState::kOpen);
  const store::IncidentEvidence kept = evidence_;
  const auto after = RunToEnd();
  EXPECT_EQ(after.back().incident.state, domain::IncidentState::kResolved);
  EXPECT_GE(*after.back().incident.resolved, after.back().incident.started);
  EXPECT_EQ(evidence_.charts_json, kept.charts_json);
  EXPECT_EQ(evidence_.graph_json, kept.graph_json);
}

TEST_F(EngineTest, ABrokenRecordingIsLeftOutAndTold) {
  const std::string copy = folder_ + "/recordings";
  std::filesystem::copy(config_.source.directory, copy);
  std::filesystem::resize_file(copy + "/A1_r1_n1.csv.gz", 1000);
  config_.source.directory = copy;
  auto engine = Make();
  ASSERT_TRUE(engine) << engine.error().message();
  const auto notices = (*engine)->feed().status()->notices;
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_EQ(notices[0].code, "recording_unreadable");
  EXPECT_THAT(notices[0].text, HasSubstr("A1_r1_n1.csv.gz"));
  engine->reset();
  EXPECT_EQ(RunToEnd().size(), 1u) << "the other case goes on";
}

TEST_F(EngineTest, AModelThatHasSeenAReplayedCaseIsRefused) {
  config_.model.path = std::string(kSource) + "/models/galera/model.json";
  EXPECT_THAT(RefusalOf(), HasSubstr("expected a model that has not seen the replayed cases"));
  EXPECT_TRUE(Make(RunMode::kServe)) << "only the demo is so strict";
}

TEST_F(EngineTest, AModelOfAnotherFeatureSchemaIsRefused) {
  std::string model = *files_.ReadFile(config_.model.path);
  const std::string& hash = detect::FeatureSchemaHash();
  const std::size_t at = model.find(hash);
  ASSERT_NE(at, std::string::npos);
  model[at] = model[at] == '0' ? '1' : '0';
  config_.model.path = folder_ + "/model.json";
  ASSERT_TRUE(files_.WriteFileAtomic(config_.model.path, model).ok());
  EXPECT_THAT(RefusalOf(), HasSubstr("model.json: feature schema " + hash + " expected, "));
}

TEST_F(EngineTest, ASequenceModelThatHasSeenAReplayedCaseIsRefused) {
  config_.detectors.sequence.path = std::string(kSource) + "/models/galera/sequence.json";
  EXPECT_THAT(RefusalOf(), HasSubstr("galera/sequence.json: expected a model that has not seen"));
  EXPECT_TRUE(Make(RunMode::kServe)) << "only the demo is so strict";
}

TEST_F(EngineTest, AMissingOrForeignSequenceModelIsRefusedUnlessItIsSwitchedOff) {
  const std::string way_out = "detectors.sequence.enabled: false goes on without";
  config_.detectors.sequence.path = folder_ + "/none.json";
  EXPECT_THAT(RefusalOf(), AllOf(HasSubstr("detectors.sequence.path: "), HasSubstr("none.json"),
                                 HasSubstr(way_out)));
  config_.detectors.sequence.path = config_.model.path;
  EXPECT_THAT(RefusalOf(),
              AllOf(HasSubstr("detectors.sequence.path: "),
                    HasSubstr("\"distdiag-sequence-model\" expected"), HasSubstr(way_out)));
  config_.detectors.sequence.enabled = false;
  for (const store::StoredIncident& one : RunToEnd()) EXPECT_TRUE(one.incident.advice.empty());
}

TEST_F(EngineTest, WhatTheSequenceModelSawIsStoredWithTheIncident) {
  const auto incidents = RunToEnd();
  ASSERT_EQ(incidents.size(), 2u);
  for (const store::StoredIncident& one : incidents) {
    ASSERT_FALSE(one.incident.advice.empty());
    for (const domain::Alarm& advice : one.incident.advice)
      EXPECT_EQ(advice.detector, domain::DetectorKind::kSequence);
  }
}

TEST_F(EngineTest, ADatabaseOfANewerVersionIsRefusedUnchanged) {
  ASSERT_EQ(RunToEnd().size(), 2u);
  const std::string path = config_.storage.directory + "/distdiag.db";
  {
    // The user version stands at byte 60 of the file's header, big-endian.
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(60);
    file.write("\0\0\3\347", 4);
  }
  EXPECT_THAT(RefusalOf(), HasSubstr("999"));
}

TEST_F(EngineTest, APortInUseIsRefused) {
  auto first = Make();
  ASSERT_TRUE(first);
  config_.storage.directory = folder_ + "/other";
  config_.serve.api_address = "127.0.0.1:" + std::to_string((*first)->api_port());
  EXPECT_THAT(RefusalOf(), HasSubstr(std::to_string((*first)->api_port())));
}

TEST_F(EngineTest, AnAddressThatOthersReachIsRefused) {
  config_.serve.ui_address = "0.0.0.0:0";
  EXPECT_THAT(RefusalOf(), HasSubstr("0.0.0.0"));
}

}  // namespace
}  // namespace distdiag::engine
