// Plain answers of the API, one of each, for tests. Each takes what differs.

import type { Schemas } from "@/api/client";

export const kStarted = "2026-11-24T03:12:05Z";
export const kDetected = "2026-11-24T03:12:13Z";
export const kNow = "2026-11-24T03:13:05Z";

export function feedback(part: Partial<Schemas["Feedback"]> = {}): Schemas["Feedback"] {
  return {
    version: 1,
    time: kNow,
    judgement: "confirmed",
    author: "Lin",
    comment: "",
    said: { target: { scope: "node", node: "n2" }, problem: "cpu" },
    right_node: null,
    right_problem: null,
    ...part,
  };
}

export function incidentFeedback(history: readonly Schemas["Feedback"][] = []): Schemas["IncidentFeedback"] {
  const newest = history.at(-1);
  return {
    said: { target: { scope: "node", node: "n2" }, problem: "cpu" },
    nodes: ["n1", "n2", "n3"],
    current: newest === undefined || newest.judgement === "withdrawn" ? null : newest,
    history: [...history],
  };
}

export function summary(part: Partial<Schemas["IncidentSummary"]> = {}): Schemas["IncidentSummary"] {
  return {
    id: 7,
    cluster: "lab",
    state: "open",
    started: kStarted,
    detected: kDetected,
    updated: kNow,
    resolved: null,
    title_en: "n2: CPU saturated",
    title_zh: "n2：CPU 饱和",
    top: [{ target: { scope: "node", node: "n2" }, problem: "cpu", probability: 0.94 }],
    ...part,
  };
}

export function node(part: Partial<Schemas["Node"]> = {}): Schemas["Node"] {
  return { name: "n1", zone: "", role: "unknown", state: "ok", last_answer: kNow, anomaly_score: 0.1, rcr: 0.2, ...part };
}

export function cluster(part: Partial<Schemas["Cluster"]> = {}): Schemas["Cluster"] {
  return {
    name: "lab",
    state: "trouble",
    headline_en: "n2 is short of CPU since 03:12",
    headline_zh: "n2 自 03:12 起 CPU 不足",
    time: kNow,
    lag_s: 0.2,
    nodes: [node(), node({ name: "n2", state: "root_cause", rcr: 3.2 }), node({ name: "n3" })],
    health: [{ from: kStarted, to: kNow, state: "trouble" }],
    blind_spots: [],
    expected: [],
    has_structure: false,
    open_incidents: [summary()],
    golden_signals: ["c_tps", "c_p95_ms"],
    ...part,
  };
}

export function evidence(part: Partial<Schemas["Evidence"]> = {}): Schemas["Evidence"] {
  return {
    node: "n2",
    metric: "h_cpu_ext",
    detector: "recent",
    severity: 0.9,
    observed: 0.49,
    expected: 0.05,
    band_low: 0.03,
    band_high: 0.15,
    since: kStarted,
    sentence_en: "CPU used by other processes is 0.49 cores, expected 0.03 to 0.15 cores, since 03:12:05",
    sentence_zh: "其他进程占用的 CPU 为 0.49 核，预期 0.03 至 0.15 核，自 03:12:05 起",
    spark: [0.05, 0.04, null, 0.49],
    ...part,
  };
}

export function cause(part: Partial<Schemas["RankedCause"]> = {}): Schemas["RankedCause"] {
  return {
    target: { scope: "node", node: "n2" },
    problem: "cpu",
    probability: 0.94,
    importance: 3,
    initial_rcr: 2.8,
    propagated_rcr: 0.4,
    shown: true,
    evidence: [evidence()],
    why_not: "",
    ...part,
  };
}

export function incident(part: Partial<Schemas["Incident"]> = {}): Schemas["Incident"] {
  return {
    summary: summary(),
    verdict: {
      time: kNow,
      ranker: "combined",
      stability: 0.95,
      ranking: [
        cause(),
        cause({ problem: "io", probability: 0.12, shown: false, evidence: [], why_not: "its disk is idle: 3 % utilised" }),
      ],
    },
    history: [{ time: kDetected, top: summary().top }],
    first_moves: [
      { time: kStarted, node: "n2", metric: "h_cpu_ext", severity: 0.9 },
      { time: kDetected, node: "n1", metric: "c_tps", severity: 0.5 },
    ],
    advice: [
      evidence({
        metric: "c_p95_ms",
        detector: "sequence",
        sentence_en: "response time, 95th percentile is 210 ms, expected 40 to 90 ms, since 03:12:05",
        sentence_zh: "95 分位响应时间为 210 ms，预期 40 至 90 ms，自 03:12:05 起",
      }),
    ],
    next_checks: [
      { problem: "cpu", target: { scope: "node", node: "n2" }, text_en: "On the node: `top -o %CPU`.", text_zh: "在该节点执行 `top -o %CPU`。" },
    ],
    impact: { tps_before: 90, tps_during: 30, p95_before_ms: 64, p95_during_ms: 210 },
    feedback: incidentFeedback(),
    ...part,
  };
}

export function chart(part: Partial<Schemas["Chart"]> = {}): Schemas["Chart"] {
  const series = (name: string, last: number) => ({ node: name, mean: [0.05, last], min: [0.05, last], max: [0.05, last] });
  return {
    metric: "h_cpu_ext",
    unit: "cores",
    from: kStarted,
    to: kNow,
    step_s: 1,
    times: [Date.parse(kStarted) / 1000, Date.parse(kNow) / 1000],
    series: [series("n1", 0.04), series("n2", 0.49), series("n3", 0.05)],
    band: { low: 0.03, high: 0.15, expected: 0.05 },
    focus_node: "n2",
    marks: [{ time: kStarted, kind: "started" }],
    ...part,
  };
}

