#include "domain/problem.h"

#include <array>

namespace distdiag::domain {
namespace {

using enum ProblemId;
constexpr auto kNode = ProblemScope::kNode;
constexpr auto kCluster = ProblemScope::kCluster;

constexpr std::array<ProblemInfo, kProblemCount> kProblems = {{
    {kUnknown, "unknown", kNode, "Unknown trouble", "未知故障",
     "behaves abnormally; no known cause fits", "行为异常，但不符合任何已知原因",
     "Look at the strongest deviations below, compare the node with its peers.",
     "查看下方最强的偏离指标，并与同伴节点对比。"},
    {kCpu, "cpu", kNode, "CPU saturated", "CPU 饱和", "is short of CPU: other processes take it",
     "CPU 不足：被其他进程占用",
     "On the node: `top -o %CPU`, `cat /proc/pressure/cpu`; look for processes beside the "
     "database.",
     "在该节点执行 `top -o %CPU` 与 `cat /proc/pressure/cpu`，查找数据库以外的进程。"},
    {kIo, "io", kNode, "Disk I/O saturated", "磁盘 I/O 饱和",
     "waits for its disk: other writers keep it busy", "磁盘被其他写入占满，数据库在等待",
     "On the node: `iostat -x 1 5`, `pidstat -d 1 5`; look for writers beside the database.",
     "在该节点执行 `iostat -x 1 5` 与 `pidstat -d 1 5`，查找数据库以外的写入者。"},
    {kNetwork, "net", kNode, "Network bandwidth exhausted", "网络带宽耗尽",
     "has too little network bandwidth", "网络带宽不足",
     "On the node: `ip -s link`, `ss -ti`, `tc -s qdisc`; compare the link speed with its peers.",
     "在该节点执行 `ip -s link`、`ss -ti`、`tc -s qdisc`，与同伴节点对比链路速率。"},
    {kCache, "cache", kNode, "Cache too small", "缓存过小",
     "has too little memory for its buffer pool or memstore", "缓冲池或 MemStore 的内存过小",
     "Here and on a peer: `SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool%'` (MySQL, MariaDB), "
     "`SELECT "
     "* FROM oceanbase.V$OB_MEMSTORE` (OceanBase).",
     "在该节点与同伴上执行 `SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool%'`（MySQL、MariaDB）或 "
     "`SELECT * FROM oceanbase.V$OB_MEMSTORE`（OceanBase）。"},
    {kSurge, "surge", kCluster, "Workload surge", "负载激增",
     "receives far more requests than usual on all nodes", "所有节点收到的请求远多于平时",
     "`SHOW PROCESSLIST` on each node: which client hosts and users opened the new connections?",
     "在各节点执行 `SHOW PROCESSLIST`：新连接来自哪些客户端与用户？"},
    {kIndex, "index", kCluster, "Too many indexes", "索引过多",
     "pays for needless indexes on hot tables at every write", "热点表上多余的索引拖慢每次写入",
     "`SELECT table_name, COUNT(DISTINCT index_name) FROM information_schema.statistics GROUP BY 1 "
     "ORDER BY 2 DESC`.",
     "`SELECT table_name, COUNT(DISTINCT index_name) FROM information_schema.statistics GROUP BY 1 "
     "ORDER BY 2 DESC`。"},
    {kLock, "lock", kNode, "Lock contention", "锁争用", "has long transactions that hold hot rows",
     "长事务持有热点行的锁",
     "On the node: `SELECT * FROM information_schema.innodb_trx ORDER BY trx_started LIMIT 10` "
     "(MySQL, MariaDB), `SELECT * FROM oceanbase.V$OB_TRANSACTION_PARTICIPANTS ORDER BY "
     "CTX_CREATE_TIME LIMIT 10` (OceanBase).",
     "在该节点执行 `SELECT * FROM information_schema.innodb_trx ORDER BY trx_started LIMIT "
     "10`（MySQL、MariaDB）或 `SELECT * FROM oceanbase.V$OB_TRANSACTION_PARTICIPANTS ORDER BY "
     "CTX_CREATE_TIME LIMIT 10`（OceanBase）。"},
    {kSlowSql, "slowsql", kNode, "Full table scans", "全表扫描",
     "runs statements that scan whole tables", "正在执行扫描整张表的语句",
     "`SHOW FULL PROCESSLIST` on the node; EXPLAIN what has run longest.",
     "在该节点执行 `SHOW FULL PROCESSLIST`，并对运行最久的语句执行 EXPLAIN。"},
    {kNetworkDelay, "netdelay", kNode, "Network delay", "网络延迟",
     "answers its peers late: its network path is slow", "网络路径变慢，对同伴的响应延迟",
     "`ping` each peer from the node and back; compare round-trip times.",
     "在该节点与各同伴之间互相 `ping`，对比往返时间。"},
    {kNetworkLoss, "netloss", kNode, "Packet loss", "网络丢包", "loses network packets", "网络丢包",
     "On the node: `nstat -az TcpRetransSegs`, `ip -s link`; compare the retransmission rate with "
     "its peers.",
     "在该节点执行 `nstat -az TcpRetransSegs` 与 `ip -s link`。"},
    {kStall, "stall", kNode, "Process stalls", "进程停顿", "stops for seconds and goes on again",
     "反复停顿数秒后恢复",
     "On the node: kernel log, `vmstat 1`, virtual machine steal time and live migration.",
     "在该节点检查内核日志、`vmstat 1`、虚拟机 steal 时间与热迁移。"},
    {kBackupLock, "fclock", kNode, "Global read lock", "全局读锁",
     "is held by a table lock, for example of a backup", "被表级锁（例如备份）阻塞",
     "`SHOW PROCESSLIST` on the node: who runs LOCK TABLES or FLUSH TABLES WITH READ LOCK?",
     "在该节点执行 `SHOW PROCESSLIST`：谁在执行 LOCK TABLES 或 FLUSH TABLES WITH READ LOCK？"},
    {kCrash, "crash", kNode, "Node down", "节点宕机", "does not answer: it is down or restarting",
     "无响应：已宕机或正在重启",
     "On the node: is the database process there? Read the end of its error log.",
     "在该节点确认数据库进程是否存在，并查看错误日志末尾。"},
}};

}  // namespace

std::span<const ProblemInfo> AllProblems() { return kProblems; }

const ProblemInfo& GetProblem(ProblemId id) { return kProblems[static_cast<std::size_t>(id)]; }

std::optional<ProblemId> FindProblem(std::string_view name) {
  for (const ProblemInfo& problem : kProblems) {
    if (problem.name == name) return problem.id;
  }
  return std::nullopt;
}

std::string_view ProblemScopeName(ProblemScope scope) {
  switch (scope) {
    case ProblemScope::kNode: return "node";
    case ProblemScope::kCluster: return "cluster";
  }
  return "node";
}

}  // namespace distdiag::domain
