// What watches what, for tests and for the fake API: the kinds as the server tells them, some definitions, a preview.

import type { components } from "../generated/api.ts";

type S = components["schemas"];

export const kDetectorKinds: readonly S["DetectorKindInfo"][] = [
  {
    kind: "recent",
    parameters: [
      { name: "band_width", unit: "usual changes", least: 3, most: 20, standard: 6, is_whole: false, label_en: "Band width", label_zh: "带宽", effect_en: "Wider: fewer alarms, later ones", effect_zh: "越宽告警越少、越晚" },
      { name: "persist_ticks", unit: "ticks", least: 1, most: 600, standard: 3, is_whole: true, label_en: "Ticks outside", label_zh: "越界次数", effect_en: "More: short peaks are ignored, alarms come later", effect_zh: "越多越能忽略短峰，告警也越晚" },
      { name: "follow", unit: "", least: 0.001, most: 0.5, standard: 0.05, is_whole: false, label_en: "Follow", label_zh: "跟随系数", effect_en: "More: the normal follows faster; about 1/follow ticks are remembered", effect_zh: "越大基线跟随越快；约记住 1/系数 次" },
      { name: "quick", unit: "", least: 0.05, most: 1, standard: 0.4, is_whole: false, label_en: "Quick", label_zh: "快速系数", effect_en: "Less: the compared value is smoother, single peaks count less", effect_zh: "越小被比较的值越平滑，单个尖峰影响越小" },
      { name: "spread_floor", unit: "share of the level", least: 0, most: 0.5, standard: 0.05, is_whole: false, label_en: "Smallest spread", label_zh: "最小波动", effect_en: "More: small changes of steady series never alarm", effect_zh: "越大，平稳序列的小变化越不会告警" },
      { name: "warm_up_ticks", unit: "ticks", least: 2, most: 86400, standard: 10, is_whole: true, label_en: "Warm-up", label_zh: "预热次数", effect_en: "More: silent for longer at first", effect_zh: "越多，开始时静默越久" },
      { name: "accept_ticks", unit: "ticks", least: 1, most: 60000, standard: 30, is_whole: true, label_en: "Acceptance", label_zh: "接受次数", effect_en: "More: a new level counts as abnormal for longer", effect_zh: "越多，新水平被视为异常越久" },
      { name: "trend_follow", unit: "share of follow", least: 0, most: 0.1, standard: 0, is_whole: false, label_en: "Trend", label_zh: "趋势", effect_en: "0: no slope; 0.02: steady growth is normal, leaving it alarms", effect_zh: "0：无斜率；0.02：稳定增长视为正常，偏离才告警" },
    ],
  },
  {
    kind: "peer",
    parameters: [
      { name: "distance_spreads", unit: "usual spreads", least: 2, most: 50, standard: 7, is_whole: false, label_en: "Distance (few nodes)", label_zh: "距离（少量节点）", effect_en: "More: a node may differ more from its peers", effect_zh: "越大，允许节点与同伴差异越大" },
      { name: "eps_spreads", unit: "usual spreads", least: 1, most: 50, standard: 4, is_whole: false, label_en: "Radius (many nodes)", label_zh: "半径（大量节点）", effect_en: "More: fewer nodes are outliers", effect_zh: "越大，离群节点越少" },
      { name: "persist_ticks", unit: "ticks", least: 1, most: 600, standard: 3, is_whole: true, label_en: "Ticks outside", label_zh: "越界次数", effect_en: "More: short differences are ignored, alarms come later", effect_zh: "越多越能忽略短暂差异，告警也越晚" },
      { name: "average_ticks", unit: "ticks", least: 1, most: 120, standard: 5, is_whole: true, label_en: "Averaged ticks", label_zh: "平均次数", effect_en: "More: the compared mean is smoother and slower", effect_zh: "越多，被比较的均值越平滑、越慢" },
      { name: "follow", unit: "", least: 0.001, most: 0.5, standard: 0.05, is_whole: false, label_en: "Follow", label_zh: "跟随系数", effect_en: "More: a usual difference is learnt faster", effect_zh: "越大，学习惯常差异越快" },
      { name: "warm_up_ticks", unit: "ticks", least: 2, most: 86400, standard: 10, is_whole: true, label_en: "Warm-up", label_zh: "预热次数", effect_en: "More: silent for longer at first", effect_zh: "越多，开始时静默越久" },
      { name: "accept_ticks", unit: "ticks", least: 1, most: 60000, standard: 30, is_whole: true, label_en: "Acceptance", label_zh: "接受次数", effect_en: "More: a new difference counts as abnormal for longer", effect_zh: "越多，新差异被视为异常越久" },
      { name: "density_from", unit: "nodes", least: 3, most: 1000, standard: 8, is_whole: true, label_en: "Density from", label_zh: "密度起点", effect_en: "Nodes from which density (DBSCAN) is used instead of distance", effect_zh: "达到该节点数时用密度（DBSCAN）代替距离" },
      { name: "min_points", unit: "nodes", least: 2, most: 100, standard: 3, is_whole: true, label_en: "Neighbours", label_zh: "邻居数", effect_en: "More: groups have to be larger to count as normal", effect_zh: "越多，正常群体须越大" },
    ],
  },
  {
    kind: "rule",
    parameters: [
      { name: "above", unit: "metric", least: -1e15, most: 1e15, standard: null, is_whole: false, label_en: "Above", label_zh: "高于", effect_en: "Alarms above this value", effect_zh: "高于该值时告警" },
      { name: "below", unit: "metric", least: -1e15, most: 1e15, standard: null, is_whole: false, label_en: "Below", label_zh: "低于", effect_en: "Alarms below this value", effect_zh: "低于该值时告警" },
      { name: "for_s", unit: "s", least: 0, most: 86400, standard: 60, is_whole: false, label_en: "For", label_zh: "持续", effect_en: "Longer: only what lasts alarms", effect_zh: "越长，只有持续的才告警" },
      { name: "hysteresis", unit: "share of the threshold", least: 0, most: 0.5, standard: 0.05, is_whole: false, label_en: "Hysteresis", label_zh: "回差", effect_en: "More: ends only when the value is well back", effect_zh: "越大，须回落更多才结束" },
      { name: "keep_s", unit: "s", least: 0, most: 86400, standard: 0, is_whole: false, label_en: "Keep", label_zh: "保持", effect_en: "Longer: stands on for so long after the value is back", effect_zh: "越长，恢复后告警保留越久" },
    ],
  },
];

