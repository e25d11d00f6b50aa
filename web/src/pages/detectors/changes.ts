// What differs between two lists of definitions, and how a draft is carried over to a list that changed meanwhile.

import type { DetectorKindInfo } from "@/api/detectors";

import { effective, find, kKinds, parametersOf, type Definition, type Definitions, type Value } from "./definitions";

export interface ParameterChange {
  readonly parameter: string;
  readonly before: Value;
  readonly after: Value;
}

export type Selector = "groups" | "metrics" | "nodes";
const kSelectors = ["groups", "metrics", "nodes"] as const satisfies readonly Selector[];

export type Change =
  | { readonly what: "added" | "removed" | "moved"; readonly name: string; readonly definition: Definition }
  | {
      readonly what: "changed";
      readonly name: string;
      readonly before: Definition;
      readonly definition: Definition;
      // Those that differ.
      readonly parts: readonly (Selector | "inherits" | "enabled")[];
      // With what is inherited: what a parent's change means is said at the parent only.
      readonly parameters: readonly ParameterChange[];
    };

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}

function sameParameters(a: Definition, b: Definition): boolean {
  const names = Object.keys(a.parameters);
  return names.length === Object.keys(b.parameters).length && names.every((name) => a.parameters[name] === b.parameters[name]);
}

function same(a: Definition, b: Definition): boolean {
  return (
    a.kind === b.kind &&
    a.inherits === b.inherits &&
    a.enabled === b.enabled &&
    kSelectors.every((part) => sameTexts(a[part], b[part])) &&
    sameParameters(a, b)
  );
}

// The longest row of names that stand in the same order in both: all others were moved.
function staying(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const places = after.map((name) => before.indexOf(name));
  const length: number[] = [];
  const previous: number[] = [];
  places.forEach((place, i) => {
    length[i] = 1;
    previous[i] = -1;
    for (let j = 0; j < i; j += 1) {
      if ((places[j] ?? 0) < place && (length[j] ?? 0) + 1 > (length[i] ?? 0)) {
        length[i] = (length[j] ?? 0) + 1;
        previous[i] = j;
      }
    }
  });
  const kept = new Set<string>();
  // Of two that changed places the one that went up was moved.
  let at = length.lastIndexOf(Math.max(0, ...length));
  while (at >= 0) {
    kept.add(after[at] ?? "");
    at = previous[at] ?? -1;
  }
  return kept;
}

function movedNames(before: Definitions, after: Definitions): ReadonlySet<string> {
  const found = new Set<string>();
  for (const kind of kKinds) {
    const names = (list: Definitions, other: Definitions) =>
      list.filter((each) => each.kind === kind && find(other, each.name)?.kind === kind).map(({ name }) => name);
    const now = names(after, before);
    const stay = staying(names(before, after), now);
    for (const name of now) if (!stay.has(name)) found.add(name);
  }
  return found;
}

function changed(before: Definitions, old: Definition, after: Definitions, now: Definition, kinds: readonly DetectorKindInfo[]): Change {
  return {
    what: "changed",
    name: now.name,
    before: old,
    definition: now,
    parts: [
      ...(old.enabled === now.enabled ? [] : (["enabled"] as const)),
      ...kSelectors.filter((part) => !sameTexts(old[part], now[part])),
      ...(old.inherits === now.inherits ? [] : (["inherits"] as const)),
    ],
    parameters: parametersOf(kinds, now.kind)
      .filter(({ name }) => old.parameters[name] !== now.parameters[name])
      .map((parameter) => ({
        parameter: parameter.name,
        before: effective(before, old, parameter),
        after: effective(after, now, parameter),
      })),
  };
}

// In the order of `after`; what was removed stands last.
export function changesBetween(before: Definitions, after: Definitions, kinds: readonly DetectorKindInfo[]): readonly Change[] {
  const found: Change[] = [];
  const moves = movedNames(before, after);
  for (const now of after) {
    const old = find(before, now.name);
    // Of another kind it is another one: nothing of the old one holds.
    if (old?.kind !== now.kind) found.push({ what: "added", name: now.name, definition: now });
    else {
      if (!same(old, now)) found.push(changed(before, old, after, now, kinds));
      if (moves.has(now.name)) found.push({ what: "moved", name: now.name, definition: now });
    }
  }
  for (const old of before) {
    if (find(after, old.name)?.kind !== old.kind) found.push({ what: "removed", name: old.name, definition: old });
  }
  return found;
}

export interface Rebased {
  readonly definitions: Definitions;
  // Changed on both sides, each in another way: there the draft's stands.
  readonly contested: readonly string[];
}

// A draft that was made on `base`, carried over to `theirs`: what the draft did not touch is theirs.
export function rebased(base: Definitions, draft: Definitions, theirs: Definitions): Rebased {
  const contested: string[] = [];
  const touched = (name: string, list: Definitions) => {
    const old = find(base, name);
    const now = find(list, name);
    return old === undefined || now === undefined ? old !== now : !same(old, now);
  };
  const mine = (name: string) => {
    const own = find(draft, name);
    const other = find(theirs, name);
    const alike = own === undefined || other === undefined ? own === other : same(own, other);
    if (touched(name, theirs) && !alike) contested.push(name);
    return own;
  };
  const kept = theirs.flatMap((each) => {
    const stands = touched(each.name, draft) ? mine(each.name) : each;
    return stands === undefined ? [] : [stands];
  });
  // New ones, and those that the draft changed and somebody else removed.
  const more = draft.filter(({ name }) => find(theirs, name) === undefined && touched(name, draft)).flatMap(({ name }) => mine(name) ?? []);
  const all = [...kept, ...more];
  if (movedNames(base, draft).size === 0) return { definitions: all, contested };
  // The draft's own order of what it knows; what it does not know stays last.
  const place = (name: string) => {
    const at = draft.findIndex((each) => each.name === name);
    return at < 0 ? draft.length : at;
  };
  return { definitions: [...all].sort((a, b) => place(a.name) - place(b.name)), contested };
}
