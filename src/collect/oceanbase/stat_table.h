// Which counters of V$SYSSTAT make which metric.
//
// Why so: whether a statistic is a counter, a level or nothing at all is our own table's word: VALUE_TYPE is wrong for some (worker time is
// called a level and is a counter, active sessions is called a counter and falls below zero). All times are µs.
// Not used because they don't move or lie, seen on the 4.3.5 kernel: 30003/30004 (transactions of system and users), 60021/60022 (write locks),
// 40013 (active sessions), 10010 (bytes to clients), 30063 (wait for timestamps: holds a point in time), 200006 (background CPU: more than the
// machine has). Event 14003 (row lock wait) is not counted there either; 60023 and 60068 are.
// Thread: const-safe (constants).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace distdiag::collect {

struct CounterDefinition {
  std::int64_t id;        // STAT_ID; from kWaitClassBase on: a wait class
  std::string_view name;  // NAME in V$SYSSTAT, checked at the start; empty = a wait class
};

// Wait classes stand beside the statistics as counters of µs: kWaitClassBase + WAIT_CLASS_ID.
inline constexpr std::int64_t kWaitClassBase = 1'000'000;

// metric = factor · sum of the counters' rates per second, over the tenants that count.
struct RateDefinition {
  std::string_view metric;
  std::span<const std::int64_t> counters;
  double factor = 1;
};

// metric = factor · what `above` grew by / what `below` grew by; absent where `below` did not grow.
struct MeanDefinition {
  std::string_view metric;
  std::span<const std::int64_t> above;
  std::span<const std::int64_t> below;
  double factor = 1;
};

// metric = factor · sum of the levels.
struct LevelDefinition {
  std::string_view metric;
  std::int64_t level;
  double factor = 1;
};

// metric = the largest `level` / `limit` of a tenant.
struct FullestDefinition {
  std::string_view metric;
  std::int64_t level;
  std::int64_t limit;
};

// By id.
std::span<const CounterDefinition> StatCounters();
std::span<const RateDefinition> StatRateTable();
std::span<const MeanDefinition> StatMeanTable();
std::span<const LevelDefinition> StatLevelTable();
// Of the server as a whole; it stands in the rows of tenant 1.
std::span<const LevelDefinition> StatServerLevelTable();
std::span<const FullestDefinition> StatFullestTable();
// Counters of statements of all kinds.
std::span<const std::int64_t> StatementCounters();

}  // namespace distdiag::collect
