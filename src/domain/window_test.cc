#include "domain/window.h"

#include "domain/problem.h"

#include <gtest/gtest.h>

namespace distdiag::domain {
namespace {

TEST(SeriesLayoutTest, ColumnsMapBothWays) {
  const SeriesLayout layout(3, {MetricId(5), MetricId(2)});
  EXPECT_EQ(layout.series_count(), 6u);
  EXPECT_EQ(layout.column(MetricId(2)), 1u);
  EXPECT_EQ(layout.column(MetricId(3)), std::nullopt);
  EXPECT_EQ(layout.column(MetricId(60000)), std::nullopt);
  EXPECT_EQ(layout.series(NodeIndex(2), 1), 5u);
}

TEST(WindowViewTest, LastKeepsTheNewestRows) {
  const SeriesLayout layout(1, {MetricId(0)});
  const base::Timestamp times[] = {base::Timestamp(base::Duration(1)),
                                   base::Timestamp(base::Duration(2)),
                                   base::Timestamp(base::Duration(3))};
  const float values[] = {1, 2, 3};
  const WindowView view(layout, times, values);
  EXPECT_EQ(view.Last(2).at(0, NodeIndex(0), 0), 2.0F);
  EXPECT_EQ(view.Last(9).tick_count(), 3u);
  EXPECT_TRUE(view.Last(0).empty());
}

TEST(ProblemTest, TableIsIndexedByIdAndCompleteInBothLanguages) {
  ASSERT_EQ(AllProblems().size(), kProblemCount);
  for (std::size_t i = 0; i < kProblemCount; ++i) {
    const ProblemInfo& problem = AllProblems()[i];
    EXPECT_EQ(static_cast<std::size_t>(problem.id), i);
    EXPECT_EQ(FindProblem(problem.name), problem.id);
    for (const auto text : {problem.title_en, problem.title_zh, problem.summary_en,
                            problem.summary_zh, problem.next_check_en, problem.next_check_zh}) {
      EXPECT_FALSE(text.empty()) << problem.name;
    }
  }
}

}  // namespace
}  // namespace distdiag::domain
