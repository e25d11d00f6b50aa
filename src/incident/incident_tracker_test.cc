#include "incident/incident_tracker.h"

#include <string>

#include <gtest/gtest.h>

namespace distdiag::incident {
namespace {

using domain::Incident;
using domain::IncidentChange;
using domain::IncidentEvent;
using domain::NodeIndex;
using domain::ProblemId;

base::Timestamp Second(int second) { return base::TimestampFromSeconds(1000 + second); }

domain::RankedCause Cause(std::optional<std::uint32_t> node, ProblemId problem, double probability,
                          bool shown = true) {
  domain::RankedCause cause;
  if (node) cause.target.node = NodeIndex(*node);
  cause.problem = problem;
  cause.probability = cause.importance = probability;
  cause.shown = shown;
  return cause;
}

domain::Alarm AlarmOn(std::uint32_t node, std::string_view metric, double severity, int since) {
  domain::Alarm alarm{NodeIndex(node),
                      domain::FindMetric(metric).value(),
                      domain::DetectorKind::kRecent,
                      severity,
                      Second(since),
                      {}};
  alarm.evidence.since = Second(since);
  return alarm;
}

class Play {
 public:
  explicit Play(IncidentOptions options = {})
      : tracker(domain::Topology{"lab", {{"n1", ""}, {"n2", ""}, {"n3", ""}}}, options) {}

  std::vector<IncidentEvent> Tick(std::vector<domain::RankedCause> ranking,
                                  std::vector<domain::Alarm> alarms = {},
                                  std::vector<std::vector<NodeIndex>> groups = {},
                                  std::vector<domain::Alarm> advice = {}) {
    domain::Verdict verdict;
    verdict.time = Second(now);
    verdict.ranking = std::move(ranking);
    return tracker.Observe({Second(now++), verdict, alarms, groups, advice});
  }
  // The same for several ticks; the words of all events.
  std::string Ticks(int count, const std::vector<domain::RankedCause>& ranking) {
    std::string words;
    for (int i = 0; i < count; ++i) {
      for (const IncidentEvent& event : Tick(ranking))
        words +=
            std::string(words.empty() ? "" : " ") + std::string(IncidentChangeName(event.change));
    }
    return words;
  }

