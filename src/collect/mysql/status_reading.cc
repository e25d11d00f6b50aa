#include "collect/mysql/status_reading.h"

#include "collect/mysql/galera_text.h"
#include "collect/mysql/schema_changes.h"

#include <string_view>
#include <utility>

namespace distdiag::collect {
namespace {

// How much less than the clock the server's uptime may have grown before it counts as another start: both are whole seconds,
// and the clocks of two machines run apart.
constexpr double kUptimeSlackSeconds = 3;

using ColumnIndex = std::unordered_map<std::string_view, domain::MetricId>;

// Status variable -> metric: "d_" + its name.
const ColumnIndex& Columns() {
  static const ColumnIndex columns = [] {
    ColumnIndex index;
    const auto metrics = domain::AllMetrics();
    for (std::size_t i = 0; i < metrics.size(); ++i) {
      if (metrics[i].name.starts_with("d_"))
        index.emplace(metrics[i].name.substr(2), domain::MetricId(static_cast<std::uint16_t>(i)));
    }
    return index;
  }();
  return columns;
}

void TakeFact(std::string_view name, std::string_view value, StatusFacts& facts) {
  if (name.starts_with("Com_")) {
    if (IsSchemaStatement(name)) {
      if (const auto count = ParseNumber(value))
        facts.schema_statements.insert_or_assign(std::string(name), *count);
    }
  } else if (name.starts_with("wsrep_")) {
    if (name == "wsrep_cluster_size") facts.cluster_size = ParseNumber(value);
    if (name == "wsrep_local_state_comment") facts.local_state = value;
    if (name == "wsrep_cluster_status") facts.cluster_status = value;
    if (name == "wsrep_incoming_addresses") facts.incoming_addresses = value;
    if (name == "wsrep_evs_repl_latency") facts.evs_latency = value;
  } else if (name == "Uptime") {
    facts.uptime_s = ParseNumber(value);
  }
}

void Put(std::string_view metric, double value, std::vector<std::optional<double>>& by_metric) {
  if (const auto id = domain::FindMetric(metric)) by_metric[domain::Index(*id)] = value;
}

}  // namespace

StatusAnswer ParseStatus(const std::vector<SqlRow>& rows, base::Timestamp time) {
  StatusAnswer answer{.time = time, .by_metric = {}, .facts = {}};
  answer.by_metric.resize(domain::AllMetrics().size());
  for (const SqlRow& row : rows) {
    const std::string_view name = TextAt(row, 0);
    const std::string_view value = TextAt(row, 1);
    if (const auto column = Columns().find(name); column != Columns().end())
      answer.by_metric[domain::Index(column->second)] = ParseNumber(value);
    TakeFact(name, value, answer.facts);
  }
  if (const auto latency = ParseEvsLatency(answer.facts.evs_latency)) {
    Put("d_wsrep_evs_lat_avg_ms", latency->avg_ms, answer.by_metric);
    Put("d_wsrep_evs_lat_max_ms", latency->max_ms, answer.by_metric);
  }
  return answer;
}

bool StatusRates::WasRestarted(const StatusAnswer& answer, Continuity continuity) const {
  if (!uptime_s_ || !answer.facts.uptime_s) return false;
  if (*answer.facts.uptime_s < *uptime_s_) return true;
  // Started again long enough ago to have overtaken the old uptime: it has grown less than time passed. Only a new
  // connection makes that possible; else it is a clock that was set.
  const double passed_s = base::ToSeconds(answer.time - uptime_time_);
  return continuity == Continuity::kReconnected &&
         *answer.facts.uptime_s - *uptime_s_ < passed_s - kUptimeSlackSeconds;
}

StatusRates::Step StatusRates::Next(const StatusAnswer& answer, Continuity continuity) {
  Step step;
  step.restarted = WasRestarted(answer, continuity);
  const double elapsed_s = base::ToSeconds(answer.time - previous_time_);
  const bool has_rates = has_previous_ && !step.restarted && elapsed_s > 0;
  const auto metrics = domain::AllMetrics();
  step.values.reserve(metrics.size());
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const auto& now = answer.by_metric[i];
    if (!now) continue;
    const domain::MetricId id{static_cast<std::uint16_t>(i)};
    if (metrics[i].kind == domain::MetricKind::kGauge) {
      step.values.push_back({id, static_cast<float>(*now)});
    } else if (has_rates && previous_[i] && *now >= *previous_[i]) {
      step.values.push_back({id, static_cast<float>((*now - *previous_[i]) / elapsed_s)});
    }
  }
  has_previous_ = true;
  previous_ = answer.by_metric;
  previous_time_ = answer.time;
  if (answer.facts.uptime_s) {
    uptime_s_ = answer.facts.uptime_s;
    uptime_time_ = answer.time;
  }
  return step;
}

}  // namespace distdiag::collect
