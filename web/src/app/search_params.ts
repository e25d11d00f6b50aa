// What each page keeps behind the "?" of its address. A value that makes no sense is dropped, not shown as an error.

type Raw = Readonly<Record<string, unknown>>;

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((each) => each === value);
}

function text(value: unknown): string | undefined {
  // A node called "7" arrives as a number.
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function instant(value: unknown): string | undefined {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

// Leaves out what is undefined: an address says only what differs from the plain page.
function compact<T extends object>(search: T): T {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
}

export const kRanges = ["5m", "10m", "30m", "1h"] as const;
export type Range = (typeof kRanges)[number];

export interface ClusterSearch {
  // How far back from the newest tick; 10m when absent.
  readonly range?: Range | undefined;
  // A fixed range in the place of the moving one; both or neither.
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly view?: "overlaid" | undefined;
  // Also what the database keeps for itself: META tenants, healthy log streams.
  readonly parts?: "all" | undefined;
}

export function clusterSearch(raw: Raw): ClusterSearch {
  const from = instant(raw["from"]);
  const to = instant(raw["to"]);
  const fixed = from !== undefined && to !== undefined && Date.parse(from) < Date.parse(to);
  return compact({
    range: oneOf(raw["range"], kRanges),
    from: fixed ? from : undefined,
    to: fixed ? to : undefined,
    view: oneOf(raw["view"], ["overlaid"]),
    parts: oneOf(raw["parts"], ["all"]),
  });
}

export interface IncidentsSearch {
  readonly state?: "open" | "resolved" | undefined;
  readonly cluster?: string | undefined;
  // Id of the marked row.
  readonly at?: number | undefined;
}

export function incidentsSearch(raw: Raw): IncidentsSearch {
  const at = Number(raw["at"]);
  return compact({
    state: oneOf(raw["state"], ["open", "resolved"]),
    cluster: text(raw["cluster"]),
    at: Number.isInteger(at) && at > 0 ? at : undefined,
  });
}

export interface IncidentSearch {
  // Which of the named causes is looked at, as "n2.cpu"; the first when absent.
  readonly cause?: string | undefined;
  // Zoom of the charts.
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  // Picked vertex of the graph.
  readonly vertex?: string | undefined;
  readonly moves?: "all" | undefined;
}

export function incidentSearch(raw: Raw): IncidentSearch {
  const { from, to } = clusterSearch(raw);
  return compact({ cause: text(raw["cause"]), from, to, vertex: text(raw["vertex"]), moves: oneOf(raw["moves"], ["all"]) });
}

export interface DetectorsSearch {
  // The first one when absent.
  readonly cluster?: string | undefined;
  // The definition whose values are all shown.
  readonly at?: string | undefined;
  // The version of the history whose changes are shown.
  readonly version?: number | undefined;
}

export function detectorsSearch(raw: Raw): DetectorsSearch {
  const version = Number(raw["version"]);
  return compact({
    cluster: text(raw["cluster"]),
    at: text(raw["at"]),
    version: Number.isInteger(version) && version > 0 ? version : undefined,
  });
}

export interface DrillsSearch {
  // The faults about to be tried, as "cpu:n2:high".
  readonly fault?: readonly string[] | undefined;
  readonly seconds?: number | undefined;
}

// The contract's limits.
const kMostFaults = 8;
const kMostSeconds = 600;

export function drillsSearch(raw: Raw): DrillsSearch {
  const fault = raw["fault"];
  const faults = (Array.isArray(fault) ? fault : [fault])
    .filter((each) => typeof each === "string" && /^[^:]+(:[^:]*){0,2}$/.test(each))
    .slice(0, kMostFaults) as string[];
  const seconds = Number(raw["seconds"]);
  return compact({
    fault: faults.length > 0 ? faults : undefined,
    seconds: seconds > 0 && seconds <= kMostSeconds ? seconds : undefined,
  });
}
