// What is about to be tried, as it stands in the address and as the server wants it.

import type { FaultKind, FaultList, NewDrill } from "@/api/drills";

export type Strength = "low" | "medium" | "high";
export const kStrengths = ["low", "medium", "high"] as const satisfies readonly Strength[];

// The contract's bounds.
export const kMostFaults = 8;
export const kLeastSeconds = 5;
export const kMostSeconds = 600;
export const kSeconds = 40;

export interface DraftFault {
  readonly kind: string;
  // Empty: the whole cluster.
  readonly node: string;
  // A word, or a number as it was typed.
  readonly strength: string;
}

export function isWord(strength: string): strength is Strength {
  return kStrengths.some((word) => word === strength);
}

// "cpu:n2:high", the same as after `distdiag drill --fault`.
export function faultText({ kind, node, strength }: DraftFault): string {
  return [kind, node, strength].join(":");
}

export function parseFault(text: string): DraftFault {
  const [kind = "", node = "", strength = "medium"] = text.split(":");
  return { kind, node, strength };
}

export function kindOf(faults: FaultList, name: string): FaultKind | undefined {
  return faults.kinds.find((kind) => kind.name === name);
}

// The first fault that can be made, on the first node.
export function firstFault(faults: FaultList, taken: readonly DraftFault[] = []): DraftFault | undefined {
  for (const kind of faults.kinds) {
    if (kind.unavailable !== "") continue;
    const node = (kind.scope === "cluster" ? [""] : faults.targets).find(
      (target) => !taken.some((other) => other.kind === kind.name && other.node === target),
    );
    if (node !== undefined) return { kind: kind.name, node, strength: "medium" };
  }
  return undefined;
}

// A node where the kind needs one, none where it concerns the cluster, and a strength only where it has one.
export function fitted(fault: DraftFault, faults: FaultList): DraftFault {
  const kind = kindOf(faults, fault.kind);
  if (kind === undefined) return fault;
  const node = kind.scope === "cluster" ? "" : faults.targets.includes(fault.node) ? fault.node : (faults.targets[0] ?? "");
  return { ...fault, node, strength: kind.parameter === "" ? "medium" : fault.strength };
}

export function isReady(fault: DraftFault, faults: FaultList): boolean {
  const kind = kindOf(faults, fault.kind);
  if (kind?.unavailable !== "") return false;
  if (kind.scope === "node" && !faults.targets.includes(fault.node)) return false;
  if (isWord(fault.strength)) return true;
  const number = Number(fault.strength);
  return fault.strength.trim() !== "" && number >= kind.least && number <= kind.most;
}

export function newDrill(drafts: readonly DraftFault[], faults: FaultList, seconds: number): NewDrill {
  return {
    faults: drafts.map(({ kind, node, strength }) => ({
      kind,
      ...(node === "" ? {} : { node }),
      // A kind without a number takes none, not even a word for it.
      ...(kindOf(faults, kind)?.parameter === ""
        ? {}
        : isWord(strength)
          ? { strength }
          : { number: Number(strength) }),
    })),
    duration_s: seconds,
  };
}