  IncidentTracker tracker;
  int now = 0;
};

struct Step {
  int ticks;
  double probability;  // 0 = empty ranking
  ProblemId problem;
  std::string expected;  // words of the events
};

struct Row {
  std::string name;
  std::vector<Step> steps;
};

TEST(IncidentTracker, Table) {
  const ProblemId cpu = ProblemId::kCpu, unknown = ProblemId::kUnknown;
  const std::vector<Row> rows = {
      {"nothing happens", {{100, 0, cpu, ""}}},
      {"opens on the second convincing tick",
       {{1, 0.9, cpu, ""}, {1, 0.9, cpu, "opened"}, {50, 0.9, cpu, ""}}},
      {"one tick is none",
       {{1, 0.9, cpu, ""}, {5, 0, cpu, ""}, {1, 0.9, cpu, ""}, {5, 0, cpu, ""}}},
      {"weak pairs open nothing", {{9, 0.45, cpu, ""}}},
      {"lasting weak pairs do", {{9, 0.45, cpu, ""}, {1, 0.45, cpu, "opened"}}},
      {"unknown opens on the tenth tick", {{9, 0.6, unknown, ""}, {1, 0.6, unknown, "opened"}}},
      {"a dip does not",
       {{7, 0.6, unknown, ""}, {1, 0.3, unknown, ""}, {9, 0.6, unknown, ""}, {5, 0, unknown, ""}}},
      {"resolves on the tenth calm tick",
       {{2, 0.9, cpu, "opened"}, {9, 0, cpu, ""}, {1, 0, cpu, "resolved"}, {20, 0, cpu, ""}}},
      {"low probability is calm", {{2, 0.9, cpu, "opened"}, {10, 0.2, cpu, "resolved"}}},
      {"hysteresis keeps it open", {{2, 0.9, cpu, "opened"}, {100, 0.3, cpu, ""}}},
      {"a lull does not resolve",
       {{2, 0.9, cpu, "opened"},
        {9, 0, cpu, ""},
        {1, 0.9, cpu, ""},
        {9, 0, cpu, ""},
        {1, 0, cpu, "resolved"}}},
      {"a new trouble is a new incident",
       {{2, 0.9, cpu, "opened"}, {10, 0, cpu, "resolved"}, {2, 0.9, cpu, "opened"}}},
      {"the named problem changes",
       {{10, 0.6, unknown, "opened"}, {1, 0.9, cpu, "updated"}, {5, 0.9, cpu, ""}}},
  };
  for (const Row& row : rows) {
    Play play;
    for (std::size_t i = 0; i < row.steps.size(); ++i) {
      const Step& step = row.steps[i];
      std::vector<domain::RankedCause> ranking;
      if (step.probability > 0) ranking.push_back(Cause(1, step.problem, step.probability));
      EXPECT_EQ(play.Ticks(step.ticks, ranking), step.expected) << row.name << ", step " << i;
    }
  }
}

TEST(IncidentTracker, TheIncidentCarriesWhatWasSaidWhen) {
  Play play;
  const auto cpu = Cause(1, ProblemId::kCpu, 0.9), io = Cause(1, ProblemId::kIo, 0.8);
  play.Tick({cpu});
  const auto opened = play.Tick({cpu});
  ASSERT_EQ(opened.size(), 1U);
  const Incident& incident = opened[0].incident;
  EXPECT_EQ(incident.cluster, "lab");
  EXPECT_EQ(incident.started, Second(0));
  EXPECT_EQ(incident.detected, Second(1));
  EXPECT_EQ(incident.id, 0);
  EXPECT_EQ(incident.history.size(), 1U);
  const auto updated = play.Tick({cpu, io});
  ASSERT_EQ(updated.size(), 1U);
  EXPECT_EQ(updated[0].change, IncidentChange::kUpdated);
  ASSERT_EQ(updated[0].incident.history.size(), 2U);
  EXPECT_EQ(updated[0].incident.history[0].verdict.ranking.size(), 1U)
      << "what was said is not rewritten";
  EXPECT_TRUE(play.Tick({io, cpu}).size() == 1) << "another order is news";
  EXPECT_TRUE(play.Tick({io, cpu, Cause(0, ProblemId::kLock, 0.1, false)}).empty())
      << "a runner-up is none";
  std::vector<IncidentEvent> events;
  for (int i = 0; i < 10; ++i) events = play.Tick({});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].incident.state, domain::IncidentState::kResolved);
  EXPECT_EQ(events[0].incident.resolved, Second(play.now - 1));
  EXPECT_EQ(events[0].incident.verdict.ranking.size(), 3U) << "the last word stays";
  EXPECT_FALSE(play.tracker.has_open());
}

TEST(IncidentTracker, FirstMoversAreOrderedAndTheOnsetIsTheirs) {
  Play play;
  play.now = 20;
  domain::RankedCause cause = Cause(1, ProblemId::kCpu, 0.9);
  cause.evidence = {AlarmOn(1, "h_cpu_ext", 0.9, 20)};
  const std::vector<domain::Alarm> alarms = {
      AlarmOn(0, "c_p95_ms", 0.8, 19), AlarmOn(1, "h_cpu_ext", 0.9, 17),
      AlarmOn(1, "c_tps", 0.5, 18), AlarmOn(2, "h_mem_mb", 0.1, 16),
      AlarmOn(1, "h_mem_mb", 0.9, -100)};
  play.Tick({cause}, alarms);
  const auto events = play.Tick({cause}, alarms);
  ASSERT_EQ(events.size(), 1U);
  const Incident& incident = events[0].incident;
  EXPECT_EQ(incident.started, Second(17)) << "the series that speaks for the cause, not older ones";
  ASSERT_EQ(incident.first_moves.size(), 4U) << "weak moves are left out";
  EXPECT_EQ(incident.first_moves[0].time, Second(10)) << "not before the look back";
  EXPECT_EQ(incident.first_moves[1].metric, domain::FindMetric("h_cpu_ext").value());
  EXPECT_EQ(incident.first_moves[3].node, NodeIndex(0));
}

