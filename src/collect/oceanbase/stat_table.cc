#include "collect/oceanbase/stat_table.h"

#include <array>

namespace distdiag::collect {
namespace {

using Ids = std::span<const std::int64_t>;

constexpr double kMsPerUs = 1e-3;
constexpr double kSecondsPerUs = 1e-6;

constexpr auto kCounters = std::to_array<CounterDefinition>({
    {10000, "rpc packet in"},
    {10001, "rpc packet in bytes"},
    {10002, "rpc packet out"},
    {10003, "rpc packet out bytes"},
    {10004, "rpc deliver fail"},
    {10005, "rpc net delay"},
    {10006, "rpc net frame delay"},
    {10007, "mysql packet in"},
    {10008, "mysql packet in bytes"},
    {10009, "mysql packet out"},
    {10011, "mysql deliver fail"},
    {20000, "request enqueue count"},
    {20001, "request dequeue count"},
    {20002, "request queue time"},
    {30000, "trans commit log sync time"},
    {30001, "trans commit log sync count"},
    {30005, "trans start count"},
    {30006, "trans total used time"},
    {30007, "trans commit count"},
    {30008, "trans commit time"},
    {30009, "trans rollback count"},
    {30011, "trans timeout count"},
    {30013, "trans distribute trans count"},
    {30022, "commit log replay count"},
    {40000, "sql select count"},
    {40001, "sql select time"},
    {40002, "sql insert count"},
    {40003, "sql insert time"},
    {40004, "sql replace count"},
    {40005, "sql replace time"},
    {40006, "sql update count"},
    {40007, "sql update time"},
    {40008, "sql delete count"},
    {40009, "sql delete time"},
    {40010, "sql local count"},
    {40011, "sql remote count"},
    {40012, "sql distributed count"},
    {40018, "sql other count"},
    {40019, "sql other time"},
    {40020, "ps prepare count"},
    {40022, "ps execute count"},
    {40102, "sql inner insert count"},
    {40106, "sql inner update count"},
    {40112, "user logons cumulative"},
    {40114, "user logons failed cumulative"},
    {40119, "sql fail count"},
    {50000, "row cache hit"},
    {50001, "row cache miss"},
    {50008, "block cache hit"},
    {50009, "block cache miss"},
    {50010, "location cache hit"},
    {50011, "location cache miss"},
    {60000, "io read count"},
    {60001, "io read delay"},
    {60002, "io read bytes"},
    {60003, "io write count"},
    {60004, "io write delay"},
    {60005, "io write bytes"},
    {60023, "memstore wait write lock time"},
    {60032, "storage delete row count"},
    {60033, "storage insert row count"},
    {60034, "storage update row count"},
    {60056, "memstore read row count"},
    {60057, "ssstore read row count"},
    {60058, "memstore write bytes"},
    {60068, "memstore write lock wakenup count in lock_wait_mgr"},
    {60083, "memstore write lock wait timeout count"},
    {60084, "accessed data micro block count"},
    {60085, "data micro block cache hit"},
    {60086, "accessed index micro block count"},
    {60087, "index micro block cache hit"},
    {60088, "blockscaned data micro block count"},
    {60089, "blockscaned row count"},
    {60093, "storage waiting throttle time"},
    {80001, "palf write io count to disk"},
    {80002, "palf write size to disk"},
    {80003, "palf write total time to disk"},
    {80057, "clog trans log total size"},
    {130000, "active memstore used"},
    {130001, "total memstore used"},
    {130004, "memstore limit"},
    {140002, "max memory size"},
    {140003, "memory usage"},
    {140005, "max cpus"},
    {140011, "observer memory hold size"},
    {140012, "worker time"},
    {140013, "cpu time"},
    {140014, "effective observer memory limit"},
    {200001, "DB time"},
    {200002, "DB CPU"},
    {kWaitClassBase + 100, ""},
    {kWaitClassBase + 101, ""},
    {kWaitClassBase + 102, ""},
    {kWaitClassBase + 104, ""},
    {kWaitClassBase + 105, ""},
    {kWaitClassBase + 107, ""},
    {kWaitClassBase + 108, ""},
    {kWaitClassBase + 109, ""},
    {kWaitClassBase + 110, ""},
    {kWaitClassBase + 111, ""},
    {kWaitClassBase + 112, ""},
});

// A list of ids that lives as long as the program.
template <std::int64_t... kIds>
constexpr auto kList = std::to_array<std::int64_t>({kIds...});

constexpr Ids kStatements = kList<40000, 40002, 40004, 40006, 40008, 40018>;
constexpr Ids kStatementTimes = kList<40001, 40003, 40005, 40007, 40009, 40019>;

constexpr auto kRates = std::to_array<RateDefinition>({
    {"o_rpc_in", kList<10000>},
    {"o_rpc_out", kList<10002>},
    {"o_rpc_in_bytes", kList<10001>},
    {"o_rpc_out_bytes", kList<10003>},
    {"o_rpc_fail", kList<10004>},
    {"o_mysql_in", kList<10007>},
    {"o_mysql_in_bytes", kList<10008>},
    {"o_mysql_out", kList<10009>},
    {"o_mysql_fail", kList<10011>},
    {"o_requests", kList<20000>},
    {"o_worker_busy", kList<140012>, kSecondsPerUs},
    {"o_trans_starts", kList<30005>},
    {"o_commits", kList<30007>},
    {"o_rollbacks", kList<30009>},
    {"o_trans_timeouts", kList<30011>},
    {"o_log_syncs", kList<30001>},
    {"o_distributed_trans", kList<30013>},
    {"o_log_replays", kList<30022>},
    {"o_selects", kList<40000>},
    {"o_inserts", kList<40002>},
    {"o_replaces", kList<40004>},
    {"o_updates", kList<40006>},
    {"o_deletes", kList<40008>},
    {"o_other_sql", kList<40018>},
    {"o_qps", kStatements},
    {"o_sql_fails", kList<40119>},
    {"o_local_sql", kList<40010>},
    {"o_remote_sql", kList<40011>},
    {"o_distributed_sql", kList<40012>},
    {"o_ps_prepares", kList<40020>},
    {"o_ps_executes", kList<40022>},
    {"o_inner_sql", kList<40102, 40106>},
    {"o_logons", kList<40112>},
    {"o_logons_failed", kList<40114>},
    {"o_db_time", kList<200001>, kSecondsPerUs},
    {"o_db_cpu", kList<200002>, kSecondsPerUs},
    {"o_rows_inserted", kList<60033>},
    {"o_rows_updated", kList<60034>},
    {"o_rows_deleted", kList<60032>},
    {"o_rows_read", kList<60056, 60057>},
    {"o_rows_scanned", kList<60089>},
    {"o_blocks_scanned", kList<60088>},
    {"o_block_cache_misses", kList<50009>},
    {"o_block_cache_requests", kList<50008, 50009>},
    {"o_io_reads", kList<60000>},
    {"o_io_writes", kList<60003>},
    {"o_io_read_bytes", kList<60002>},
    {"o_io_write_bytes", kList<60005>},
    {"o_log_writes", kList<80001>},
    {"o_log_write_bytes", kList<80002>},
    {"o_redo_bytes", kList<80057>},
    {"o_memstore_write_bytes", kList<60058>},
    {"o_throttle_ms", kList<60093>, kMsPerUs},
    {"o_row_lock_ms", kList<60023>, kMsPerUs},
    {"o_row_lock_waits", kList<60068>},
    {"o_lock_timeouts", kList<60083>},
    {"o_cpu_cores", kList<140013>, kSecondsPerUs},
    {"o_wait_other", kList<kWaitClassBase + 100>, kMsPerUs},
    {"o_wait_application", kList<kWaitClassBase + 101>, kMsPerUs},
    {"o_wait_configuration", kList<kWaitClassBase + 102>, kMsPerUs},
    {"o_wait_concurrency", kList<kWaitClassBase + 104>, kMsPerUs},
    {"o_wait_commit", kList<kWaitClassBase + 105>, kMsPerUs},
    {"o_wait_network", kList<kWaitClassBase + 107>, kMsPerUs},
    {"o_wait_user_io", kList<kWaitClassBase + 108>, kMsPerUs},
    {"o_wait_system_io", kList<kWaitClassBase + 109>, kMsPerUs},
    {"o_wait_scheduler", kList<kWaitClassBase + 110>, kMsPerUs},
    {"o_wait_cluster", kList<kWaitClassBase + 111>, kMsPerUs},
    {"o_wait_queueing", kList<kWaitClassBase + 112>, kMsPerUs},
});

constexpr auto kMeans = std::to_array<MeanDefinition>({
    {"o_rpc_delay_ms", kList<10005, 10006>, kList<10000>, kMsPerUs},
    {"o_queue_wait_ms", kList<20002>, kList<20001>, kMsPerUs},
    {"o_log_sync_ms", kList<30000>, kList<30001>, kMsPerUs},
    {"o_trans_ms", kList<30006>, kList<30007, 30009>, kMsPerUs},
    {"o_commit_ms", kList<30008>, kList<30007>, kMsPerUs},
    {"o_sql_ms", kStatementTimes, kStatements, kMsPerUs},
    {"o_row_cache_hit", kList<50000>, kList<50000, 50001>},
    {"o_block_cache_hit", kList<50008>, kList<50008, 50009>},
    {"o_location_cache_hit", kList<50010>, kList<50010, 50011>},
    {"o_data_block_hit", kList<60085>, kList<60084>},
    {"o_index_block_hit", kList<60087>, kList<60086>},
    {"o_io_read_ms", kList<60001>, kList<60000>, kMsPerUs},
    {"o_io_write_ms", kList<60004>, kList<60003>, kMsPerUs},
    {"o_log_write_ms", kList<80003>, kList<80001>, kMsPerUs},
});

constexpr auto kLevels = std::to_array<LevelDefinition>({
    {"o_memstore_bytes", 130001},
    {"o_memstore_active_bytes", 130000},
    {"o_memstore_limit_bytes", 130004},
    {"o_memory_bytes", 140003},
    {"o_cpu_limit_cores", 140005, 1e-2},  // in hundredths of a core
});

constexpr auto kServerLevels = std::to_array<LevelDefinition>({
    {"o_server_memory_bytes", 140011},
    {"o_server_memory_limit_bytes", 140014},
});

constexpr auto kFullest = std::to_array<FullestDefinition>({
    {"o_memstore_used", 130001, 130004},
    {"o_memory_used", 140003, 140002},
});

}  // namespace

std::span<const CounterDefinition> StatCounters() { return kCounters; }
std::span<const RateDefinition> StatRateTable() { return kRates; }
std::span<const MeanDefinition> StatMeanTable() { return kMeans; }
std::span<const LevelDefinition> StatLevelTable() { return kLevels; }
std::span<const LevelDefinition> StatServerLevelTable() { return kServerLevels; }
std::span<const FullestDefinition> StatFullestTable() { return kFullest; }
std::span<const std::int64_t> StatementCounters() { return kStatements; }

}  // namespace distdiag::collect
