import { describe, expect, it } from "vitest";

import { kDefinitions, kDetectorKinds } from "@/testing/detector_fixtures";

import {
  effective,
  faultsOf,
  find,
  fromContract,
  inherited,
  lineage,
  moved,
  parametersOf,
  proposedName,
  put,
  shipped,
  toContract,
  without,
  type Definition,
  type Definitions,
} from "./definitions";

const list = kDefinitions.map(fromContract);

function definition(part: Partial<Definition>): Definition {
  return { ...fromContract({ name: "x", kind: "recent" }), ...part };
}

function named(name: string): Definition {
  return find(list, name) ?? definition({});
}

const bandWidth = parametersOf(kDetectorKinds, "recent")[0];

function names(definitions: Definitions | null): string[] | null {
  return definitions?.map(({ name }) => name) ?? null;
}

describe("Definitions", () => {
  it("go to the server without what is empty, and come back the same", () => {
    expect(list.map(toContract)).toEqual(kDefinitions);
  });

  it("take what they don't say from what they inherit from, at last from the standard", () => {
    if (bandWidth === undefined) throw new Error("no parameter");
    expect(effective(list, named("recent.disk.n3"), bandWidth)).toEqual({ value: 8, from: "recent.disk" });
    expect(inherited(list, named("recent.disk"), bandWidth)).toEqual({ value: 6, from: "" });
    expect(lineage(list, named("recent.disk.n3")).map(({ name }) => name)).toEqual(["recent.disk", "recent"]);
  });

  it("end the lineage where a circle begins", () => {
    const circle = [definition({ name: "a", inherits: "b" }), definition({ name: "b", inherits: "a" })];
    expect(lineage(circle, circle[0] ?? definition({})).map(({ name }) => name)).toEqual(["b"]);
  });

  it.each<[string, -1 | 1, string[] | null]>([
    ["recent.disk", -1, null],
    ["recent.disk", 1, null],
    ["recent", -1, null],
    ["recent.disk.n3", 1, null],
    ["peer", 1, ["recent", "recent.disk", "recent.disk.n3", "peer.network", "peer", "rule.h_disk_util"]],
  ])("%s moved by %i", (name, step, expected) => {
    expect(names(moved(list, name, step))).toEqual(expected);
  });

  it("change places with the next of their kind over those of others", () => {
    const mixed = [definition({ name: "a" }), definition({ name: "p", kind: "peer" }), definition({ name: "b" })];
    expect(names(moved(mixed, "b", -1))).toEqual(["b", "p", "a"]);
  });

  it("keep their values when what they inherit from is removed", () => {
    const heir = find(without(list, "recent.disk"), "recent.disk.n3");
    expect(heir?.inherits).toBe("recent");
    expect(heir?.parameters).toEqual({ band_width: 8, persist_ticks: 6 });
  });

  it("come last when they are new, and take their heirs along when they get another name", () => {
    expect(names(put(list, null, definition({ name: "new" })))?.at(-1)).toBe("new");
    const renamed = put(list, "recent.disk", { ...named("recent.disk"), name: "disks" });
    expect(find(renamed, "recent.disk.n3")?.inherits).toBe("disks");
  });

  it.each<[Partial<Definition>, string]>([
    [{ kind: "rule", metrics: ["h_cpu_ext"], nodes: ["n1"] }, "rule.h_cpu_ext.n1"],
    [{ kind: "recent", groups: ["disk"] }, "recent.disk-2"],
    [{ kind: "peer", groups: ["cpu", "disk", "tcp"] }, "peer.cpu-more"],
    [{ kind: "recent" }, "recent-2"],
    [{ kind: "recent", nodes: ["ob 1:2882"] }, "recent.ob_1_2882"],
  ])("of %o are called %s", (part, expected) => {
    expect(proposedName(list, definition(part))).toBe(expected);
  });

  it.each<[string, Partial<Definition>, string[]]>([
    ["fine", {}, []],
    ["no name", { name: "" }, ["name: nameEmpty"]],
    ["letters", { name: "a b" }, ["name: nameLetters"]],
    ["taken", { name: "peer" }, ["name: nameTaken"]],
    ["another kind's parent", { inherits: "peer" }, ["inherits: parent"]],
    ["a parent that is gone", { inherits: "gone" }, ["inherits: parent"]],
    ["too wide", { parameters: { band_width: 21 } }, ["band_width: outOfRange"]],
    ["half a tick", { parameters: { persist_ticks: 1.5 } }, ["persist_ticks: notWhole"]],
    ["peers of some nodes", { kind: "peer", nodes: ["n1"] }, ["nodes: peerNodes"]],
    ["a rule for nobody", { kind: "rule", parameters: { above: 1 } }, ["metrics: nobody"]],
    ["a rule without limit", { kind: "rule", groups: ["cpu"] }, ["above: noLimit"]],
    ["a rule that always alarms", { kind: "rule", groups: ["cpu"], parameters: { above: 1, below: 2 } }, ["above: crossed"]],
    ["a rule that is off", { kind: "rule", enabled: false, parameters: { above: 1 } }, []],
    ["a limit from the parent", { kind: "rule", inherits: "rule.h_disk_util", metrics: ["h_disk_util"] }, []],
  ])("are checked before anything is sent: %s", (_name, part, expected) => {
    const one = definition(part);
    expect(faultsOf([...list, one], one, kDetectorKinds).map(({ field, code }) => `${field}: ${code}`)).toEqual(expected);
  });

  it("as shipped watch everything by each kind but rules", () => {
    expect(shipped(kDetectorKinds).map(toContract)).toEqual([
      { name: "recent", kind: "recent" },
      { name: "peer", kind: "peer" },
    ]);
  });
});
