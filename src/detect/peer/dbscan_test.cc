#include "detect/peer/dbscan.h"

#include <string>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

struct Row {
  std::string name;
  std::vector<double> values;
  double eps;
  std::size_t min_points;
  std::vector<double> expected;
};

TEST(NoiseDistance, Table) {
  const std::vector<Row> rows = {
      {"nothing", {}, 1, 3, {}},
      {"all alike", {5, 5, 5}, 0, 3, {0, 0, 0}},
      {"one far away", {1, 1.5, 2, 10}, 1, 3, {0, 0, 0, 7}},
      {"border point reaches a core point", {1, 2, 3, 4}, 1, 3, {0, 0, 0, 0}},
      {"too few for a core", {1, 50, 100}, 1, 2, {0, 0, 0}},
      {"two clusters, one between",
       {0, 0.1, 0.2, 5, 10, 10.1, 10.2},
       1,
       3,
       {0, 0, 0, 3.8, 0, 0, 0}},
      {"order does not matter", {10, 1.5, 1, 2}, 1, 3, {7, 0, 0, 0}},
  };
  for (const Row& row : rows) {
    const std::vector<double> found = NoiseDistance(row.values, row.eps, row.min_points);
    ASSERT_EQ(found.size(), row.expected.size()) << row.name;
    for (std::size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], row.expected[i], 1e-12) << row.name << " " << i;
  }
}

}  // namespace
}  // namespace distdiag::detect
