#include "detect/peer/dbscan.h"

#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
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

std::vector<double> Numbers(const std::string& line) {
  std::vector<double> numbers;
  std::istringstream cells(line.substr(line.find(',') + 1));
  for (std::string cell; std::getline(cells, cell, ',');) numbers.push_back(std::stod(cell));
  return numbers;
}

// Labels of scikit-learn, made by tools/bench_peers/dbscan.
TEST(ClusterLabels, AreThoseOfScikitLearn) {
  std::ifstream file(std::string(DISTDIAG_TESTDATA) + "/dbscan_golden.csv");
  ASSERT_TRUE(file.good());
  std::vector<double> options, values;
  int cases = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("case,")) options = Numbers(line);
    if (line.starts_with("values,")) values = Numbers(line);
    if (!line.starts_with("labels,")) continue;
    const std::vector<double> labels = Numbers(line);
    const std::vector<int> found =
        ClusterLabels(values, options[0], static_cast<std::size_t>(options[1]));
    EXPECT_EQ(std::vector<double>(found.begin(), found.end()), labels) << line;
    ++cases;
  }
  EXPECT_EQ(cases, 56);
}

// The algorithm as the paper has it: grow each cluster from a core point, over all pairs.
std::vector<int> LabelsByDefinition(const std::vector<double>& values, double eps,
                                    std::size_t min_points) {
  const auto neighbours = [&](std::size_t of) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::abs(values[i] - values[of]) <= eps) found.push_back(i);
    }
    return found;
  };
  std::vector<int> labels(values.size(), kNoise);
  int next = 0;
  for (std::size_t start = 0; start < values.size(); ++start) {
    if (labels[start] != kNoise || neighbours(start).size() < min_points) continue;
    std::vector<std::size_t> open = {start};
    labels[start] = next;
    while (!open.empty()) {
      const auto around = neighbours(open.back());
      open.pop_back();
      if (around.size() < min_points) continue;
      for (const std::size_t i : around) {
        if (labels[i] != kNoise) continue;
        labels[i] = next;
        open.push_back(i);
      }
    }
    ++next;
  }
  return labels;
}

TEST(ClusterLabels, OfRandomSetsAreThoseOfTheDefinition) {
  base::Random random(5);
  for (int round = 0; round < 500; ++round) {
    std::vector<double> values(random.NextBelow(60));
    const bool has_ties = round % 2 == 0;
    for (double& value : values)
      value = has_ties ? static_cast<double>(random.NextBelow(30)) : 30 * random.NextUnit();
    const double eps = has_ties ? static_cast<double>(random.NextBelow(4)) : 2 * random.NextUnit();
    const std::size_t min_points = 1 + random.NextBelow(5);
    const std::vector<int> labels = ClusterLabels(values, eps, min_points);
    ASSERT_EQ(labels, LabelsByDefinition(values, eps, min_points)) << round;
    const std::vector<double> distances = NoiseDistance(values, eps, min_points);
    const bool has_cluster =
        std::any_of(labels.begin(), labels.end(), [](int label) { return label != kNoise; });
    for (std::size_t i = 0; i < values.size(); ++i)
      ASSERT_EQ(distances[i] > 0, has_cluster && labels[i] == kNoise) << round << " " << i;
  }
}

}  // namespace
}  // namespace distdiag::detect
