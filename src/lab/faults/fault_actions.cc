#include "lab/faults/fault_actions.h"

#include "lab/faults/plans.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <fmt/format.h>

namespace distdiag::lab {
namespace {

constexpr auto kAnswerLimit = std::chrono::seconds(10);
constexpr auto kResizeLimit =
    std::chrono::seconds(60);  // of one step; measured: below 1 s without quota
constexpr auto kSyncLimit = std::chrono::seconds(180);
constexpr auto kPause = std::chrono::milliseconds(100);
constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::int64_t kChunk =
    2 * kMegabyte;  // innodb_buffer_pool_chunk_size of the lab; other sizes are rounded up

base::Result<std::int64_t> Number(Server& server, std::string_view statement) {
  ASSIGN_OR_RETURN(const sql::ResultSet rows, server.Ask(statement, kAnswerLimit));
  if (rows.rows.empty() || rows.rows[0].empty() || !rows.rows[0].back())
    return base::Fail(base::Unavailable(fmt::format("{}: no answer", statement)));
  return std::atoll(rows.rows[0].back()->c_str());
}

base::Status Signal(Server& server, const std::string& node, int signal) {
  const auto pid = server.Pid();
  if (!pid) return base::OkStatus();  // it is gone already
  if (kill(*pid, signal) == 0) return base::OkStatus();
  return base::Unavailable(fmt::format("{}: can't signal the server's process {}", node, *pid));
}

}  // namespace

std::int64_t NextPoolSize(std::int64_t now, std::int64_t target) {
  if (target >= now) return target;
  return std::max(target, now * 8 / 10 / kChunk * kChunk);
}

FaultActions::FaultActions(const Layout& layout, const CgroupTrees& trees, base::Clock& clock)
    : layout_(layout), trees_(trees), clock_(clock) {}

base::Status FaultActions::SetPool(Server& server, std::int64_t bytes) {
  base::StopSignal never;
  const base::Timestamp latest = clock_.Now() + kResizeLimit;
  base::Status last;
  while (clock_.Now() < latest) {
    // Refused while an earlier change is still under way: then ask again.
    const auto set =
        server.Ask(fmt::format("SET GLOBAL innodb_buffer_pool_size = {}", bytes), kResizeLimit);
    last = set ? base::OkStatus() : set.error();
    if (set) break;
    clock_.SleepUntil(clock_.Now() + kPause, never);
  }
  RETURN_IF_ERROR(last);
  // The variable and the pool itself follow in the background.
  while (clock_.Now() < latest) {
    const auto now = Number(server, "SELECT @@GLOBAL.innodb_buffer_pool_size");
    const auto pages = Number(server, "SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_total'");
    const auto page = Number(server, "SELECT @@GLOBAL.innodb_page_size");
    if (now && pages && page && *now == bytes && *pages * *page <= bytes &&
        *pages * *page >= bytes / 10 * 8)
      return base::OkStatus();
    clock_.SleepUntil(clock_.Now() + kPause, never);
  }
  return base::Unavailable(
      fmt::format("expected a buffer pool of {} MB within {} s, the server is still at it",
                  bytes / kMegabyte, kResizeLimit.count()));
}

base::Status FaultActions::ResizePool(Server& server, std::int64_t bytes) {
  ASSIGN_OR_RETURN_STATUS(std::int64_t now,
                          Number(server, "SELECT @@GLOBAL.innodb_buffer_pool_size"));
  // One big step makes an applier fail while pages are withdrawn (error 1206), and the cluster then evicts the node.
  while (now != bytes) {
    const std::int64_t next = NextPoolSize(now, bytes);
    RETURN_IF_ERROR(SetPool(server, next));
    now = next;
  }
  return base::OkStatus();
}

base::Status FaultActions::DropIndexes(Server& server) {
  ASSIGN_OR_RETURN_STATUS(
      const sql::ResultSet found,
      server.Ask(
          fmt::format("SELECT DISTINCT table_name, index_name FROM information_schema.statistics "
                      "WHERE table_schema = '{}' AND index_name LIKE '{}'",
                      kDatabase, kUselessIndexes),
          kAnswerLimit));
  for (const auto& row : found.rows) {
    const auto dropped = server.Ask(fmt::format("DROP INDEX {} ON {}.{}", row.at(1).value_or(""),
                                                kDatabase, row.at(0).value_or("")),
                                    kResizeLimit);
    if (!dropped) return dropped.error();
  }
  return base::OkStatus();
}

base::Status FaultActions::Run(const inject::ActionStep& step) {
  const Machine* machine = layout_.Find(step.machine);
  if (machine == nullptr)
    return base::InvalidArgument(fmt::format("there is no node '{}' in this lab", step.machine));
  Server server(layout_, *machine, trees_, clock_);
  base::StopSignal never;
  if (step.action == "resize_pool" && step.arguments.size() == 1)
    return ResizePool(server, std::atoll(step.arguments.front().c_str()));
  if (step.action == "drop_indexes") return DropIndexes(server);
  if (step.action == "kill_server") return Signal(server, machine->name, SIGKILL);
  if (step.action == "continue_server") return Signal(server, machine->name, SIGCONT);
  if (step.action == "start_server") {
    if (!server.Pid()) RETURN_IF_ERROR(server.Start(ServerStart::kRejoin));
    return server.WaitReady(kSyncLimit, never);
  }
  if (step.action == "wait_synced") return server.WaitReady(kSyncLimit, never);
  if (step.action == "wait_applied") {
    const auto waited =
        server.Ask("SET STATEMENT wsrep_sync_wait = 1 FOR SELECT 1", std::chrono::seconds(60));
    return waited ? base::OkStatus() : waited.error();
  }
  return base::InvalidArgument(
      fmt::format("there is no action '{}' with {} arguments", step.action, step.arguments.size()));
}

}  // namespace distdiag::lab
