#include "collect/oceanbase/stat_reading.h"

#include "collect/slow_part.h"
#include "domain/metric_catalogue.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace distdiag::collect {
namespace {

using Counters = std::vector<std::optional<double>>;
using Deltas = std::map<std::int64_t, Counters>;

// First column of a row: which source it is from.
constexpr int kStatistic = 1;
constexpr int kSession = 2;

// Condition waits: background threads that wait for work and are not counted as idle.
constexpr int kFirstConditionWait = 15000;
constexpr int kLastConditionWait = 15999;
// "wait in request queue" stands in the class CONFIGURATION; it is queueing.
constexpr int kQueueWait = 13004;
constexpr int kQueueingClass = 112;

std::optional<std::size_t> IndexOf(std::int64_t id) {
  const auto counters = StatCounters();
  const auto found =
      std::lower_bound(counters.begin(), counters.end(), id,
                       [](const CounterDefinition& one, std::int64_t key) { return one.id < key; });
  if (found == counters.end() || found->id != id) return std::nullopt;
  return static_cast<std::size_t>(found - counters.begin());
}

std::optional<double> At(const Counters& counters, std::int64_t id) {
  const auto index = IndexOf(id);
  return index ? counters[*index] : std::nullopt;
}

// nullopt when one is missing.
std::optional<double> SumOf(const Counters& counters, std::span<const std::int64_t> ids) {
  double sum = 0;
  for (const std::int64_t id : ids) {
    const auto value = At(counters, id);
    if (!value) return std::nullopt;
    sum += *value;
  }
  return sum;
}

// Over all of them; nullopt when one of them has none, or there is none.
std::optional<double> SumOf(const std::vector<const Counters*>& all,
                            std::span<const std::int64_t> ids) {
  double sum = 0;
  for (const Counters* one : all) {
    const auto value = SumOf(*one, ids);
    if (!value) return std::nullopt;
    sum += *value;
  }
  return all.empty() ? std::nullopt : std::optional(sum);
}

// What each counter grew by; absent where it fell or had no value.
Counters Grown(const Counters& before, const Counters& now) {
  Counters grown(now.size());
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (before[i] && now[i] && *now[i] >= *before[i]) grown[i] = *now[i] - *before[i];
  }
  return grown;
}

bool MostFell(const Counters& before, const Counters& now) {
  std::size_t counted = 0;
  std::size_t fell = 0;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (!before[i] || !now[i] || *before[i] <= 0) continue;
    ++counted;
    if (*now[i] < *before[i]) ++fell;
  }
  return 2 * fell > counted;
}

// The kind of tenants whose load is the users'.
template <typename ByTenant>
domain::TenantKind CountedKind(const ByTenant& by_tenant) {
  const bool has_user = std::any_of(by_tenant.begin(), by_tenant.end(), [](const auto& one) {
    return TenantKindOf(one.first) == domain::TenantKind::kUser;
  });
  return has_user ? domain::TenantKind::kUser : domain::TenantKind::kSystem;
}

template <typename ByTenant>
std::vector<const Counters*> OfKind(const ByTenant& by_tenant, domain::TenantKind kind) {
  std::vector<const Counters*> chosen;
  for (const auto& [tenant, counters] : by_tenant) {
    if (TenantKindOf(tenant) == kind) chosen.push_back(&counters);
  }
  return chosen;
}

std::optional<double> Share(std::optional<double> part, std::optional<double> whole) {
  if (!part || !whole || *whole <= 0) return std::nullopt;
  return *part / *whole;
}

std::optional<double> CpuCores(const Counters& grown, double elapsed_s) {
  const auto us = At(grown, 140013);
  return us ? std::optional(*us * 1e-6 / elapsed_s) : std::nullopt;
}

std::optional<double> CpuLimitCores(const Counters& now) {
  const auto hundredths = At(now, 140005);
  return hundredths ? std::optional(*hundredths * 1e-2) : std::nullopt;
}

