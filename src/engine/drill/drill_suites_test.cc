#include "engine/drill/drill_suites.h"

#include <gtest/gtest.h>

namespace distdiag::engine {
namespace {

inject::FaultKind Kind(const char* name, double high, const char* unavailable = "") {
  inject::FaultKind kind;
  kind.name = name;
  kind.high = high;
  kind.unavailable = unavailable;
  return kind;
}

TEST(FitToGroundTest, GivesEachFaultItsHighNumberAndLeavesOutWhatCantBeMade) {
  const std::vector<SuiteDrill> drills = {{{{"cpu", "n1"}, {"io", "n1"}}, 30},
                                          {{{"cpu", "n1"}, {"fclock", "n2"}}, 30},
                                          {{{"unheard", "n1"}}, 30}};
  const auto fit = FitToGround(drills, {Kind("cpu", 3), Kind("io", 8), Kind("fclock", 0, "no")});
  ASSERT_EQ(fit.size(), 1u);
  EXPECT_EQ(fit[0].faults, (std::vector<inject::FaultSpec>{{"cpu", "n1", 3}, {"io", "n1", 8}}));
  EXPECT_EQ(fit[0].duration_s, 30);
}

TEST(FitToGroundTest, NothingPossibleIsEmpty) {
  EXPECT_TRUE(FitToGround({{{{"cpu", "n1"}}, 30}}, {}).empty());
}

}  // namespace
}  // namespace distdiag::engine
