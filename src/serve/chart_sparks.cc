#include "serve/chart_sparks.h"

#include <boost/json.hpp>

#include <limits>
#include <string>
#include <vector>

namespace distdiag::serve {
namespace {

namespace json = boost::json;

constexpr double kSparkSeconds = 60;

const json::array* ArrayIn(const json::value& value, json::string_view key) {
  const json::object* object = value.if_object();
  const json::value* found = object == nullptr ? nullptr : object->if_contains(key);
  return found == nullptr ? nullptr : found->if_array();
}

std::string TextIn(const json::value& value, json::string_view key) {
  const json::object* object = value.if_object();
  const json::value* found = object == nullptr ? nullptr : object->if_contains(key);
  const json::string* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(text->data(), text->size());
}

double NumberOf(const json::value& value) {
  if (value.is_double()) return value.get_double();
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  return std::numeric_limits<double>::quiet_NaN();
}

void AddChart(const json::value& chart, double end_s, SparkTable& sparks) {
  const json::array* times = ArrayIn(chart, "times");
  const json::array* series = ArrayIn(chart, "series");
  if (times == nullptr || series == nullptr) return;
  const std::string metric = TextIn(chart, "metric");
  for (const json::value& one : *series) {
    const json::array* mean = ArrayIn(one, "mean");
    if (mean == nullptr || mean->size() != times->size()) continue;
    std::vector<double>& spark = sparks[{TextIn(one, "node"), metric}];
    for (std::size_t i = 0; i < times->size(); ++i) {
      const double time = NumberOf((*times)[i]);
      if (time > end_s - kSparkSeconds && time <= end_s) spark.push_back(NumberOf((*mean)[i]));
    }
  }
}

}  // namespace

SparkTable SparksFromCharts(std::string_view charts_json, base::Timestamp end) {
  SparkTable sparks;
  if (charts_json.empty()) return sparks;
  json::error_code error;
  const json::value root =
      json::parse(json::string_view(charts_json.data(), charts_json.size()), error);
  const json::array* charts = error ? nullptr : ArrayIn(root, "charts");
  if (charts == nullptr) return sparks;
  for (const json::value& chart : *charts) AddChart(chart, base::ToUnixSeconds(end), sparks);
  return sparks;
}

}  // namespace distdiag::serve
