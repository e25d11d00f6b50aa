#include "domain/sentence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace distdiag::domain {
namespace {

const Topology kLab{.cluster = "lab", .nodes = {{"n1", "z1"}, {"n2", "z2"}, {"n3", "z3"}}};
// 2026-11-24T03:12:05Z
const base::Timestamp kOnset = base::TimestampFromSeconds(1795489925);

RankedCause Cause(std::uint32_t node, ProblemId problem, bool shown) {
  RankedCause cause;
  cause.target.node = NodeIndex(node);
  cause.problem = problem;
  cause.shown = shown;
  return cause;
}

Alarm CpuAlarm() {
  return {.node = NodeIndex(1),
          .metric = *FindMetric("h_cpu_ext"),
          .detector = DetectorKind::kPeer,
          .severity = 0.9,
          .time = kOnset,
          .evidence = {.observed = 0.4912,
                       .expected = 0.09,
                       .band_low = 0.03,
                       .band_high = 0.15,
                       .since = kOnset}};
}

TEST(SentenceTest, NumbersHaveAtMostThreeSignificantDigits) {
  const struct {
    double value;
    const char* text;
  } rows[] = {
      {0, "0"},
      {0.4912, "0.491"},
      {0.5, "0.5"},
      {12345, "12300"},
      {999.7, "1000"},
      {99.97, "100"},
      {-3.14159, "-3.14"},
      {0.00012344, "0.000123"},
      {1e15, "1000000000000000"},
      {std::nan(""), "?"},
      {std::numeric_limits<double>::infinity(), "?"},
      {-0.0, "0"},
      {1e-300, "0"},
  };
  for (const auto& row : rows) EXPECT_EQ(FormatNumber(row.value), row.text) << row.value;
}

TEST(SentenceTest, QuantitiesCarryTheirUnitAsPeopleSayIt) {
  const struct {
    double value;
    const char* unit;
    const char* text;
  } rows[] = {
      {1234, "1/s", "1.23 k/s"},     {45, "1/s", "45/s"},          {999.96, "1/s", "1 k/s"},
      {0.4567, "ratio", "45.7 %"},   {87.21, "percent", "87.2 %"}, {1234, "kB/s", "1.23 MB/s"},
      {2048, "KiB/s", "2.1 MB/s"},   {512, "MB", "512 MB"},        {0, "B/s", "0 B/s"},
      {1234.5, "ms", "1.23 s"},      {12.34, "ms", "12.3 ms"},     {3, "count", "3"},
      {0.49, "s/s", "0.49 s/s"},     {-2e6, "B", "-2 MB"},         {std::nan(""), "ms", "?"},
      {17, "pages/s", "17 pages/s"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(FormatQuantity(row.value, row.unit), row.text) << row.value << ' ' << row.unit;
}

TEST(SentenceTest, EvidenceSaysObservedExpectedAndSinceWhen) {
  const std::string label(GetMetric(*FindMetric("h_cpu_ext")).label_en);
  const std::string label_zh(GetMetric(*FindMetric("h_cpu_ext")).label_zh);
  Alarm alarm = CpuAlarm();
  EXPECT_EQ(EvidenceSentence(alarm, kLab, Language::kEnglish),
            label + " at 0.491 cores, expected 0.03 to 0.15 cores, since 03:12:05");
  EXPECT_EQ(EvidenceSentence(alarm, kLab, Language::kChinese),
            label_zh + " 为 0.491 核，预期 0.03 至 0.15 核，自 03:12:05 起");

  alarm.evidence.band_low = -0.02;
  EXPECT_EQ(EvidenceSentence(alarm, kLab, Language::kEnglish),
            label + " at 0.491 cores, expected up to 0.15 cores, since 03:12:05");
  alarm.evidence.band_high = std::nan("");
  EXPECT_EQ(EvidenceSentence(alarm, kLab, Language::kEnglish),
            label + " at 0.491 cores, expected 0.09 cores, since 03:12:05");
  alarm.evidence.expected = std::nan("");
  EXPECT_EQ(EvidenceSentence(alarm, kLab, Language::kEnglish),
            label + " at 0.491 cores, since 03:12:05");
  alarm.evidence.observed = std::nan("");
  EXPECT_EQ(EvidenceSentence(alarm, kLab, Language::kEnglish),
            label + " of n2 is not measured since 03:12:05");
}

TEST(SentenceTest, TitleNamesTheShownPairs) {
  Verdict verdict;
  EXPECT_EQ(IncidentTitle(verdict, kLab, Language::kEnglish), "lab: Unknown trouble");
  verdict.ranking = {Cause(1, ProblemId::kCpu, true), Cause(2, ProblemId::kIo, false)};
  EXPECT_EQ(IncidentTitle(verdict, kLab, Language::kEnglish), "n2: CPU saturated");
  EXPECT_EQ(IncidentTitle(verdict, kLab, Language::kChinese), "n2：CPU 饱和");
  verdict.ranking = {Cause(1, ProblemId::kCpu, true), Cause(2, ProblemId::kNetworkLoss, true),
                     Cause(0, ProblemId::kIo, true)};
  EXPECT_EQ(IncidentTitle(verdict, kLab, Language::kEnglish),
            "n2: CPU saturated; n3: Packet loss and 1 more");
}

TEST(SentenceTest, ClusterProblemsAreToldOfTheCluster) {
  Verdict verdict;
  RankedCause surge;
  surge.problem = ProblemId::kSurge;
  surge.shown = true;
  verdict.ranking = {surge};
  EXPECT_EQ(IncidentTitle(verdict, kLab, Language::kEnglish), "lab: Workload surge");
}

TEST(SentenceTest, HeadlineIsAShortSentence) {
  Verdict verdict;
  verdict.ranking = {Cause(1, ProblemId::kCpu, true)};
  EXPECT_EQ(TroubleHeadline(verdict, kLab, kOnset, Language::kEnglish),
            "n2 is short of CPU since 03:12");
  EXPECT_EQ(TroubleHeadline(verdict, kLab, kOnset, Language::kChinese), "n2 CPU 不足，自 03:12 起");
}

TEST(SentenceTest, EveryProblemHasAHeadlineInBothLanguages) {
  for (const ProblemInfo& problem : AllProblems()) {
    Verdict verdict;
    verdict.ranking = {Cause(1, problem.id, true)};
    for (const Language language : {Language::kEnglish, Language::kChinese}) {
      const std::string headline = TroubleHeadline(verdict, kLab, kOnset, language);
      EXPECT_GT(headline.size(), 12U) << problem.name;
      EXPECT_EQ(headline.find(':', 0), headline.find("03:12") + 2) << headline;
    }
  }
}

}  // namespace
}  // namespace distdiag::domain
