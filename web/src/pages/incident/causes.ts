// Which causes a verdict names, how they are called in the address, and the runner-up.

import type { CausePair, Incident, RankedCause } from "@/api/incidents";

export function causeKey({ target, problem }: CausePair): string {
  return `${target.node ?? "*"}.${problem}`;
}

export interface Causes {
  // What the page states; the first when nothing is above the threshold.
  readonly named: readonly RankedCause[];
  readonly chosen: RankedCause | null;
  // The first that was weighed and not named.
  readonly runnerUp: RankedCause | null;
}

export function causesOf(incident: Incident, wanted: string | undefined): Causes {
  const { ranking } = incident.verdict;
  const shown = ranking.filter((cause) => cause.shown);
  const named = shown.length > 0 ? shown : ranking.slice(0, 1);
  return {
    named,
    chosen: named.find((cause) => causeKey(cause) === wanted) ?? named[0] ?? null,
    runnerUp: ranking.find((cause) => !named.includes(cause)) ?? null,
  };
}

// Nodes that the verdict blames. For a trouble of the whole cluster no single node is.
export function blamedNodes(causes: readonly RankedCause[]): readonly string[] {
  return [...new Set(causes.flatMap(({ target }) => (target.node === null ? [] : [target.node])))];
}
