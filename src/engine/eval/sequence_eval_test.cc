#include "engine/eval/sequence_eval.h"

#include "collect/recorded/recording_loader.h"
#include "engine/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using testing::HasSubstr;

std::vector<collect::Recording> Load(const std::vector<std::string>& ids) {
  const base::RealFileSystem files;
  std::vector<base::Status> broken;
  auto recordings = collect::LoadRecordings(files, DISTDIAG_SOURCE_DIR "/recordings", ids, broken);
  return recordings ? std::move(*recordings) : std::vector<collect::Recording>();
}

std::shared_ptr<const detect::ModelArtefact> DemoModel() {
  const base::RealFileSystem files;
  return std::make_shared<const detect::ModelArtefact>(
      detect::LoadModel(files, DISTDIAG_SOURCE_DIR "/models/galera-demo/model.json").value());
}

std::shared_ptr<const detect::SequenceModel> DemoSequences() {
  const base::RealFileSystem files;
  return std::make_shared<const detect::SequenceModel>(
      detect::LoadSequenceModel(files, DISTDIAG_SOURCE_DIR "/models/galera-demo/sequence.json")
          .value());
}

TEST(SequenceEvalTest, AFaultIsFlaggedOnItsNodeByBothDetectors) {
  const auto recordings = Load({"A1_r1"});
  ASSERT_EQ(recordings.size(), 1u);
  const auto outcome = ReplayForFlags(recordings[0], DemoModel(), DemoSequences());
  ASSERT_TRUE(outcome) << outcome.error().message();
  EXPECT_TRUE(outcome->has_fault);
  ASSERT_TRUE(outcome->recent.delay_s);
  ASSERT_TRUE(outcome->sequence.delay_s);
  EXPECT_GT(*outcome->sequence.delay_s, 0);
  EXPECT_LT(*outcome->sequence.delay_s, 42) << "how long the fault was on";
  EXPECT_GT(outcome->normal_ticks, 0u);
}

TEST(SequenceEvalTest, WithoutFaultAllIsNormalTime) {
  const auto recordings = Load({"N0_r1"});
  const auto outcome = ReplayForFlags(recordings.at(0), DemoModel(), DemoSequences());
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->has_fault);
  EXPECT_FALSE(outcome->sequence.delay_s);
  EXPECT_EQ(outcome->normal_ticks, 3 * (recordings[0].tick_count() - 20));
}

// What advises moves nothing: every tick's diagnosis is the same with it and without it.
TEST(SequenceEvalTest, TheDiagnosisIsTheSameWithAndWithoutTheSequenceDetector) {
  for (const collect::Recording& recording : Load({"A1_r1", "A3_r1", "C1_r1"})) {
    PipelineOptions with;
    with.sequence = DemoSequences();
    const auto advised =
        Pipeline::New(with, recording.topology, recording.layout, DemoModel()).value();
    const auto plain = Pipeline::New({}, recording.topology, recording.layout, DemoModel()).value();
    std::size_t advice = 0, kept = 0;
    for (std::size_t tick = 0; tick < recording.tick_count(); ++tick) {
      const domain::TickSamples samples = recording.Tick(tick, base::Duration::zero());
      const TickOutcome a = advised->Process(samples), b = plain->Process(samples);
      advice += a.advice.size();
      EXPECT_TRUE(b.advice.empty());
      ASSERT_EQ(a.alarms.size(), b.alarms.size());
      for (std::size_t i = 0; i < a.alarms.size(); ++i) {
        EXPECT_EQ(a.alarms[i].detector, b.alarms[i].detector);
        EXPECT_EQ(a.alarms[i].severity, b.alarms[i].severity);
      }
      ASSERT_EQ(a.verdict.ranking.size(), b.verdict.ranking.size());
      for (std::size_t i = 0; i < a.verdict.ranking.size(); ++i) {
        EXPECT_EQ(a.verdict.ranking[i].target, b.verdict.ranking[i].target);
        EXPECT_EQ(a.verdict.ranking[i].problem, b.verdict.ranking[i].problem);
        EXPECT_EQ(a.verdict.ranking[i].probability, b.verdict.ranking[i].probability);
        EXPECT_EQ(a.verdict.ranking[i].importance, b.verdict.ranking[i].importance);
        for (const domain::Alarm& evidence : a.verdict.ranking[i].evidence)
          EXPECT_NE(evidence.detector, domain::DetectorKind::kSequence);
      }
      ASSERT_EQ(a.events.size(), b.events.size());
      for (std::size_t i = 0; i < a.events.size(); ++i) {
        EXPECT_EQ(a.events[i].change, b.events[i].change);
        EXPECT_EQ(a.events[i].incident.started, b.events[i].incident.started);
        EXPECT_EQ(a.events[i].incident.detected, b.events[i].incident.detected);
        EXPECT_EQ(a.events[i].incident.first_moves.size(), b.events[i].incident.first_moves.size());
        EXPECT_TRUE(b.events[i].incident.advice.empty());
        kept = std::max(kept, a.events[i].incident.advice.size());
      }
    }
    EXPECT_GT(advice, 0u) << recording.id;
    EXPECT_GT(kept, 0u) << recording.id;
    EXPECT_LE(kept, domain::kMostAdvice);
  }
}

TEST(SequenceEvalTest, TheTableTellsBothDetectorsSums) {
  SequenceCaseOutcome fault{.id = "A1",
                            .has_fault = true,
                            .normal_ticks = 30,
                            .sequence = {},
                            .recent = {},
                            .recent_all = {},
                            .blank = {}};
  fault.sequence = {.delay_s = 7, .false_flags = 1, .flagged_ticks = 3};
  fault.recent = {.delay_s = 4, .false_flags = 0, .flagged_ticks = 0};
  SequenceCaseOutcome missed{.id = "B1",
                             .has_fault = true,
                             .normal_ticks = 30,
                             .sequence = {},
                             .recent = {},
                             .recent_all = {},
                             .blank = {}};
  missed.recent.delay_s = 5;
  const std::string text = RenderSequenceText({fault, missed});
  EXPECT_THAT(text, HasSubstr("1 of 2"));
  EXPECT_THAT(text, HasSubstr("2 of 2"));
  EXPECT_THAT(text, HasSubstr("sooner than recent in 0 cases, later in 1"));
  EXPECT_THAT(text, HasSubstr("60 node-seconds"));
}

}  // namespace
}  // namespace distdiag::engine
