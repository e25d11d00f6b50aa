#include "lab/server_config.h"

#include <fmt/format.h>

namespace distdiag::lab {

std::string ServerConfigText(const Layout& layout, const Machine& machine) {
  std::string members;
  for (const Machine& one : layout.machines())
    members += (members.empty() ? "" : ",") + one.address;
  const std::string run = layout.run_directory() + "/" + machine.name;
  return fmt::format(
      R"([mysqld]
user=mysql
datadir={data}
tmpdir={temporary}
socket={socket}
pid-file={run}.mysqld.pid
log-error={log}
bind-address={address}
port=3306
skip-name-resolve
max_connections=400
server-id={number}
binlog_format=ROW
default_storage_engine=InnoDB
innodb_autoinc_lock_mode=2
innodb_buffer_pool_size={pool}
innodb_buffer_pool_chunk_size=2M
innodb_log_file_size=96M
innodb_flush_method=O_DIRECT
innodb_log_file_buffering=OFF
innodb_flush_log_at_trx_commit=1
innodb_io_capacity=200
innodb_io_capacity_max=400
innodb_max_dirty_pages_pct_lwm=10
innodb_lock_wait_timeout=20
innodb_buffer_pool_dump_at_shutdown=ON
innodb_buffer_pool_load_at_startup=ON
innodb_stats_persistent=ON
innodb_monitor_enable=module_log
query_cache_type=0
performance_schema=OFF
table_open_cache=400
slow_query_log=ON
long_query_time=1
slow_query_log_file={run}.slow.log
wsrep_on=ON
wsrep_provider=/usr/lib/galera/libgalera_smm.so
wsrep_cluster_name={name}
wsrep_cluster_address=gcomm://{members}
wsrep_node_address={address}
wsrep_node_name={node}
wsrep_sst_method=rsync
wsrep_slave_threads=2
wsrep_retry_autocommit=2
wsrep_provider_options="gcache.size=128M;gcs.fc_limit=24;gcs.fc_factor=0.8;evs.stats_report_period=PT2S;evs.suspect_timeout=PT5S;evs.inactive_timeout=PT15S"
)",
      fmt::arg("data", machine.data), fmt::arg("temporary", machine.temporary),
      fmt::arg("socket", machine.socket), fmt::arg("run", run), fmt::arg("log", machine.log),
      fmt::arg("address", machine.address), fmt::arg("number", machine.number),
      fmt::arg("pool", layout.options().database_memory_bytes),
      fmt::arg("name", layout.options().name), fmt::arg("members", members),
      fmt::arg("node", machine.name));
}

}  // namespace distdiag::lab
