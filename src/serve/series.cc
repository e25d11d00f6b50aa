// /api/v1/clusters/{cluster}/series
#include "serve/chart.h"
#include "serve/router.h"
#include "serve/time_range.h"

#include <fmt/format.h>

namespace distdiag::serve {
namespace {

constexpr std::size_t kMaxMetrics = 16;
constexpr std::int64_t kMaxPoints = 2000;
constexpr std::int64_t kDefaultPoints = 300;

base::Result<std::vector<domain::MetricId>> ReadMetrics(const QueryReader& query) {
  const std::vector<std::string> names = query.All("metric");
  if (names.empty() || names.size() > kMaxMetrics) {
    return base::Fail(base::InvalidArgument(
        fmt::format("metric: expected 1 to {} metric names, found {}", kMaxMetrics, names.size())));
  }
  std::vector<domain::MetricId> metrics;
  for (const std::string& name : names) {
    const auto metric = domain::FindMetric(name);
    if (!metric) {
      return base::Fail(base::InvalidArgument(fmt::format(
          "metric: expected a name from /api/v1/metrics, found \"{}\"", name.substr(0, 60))));
    }
    metrics.push_back(*metric);
  }
  return metrics;
}

base::Result<SeriesQuery> ReadSeriesQuery(const HandlerContext& context, const Call& call) {
  const QueryReader query(call.target);
  RETURN_FAIL_IF_ERROR(query.OnlyKnows({"metric", "from", "to", "points"}));
  SeriesQuery wanted;
  wanted.cluster = call.parameters[0];
  ASSIGN_OR_RETURN(wanted.metrics, ReadMetrics(query));
  ASSIGN_OR_RETURN(const auto points, query.Integer("points", 1, kMaxPoints));
  wanted.points = static_cast<int>(points.value_or(kDefaultPoints));
  const auto state = context.deps.feed.state();
  if (state->Find(wanted.cluster) == nullptr) {
    return base::Fail(base::NotFound(fmt::format("there is no cluster \"{}\"", wanted.cluster)));
  }
  ASSIGN_OR_RETURN(
      const TimeRange range,
      ReadTimeRange(query, NewestTick(*state, wanted.cluster, context.deps.clock.Now())));
  wanted.from = range.from;
  wanted.to = range.to;
  return wanted;
}

Response GetSeries(const HandlerContext& context, const Call& call) {
  const auto query = ReadSeriesQuery(context, call);
  if (!query) return ProblemResponse(query.error());
  const auto charts = context.deps.series.ReadSeries(*query);
  if (!charts) return ProblemResponse(charts.error());
  return JsonResponse(ChartsToJson(*charts));
}

}  // namespace

void AddSeriesRoutes(Router& router) {
  router.Add(Method::kGet, "/api/v1/clusters/{cluster}/series", &GetSeries);
}

}  // namespace distdiag::serve
