import { describe, expect, it } from "vitest";

import { kDefinitions, kDetectorKinds } from "@/testing/detector_fixtures";

import { changesBetween, rebased } from "./changes";
import { find, fromContract, put, without, type Definition, type Definitions } from "./definitions";

const base = kDefinitions.map(fromContract);

function changed(list: Definitions, name: string, part: Partial<Definition>): Definitions {
  const old = find(list, name);
  if (old === undefined) throw new Error(`no ${name}`);
  return put(list, name, { ...old, ...part });
}

const added = fromContract({ name: "rule.cpu", kind: "rule", groups: ["cpu"], parameters: { above: 1 } });

function told(before: Definitions, after: Definitions): string[] {
  return changesBetween(before, after, kDetectorKinds).map((change) =>
    change.what === "changed"
      ? [change.what, change.name, ...change.parts, ...change.parameters.map(({ parameter, before: old, after: now }) => `${parameter} ${String(old.value)} ${String(now.value)}`)].join(" ")
      : `${change.what} ${change.name}`,
  );
}

describe("Changes", () => {
  it.each<[string, Definitions, string[]]>([
    ["none", base, []],
    ["added", [...base, added], ["added rule.cpu"]],
    ["removed", without(base, "peer.network"), ["removed peer.network"]],
    ["a parameter set", changed(base, "recent", { parameters: { band_width: 8 } }), ["changed recent band_width 6 8"]],
    ["a parameter left to the parent", changed(base, "recent.disk", { parameters: { band_width: 8 } }), ["changed recent.disk persist_ticks 6 3"]],
    ["switched on", changed(base, "peer.network", { enabled: true }), ["changed peer.network enabled"]],
    ["for others", changed(base, "recent.disk", { groups: ["cpu"], nodes: ["n1"] }), ["changed recent.disk groups nodes"]],
    ["another kind", changed(base, "peer.network", { kind: "recent" }), ["added peer.network", "removed peer.network"]],
  ])("%s", (_name, after, expected) => {
    expect(told(base, after)).toEqual(expected);
  });

  it("of order name the fewest that moved, and only within a kind", () => {
    const [recent, disk, n3, peer, network, rule] = base as [Definition, Definition, Definition, Definition, Definition, Definition];
    expect(told(base, [peer, network, rule, recent, disk, n3])).toEqual([]);
    expect(told(base, [disk, n3, recent, peer, network, rule])).toEqual(["moved recent"]);
  });
});

describe("A draft that is carried over", () => {
  const theirs = [...changed(base, "recent", { parameters: { band_width: 7 } }), fromContract({ name: "theirs", kind: "recent" })];

  it("keeps what it changed, and takes the rest as it is now", () => {
    const draft = [...changed(base, "peer", { parameters: { follow: 0.1 } }), added];
    const { definitions, contested } = rebased(base, draft, theirs);
    expect(told(theirs, definitions)).toEqual(["changed peer follow 0.05 0.1", "added rule.cpu"]);
    expect(contested).toEqual([]);
  });

  it("stands where both changed the same, and says so", () => {
    const { definitions, contested } = rebased(base, changed(base, "recent", { parameters: { band_width: 9 } }), theirs);
    expect(find(definitions, "recent")?.parameters).toEqual({ band_width: 9 });
    expect(contested).toEqual(["recent"]);
  });

  it("is gone where both did the same", () => {
    const { definitions, contested } = rebased(base, changed(base, "recent", { parameters: { band_width: 7 } }), theirs);
    expect(told(theirs, definitions)).toEqual([]);
    expect(contested).toEqual([]);
  });

  it("removes what it removed, also when others changed it, and brings back what it changed and others removed", () => {
    const gone = rebased(base, without(base, "recent.disk.n3"), changed(base, "recent.disk.n3", { enabled: false }));
    expect(find(gone.definitions, "recent.disk.n3")).toBeUndefined();
    expect(gone.contested).toEqual(["recent.disk.n3"]);
    const back = rebased(base, changed(base, "peer.network", { enabled: true }), without(base, "peer.network"));
    expect(find(back.definitions, "peer.network")?.enabled).toBe(true);
    expect(back.contested).toEqual(["peer.network"]);
  });

  it("keeps its own order", () => {
    const [recent, disk, ...rest] = base as [Definition, Definition, ...Definition[]];
    const { definitions } = rebased(base, [disk, recent, ...rest], theirs);
    expect(definitions.map(({ name }) => name).slice(0, 2)).toEqual(["recent.disk", "recent"]);
    expect(definitions.at(-1)?.name).toBe("theirs");
  });
});
