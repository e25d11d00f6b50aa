// The state behind the fake API: cases of recordings/ in a row, their labels as verdicts, robust z as alarms.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import type { components } from "../src/generated/api.ts";
import { metricByName } from "../src/generated/metrics.ts";
import { statements, structure } from "../src/testing/database_fixtures.ts";
import { kProblems } from "../src/testing/problems.ts";

type S = components["schemas"];

interface Label {
  readonly node: string | null;
  readonly anomaly: string;
  readonly scope: "node" | "cluster";
}

interface CaseFile {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly anomaly_start: number | null;
  readonly recovered: number;
  readonly labels: readonly Label[];
  readonly files: Readonly<Record<string, string>>;
}

interface Case {
  readonly file: CaseFile;
  // [node][metric] → values, one a second from file.start.
  readonly values: ReadonlyMap<string, ReadonlyMap<string, readonly (number | null)[]>>;
  // Seconds to add to the recording's clock.
  readonly shift: number;
}

interface Trouble {
  readonly id: number;
  readonly of: Case;
  readonly notes: S["Note"][];
  readonly feedback: S["Feedback"][];
}

function standing(history: readonly S["Feedback"][]): S["Feedback"] | null {
  const newest = history.at(-1);
  return newest === undefined || newest.judgement === "withdrawn" ? null : newest;
}

const kNodes = ["n1", "n2", "n3"];
const kCases = ["A1_r1", "N0_r1", "A2_r1", "A3_r1", "C1_r1", "A4_r1", "W1_r1", "X8_r1"];
const kSignals = ["c_tps", "c_p95_ms", "h_cpu_db", "h_cpu_ext", "h_disk_util", "h_net_tx_kb", "d_wsrep_flow_control_sent", "d_wsrep_local_recv_queue"];
const kTick_ms = 250;
const kSpeed = Number(process.env["DISTDIAG_FAKE_SPEED"] ?? "4");
const kFound_s = 7;