function metric(name: string, group: string, unit: string, label_en: string, label_zh: string): S["Metric"] {
  return { name, unit, kind: "gauge", group, bad_when: "high", scope: "node", label_en, label_zh, description_en: label_en, description_zh: label_zh };
}

// A few of the catalogue.
export const kMetrics: readonly S["Metric"][] = [
  metric("c_p95_ms", "client", "ms", "Transaction latency (95 %)", "事务延迟（95 分位）"),
  metric("h_cpu_ext", "cpu", "cores", "CPU of other processes", "其他进程占用的 CPU"),
  metric("h_disk_util", "disk", "ratio", "Disk utilisation", "磁盘利用率"),
  metric("h_disk_await_ms", "disk", "ms", "Disk wait", "磁盘等待"),
];

// The shipped definitions, and three that somebody added.
export const kDefinitions: readonly S["DetectorDefinition"][] = [
  { name: "recent", kind: "recent" },
  { name: "recent.disk", kind: "recent", inherits: "recent", groups: ["disk"], parameters: { band_width: 8, persist_ticks: 6 } },
  { name: "recent.disk.n3", kind: "recent", inherits: "recent.disk", groups: ["disk"], nodes: ["n3"] },
  { name: "peer", kind: "peer" },
  { name: "peer.network", kind: "peer", enabled: false, groups: ["network"] },
  { name: "rule.h_disk_util", kind: "rule", metrics: ["h_disk_util"], parameters: { above: 0.95, for_s: 120 } },
];