void AddLevels(const StatAnswer& answer, std::vector<domain::MetricValue>& values) {
  const auto counted = OfKind(answer.by_tenant, CountedKind(answer.by_tenant));
  for (const LevelDefinition& level : StatLevelTable()) {
    if (const auto sum = SumOf(counted, {&level.level, 1}))
      AddValue(level.metric, *sum * level.factor, values);
  }
  for (const FullestDefinition& one : StatFullestTable()) {
    std::optional<double> largest;
    for (const Counters* tenant : counted) {
      const auto share = Share(At(*tenant, one.level), At(*tenant, one.limit));
      if (share) largest = std::max(largest.value_or(0), *share);
    }
    AddValue(one.metric, largest, values);
  }
  const auto server = answer.by_tenant.find(1);
  if (server == answer.by_tenant.end()) return;
  for (const LevelDefinition& level : StatServerLevelTable()) {
    if (const auto value = At(server->second, level.level))
      AddValue(level.metric, *value * level.factor, values);
  }
}

void AddSessions(const StatAnswer& answer, std::vector<domain::MetricValue>& values) {
  if (!answer.sessions) return;
  SessionCount sum;
  for (const auto& [tenant, count] : *answer.sessions) {
    sum.all += count.all;
    sum.active += count.active;
    sum.longest_s = std::max(sum.longest_s, count.longest_s);
  }
  AddValue("o_sessions", sum.all, values);
  AddValue("o_active_sessions", sum.active, values);
  AddValue("o_longest_statement_s", sum.longest_s, values);
}

void AddRates(const Deltas& deltas, double elapsed_s, std::vector<domain::MetricValue>& values) {
  const domain::TenantKind kind = CountedKind(deltas);
  const auto counted = OfKind(deltas, kind);
  for (const RateDefinition& rate : StatRateTable()) {
    if (const auto grown = SumOf(counted, rate.counters))
      AddValue(rate.metric, *grown * rate.factor / elapsed_s, values);
  }
  for (const MeanDefinition& mean : StatMeanTable()) {
    if (const auto value = Share(SumOf(counted, mean.above), SumOf(counted, mean.below)))
      AddValue(mean.metric, *value * mean.factor, values);
  }
  if (kind == domain::TenantKind::kSystem) return;
  // The rest of the server's work: sys and the META tenants.
  auto rest = OfKind(deltas, domain::TenantKind::kSystem);
  const auto meta = OfKind(deltas, domain::TenantKind::kMeta);
  rest.insert(rest.end(), meta.begin(), meta.end());
  constexpr std::int64_t kCpuTime = 140013;
  if (const auto us = SumOf(rest, {&kCpuTime, 1}))
    AddValue("o_meta_cpu_cores", *us * 1e-6 / elapsed_s, values);
}

void AddBusiest(const Deltas& deltas, const StatAnswer& answer, double elapsed_s,
                std::vector<domain::MetricValue>& values) {
  std::optional<double> busiest;
  const domain::TenantKind kind = CountedKind(deltas);
  for (const auto& [tenant, grown] : deltas) {
    if (TenantKindOf(tenant) != kind) continue;
    const auto share =
        Share(CpuCores(grown, elapsed_s), CpuLimitCores(answer.by_tenant.at(tenant)));
    if (share) busiest = std::max(busiest.value_or(0), *share);
  }
  AddValue("o_cpu_used", busiest, values);
}

domain::TenantLoad LoadOf(std::int64_t tenant, const Counters& grown, const StatAnswer& answer,
                          double elapsed_s, const TenantNames& names) {
  const Counters& now = answer.by_tenant.at(tenant);
  domain::TenantLoad load;
  load.tenant = tenant;
  if (const auto name = names.find(tenant); name != names.end()) load.name = name->second;
  load.kind = TenantKindOf(tenant);
  load.statements_per_second = SumOf(grown, StatementCounters()).value_or(0) / elapsed_s;
  load.commits_per_second = At(grown, 30007).value_or(0) / elapsed_s;
  load.cpu_cores = CpuCores(grown, elapsed_s).value_or(0);
  load.cpu_limit_cores = CpuLimitCores(now).value_or(0);
  load.queue_wait_ms = Share(At(grown, 20002), At(grown, 20001)).value_or(0) * 1e-3;
  load.memstore_used = Share(At(now, 130001), At(now, 130004)).value_or(0);
  load.memory_used = Share(At(now, 140003), At(now, 140002)).value_or(0);
  if (answer.sessions) {
    if (const auto count = answer.sessions->find(load.name); count != answer.sessions->end())
      load.active_sessions = count->second.active;
  }
  return load;
}

}  // namespace

