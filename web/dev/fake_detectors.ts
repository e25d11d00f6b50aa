// The detectors of the fake API: versions are kept while it runs, a preview takes two seconds and is made up.

import { atWork, backtest, detectorVersion, kDefinitions, kDetectorKinds } from "../src/testing/detector_fixtures.ts";
import { metrics } from "../src/generated/metrics.ts";
import type { components } from "../src/generated/api.ts";

type S = components["schemas"];

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const kNodes = 3;
const kPreview_ms = 2000;
const kWatched = metrics.filter(({ group }) => group !== "box");

function refused(status: number, title: string, detail: string): Answer {
  return { status, body: { type: "about:blank", title, status, detail } };
}

// For how many series each decides.
function counted(definitions: readonly S["DetectorDefinition"][]): S["DetectorAtWork"][] {
  const counts = definitions.map(() => 0);
  const fits = (one: S["DetectorDefinition"], metric: string, group: string, node: string) => {
    const matches = (wanted: readonly string[] | undefined, found: string) => wanted === undefined || wanted.length === 0 || wanted.includes(found);
    return matches(one.groups, group) && matches(one.metrics, metric) && matches(one.nodes, node);
  };
  for (const { name, group } of kWatched) {
    for (let node = 1; node <= kNodes; node += 1) {
      const deciding = new Map<string, number>();
      definitions.forEach((one, index) => {
        if (fits(one, name, group, `n${String(node)}`)) deciding.set(one.kind === "rule" ? one.name : one.kind, index);
      });
      for (const index of deciding.values()) counts[index] = (counts[index] ?? 0) + 1;
    }
  }
  return definitions.map((one, index) => atWork(one, counts[index] ?? 0));
}

export class FakeDetectors {
  readonly #versions: S["DetectorVersion"][] = [
    detectorVersion({ time: new Date(Date.now() - 3 * 3600_000).toISOString() }),
    detectorVersion({
      id: 6,
      time: new Date(Date.now() - 50 * 3600_000).toISOString(),
      author: "Lin",
      reason: "peers differ by design since the backup runs on n3: the network is not compared any more",
      definitions: { detectors: kDefinitions.filter(({ name }) => !name.startsWith("recent.")) },
    }),
  ];

  async answer(method: string, parts: readonly string[], body: () => Promise<unknown>): Promise<Answer> {
    const newest = this.#versions[0];
    if (parts[0] === undefined && method === "GET") return { status: 200, body: this.#current() };
    if (parts[0] === undefined) {
      const change = (await body()) as S["DetectorChange"];
      if (change.base_version !== newest?.id) {
        return refused(409, "Conflict", `expected base_version ${String(newest?.id)}, found ${String(change.base_version)}`);
      }
      return this.#add(change.author, change.reason, change.detectors);
    }
    if (parts[0] === "preview") {
      const { detectors } = (await body()) as S["DetectorDefinitions"];
      await new Promise((resolve) => setTimeout(resolve, kPreview_ms));
      // So that a refusal can be looked at, too.
      if (detectors.some(({ name }) => name === "refuse")) return refused(409, "Not now", "another preview is running: try again in a moment");
      return { status: 200, body: backtest() };
    }
    if (parts[2] !== "restore") return { status: 200, body: { versions: this.#versions } };
    const { author, reason } = (await body()) as S["DetectorRestore"];
    const id = Number(parts[1]);
    const old = this.#versions.find((version) => version.id === id);
    if (id !== 0 && old === undefined) return refused(404, "Not found", `no version ${String(id)}`);
    const shipped: S["DetectorDefinition"][] = [
      { name: "recent", kind: "recent" },
      { name: "peer", kind: "peer" },
    ];
    return this.#add(author, reason, old?.definitions.detectors ?? shipped);
  }

  #add(author: string, reason: string, detectors: S["DetectorDefinition"][]): Answer {
    const id = (this.#versions[0]?.id ?? 0) + 1;
    this.#versions.unshift({ id, time: new Date().toISOString(), author, reason, definitions: { detectors } });
    return { status: 201, body: this.#current() };
  }

  #current(): S["Detectors"] {
    const [newest] = this.#versions;
    return {
      version: newest?.id ?? 0,
      changed: newest?.time ?? null,
      author: newest?.author ?? "",
      reason: newest?.reason ?? "",
      kinds: [...kDetectorKinds],
      detectors: counted(newest?.definitions.detectors ?? []),
    };
  }
}

export function metricList(): S["MetricList"] {
  return {
    metrics: metrics.map(({ name, unit, kind, group, badWhen, scope, label, description }) => ({
      name,
      unit,
      kind,
      group,
      bad_when: badWhen,
      scope,
      label_en: label.en,
      label_zh: label.zh,
      description_en: description.en,
      description_zh: description.zh,
    })),
  };
}
