#include "engine/cluster_charts.h"

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

using domain::NodeIndex;

base::Timestamp At(int second) { return base::Timestamp(std::chrono::seconds(1'000'000 + second)); }

// Two nodes; throughput 30/s, from second 100 on 5/s; n2's latency rises from 40 to 900 ms. The source jumped at second 60:
// before it everything was slow.
class ClusterChartsTest : public ::testing::Test {
 protected:
  ClusterChartsTest()
      : tps_(*domain::FindMetric("c_tps")),
        p95_(*domain::FindMetric("c_p95_ms")),
        window_(domain::SeriesLayout(2, {tps_, p95_}), 600) {
    topology_ = {.cluster = "lab",
                 .nodes = {{.name = "n1", .zone = {}}, {.name = "n2", .zone = {}}}};
    for (int second = 0; second < 160; ++second) {
      domain::TickSamples tick{
          .time = At(second), .nodes = {}, .starts_new_stretch = second == 0 || second == 60};
      const bool slow = second < 60 || second >= 100;
      for (std::uint32_t n = 0; n < 2; ++n) {
        tick.nodes.push_back(
            {.node = NodeIndex(n),
             .answered = true,
             .values = {{tps_, slow ? 5.0F : 30.0F}, {p95_, slow && n == 1 ? 900.0F : 40.0F}}});
      }
      window_.Append(tick);
    }
    incident_.cluster = "lab";
    incident_.started = At(100);
    incident_.detected = At(104);
    domain::RankedCause cause;
    cause.target.node = NodeIndex(1);
    cause.problem = domain::ProblemId::kStall;
    cause.shown = true;
    cause.evidence = {{NodeIndex(1),
                       p95_,
                       domain::DetectorKind::kClassifier,
                       0.9,
                       At(104),
                       {900, 40, 30, 60, At(100)}}};
    incident_.verdict.ranking = {cause};
  }

  domain::MetricId tps_;
  domain::MetricId p95_;
  domain::Topology topology_;
  store::WindowStore window_;
  domain::Incident incident_;
};

TEST_F(ClusterChartsTest, ImpactComparesWithTheSameStretchOnly) {
  const serve::Impact impact = MeasureImpact(incident_, window_, At(159));
  EXPECT_DOUBLE_EQ(*impact.tps_before, 60);
  EXPECT_DOUBLE_EQ(*impact.tps_during, 10);
  EXPECT_DOUBLE_EQ(*impact.p95_before_ms, 40);
  EXPECT_DOUBLE_EQ(*impact.p95_during_ms, 900) << "the worst node";
}

TEST_F(ClusterChartsTest, EvidenceHasBandFocusAndMarks) {
  incident_.resolved = At(150);
  const auto charts = EvidenceCharts(incident_, topology_, window_, At(159));
  ASSERT_EQ(charts.size(), 1u);
  EXPECT_EQ(charts[0].metric, p95_);
  EXPECT_EQ(charts[0].focus_node, "n2");
  EXPECT_DOUBLE_EQ(charts[0].band->high, 60);
  EXPECT_EQ(charts[0].marks.size(), 3u);
  ASSERT_EQ(charts[0].series.size(), 2u);
  EXPECT_EQ(charts[0].times.front(), At(40));
}

TEST_F(ClusterChartsTest, AnUnknownClusterIsNotFoundAndAMetricWithoutSeriesIsEmpty) {
  WindowSeriesReader reader(topology_, window_);
  EXPECT_EQ(reader.ReadSeries({.cluster = "x", .metrics = {tps_}, .from = At(0), .to = At(9)})
                .error()
                .code(),
            base::StatusCode::kNotFound);
  const auto charts = reader.ReadSeries({.cluster = "lab",
                                         .metrics = {*domain::FindMetric("h_cpu_ext"), tps_},
                                         .from = At(0),
                                         .to = At(159),
                                         .points = 40});
  ASSERT_TRUE(charts);
  EXPECT_TRUE((*charts)[0].series.empty());
  EXPECT_EQ((*charts)[1].times.size(), 40u);
}

}  // namespace
}  // namespace distdiag::engine