export function graph(): Schemas["AnomalyGraph"] {
  const vertex = { criticality: 0, initial_rcr: 0, propagated_rcr: 0, rcr: 0, metric: null };
  return {
    time: kNow,
    vertices: [
      { ...vertex, id: "node:n1", kind: "node", label: "n1" },
      { ...vertex, id: "node:n2", kind: "node", label: "n2", rcr: 3.2, initial_rcr: 2.8, propagated_rcr: 0.4 },
      { ...vertex, id: "alarm:h_cpu_ext", kind: "alarm", label: "h_cpu_ext", metric: "h_cpu_ext", criticality: 0.7 },
    ],
    edges: [{ from: "node:n2", to: "alarm:h_cpu_ext", kind: "alarm", severity: 0.9, score: 2 }],
  };
}

export function delivery(part: Partial<Schemas["Delivery"]> = {}): Schemas["Delivery"] {
  return {
    id: 1,
    incident_id: 7,
    channel: "webhook",
    event: "opened",
    state: "delivered",
    attempts: 1,
    created: kDetected,
    next_attempt: null,
    last_error: "",
    ...part,
  };
}

export function demo(part: Partial<Schemas["DemoStatus"]> = {}): Schemas["DemoStatus"] {
  return {
    running: true,
    speed: 4,
    model_note: "The model has not seen these cases.",
    correct: 1,
    total_faults: 2,
    cases: [
      {
        id: "A1_r1",
        description_en: "another process takes the CPU of n2",
        description_zh: "n2 的 CPU 被其他进程占用",
        state: "done",
        injected: [{ target: { scope: "node", node: "n2" }, problem: "cpu" }],
        diagnosed: [{ target: { scope: "node", node: "n2" }, problem: "cpu" }],
        delay_s: 8,
        correct: true,
        incident_id: 7,
      },
      {
        id: "A2_r1",
        description_en: "another process writes to the disk of n3",
        description_zh: "n3 的磁盘被其他进程写入",
        state: "fault",
        injected: [{ target: { scope: "node", node: "n3" }, problem: "io" }],
        diagnosed: [],
        delay_s: null,
        correct: null,
        incident_id: null,
      },
    ],
    ...part,
  };
}

export function status(): Schemas["Status"] {
  return {
    version: "0.1.0",
    started: kStarted,
    uptime_s: 60,
    source: "recordings",
    model: { name: "demo", schema_hash: "0", training_cases: [], problems: [] },
    notices: [],
    alarm_budget: {
      pages_per_week: 2,
      watched_weeks: 3,
      pages: 3,
      held_back: 4,
      realised: 1,
      realised_low: 0.206,
      realised_high: 2.922,
      threshold: 0.71,
    },
  };
}

export function faultKind(part: Partial<Schemas["FaultKind"]> = {}): Schemas["FaultKind"] {
  return {
    name: "cpu",
    problem: "cpu",
    scope: "node",
    parameter: "busy threads",
    low: 1,
    medium: 2,
    high: 4,
    least: 0.5,
    most: 8,
    unavailable: "",
    ...part,
  };
}

export function faults(part: Partial<Schemas["FaultList"]> = {}): Schemas["FaultList"] {
  return {
    enabled: true,
    reason: "",
    kinds: [
      faultKind(),
      faultKind({ name: "surge", problem: "surge", scope: "cluster", parameter: "more clients", low: 8, medium: 16, high: 32, least: 1, most: 64 }),
      faultKind({ name: "crash", problem: "crash", parameter: "", low: 0, medium: 0, high: 0, least: 0, most: 0 }),
      faultKind({ name: "netloss", problem: "netloss", unavailable: "the kernel has no netem" }),
    ],
    targets: ["n1", "n2", "n3"],
    suites: [{ name: "quick", description: "one of each kind", drills: 8 }],
    ...part,
  };
}

export function drill(part: Partial<Schemas["Drill"]> = {}): Schemas["Drill"] {
  return {
    id: 12,
    suite: "quick",
    run: "quick-20261124T031205",
    cluster: "lab",
    faults: [{ kind: "cpu", target: { scope: "node", node: "n2" }, number: 2, problem: "cpu" }],
    duration_s: 40,
    phase: "done",
    created: kStarted,
    injected: kStarted,
    undone: kNow,
    detected_s: 4.1,
    right_first_s: 4.1,
    rank_at_opening: 1,
    rank: 1,
    recall: 1,
    diagnosed: [{ target: { scope: "node", node: "n2" }, problem: "cpu", probability: 0.93 }],
    resolved_s: 12,
    other_incidents: 0,
    incident_id: 7,
    passed: true,
    message: "",
    ...part,
  };
}

export function totals(part: Partial<Schemas["DrillTotals"]> = {}): Schemas["DrillTotals"] {
  return {
    judged: 1,
    passed: 1,
    missed: 0,
    never_right: 0,
    not_judged: 0,
    unfinished: 0,
    other_incidents: 0,
    detected_median_s: 4.1,
    detected_worst_s: 4.1,
    right_first_median_s: 4.1,
    right_first_worst_s: 4.1,
    ...part,
  };
}

export function scorecard(
  drills: readonly Schemas["Drill"][],
  runs: readonly Schemas["DrillRun"][] = [],
): Schemas["DrillScorecard"] {
  return { totals: totals({ judged: drills.length }), runs: [...runs], drills: [...drills] };
}
