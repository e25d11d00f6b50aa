// The seasonal model's forecasts against those of statsmodels' STL and MSTL: tools/bench_peers/seasonal makes the cases.
#include "detect/seasonal/seasonal_fit.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace distdiag::detect {
namespace {

struct Case {
  std::string name;
  std::string zone;
  double start = 0;
  double step = 0;
  double scale = 0;  // of MASE
  std::string peer;
  double peer_error = 0;   // MASE of the best decomposition
  double naive_error = 0;  // MASE of the best naive forecast
  std::vector<float> history, future;
};

std::vector<std::string> Split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  if (!line.empty() && line.back() == ',') cells.emplace_back();
  return cells;
}

std::vector<Case> ReadCases(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::vector<Case> cases;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> cells = Split(line);
    if (cells.empty() || line[0] == '#') continue;
    if (cells[0] == "case") {
      cases.push_back({cells.at(1),
                       cells.at(2),
                       std::stod(cells.at(3)),
                       std::stod(cells.at(4)),
                       std::stod(cells.at(5)),
                       cells.at(6),
                       std::stod(cells.at(7)),
                       std::stod(cells.at(8)),
                       {},
                       {}});
      continue;
    }
    std::vector<float>& values = cells[0] == "history" ? cases.back().history : cases.back().future;
    for (std::size_t i = 1; i < cells.size(); ++i)
      values.push_back(cells[i].empty() ? std::numeric_limits<float>::quiet_NaN()
                                        : std::stof(cells[i]));
  }
  return cases;
}

struct Score {
  double error = 0;   // MASE
  double inside = 0;  // share of the day within ±3 spreads
};

Score Judge(const Case& row) {
  const auto calendar = LocalCalendar::Make(row.zone, {});
  EXPECT_TRUE(calendar.has_value()) << row.zone;
  const base::Duration step = base::FromSeconds(row.step);
  const base::Timestamp start = base::TimestampFromSeconds(row.start);
  const SeasonalModel model =
      FitSeasonal(row.history, SeasonalTimes(start, step, row.history.size(), *calendar));
  Score score;
  const auto count = static_cast<double>(row.future.size());
  for (std::size_t i = 0; i < row.future.size(); ++i) {
    const base::Timestamp time =
        start + step * static_cast<std::int64_t>(row.history.size() + i) + step / 2;
    const Forecast forecast = model.At(PointAt(calendar->At(time)), time);
    const double distance = std::abs(forecast.expected - row.future[i]);
    score.error += distance / row.scale / count;
    score.inside += distance <= 3 * forecast.spread ? 1 / count : 0;
  }
  return score;
}

TEST(SeasonalGolden, ForecastsAsWellAsTheBestOfStlAndMstlAndBetterThanNaiveOnes) {
  const char* path = std::getenv("DISTDIAG_SEASONAL_CASES");
  const std::vector<Case> cases =
      ReadCases(path ? path : std::string(DISTDIAG_TESTDATA) + "/seasonal_golden.csv");
  struct Mean {
    double ours = 0, inside = 0, peer = 0, naive = 0;
    int count = 0;
    std::string name;
  };
  std::map<std::string, Mean> kinds;
  for (const Case& row : cases) {
    const Score score = Judge(row);
    Mean& mean = kinds[row.name];
    mean.ours += score.error;
    mean.inside += score.inside;
    mean.peer += row.peer_error;
    mean.naive += row.naive_error;
    mean.count += 1;
    mean.name = row.peer;
  }
  ASSERT_GE(kinds.size(), 9U);
  double ratio_sum = 0, naive_ratio_sum = 0;
  for (const auto& [name, mean] : kinds) {
    const double ours = mean.ours / mean.count, inside = mean.inside / mean.count;
    std::printf("%-28s ours %.3f (%.1f %% in the band)  %-28s %.3f  naive %.3f\n", name.c_str(),
                ours, 100 * inside, mean.name.c_str(), mean.peer / mean.count,
                mean.naive / mean.count);
    EXPECT_LE(mean.ours, 1.05 * mean.peer) << name;
    // One series a kind: where all do as well as the noise allows, chance decides.
    EXPECT_LT(mean.ours, 1.02 * mean.naive) << name;
    EXPECT_GE(inside, 0.9) << name;
    ratio_sum += mean.ours / mean.peer;
    naive_ratio_sum += mean.ours / mean.naive;
  }
  const auto count = static_cast<double>(kinds.size());
  std::printf("ours / best peer: mean %.3f; ours / best naive: mean %.3f\n", ratio_sum / count,
              naive_ratio_sum / count);
  EXPECT_LE(ratio_sum, count);
  EXPECT_LE(naive_ratio_sum, 0.9 * count);
}

}  // namespace
}  // namespace distdiag::detect