TEST(IncidentTracker, SeparateTroublesAreSeparateIncidents) {
  Play play;
  const auto cpu = Cause(0, ProblemId::kCpu, 0.9), io = Cause(2, ProblemId::kIo, 0.8);
  const std::vector<std::vector<NodeIndex>> apart = {{NodeIndex(0)}, {NodeIndex(2)}};
  play.Tick({cpu, io}, {}, apart);
  EXPECT_EQ(play.Tick({cpu, io}, {}, apart).size(), 2U);
  EXPECT_EQ(play.tracker.OpenIncidents().size(), 2U);
  EXPECT_EQ(play.tracker.OpenIncidents()[0].verdict.ranking.size(), 1U);
}

TEST(IncidentTracker, AClusterWideCauseTiesAllTogether) {
  Play play;
  const auto surge = Cause(std::nullopt, ProblemId::kSurge, 0.95),
             cpu = Cause(0, ProblemId::kCpu, 0.9);
  const std::vector<std::vector<NodeIndex>> apart = {{NodeIndex(0)}, {NodeIndex(2)}};
  play.Tick({surge, cpu}, {}, apart);
  const auto events = play.Tick({surge, cpu}, {}, apart);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].incident.verdict.ranking.size(), 2U);
}

TEST(IncidentTracker, AnOpenIncidentGetsItsIdOnceAndSurvivesARestart) {
  Play play;
  play.Ticks(2, {Cause(1, ProblemId::kCpu, 0.9)});
  EXPECT_FALSE(play.tracker.SetId(Second(99), 7));
  EXPECT_TRUE(play.tracker.SetId(Second(1), 7));
  EXPECT_FALSE(play.tracker.SetId(Second(1), 8));
  Play after;
  after.tracker.Resume(play.tracker.OpenIncidents());
  ASSERT_TRUE(after.tracker.has_open());
  after.now = 50;
  EXPECT_EQ(after.Ticks(5, {Cause(1, ProblemId::kCpu, 0.9)}), "");
  const std::string words = after.Ticks(10, {});
  EXPECT_EQ(words, "resolved");
}

TEST(IncidentTracker, ResetResolvesAndCountsAnew) {
  Play play;
  play.Ticks(2, {Cause(1, ProblemId::kCpu, 0.9)});
  const auto events = play.tracker.Reset(Second(9));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].change, IncidentChange::kResolved);
  EXPECT_EQ(events[0].incident.resolved, Second(9));
  EXPECT_FALSE(play.tracker.has_open());
  play.Ticks(1, {Cause(1, ProblemId::kCpu, 0.9)});
  EXPECT_TRUE(play.tracker.has_pending());
  EXPECT_TRUE(play.tracker.Reset(Second(10)).empty());
  EXPECT_FALSE(play.tracker.has_pending());
}

TEST(IncidentTracker, AFadingVerdictDoesNotReplaceAConvincingOneUnlessItLasts) {
  const std::vector<domain::RankedCause> both = {Cause(0, ProblemId::kCpu, 0.95),
                                                 Cause(0, ProblemId::kIo, 0.6)};
  const std::vector<domain::RankedCause> one = {Cause(0, ProblemId::kCpu, 0.9),
                                                Cause(0, ProblemId::kIo, 0.2, false)};
  const auto shown = [](const Play& play) {
    const auto open = play.tracker.OpenIncidents();
    return open.empty() ? 0U : static_cast<unsigned>(open[0].verdict.ranking[1].shown) + 1U;
  };
  Play receding;
  EXPECT_EQ(receding.Ticks(5, both), "opened");
  EXPECT_EQ(receding.Ticks(5, one), "") << "the second pair fades first";
  EXPECT_EQ(shown(receding), 2U);
  EXPECT_EQ(receding.Ticks(20, {}), "resolved");

  Play lasting;
  EXPECT_EQ(lasting.Ticks(5, both), "opened");
  EXPECT_EQ(lasting.Ticks(20, one), "updated") << "the second trouble is over, the first is not";
  EXPECT_EQ(shown(lasting), 1U);

  Play fainter;
  fainter.Ticks(5, {Cause(0, ProblemId::kCpu, 0.95)});
  fainter.Ticks(3, {Cause(0, ProblemId::kCpu, 0.45)});
  EXPECT_DOUBLE_EQ(fainter.tracker.OpenIncidents()[0].verdict.ranking[0].probability, 0.95);
  fainter.Ticks(20, {Cause(0, ProblemId::kCpu, 0.45)});
  EXPECT_DOUBLE_EQ(fainter.tracker.OpenIncidents()[0].verdict.ranking[0].probability, 0.45);
}