export function detectorVersion(part: Partial<S["DetectorVersion"]> = {}): S["DetectorVersion"] {
  return {
    id: 7,
    time: "2026-11-24T00:12:00Z",
    author: "Ann",
    reason: "disk alarms too early",
    definitions: { detectors: [...kDefinitions] },
    ...part,
  };
}

// As the server completes what is at work.
export function atWork(definition: S["DetectorDefinition"], series: number): S["DetectorAtWork"] {
  return { inherits: "", enabled: true, groups: [], metrics: [], nodes: [], parameters: {}, effective: {}, series, ...definition };
}

export function detectors(part: Partial<S["Detectors"]> = {}): S["Detectors"] {
  return {
    version: 7,
    changed: "2026-11-24T00:12:00Z",
    author: "Ann",
    reason: "disk alarms too early",
    kinds: [...kDetectorKinds],
    detectors: kDefinitions.map((definition, index) => atWork(definition, [516, 20, 10, 474, 72, 3][index] ?? 0)),
    ...part,
  };
}

// As shipped: nothing was ever changed.
export function shippedDetectors(): S["Detectors"] {
  return detectors({
    version: 0,
    changed: null,
    author: "",
    reason: "",
    detectors: [atWork({ name: "recent", kind: "recent" }, 546), atWork({ name: "peer", kind: "peer" }, 546)],
  });
}

function backtestIncident(part: Partial<S["IncidentSummary"]>): S["IncidentSummary"] {
  return {
    id: 0,
    cluster: "lab",
    state: "resolved",
    started: "2026-11-24T02:31:10Z",
    detected: "2026-11-24T02:31:18Z",
    updated: "2026-11-24T02:33:00Z",
    resolved: "2026-11-24T02:33:00Z",
    title_en: "n2: CPU saturated",
    title_zh: "n2：CPU 饱和",
    top: [{ target: { scope: "node", node: "n2" }, problem: "cpu", probability: 0.94 }],
    ...part,
  };
}

export function backtest(part: Partial<S["Backtest"]> = {}): S["Backtest"] {
  const slices = 60;
  const slice = (index: number, share: number) => Math.round(share * (index % 17 === 5 ? 9 : index % 23 === 8 ? 5 : index % 6 === 0 ? 1 : 0));
  const run = (share: number, incidents: number): S["BacktestRun"] => {
    const alarms = Array.from({ length: slices }, (_slice, index) => slice(index, share));
    const all = alarms.reduce((sum, count) => sum + count, 0);
    const peer = Math.round(all * 0.3);
    return {
      detectors: [
        { detector: "recent", alarms: all - peer, series: Math.round((all - peer) * 0.7) },
        { detector: "peer", alarms: peer, series: Math.round(peer * 0.8) },
      ],
      alarms_a_slice: alarms,
      incidents,
    };
  };
  const cpu = backtestIncident({});
  const disk = backtestIncident({
    started: "2026-11-24T02:44:00Z",
    title_en: "n3: Disk I/O saturated",
    title_zh: "n3：磁盘 I/O 饱和",
  });
  const lock = backtestIncident({ started: "2026-11-24T02:52:30Z", title_en: "n1: Lock contention", title_zh: "n1：锁争用" });
  const slow = backtestIncident({ started: "2026-11-24T02:52:30Z", title_en: "n1: Full table scans", title_zh: "n1：全表扫描" });
  const stall = backtestIncident({ started: "2026-11-24T03:02:00Z", title_en: "n2: Process stalls", title_zh: "n2：进程停顿" });
  return {
    from: "2026-11-24T02:13:05Z",
    to: "2026-11-24T03:13:05Z",
    ticks: 3600,
    slice_s: 60,
    before: run(1, 3),
    after: run(0.6, 3),
    incidents: [
      { verdict: "same", before: cpu, after: cpu },
      { verdict: "lost", before: disk, after: null },
      { verdict: "other_cause", before: lock, after: slow },
      { verdict: "new", before: null, after: stall },
    ],
    ...part,
  };
}