function readCase(folder: URL, file: CaseFile, start: number): Case {
  const values = new Map(
    kNodes.map((node) => {
      const text = gunzipSync(readFileSync(new URL(file.files[node] ?? "", folder))).toString("utf8");
      const [head = "", ...rows] = text.trim().split("\n");
      const names = head.split(",");
      const cells = rows.map((row) => row.split(","));
      const columns = new Map(
        names.map((name, i) => [name, cells.map((row) => (row[i] === undefined || row[i] === "" ? null : Number(row[i])))]),
      );
      return [node, columns] as const;
    }),
  );
  // A cluster-wide fault is labelled at each node; it is one.
  const labels = file.labels.filter(
    (label, i) => label.scope === "node" || file.labels.findIndex((other) => other.scope === "cluster" && other.anomaly === label.anomaly) === i,
  );
  return { file: { ...file, labels }, values, shift: start - file.start };
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

export class FakeReplay {
  readonly #cases: Case[] = [];
  readonly #troubles: Trouble[] = [];
  readonly #listeners = new Set<(id: number, event: string, data: unknown) => void>();
  readonly #begin: number;
  #now: number;
  #event = 0;
  #lastEvent_ms = 0;

  constructor(folder: URL) {
    const { cases } = JSON.parse(readFileSync(fileURLToPath(new URL("cases.json", folder)), "utf8")) as { cases: CaseFile[] };
    this.#begin = Math.floor(Date.now() / 1000) - 200;
    let at = this.#begin;
    for (const id of kCases) {
      const file = cases.find((each) => each.id === id);
      if (file === undefined) continue;
      this.#cases.push(readCase(folder, file, at));
      at += file.end - file.start + 1;
    }
    this.#now = this.#begin + 10;
  }

  start(): void {
    // So that there is a past to look at: the first case is over at once.
    for (let second = 0; second < 120; second += 1) this.#step(1);
    setInterval(() => {
      this.#step((kSpeed * kTick_ms) / 1000);
      if (Date.now() - this.#lastEvent_ms < 1000) return;
      this.#lastEvent_ms = Date.now();
      this.#tell("cluster", this.cluster());
      this.#tell("demo", this.demo());
    }, kTick_ms);
  }

  listen(listener: (id: number, event: string, data: unknown) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(event: string, data: unknown): void {
    this.#event += 1;
    for (const listener of this.#listeners) listener(this.#event, event, data);
  }

  #step(seconds: number): void {
    const last = this.#cases.at(-1);
    if (last === undefined || this.#now >= last.file.end + last.shift) return;
    const before = this.#now;
    this.#now += seconds;
    for (const each of this.#cases) {
      if (each.file.anomaly_start === null) continue;
      const found = each.file.anomaly_start + each.shift + kFound_s;
      const over = each.file.recovered + each.shift + 5;
      if (before < found && this.#now >= found) {
        const trouble = { id: this.#troubles.length + 1, of: each, notes: [], feedback: [] };
        this.#troubles.push(trouble);
        this.#tell("incident", { change: "opened", incident: this.#summary(trouble) });
      }
      const trouble = this.#troubles.find(({ of }) => of === each);
      if (trouble !== undefined && before < over && this.#now >= over) {
        this.#tell("incident", { change: "resolved", incident: this.#summary(trouble) });
      }
    }
  }

  #value(node: string, metric: string, second: number): number | null {
    const each = this.#cases.find(({ file, shift }) => second >= file.start + shift && second <= file.end + shift);
    if (each === undefined) return null;
    return each.values.get(node)?.get(metric)?.[Math.floor(second - each.file.start - each.shift)] ?? null;
  }

  #bounds(trouble: Trouble): { started: number; detected: number; over: number; resolved: number | null } {
    const { file, shift } = trouble.of;
    const started = (file.anomaly_start ?? 0) + shift;
    const over = file.recovered + shift + 5;
    return { started, detected: started + kFound_s, over, resolved: this.#now >= over ? over : null };
  }

  #causes(trouble: Trouble): S["CauseSummary"][] {
    return trouble.of.file.labels.map((label, i) => ({
      target: { scope: label.scope, node: label.scope === "cluster" ? null : label.node },
      problem: label.anomaly,
      probability: [0.94, 0.81, 0.7][i] ?? 0.6,
    }));
  }

  #judgementOf({ feedback }: Trouble): Exclude<S["Judgement"], "withdrawn"> | null {
    const judgement = standing(feedback)?.judgement ?? null;
    return judgement === "withdrawn" ? null : judgement;
  }

  #saidOf(trouble: Trouble): S["CausePair"] | null {
    const [first] = this.#causes(trouble);
    return first === undefined ? null : { target: first.target, problem: first.problem };
  }

  #summary(trouble: Trouble): S["IncidentSummary"] {
    const { started, detected, resolved } = this.#bounds(trouble);
    const top = this.#causes(trouble);
    const title = (language: "en" | "zh") =>
      top
        .map(({ target, problem }) => {
          const name = kProblems.find((each) => each.name === problem);
          return `${target.node ?? "lab"}${language === "en" ? ": " : "："}${(language === "en" ? name?.title_en : name?.title_zh) ?? problem}`;
        })
        .join(language === "en" ? "; " : "；");
    return {
      id: trouble.id,
      cluster: "lab",
      state: resolved === null ? "open" : "resolved",
      started: iso(started),
      detected: iso(detected),
      updated: iso(resolved ?? this.#now),
      resolved: resolved === null ? null : iso(resolved),
      title_en: title("en"),
      title_zh: title("zh"),
      top,
      judgement: this.#judgementOf(trouble),
    };
  }

  // Strength of each deviation against the case's own first seconds.
  #deviations(trouble: Trouble, until: number): { node: string; metric: string; z: number; low: number; high: number; mean: number; first: number }[] {
    const { of } = trouble;
    const { started } = this.#bounds(trouble);
    const quiet = Math.floor((of.file.anomaly_start ?? 0) - of.file.start) - 2;
    const found = [];
    for (const node of kNodes) {
      for (const [metric, values] of of.values.get(node) ?? []) {
        const info = metricByName.get(metric);
        if (info === undefined || info.badWhen === "none" || info.group === "box") continue;
        const before = values.slice(2, quiet).filter((value) => value !== null);
        if (before.length < 8) continue;
        const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
        const deviation = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / before.length) + Math.abs(mean) * 0.08 + 1e-3;
        const low = Math.max(0, mean - 3 * deviation);
        const high = mean + 3 * deviation;
        let best = 0;
        let first = -1;
        for (let second = started; second <= Math.min(until, started + 40); second += 1) {
          const value = this.#value(node, metric, second);
          if (value === null) continue;
          const bad = (info.badWhen !== "low" && value > high) || (info.badWhen !== "high" && value < low);
          if (!bad) continue;
          if (first < 0) first = second;
          best = Math.max(best, Math.abs(value - mean) / deviation);
        }
        if (first >= 0) found.push({ node, metric, z: best, low, high, mean, first });
      }
    }
    return found.sort((a, b) => b.z - a.z);
  }

  #evidence(trouble: Trouble, node: string | null): S["Evidence"][] {
    return this.#deviations(trouble, this.#now)
      .filter((each) => node === null || each.node === node)
      .slice(0, 5)
      .map((each) => {
        const info = metricByName.get(each.metric);
        const at = Math.min(this.#now, this.#bounds(trouble).over - 8);
        const observed = this.#value(each.node, each.metric, at) ?? each.mean;
        const text = (value: number) => `${value.toPrecision(3)} ${info?.unit ?? ""}`;
        const clock = iso(each.first).slice(11, 19);
        return {
          node: each.node,
          metric: each.metric,
          detector: "recent",
          severity: Math.min(1, each.z / 30),
          observed,
          expected: each.mean,
          band_low: each.low,
          band_high: each.high,
          since: iso(each.first),
          sentence_en: `${info?.label.en ?? each.metric} is ${text(observed)}, expected ${text(each.low)} to ${text(each.high)}, since ${clock}`,
          sentence_zh: `${info?.label.zh ?? each.metric}为 ${text(observed)}，预期 ${text(each.low)} 至 ${text(each.high)}，自 ${clock} 起`,
          spark: Array.from({ length: 60 }, (_none, i) => this.#value(each.node, each.metric, at - 59 + i)),
        };
      });
  }

  incident(id: number): S["Incident"] | null {
    const trouble = this.#troubles.find((each) => each.id === id);
    if (trouble === undefined) return null;
    const { detected, started, over } = this.#bounds(trouble);
    const top = this.#causes(trouble);
    const [first] = top;
    const ranked = top.map((cause, i): S["RankedCause"] => ({
      ...cause,
      importance: 3 - i,
      initial_rcr: 2.8 - i,
      propagated_rcr: 0.4,
      shown: true,
      evidence: this.#evidence(trouble, cause.target.node ?? null),
      why_not: "",
    }));
    ranked.push({
      target: { scope: "node", node: "n1" },
      problem: "net",
      probability: 0.12,
      importance: 0.4,
      initial_rcr: 0.3,
      propagated_rcr: 0.2,
      shown: false,
      evidence: [],
      why_not: "Network sent is 241 kB/s on n1 and falls with the throughput of all nodes; its link shows no drop and no retransmission",
    });
    const sum = (from: number, to: number, metric: string) => {
      let total = 0;
      let count = 0;
      for (let second = from; second < to; second += 1) {
        for (const node of kNodes) total += this.#value(node, metric, second) ?? 0;
        count += 1;
      }
      return count === 0 ? null : total / count;
    };
    const until = Math.min(this.#now, over - 6);
    const third = (value: number | null) => (value === null ? null : value / 3);
    return {
      summary: this.#summary(trouble),
      verdict: { time: iso(until), ranker: "combined", ranking: ranked, stability: 0.95 },
      history: [
        { time: iso(detected), top: top.slice(0, 1) },
        ...(top.length > 1 && this.#now > detected + 6 ? [{ time: iso(detected + 6), top }] : []),
      ],
      first_moves: this.#deviations(trouble, this.#now)
        .slice(0, 22)
        .sort((a, b) => a.first - b.first || b.z - a.z)
        .map(({ node, metric, first: time, z }) => ({ time: iso(time), node, metric, severity: Math.min(1, z / 30) })),
      advice: this.#evidence(trouble, first?.target.node ?? null).slice(0, 3).map((each) => ({ ...each, detector: "sequence" as const })),
      next_checks: first === undefined ? [] : top.map(({ target, problem }) => ({
        problem,
        target,
        text_en: "On the node: `top -o %CPU`, `cat /proc/pressure/cpu`; look for processes beside the database.",
        text_zh: "在该节点执行 `top -o %CPU` 与 `cat /proc/pressure/cpu`，查找数据库以外的进程。",
      })),
      impact: {
        tps_before: sum(started - 20, started - 2, "c_tps"),
        tps_during: sum(started + 4, until, "c_tps"),
        p95_before_ms: third(sum(started - 20, started - 2, "c_p95_ms")),
        p95_during_ms: third(sum(started + 4, until, "c_p95_ms")),
      },
      feedback: {
        said: this.#saidOf(trouble),
        nodes: [...kNodes],
        current: standing(trouble.feedback),
        history: trouble.feedback,
      },
    };
  }

  incidents(state: string | null): S["IncidentSummary"][] {
    return this.#troubles
      .map((trouble) => this.#summary(trouble))
      .filter((each) => state === null || each.state === state)
      .reverse();
  }

  chart(metric: string, from: number, to: number): S["Chart"] {
    const end = Number.isFinite(to) ? to : this.#now;
    const begin = Number.isFinite(from) ? from : end - 600;
    const step = Math.max(1, Math.ceil((end - begin) / 300));
    const times: number[] = [];
    for (let second = Math.max(begin, this.#begin); second <= Math.min(end, this.#now); second += step) times.push(second);
    return {
      metric,
      unit: metricByName.get(metric)?.unit ?? "count",
      from: iso(begin),
      to: iso(end),
      step_s: step,
      times,
      series: kNodes.map((node) => {
        const mean = times.map((time) => this.#value(node, metric, time));
        return { node, mean, min: mean, max: mean };
      }),
      band: null,
      focus_node: null,
      marks: [],
    };
  }

  evidenceCharts(id: number): S["Chart"][] {
    const trouble = this.#troubles.find((each) => each.id === id);
    if (trouble === undefined) return [];
    const { started, detected, over, resolved } = this.#bounds(trouble);
    return this.#evidence(trouble, this.#causes(trouble)[0]?.target.node ?? null).slice(0, 6).map((each) => ({
      ...this.chart(each.metric, started - 25, Math.min(this.#now, over + 12)),
      band: { low: each.band_low, high: each.band_high, expected: each.expected },
      focus_node: each.node,
      marks: [
        { time: iso(started), kind: "started" as const },
        { time: iso(detected), kind: "detected" as const },
        ...(resolved === null ? [] : [{ time: iso(resolved), kind: "resolved" as const }]),
      ],
    }));
  }

  // The recordings keep no statements: these are invented. A cause that is the whole cluster's shows the empty card.
  statements(id: number): S["StatementEvidence"] {
    const trouble = this.#troubles.find((each) => each.id === id);
    const node = trouble === undefined ? null : (this.#causes(trouble)[0]?.target.node ?? null);
    if (trouble === undefined || node === null) {
      return statements({ calm_from: null, calm_to: null, trouble_from: null, trouble_to: null, changes: [], note_en: "No statements were kept with this incident." });
    }
    const { started, over } = this.#bounds(trouble);
    return statements({
      calm_from: iso(started - 60),
      calm_to: iso(started),
      trouble_from: iso(started),
      trouble_to: iso(Math.min(this.#now, over)),
      changes: statements().changes.map((change) => ({ ...change, node })),
      note_en: `${node}: 12 % of the calls were lost before they could be read`,
    });
  }

  // Invented too.
  structure(): S["DatabaseStructure"] {
    return structure({ time: iso(this.#now), missing: ["the resource pools: the account may not read DBA_OB_RESOURCE_POOLS"] });
  }

  graph(id: number): S["AnomalyGraph"] {
    const trouble = this.#troubles.find((each) => each.id === id);
    const found = trouble === undefined ? [] : this.#deviations(trouble, this.#now).slice(0, 36);
    const metrics = [...new Set(found.map(({ metric }) => metric))];
    const weight = (node: string) => found.filter((each) => each.node === node).reduce((sum, { z }) => sum + Math.min(1, z / 30), 0);
    return {
      time: iso(this.#now),
      vertices: [
        { id: "cluster:lab", kind: "cluster", label: "lab", metric: null, criticality: 0, initial_rcr: 0, propagated_rcr: 0, rcr: 0 },
        ...kNodes.map((node) => ({
          id: `node:${node}`,
          kind: "node" as const,
          label: node,
          metric: null,
          criticality: 0,
          initial_rcr: weight(node),
          propagated_rcr: weight(node) / 6,
          rcr: weight(node) * (7 / 6),
        })),
        ...metrics.map((metric) => ({
          id: `alarm:${metric}`,
          kind: "alarm" as const,
          label: metric,
          metric,
          criticality: 0.6,
          initial_rcr: 0,
          propagated_rcr: 0,
          rcr: 0,
        })),
      ],
      edges: [
        ...kNodes.map((node) => ({ from: "cluster:lab", to: `node:${node}`, kind: "topology" as const, severity: 0, score: 0 })),
        ...found.map(({ node, metric, z }) => ({
          from: `node:${node}`,
          to: `alarm:${metric}`,
          kind: "alarm" as const,
          severity: Math.min(1, z / 30),
          score: z,
        })),
      ],
    };
  }

  changes(from: number, to: number): S["Change"][] {
    return this.#cases
      .filter(({ file }) => file.anomaly_start !== null)
      .flatMap((each): S["Change"][] => {
        const time = (each.file.anomaly_start ?? 0) + each.shift;
        const over = each.file.recovered + each.shift;
        const [label] = each.file.labels;
        const node = label?.node ?? null;
        return [
          { time: iso(time), kind: "fault_injected", node, description: `${label?.anomaly ?? ""} (${each.file.id})` },
          { time: iso(over), kind: "fault_removed", node, description: `${label?.anomaly ?? ""} (${each.file.id})` },
        ];
      })
      .filter(({ time }) => Date.parse(time) / 1000 <= Math.min(this.#now, Number.isFinite(to) ? to : Infinity))
      .filter(({ time }) => !Number.isFinite(from) || Date.parse(time) / 1000 >= from)
      .reverse();
  }

  cluster(): S["Cluster"] {
    const open = this.#troubles.map((trouble) => this.#summary(trouble)).filter(({ state }) => state === "open");
    const blamed = new Set(open.flatMap(({ top }) => top.map(({ target }) => target.node)));
    const [first] = open;
    const [cause] = first?.top ?? [];
    const problem = kProblems.find(({ name }) => name === cause?.problem);
    const clock = first?.started.slice(11, 16) ?? "";
    return {
      name: "lab",
      state: open.length > 0 ? "trouble" : "ok",
      headline_en: first === undefined ? "All 3 nodes are well" : `${cause?.target.node ?? "lab"} ${problem?.summary_en.split(":")[0] ?? ""} since ${clock}`,
      headline_zh: first === undefined ? "全部 3 个节点正常" : `${cause?.target.node ?? "lab"} 自 ${clock} 起${problem?.summary_zh.split("：")[0] ?? ""}`,
      time: iso(this.#now),
      lag_s: 0.2,
      nodes: kNodes.map((name) => ({
        name,
        zone: "",
        role: name === "n2" ? ("leader" as const) : ("follower" as const),
        state: blamed.has(name) ? ("root_cause" as const) : ("ok" as const),
        last_answer: iso(this.#now),
        anomaly_score: blamed.has(name) ? 2.8 : 0.1,
        rcr: blamed.has(name) ? 3.2 : 0.2,
      })),
      health: Array.from({ length: 60 }, (_none, i) => {
        const from = this.#now - 3600 + i * 60;
        const bad = this.#troubles.some((trouble) => {
          const { detected, over } = this.#bounds(trouble);
          return detected < from + 60 && Math.min(over, this.#now) > from;
        });
        return {
          from: iso(from),
          to: iso(from + 60),
          state: from + 60 < this.#begin ? ("no_data" as const) : from < this.#begin + 20 ? ("learning" as const) : bad ? ("trouble" as const) : ("ok" as const),
        };
      }),
      blind_spots: [],
      expected: [
        {
          nodes: ["n1", "n2"],
          since: iso(this.#begin),
          until: iso(this.#begin + 120),
          reason_en: `leaders moved to n2 at ${iso(this.#begin).slice(11, 16)}`,
          reason_zh: `${iso(this.#begin).slice(11, 16)} 主副本切换到 n2`,
        },
      ].filter(({ until }) => Date.parse(until) / 1000 > this.#now),
      has_structure: true,
      open_incidents: open,
      golden_signals: kSignals,
    };
  }

  notes(id: number): S["Note"][] {
    return this.#troubles.find((each) => each.id === id)?.notes ?? [];
  }

  addNote(id: number, note: { author?: string; text: string }): S["Note"] {
    const notes = this.#troubles.find((each) => each.id === id)?.notes ?? [];
    const stored = { id: notes.length + 1, time: new Date().toISOString(), author: note.author ?? "", text: note.text };
    notes.push(stored);
    return stored;
  }

  addFeedback(id: number, given: S["NewFeedback"]): S["Feedback"] | null {
    const trouble = this.#troubles.find((each) => each.id === id);
    if (trouble === undefined) return null;
    const stored: S["Feedback"] = {
      version: trouble.feedback.length + 1,
      time: new Date().toISOString(),
      judgement: given.judgement,
      author: given.author,
      comment: given.comment ?? "",
      said: this.#saidOf(trouble),
      right_node: given.right_node ?? null,
      right_problem: given.right_problem ?? null,
    };
    trouble.feedback.push(stored);
    return stored;
  }

  deliveries(id: number): S["Delivery"][] {
    const trouble = this.#troubles.find((each) => each.id === id);
    if (trouble === undefined) return [];
    const { detected } = this.#bounds(trouble);
    return [
      { id: 2, incident_id: id, channel: "webhook", event: "opened", state: "pending", attempts: 2, created: iso(detected), next_attempt: iso(this.#now + 8), last_error: "connect to 127.0.0.1:9999: connection refused" },
      { id: 1, incident_id: id, channel: "log", event: "opened", state: "delivered", attempts: 1, created: iso(detected), next_attempt: null, last_error: "" },
    ];
  }

  problems(): S["ProblemType"][] {
    return [...kProblems];
  }

  status(): S["Status"] {
    return {
      version: "0.1.0",
      started: iso(this.#begin),
      uptime_s: this.#now - this.#begin,
      source: "recordings",
      model: { name: "fake", schema_hash: "0", training_cases: [], problems: [] },
      notices: [],
    };
  }

  demo(): S["DemoStatus"] {
    const cases = this.#cases.map(({ file, shift }): S["DemoCase"] => {
      const injected = file.labels.map((label) => ({ target: { scope: label.scope, node: label.scope === "cluster" ? null : label.node }, problem: label.anomaly }));
      const trouble = this.#troubles.find(({ of }) => of.file === file);
      const start = file.start + shift;
      const anomaly = file.anomaly_start === null ? Infinity : file.anomaly_start + shift;
      const recovered = file.recovered + shift;
      const state =
        this.#now < start ? "waiting" : this.#now >= file.end + shift ? "done" : this.#now < anomaly ? "normal" : this.#now < recovered ? "fault" : "recovering";
      return {
        id: file.id,
        description_en: injected.map(({ target, problem }) => `${target.node ?? "cluster"}: ${problem}`).join(" + ") || "no fault",
        description_zh: injected.map(({ target, problem }) => `${target.node ?? "集群"}：${problem}`).join(" + ") || "无故障",
        state,
        injected,
        diagnosed: trouble === undefined ? [] : injected,
        delay_s: trouble === undefined ? null : kFound_s,
        correct: injected.length === 0 ? (state === "done" ? true : null) : this.#now > anomaly + 30 ? true : null,
        incident_id: trouble?.id ?? null,
      };
    });
    const finished = cases.filter(({ injected, correct }) => injected.length > 0 && correct !== null);
    return {
      running: this.#now < (this.#cases.at(-1)?.file.end ?? 0) + (this.#cases.at(-1)?.shift ?? 0),
      speed: kSpeed,
      model_note: "The model has not seen these cases: it was trained on other recordings.",
      cases,
      correct: finished.filter(({ correct }) => correct === true).length,
      total_faults: finished.length,
    };
  }
}