std::string StatStatement(const StatSources& sources, const std::vector<std::int64_t>& absent,
                          base::Duration timeout) {
  // A counter is asked for only where a metric is made of it.
  std::vector<std::string> parts;
  if (sources.statistics) {
    std::vector<std::int64_t> ids;
    for (const CounterDefinition& counter : StatCounters()) {
      if (counter.id < kWaitClassBase &&
          std::find(absent.begin(), absent.end(), counter.id) == absent.end())
        ids.push_back(counter.id);
    }
    parts.push_back(
        fmt::format("{}, CON_ID, STAT_ID, VALUE, 0, 0, '' FROM oceanbase.V$SYSSTAT"
                    " WHERE (CON_ID = 1 OR CON_ID > 1000) AND STAT_ID IN ({})",
                    kStatistic, fmt::join(ids, ",")));
  }
  if (sources.waits) {
    parts.push_back(fmt::format(
        "{}, CON_ID, {} + IF(EVENT_ID = {}, {}, WAIT_CLASS_ID), SUM(TIME_WAITED_MICRO), 0, 0, ''"
        " FROM oceanbase.V$SYSTEM_EVENT WHERE (CON_ID = 1 OR CON_ID > 1000)"
        " AND WAIT_CLASS <> 'IDLE' AND EVENT_ID NOT BETWEEN {} AND {}"
        " GROUP BY CON_ID, IF(EVENT_ID = {}, {}, WAIT_CLASS_ID)",
        kStatistic, kWaitClassBase, kQueueWait, kQueueingClass, kFirstConditionWait,
        kLastConditionWait, kQueueWait, kQueueingClass));
  }
  if (sources.sessions) {
    parts.push_back(
        fmt::format("{}, 0, 0, COUNT(*), SUM(STATE = 'ACTIVE'),"
                    " MAX(IF(STATE = 'ACTIVE', TIME, 0)), TENANT FROM oceanbase.V$OB_PROCESSLIST"
                    " WHERE ID <> CONNECTION_ID() GROUP BY TENANT",
                    kSession));
  }
  if (parts.empty()) return "SELECT 0";
  return fmt::format("SELECT /*+ QUERY_TIMEOUT({}) */ {}", timeout.count(),
                     fmt::join(parts, " UNION ALL SELECT "));
}

StatAnswer ParseStat(const std::vector<SqlRow>& rows, const StatSources& sources,
                     base::Timestamp time) {
  StatAnswer answer{.time = time, .by_tenant = {}, .sessions = {}};
  if (sources.sessions) answer.sessions.emplace();
  std::set<std::int64_t> waiting;
  for (const SqlRow& row : rows) {
    const auto kind = IntegerAt(row, 0);
    const auto tenant = IntegerAt(row, 1);
    const auto id = IntegerAt(row, 2);
    const auto value = NumberAt(row, 3);
    if (kind == kSession && value && answer.sessions) {
      (*answer.sessions)[std::string(TextAt(row, 6))] = {.all = *value,
                                                         .active = NumberAt(row, 4).value_or(0),
                                                         .longest_s = NumberAt(row, 5).value_or(0)};
      continue;
    }
    if (kind != kStatistic || !tenant || !id || !value) {
      if (kind != 0) ++answer.unreadable;
      continue;
    }
    auto& counters = answer.by_tenant.try_emplace(*tenant, StatCounters().size()).first->second;
    if (*id >= kWaitClassBase) waiting.insert(*tenant);
    // A wait class that is not in the table is one that a later version has added.
    if (const auto index = IndexOf(*id)) counters[*index] = *value;
  }
  // A wait class without a row has had no wait yet.
  for (const std::int64_t tenant : waiting) {
    auto& counters = answer.by_tenant.at(tenant);
    for (std::size_t i = *IndexOf(kWaitClassBase + 100); i < counters.size(); ++i)
      counters[i] = counters[i].value_or(0);
  }
  return answer;
}

