#include "detect/peer/window_shape.h"

#include "base/check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace distdiag::detect {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

enum Measure : std::size_t {
  kCorrelationMedian,
  kCorrelationNearest,
  kCorrelationMiddle,
  kDistanceMean,
  kDistanceMax,
  kFlat,
  kNearlyFlat,
  kRamp,
  kStraight,
  kRoughness,
  kFirstExcess,
};
constexpr std::array kExcessOf = {kFlat,      kNearlyFlat,        kRamp,        kStraight,
                                  kRoughness, kCorrelationMiddle, kDistanceMean};
static_assert(kFirstExcess + kExcessOf.size() == kWindowMeasures);
constexpr std::array kMeasureNames = {"correlation_median", "correlation_nearest",
                                      "correlation_middle", "distance_mean",
                                      "distance_max",       "flat",
                                      "nearly_flat",        "ramp",
                                      "straight",           "roughness"};

constexpr std::array kQuantiles = {0.0, 0.15, 0.3, 0.7, 0.85, 1.0};
static_assert(kQuantiles.size() + 1 == kWindowSummaries);

// Steps in standard deviations of the window.
constexpr double kNoStep = 0.02;
constexpr double kSmallStep = 0.1;
constexpr double kRampBend = 0.03;
constexpr double kLeastRampStep = 0.05;
constexpr double kStraightBend = 0.1;

using Course = std::vector<double>;  // one metric of one node; empty = a value is missing

// Of the values that are there; NaN without any. The mean of the two in the middle.
double MedianOf(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return kMissing;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 != 0) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// Mean 0, standard deviation 1; a constant course becomes all 0.
Course Standardised(std::span<const double> values) {
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  if (!std::isfinite(sum)) return {};
  const double mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / static_cast<double>(values.size()));
  if (!std::isfinite(deviation)) return {};
  Course course(values.size(), 0.0);
  if (deviation <= 1e-9 * std::max(1.0, std::abs(mean))) return course;
  for (std::size_t i = 0; i < values.size(); ++i) course[i] = (values[i] - mean) / deviation;
  return course;
}

double Correlation(const Course& a, const Course& b) {
  double mean_a = 0, mean_b = 0, ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) mean_a += a[i], mean_b += b[i];
  mean_a /= static_cast<double>(a.size());
  mean_b /= static_cast<double>(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  const double scale = std::sqrt(aa * bb);
  return scale > 1e-9 ? ab / scale : kMissing;
}

