// The problem types as the server lists them, for tests and for the fake API.

import type { components } from "../generated/api.ts";

export const kProblems: readonly components["schemas"]["ProblemType"][] = [
  { name: "unknown", scope: "node", title_en: "Unknown trouble", title_zh: "未知故障", summary_en: "behaves abnormally; no known cause fits", summary_zh: "行为异常，但不符合任何已知原因" },
  { name: "cpu", scope: "node", title_en: "CPU saturated", title_zh: "CPU 饱和", summary_en: "is short of CPU: other processes take it", summary_zh: "CPU 不足：被其他进程占用" },
  { name: "io", scope: "node", title_en: "Disk I/O saturated", title_zh: "磁盘 I/O 饱和", summary_en: "waits for its disk: other writers keep it busy", summary_zh: "磁盘被其他写入占满，数据库在等待" },
  { name: "net", scope: "node", title_en: "Network bandwidth exhausted", title_zh: "网络带宽耗尽", summary_en: "has too little network bandwidth", summary_zh: "网络带宽不足" },
  { name: "cache", scope: "node", title_en: "Cache too small", title_zh: "缓存过小", summary_en: "has too little memory for its buffer pool or memstore", summary_zh: "缓冲池或 MemStore 的内存过小" },
  { name: "surge", scope: "cluster", title_en: "Workload surge", title_zh: "负载激增", summary_en: "receives far more requests than usual on all nodes", summary_zh: "所有节点收到的请求远多于平时" },
  { name: "index", scope: "cluster", title_en: "Too many indexes", title_zh: "索引过多", summary_en: "pays for needless indexes on hot tables at every write", summary_zh: "热点表上多余的索引拖慢每次写入" },
  { name: "lock", scope: "node", title_en: "Lock contention", title_zh: "锁争用", summary_en: "has long transactions that hold hot rows", summary_zh: "长事务持有热点行的锁" },
  { name: "slowsql", scope: "node", title_en: "Full table scans", title_zh: "全表扫描", summary_en: "runs statements that scan whole tables", summary_zh: "正在执行扫描整张表的语句" },
  { name: "netdelay", scope: "node", title_en: "Network delay", title_zh: "网络延迟", summary_en: "answers its peers late: its network path is slow", summary_zh: "网络路径变慢，对同伴的响应延迟" },
  { name: "netloss", scope: "node", title_en: "Packet loss", title_zh: "网络丢包", summary_en: "loses network packets", summary_zh: "网络丢包" },
  { name: "stall", scope: "node", title_en: "Process stalls", title_zh: "进程停顿", summary_en: "stops for seconds and goes on again", summary_zh: "反复停顿数秒后恢复" },
  { name: "fclock", scope: "node", title_en: "Global read lock", title_zh: "全局读锁", summary_en: "is held by a table lock, for example of a backup", summary_zh: "被表级锁（例如备份）阻塞" },
  { name: "crash", scope: "node", title_en: "Node down", title_zh: "节点宕机", summary_en: "does not answer: it is down or restarting", summary_zh: "无响应：已宕机或正在重启" },
];
