#include "detect/client_work.h"

#include "detect/testing.h"

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

constexpr domain::NodeIndex kNodes[] = {domain::NodeIndex(0), domain::NodeIndex(1)};

std::optional<ClientWork> Work(double tps1, double tps2, double p95_1 = 40, double p95_2 = 40,
                               double errors = 0) {
  RowTape tape(3, {"c_tps", "c_p95_ms", "c_err"});
  const double values[3][3] = {{tps1, p95_1, errors}, {tps2, p95_2, 0}, {500, 9000, 70}};
  for (int i = 0; i < 5; ++i)
    tape.Append([&](std::size_t node, std::size_t column) {
      const std::string_view name = domain::GetMetric(tape.layout().metric(column)).name;
      return values[node][name == "c_tps" ? 0 : name == "c_p95_ms" ? 1 : 2];
    });
  return MeasureClientWork(tape.View(), kNodes);
}

TEST(ClientWork, IsThatOfTheChosenNodesTogether) {
  const auto work = Work(30, 10, 40, 60, 0.5);
  ASSERT_TRUE(work);
  EXPECT_DOUBLE_EQ(work->per_second, 40);
  EXPECT_DOUBLE_EQ(work->p95_ms, 60);
  EXPECT_DOUBLE_EQ(work->errors_per_second, 0.5);
  EXPECT_DOUBLE_EQ(Work(30, 1, 40, 900)->p95_ms, 40);  // hardly anybody waits there
}

TEST(ClientWork, IsNotKnownWithoutClients) {
  EXPECT_FALSE(Work(0, 0));
  EXPECT_FALSE(Work(kGap, 30));
  EXPECT_FALSE(MeasureClientWork({}, kNodes));
  RowTape tape(2, {"h_cpu_db"});
  tape.Append([](std::size_t, std::size_t) { return 1; });
  EXPECT_FALSE(MeasureClientWork(tape.View(), kNodes));
}

TEST(ClientWork, GoesOnWhenItMovedAndNotWhenItShrankSlowedOrFails) {
  const ClientWork before = *Work(30, 10);
  EXPECT_TRUE(GoesOn(before, *Work(3, 37)));
  EXPECT_TRUE(GoesOn(before, *Work(0, 33)));
  EXPECT_FALSE(GoesOn(before, *Work(3, 10)));
  EXPECT_FALSE(GoesOn(before, *Work(3, 37, 40, 100)));
  EXPECT_FALSE(GoesOn(before, *Work(3, 37, 40, 40, 1)));
}

}  // namespace
}  // namespace distdiag::detect