domain::Alarm AdviceOn(std::uint32_t node, std::string_view metric, double severity, int since) {
  domain::Alarm alarm = AlarmOn(node, metric, severity, since);
  alarm.detector = domain::DetectorKind::kSequence;
  return alarm;
}

TEST(IncidentTracker, AdviceIsKeptAtItsWorstAndMovesNothing) {
  const std::vector<domain::RankedCause> cpu = {Cause(1, ProblemId::kCpu, 0.9)};
  const std::vector<std::vector<NodeIndex>> groups = {{NodeIndex(1)}};
  Play play;
  play.Tick({}, {}, {}, {AdviceOn(1, "c_tps", 1, 0)});
  EXPECT_FALSE(play.tracker.has_pending());
  play.Tick(cpu, {}, groups);
  const auto opened = play.Tick(
      cpu, {}, groups,
      {AdviceOn(1, "h_cpu_ext", 0.2, 1), AdviceOn(1, "c_tps", 0.6, 1), AdviceOn(2, "c_tps", 1, 1)});
  ASSERT_EQ(opened.size(), 1u);
  const domain::Incident& first = opened[0].incident;
  ASSERT_EQ(first.advice.size(), 2u) << "the other node is no part of the trouble";
  EXPECT_EQ(first.advice[0].severity, 0.6);
  EXPECT_TRUE(first.first_moves.empty());
  EXPECT_EQ(first.started, Second(1)) << "advice makes no onset";
  EXPECT_TRUE(play.Tick(cpu, {}, groups, {AdviceOn(1, "h_cpu_ext", 0.9, 1)}).empty());
  EXPECT_TRUE(play.Tick(cpu, {}, groups, {AdviceOn(1, "h_cpu_ext", 0.1, 1)}).empty());
  const auto open = play.tracker.OpenIncidents();
  ASSERT_EQ(open[0].advice.size(), 2u);
  EXPECT_EQ(open[0].advice[0].metric, domain::FindMetric("h_cpu_ext").value());
  EXPECT_EQ(open[0].advice[0].severity, 0.9);
}

TEST(IncidentTracker, OnlyTheWorstOfMuchAdviceIsKept) {
  const std::vector<domain::RankedCause> cpu = {Cause(1, ProblemId::kCpu, 0.9)};
  std::vector<domain::Alarm> advice;
  for (std::size_t i = 0; i < 30; ++i) {
    domain::Alarm alarm = AdviceOn(1, "c_tps", static_cast<double>(i) / 30, 0);
    alarm.metric = domain::MetricId(static_cast<std::uint16_t>(i));
    advice.push_back(alarm);
  }
  Play play;
  for (int tick = 0; tick < 4; ++tick) play.Tick(cpu, {}, {}, advice);
  const auto open = play.tracker.OpenIncidents();
  ASSERT_EQ(open.at(0).advice.size(), domain::kMostAdvice);
  EXPECT_EQ(open[0].advice.front().severity, 29.0 / 30);
  EXPECT_EQ(open[0].advice.back().severity, 20.0 / 30);
}

}  // namespace
}  // namespace distdiag::incident