std::vector<std::int64_t> AbsentCounters(const std::vector<SqlRow>& rows) {
  std::set<std::int64_t> present;
  for (const SqlRow& row : rows) {
    const auto id = IntegerAt(row, 0);
    const auto index = id ? IndexOf(*id) : std::nullopt;
    if (index && StatCounters()[*index].name == TextAt(row, 1)) present.insert(*id);
  }
  std::vector<std::int64_t> absent;
  for (const CounterDefinition& counter : StatCounters()) {
    if (!counter.name.empty() && !present.contains(counter.id)) absent.push_back(counter.id);
  }
  return absent;
}

std::string AbsentText(const std::vector<std::int64_t>& absent, std::string_view version) {
  const auto is_absent = [&](std::span<const std::int64_t> ids) {
    return std::any_of(ids.begin(), ids.end(), [&](std::int64_t id) {
      return std::find(absent.begin(), absent.end(), id) != absent.end();
    });
  };
  std::vector<std::string_view> blind;
  const auto note = [&](std::string_view metric, std::span<const std::int64_t> ids) {
    if (const auto id = domain::FindMetric(metric); id && is_absent(ids))
      blind.push_back(domain::GetMetric(*id).label_en);
  };
  for (const auto& one : StatRateTable()) note(one.metric, one.counters);
  for (const auto& one : StatMeanTable()) {
    note(one.metric, one.above);
    if (!is_absent(one.above)) note(one.metric, one.below);
  }
  for (const auto& one : StatLevelTable()) note(one.metric, {&one.level, 1});
  for (const auto& one : StatServerLevelTable()) note(one.metric, {&one.level, 1});
  for (const auto& one : StatFullestTable())
    note(one.metric, std::to_array({one.level, one.limit}));
  if (blind.empty()) return {};
  return fmt::format("this version of OceanBase ({}) does not count, so DistDiag does not see: {}",
                     version, fmt::join(blind, ", "));
}

void StatRates::Compare(const StatAnswer& answer, const TenantNames& names, Step& step) const {
  const double elapsed_s = base::ToSeconds(answer.time - previous_->time);
  if (elapsed_s <= 0) return;
  Deltas deltas;
  for (const auto& [tenant, counters] : answer.by_tenant) {
    if (const auto before = previous_->by_tenant.find(tenant);
        before != previous_->by_tenant.end()) {
      deltas.emplace(tenant, Grown(before->second, counters));
    } else {
      step.appeared.push_back(tenant);
    }
  }
  for (const auto& [tenant, counters] : previous_->by_tenant) {
    if (!answer.by_tenant.contains(tenant)) step.vanished.push_back(tenant);
  }
  // The first user tenant takes the place of sys: nothing is known of it yet.
  if (CountedKind(deltas) == CountedKind(answer.by_tenant)) {
    AddRates(deltas, elapsed_s, step.values);
    AddBusiest(deltas, answer, elapsed_s, step.values);
  }
  for (const auto& [tenant, grown] : deltas)
    step.tenants.push_back(LoadOf(tenant, grown, answer, elapsed_s, names));
}

StatRates::Step StatRates::Next(const StatAnswer& answer, const TenantNames& names) {
  Step step;
  AddLevels(answer, step.values);
  AddSessions(answer, step.values);
  if (previous_ && previous_->by_tenant.contains(1) && answer.by_tenant.contains(1))
    step.has_fallen = MostFell(previous_->by_tenant.at(1), answer.by_tenant.at(1));
  if (previous_ && !has_gap_ && !step.has_fallen) Compare(answer, names, step);
  previous_ = answer;
  has_gap_ = false;
  return step;
}

}  // namespace distdiag::collect
