#include "detect/classify/features.h"

#include "detect/classify/features_table.h"
#include "detect/classify/problem_model.h"
#include "detect/testing.h"

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  if (!line.empty() && line.back() == ',') cells.emplace_back();
  return cells;
}

std::vector<std::string_view> AllSignals() {
  return {SignalMetrics().begin(), SignalMetrics().end()};
}

domain::NodeIndex NodeAt(std::size_t node) {
  return domain::NodeIndex(static_cast<std::uint32_t>(node));
}

std::vector<FeatureRow> FeaturesOf(const domain::WindowView& baseline,
                                   const domain::WindowView& now) {
  const SignalColumns columns(now.layout());
  std::vector<NodeDeviation> deviations;
  for (std::size_t node = 0; node < now.layout().node_count(); ++node) {
    deviations.push_back(Deviate(now, columns, NodeAt(node),
                                 ToQuantities(MeanSignals(baseline, columns, NodeAt(node)))));
  }
  return ToFeatures(deviations);
}

// Reference values from testdata/make_features_golden.py, written independently from the formulas.
TEST(Features, AgreeWithTheGoldenVectors) {
  std::ifstream file(std::string(DISTDIAG_TESTDATA) + "/features_golden.csv");
  ASSERT_TRUE(file.is_open());
  std::vector<std::vector<double>> rows;  // one a tick and node
  std::map<std::pair<std::size_t, std::string>, double> expected;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> cells = Cells(line);
    if (cells[0] == "signals") {
      ASSERT_EQ(cells.size(), kSignalCount + 1);
      for (std::size_t i = 0; i < kSignalCount; ++i) EXPECT_EQ(cells[i + 1], SignalMetrics()[i]);
    } else if (cells[0] == "row") {
      std::vector<double>& row = rows.emplace_back();
      for (std::size_t i = 3; i < cells.size(); ++i)
        row.push_back(cells[i].empty() ? kGap : std::stod(cells[i]));
      ASSERT_EQ(row.size(), kSignalCount);
    } else {
      expected[{std::stoul(cells[1]), cells[2]}] = std::stod(cells[3]);
    }
  }
  RowTape baseline(3, AllSignals()), now(3, AllSignals());
  for (std::size_t tick = 0; tick < 20; ++tick) {
    (tick < 12 ? baseline : now).Append([&](std::size_t node, std::size_t column) {
      return rows[tick * 3 + node][column];
    });
  }
  const std::vector<FeatureRow> features = FeaturesOf(baseline.View(), now.View());
  EXPECT_EQ(expected.size(), 3 * kFeatureCount);
  for (const auto& [key, value] : expected) {
    const auto feature = FindFeature(key.second);
    ASSERT_TRUE(feature.has_value()) << key.second;
    // Cells become float (24 bits): differences of logarithms keep about 1e-5.
    EXPECT_NEAR(features[key.first][*feature], value, 2e-5)
        << key.second << " of node " << key.first;
  }
}

TEST(Features, NothingGivesNothingButSilence) {
  RowTape baseline(2, AllSignals()), now(2, AllSignals());
  for (int tick = 0; tick < 12; ++tick)
    baseline.Append([](std::size_t, std::size_t) { return kGap; });
  for (int tick = 0; tick < 8; ++tick) now.Append([](std::size_t, std::size_t) { return kGap; });
  const std::vector<FeatureRow> features = FeaturesOf(baseline.View(), now.View());
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    const bool silent =
        FeatureNames()[i] == "silent_database" || FeatureNames()[i] == "silent_clients";
    EXPECT_EQ(features[0][i], silent ? 1.0F : 0.0F) << FeatureNames()[i];
  }
}

TEST(Features, HugeAndInfiniteValuesStayFinite) {
  RowTape baseline(3, AllSignals()), now(3, AllSignals());
  for (int tick = 0; tick < 12; ++tick)
    baseline.Append([](std::size_t node, std::size_t) { return node == 0 ? 1e30 : -1e30; });
  for (int tick = 0; tick < 8; ++tick) {
    now.Append([&](std::size_t, std::size_t) {
      return tick % 2 == 0 ? std::numeric_limits<float>::infinity() : 3e38;
    });
  }
  for (const FeatureRow& row : FeaturesOf(baseline.View(), now.View())) {
    for (const float value : row) EXPECT_TRUE(std::isfinite(value) && std::abs(value) <= 20.0F);
    EXPECT_TRUE(std::isfinite(Distress(row)));
  }
}

