import { describe, expect, it } from "vitest";

import { faultKind, faults } from "@/testing/fixtures";

import { faultText, firstFault, fitted, isReady, newDrill, parseFault, type DraftFault } from "./draft";

const list = faults();

describe("A draft of a drill", () => {
  it.each<[string, DraftFault]>([
    ["cpu:n2:high", { kind: "cpu", node: "n2", strength: "high" }],
    ["surge::2.5", { kind: "surge", node: "", strength: "2.5" }],
  ])("stands in the address as %s", (text, fault) => {
    expect(faultText(fault)).toBe(text);
    expect(parseFault(text)).toEqual(fault);
  });

  it("is of medium strength where nothing is said", () => {
    expect(parseFault("cpu:n2")).toEqual({ kind: "cpu", node: "n2", strength: "medium" });
  });

  it("begins with what can be done and was not yet chosen", () => {
    expect(firstFault(list)).toEqual({ kind: "cpu", node: "n1", strength: "medium" });
    expect(firstFault(list, [{ kind: "cpu", node: "n1", strength: "low" }])?.node).toBe("n2");
    const none = faults({ kinds: [faultKind({ unavailable: "no" })] });
    expect(firstFault(none)).toBeUndefined();
  });

  it("names a node only where the kind needs one, and a strength only where it has one", () => {
    expect(fitted({ kind: "surge", node: "n2", strength: "high" }, list)).toEqual({ kind: "surge", node: "", strength: "high" });
    expect(fitted({ kind: "crash", node: "gone", strength: "7" }, list)).toEqual({ kind: "crash", node: "n1", strength: "medium" });
  });

  it.each<[string, boolean]>([
    ["cpu:n2:high", true],
    ["cpu:n2:8", true],
    ["cpu:n2:9", false],
    ["cpu:n2:0.4", false],
    ["cpu:n2:x", false],
    ["cpu:n2: ", false],
    ["cpu:n9:high", false],
    ["surge::low", true],
    ["netloss:n1:low", false],
    ["unheard:n1:low", false],
  ])("%s is ready: %s", (text, ready) => {
    expect(isReady(parseFault(text), list)).toBe(ready);
  });

  it("becomes the request of the contract", () => {
    const drafts = ["cpu:n2:high", "cpu:n3:3.5", "surge::low", "crash:n1"].map(parseFault);
    expect(newDrill(drafts, list, 30)).toEqual({
      faults: [
        { kind: "cpu", node: "n2", strength: "high" },
        { kind: "cpu", node: "n3", number: 3.5 },
        { kind: "surge", strength: "low" },
        { kind: "crash", node: "n1" },
      ],
      duration_s: 30,
    });
  });
});