// Longest run of indices [from, size) for which `holds`.
template <typename Predicate>
double LongestRun(std::size_t from, std::size_t size, Predicate holds) {
  std::size_t run = 0, longest = 0;
  for (std::size_t i = from; i < size; ++i) {
    run = holds(i) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return static_cast<double>(longest);
}

using Measures = std::array<double, kWindowMeasures>;

void MeasureShape(const Course& course, Measures& measures) {
  const auto step = [&](std::size_t i) { return std::abs(course[i] - course[i - 1]); };
  const auto bend = [&](std::size_t i) {
    return std::abs(course[i] - 2 * course[i - 1] + course[i - 2]);
  };
  const std::size_t size = course.size();
  measures[kFlat] = LongestRun(1, size, [&](std::size_t i) { return step(i) < kNoStep; });
  measures[kNearlyFlat] = LongestRun(1, size, [&](std::size_t i) { return step(i) < kSmallStep; });
  measures[kRamp] = LongestRun(
      2, size, [&](std::size_t i) { return bend(i) < kRampBend && step(i) > kLeastRampStep; });
  measures[kStraight] = LongestRun(2, size, [&](std::size_t i) { return bend(i) < kStraightBend; });
  double steps = 0;
  for (std::size_t i = 1; i < size; ++i) steps += step(i);
  measures[kRoughness] = steps / static_cast<double>(size - 1);
}

bool IsConstant(const Course& course) {
  return std::all_of(course.begin(), course.end(), [](double value) { return value == 0; });
}

void MeasureAgainstPeers(const Course& course, const std::vector<const Course*>& peers,
                         Measures& measures) {
  if (peers.empty()) return;
  Course median(course.size());
  std::vector<double> at_step, correlations;
  for (std::size_t t = 0; t < course.size(); ++t) {
    at_step.clear();
    for (const Course* peer : peers) at_step.push_back((*peer)[t]);
    median[t] = MedianOf(at_step);
  }
  double largest = -1, sum = 0, farthest = 0;
  for (const Course* peer : peers) {
    // A peer that stands still agrees with nobody, which is not a reason to doubt the node.
    const double correlation = Correlation(course, *peer);
    correlations.push_back(std::isnan(correlation) ? 0 : correlation);
    if (!std::isnan(correlation)) largest = std::max(largest, correlation);
  }
  for (std::size_t t = 0; t < course.size(); ++t) {
    const double distance = std::abs(course[t] - median[t]);
    sum += distance;
    farthest = std::max(farthest, distance);
  }
  measures[kCorrelationMedian] = Correlation(course, median);
  measures[kCorrelationNearest] = largest;
  measures[kCorrelationMiddle] = MedianOf(correlations);
  measures[kDistanceMean] = sum / static_cast<double>(course.size());
  measures[kDistanceMax] = farthest;
}

Measures MeasureNode(const std::vector<Course>& courses, std::size_t node) {
  Measures measures;
  measures.fill(kMissing);
  if (courses[node].empty()) return measures;
  std::vector<const Course*> peers;
  for (std::size_t other = 0; other < courses.size(); ++other) {
    if (other != node && !courses[other].empty()) peers.push_back(&courses[other]);
  }
  MeasureAgainstPeers(courses[node], peers, measures);
  if (!IsConstant(courses[node])) MeasureShape(courses[node], measures);
  return measures;
}

void AddExcess(std::vector<Measures>& of_nodes) {
  for (std::size_t e = 0; e < kExcessOf.size(); ++e) {
    const std::size_t measure = kExcessOf[e];
    for (std::size_t node = 0; node < of_nodes.size(); ++node) {
      std::vector<double> others;
      for (std::size_t other = 0; other < of_nodes.size(); ++other)
        if (other != node) others.push_back(of_nodes[other][measure]);
      of_nodes[node][kFirstExcess + e] = of_nodes[node][measure] - MedianOf(std::move(others));
    }
  }
}

// Mean and quantiles of the values that are there.
void Summarise(std::vector<double> values, std::span<float> summary) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) {
    std::fill(summary.begin(), summary.end(), std::numeric_limits<float>::quiet_NaN());
    return;
  }
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += value;
  summary[0] = static_cast<float>(sum / static_cast<double>(values.size()));
  for (std::size_t q = 0; q < kQuantiles.size(); ++q) {
    const auto place =
        static_cast<std::size_t>(kQuantiles[q] * static_cast<double>(values.size() - 1) + 0.5);
    summary[q + 1] = static_cast<float>(values[place]);
  }
}

}  // namespace

std::vector<float> WindowShapeFeatures(const PeerWindow& window) {
  CHECK(window.nodes >= 2 && window.steps >= 3);
  CHECK(window.values.size() == window.nodes * window.metrics * window.steps);
  std::vector<std::vector<Measures>> measures(window.metrics);  // [metric][node]
  for (std::size_t metric = 0; metric < window.metrics; ++metric) {
    std::vector<Course> courses;
    for (std::size_t node = 0; node < window.nodes; ++node) {
      const std::size_t begin = (node * window.metrics + metric) * window.steps;
      courses.push_back(Standardised(window.values.subspan(begin, window.steps)));
    }
    for (std::size_t node = 0; node < window.nodes; ++node)
      measures[metric].push_back(MeasureNode(courses, node));
    AddExcess(measures[metric]);
  }
  std::vector<float> features(window.nodes * kWindowFeatures);
  std::vector<double> values;
  for (std::size_t node = 0; node < window.nodes; ++node) {
    for (std::size_t measure = 0; measure < kWindowMeasures; ++measure) {
      values.clear();
      for (const auto& of_nodes : measures) values.push_back(of_nodes[node][measure]);
      Summarise(values, std::span(features).subspan(
                            node * kWindowFeatures + measure * kWindowSummaries, kWindowSummaries));
    }
  }
  return features;
}

std::vector<std::string> WindowShapeFeatureNames() {
  std::vector<std::string> names;
  for (std::size_t measure = 0; measure < kWindowMeasures; ++measure) {
    const std::string name =
        measure < kFirstExcess
            ? kMeasureNames[measure]
            : std::string(kMeasureNames[kExcessOf[measure - kFirstExcess]]) + "_excess";
    for (const char* summary : {"mean", "min", "q15", "q30", "q70", "q85", "max"})
      names.push_back(name + "." + summary);
  }
  return names;
}

}  // namespace distdiag::detect