TEST(Features, AMetricThatTheSourceLacksIsNoSilence) {
  RowTape baseline(2, {"h_cpu_ext"}), now(2, {"h_cpu_ext"});
  for (int tick = 0; tick < 12; ++tick)
    baseline.Append([](std::size_t, std::size_t) { return 0.1; });
  for (int tick = 0; tick < 8; ++tick)
    now.Append([](std::size_t node, std::size_t) { return node == 0 ? 0.5 : 0.1; });
  const std::vector<FeatureRow> features = FeaturesOf(baseline.View(), now.View());
  EXPECT_NEAR(features[0][*FindFeature("cpu_other.vs_peers")], 0.4, 1e-6);
  EXPECT_EQ(features[0][*FindFeature("silent_database")], 0.0F);
  EXPECT_EQ(Distress(features[0]), 0.0);
}

TEST(Features, OrderOfTheNodesDoesNotMatter) {
  RowTape baseline(5, AllSignals()), now(5, AllSignals()), baseline_turned(5, AllSignals()),
      now_turned(5, AllSignals());
  base::Random random(4);
  for (int tick = 0; tick < 20; ++tick) {
    std::vector<double> values;
    for (std::size_t i = 0; i < 5 * kSignalCount; ++i) values.push_back(100 * random.NextUnit());
    const auto value = [&](std::size_t node, std::size_t column) {
      return values[node * kSignalCount + column];
    };
    (tick < 12 ? baseline : now).Append(value);
    (tick < 12 ? baseline_turned : now_turned).Append([&](std::size_t node, std::size_t column) {
      return value((node + 2) % 5, column);
    });
  }
  const auto plain = FeaturesOf(baseline.View(), now.View());
  const auto turned = FeaturesOf(baseline_turned.View(), now_turned.View());
  for (std::size_t node = 0; node < 5; ++node) EXPECT_EQ(plain[(node + 2) % 5], turned[node]);
}

TEST(Features, LevelsDoNotMatterOnlyChanges) {
  RowTape baseline(2, {"c_tps"}), now(2, {"c_tps"});
  for (int tick = 0; tick < 12; ++tick)
    baseline.Append([](std::size_t node, std::size_t) { return node == 0 ? 3000 : 300000; });
  for (int tick = 0; tick < 8; ++tick)
    now.Append([](std::size_t node, std::size_t) { return node == 0 ? 1500 : 150000; });
  const auto features = FeaturesOf(baseline.View(), now.View());
  EXPECT_NEAR(features[0][*FindFeature("throughput")], std::log(0.5), 1e-3);
  EXPECT_NEAR(features[0][*FindFeature("throughput.vs_peers")], 0, 1e-3);
}

TEST(Distress, IsOneForADeadNode) {
  FeatureRow row{};
  EXPECT_EQ(Distress(row), 0.0);
  row[*FindFeature("process_down")] = 1;
  EXPECT_EQ(Distress(row), 1.0);
  row = {};
  row[*FindFeature("throughput")] = -1;
  row[*FindFeature("latency_p95")] = 1.5;
  EXPECT_NEAR(Distress(row), 0.5, 1e-6);
}

TEST(SignalColumns, OceanBaseHasItsOwnMetricsForTheSameSignals) {
  const domain::MetricId commits = *domain::FindMetric("o_commits");
  const domain::MetricId tps = *domain::FindMetric("c_tps");
  const SignalColumns columns(domain::SeriesLayout(2, {tps, commits}));
  const auto signal = [](std::string_view metric) {
    const auto names = SignalMetrics();
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), metric) - names.begin());
  };
  EXPECT_GE(columns.column(signal("d_Com_commit")), 0);
  EXPECT_EQ(columns.metric(signal("d_Com_commit")), commits);
  EXPECT_EQ(columns.metric(signal("c_tps")), tps);
  EXPECT_EQ(columns.column(signal("d_Innodb_data_reads")), -1);
}

TEST(FeatureSchema, NamesAreUniqueAndKnownToTheCatalogue) {
  EXPECT_EQ(FeatureNames().size(), kFeatureCount);
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    EXPECT_EQ(FindFeature(FeatureNames()[i]), i);
    EXPECT_LT(FeatureSignal(i), kSignalCount);
  }
  for (const std::string_view metric : OceanBaseSignalMetrics())
    EXPECT_TRUE(metric.empty() || domain::FindMetric(metric).has_value()) << metric;
  for (const std::string_view metric : SignalMetrics())
    EXPECT_TRUE(domain::FindMetric(metric).has_value()) << metric;
  EXPECT_FALSE(FindFeature("no such feature").has_value());
  EXPECT_EQ(FeatureSchemaHash().size(), 64U);
}

TEST(ProblemRecipes, NameEveryProblemOnceAndKnownFeaturesOnly) {
  EXPECT_EQ(ProblemRecipes().size(), domain::kProblemCount - 1);
  std::size_t id = 1;
  for (const ProblemRecipe& recipe : ProblemRecipes()) {
    EXPECT_EQ(static_cast<std::size_t>(recipe.problem), id++);
    for (const FeatureUse& use : recipe.features)
      EXPECT_TRUE(FindFeature(use.feature).has_value()) << use.feature;
  }
}

}  // namespace
}  // namespace distdiag::detect
