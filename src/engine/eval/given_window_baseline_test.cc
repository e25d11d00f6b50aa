#include "engine/eval/given_window_baseline.h"

#include <cmath>

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

// One case of two nodes; the first has `problem`, and its metric of this name is far off.
GivenWindowRows Case(const std::vector<const char*>& metrics, const char* off,
                     domain::ProblemId problem) {
  GivenWindowRows rows;
  for (const char* metric : metrics) rows.metrics.push_back(*domain::FindMetric(metric));
  rows.x.assign(2 * 2 * metrics.size(), 0.0F);
  rows.normal = rows.x;
  for (std::size_t column = 0; column < metrics.size(); ++column) {
    if (std::string_view(metrics[column]) == off) rows.x[2 * column] = rows.x[2 * column + 1] = 30;
  }
  rows.y.assign(2 * domain::kProblemCount, 0.0F);
  rows.y[static_cast<std::size_t>(problem)] = 1;
  return rows;
}

TEST(GivenWindowBaselineTest, CasesOfDifferentMetricsTeachTheOnesThatTheyShare) {
  using enum domain::ProblemId;
  const auto galera = Case({"d_Threads_running", "h_cpu_ext", "h_disk_util"}, "h_cpu_ext", kCpu);
  const auto disk = Case({"h_disk_util", "o_commits", "h_cpu_ext", "c_tps"}, "h_disk_util", kIo);
  const std::vector<const GivenWindowRows*> cases = {&galera, &disk};
  const GivenWindowBaseline baseline(cases);
  // The judged case has the metrics in another order, and one that no fitted case has.
  const auto judged = Case({"c_p95_ms", "h_disk_util", "h_cpu_ext"}, "h_cpu_ext", kCpu);
  const Pair first = baseline.Rank(judged).front();
  EXPECT_EQ(first.problem, kCpu);
  EXPECT_EQ(first.target.node, domain::NodeIndex{0});
  const auto other = Case({"c_p95_ms", "h_disk_util", "h_cpu_ext"}, "h_disk_util", kIo);
  EXPECT_EQ(baseline.Rank(other).front().problem, kIo);
}

}  // namespace
}  // namespace distdiag::engine
