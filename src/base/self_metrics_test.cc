#include "base/self_metrics.h"

#include <gtest/gtest.h>

namespace distdiag::base {
namespace {

TEST(SelfMetricsTest, WritesThePrometheusTextFormat) {
  SelfMetrics metrics;
  metrics
      .GetCounter("distdiag_samples_rejected_total", "Samples refused", {{"reason", "a \"b\"\n"}})
      .Add(2);
  metrics.GetCounter("distdiag_samples_rejected_total", "Samples refused", {{"reason", "late"}})
      .Add();
  metrics.GetGauge("distdiag_lag_seconds", "Age of the newest tick").Set(1.5);
  EXPECT_EQ(metrics.WriteText(),
            "# HELP distdiag_samples_rejected_total Samples refused\n"
            "# TYPE distdiag_samples_rejected_total counter\n"
            "distdiag_samples_rejected_total{reason=\"a \\\"b\\\"\\n\"} 2\n"
            "distdiag_samples_rejected_total{reason=\"late\"} 1\n"
            "# HELP distdiag_lag_seconds Age of the newest tick\n"
            "# TYPE distdiag_lag_seconds gauge\n"
            "distdiag_lag_seconds 1.5\n");
}

TEST(SelfMetricsTest, TheSameNameAndLabelsAreTheSameCounter) {
  SelfMetrics metrics;
  metrics.GetCounter("x_total", "x").Add();
  metrics.GetCounter("x_total", "x").Add();
  EXPECT_EQ(metrics.GetCounter("x_total", "x").value(), 2u);
}

}  // namespace
}  // namespace distdiag::base
