// The list of definitions as an analyst changes it. Pure; nothing is changed in place.

import type { DetectorDefinition, DetectorKindInfo, DetectorParameter } from "@/api/detectors";

export type Kind = DetectorKindInfo["kind"];
// In the order of the page.
export const kKinds = ["recent", "peer", "rule"] as const satisfies readonly Kind[];

// As the contract's, with everything said.
export interface Definition {
  readonly name: string;
  readonly kind: Kind;
  // Empty: the standard.
  readonly inherits: string;
  readonly enabled: boolean;
  // Empty: all.
  readonly groups: readonly string[];
  readonly metrics: readonly string[];
  readonly nodes: readonly string[];
  readonly parameters: Readonly<Record<string, number>>;
}
export type Definitions = readonly Definition[];

// A parameter's value, and whose it is; null = not set, "" = the standard's.
export interface Value {
  readonly value: number | null;
  readonly from: string;
}

export function fromContract(definition: DetectorDefinition): Definition {
  const { name, kind, inherits = "", enabled = true, groups = [], metrics = [], nodes = [], parameters = {} } = definition;
  return { name, kind, inherits, enabled, groups, metrics, nodes, parameters };
}

export function toContract(definition: Definition): DetectorDefinition {
  const { name, kind, inherits, enabled, groups, metrics, nodes, parameters } = definition;
  return {
    name,
    kind,
    ...(inherits === "" ? {} : { inherits }),
    ...(enabled ? {} : { enabled }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(metrics.length === 0 ? {} : { metrics: [...metrics] }),
    ...(nodes.length === 0 ? {} : { nodes: [...nodes] }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters: { ...parameters } }),
  };
}

// Version 0, which no list of versions holds: one a kind at its standard, for everything; no rules.
export function shipped(kinds: readonly DetectorKindInfo[]): Definitions {
  return kinds.filter(({ kind }) => kind !== "rule").map(({ kind }) => fromContract({ name: kind, kind }));
}

export function parametersOf(kinds: readonly DetectorKindInfo[], kind: Kind): readonly DetectorParameter[] {
  return kinds.find((each) => each.kind === kind)?.parameters ?? [];
}

export function find(list: Definitions, name: string): Definition | undefined {
  return list.find((each) => each.name === name);
}

// What it inherits from, nearest first. Ends also where a server would send a circle.
export function lineage(list: Definitions, definition: Definition): Definitions {
  const found: Definition[] = [];
  let at = definition;
  for (;;) {
    const parent = at.inherits === "" ? undefined : find(list, at.inherits);
    if (parent === undefined || parent === definition || found.includes(parent)) return found;
    found.push(parent);
    at = parent;
  }
}

function valueIn(owners: Definitions, parameter: DetectorParameter): Value {
  for (const { name, parameters } of owners) {
    const value = parameters[parameter.name];
    if (value !== undefined) return { value, from: name };
  }
  return { value: parameter.standard, from: "" };
}

export function effective(list: Definitions, definition: Definition, parameter: DetectorParameter): Value {
  return valueIn([definition, ...lineage(list, definition)], parameter);
}

// What it would be if the definition itself said nothing.
export function inherited(list: Definitions, definition: Definition, parameter: DetectorParameter): Value {
  return valueIn(lineage(list, definition), parameter);
}

function heirs(list: Definitions, name: string): Definitions {
  return list.filter(({ inherits }) => inherits === name);
}

// Takes the place of the one called `name`; at the end where there is none: the last that fits decides.
export function put(list: Definitions, name: string | null, definition: Definition): Definitions {
  if (name === null || find(list, name) === undefined) return [...list, definition];
  return list.map((each) => {
    if (each.name === name) return definition;
    return each.inherits === name ? { ...each, inherits: definition.name } : each;
  });
}

// Its heirs keep their values: what they had from it becomes their own.
export function without(list: Definitions, name: string): Definitions {
  const gone = find(list, name);
  if (gone === undefined) return list;
  return list
    .filter((each) => each !== gone)
    .map((each) =>
      each.inherits === name ? { ...each, inherits: gone.inherits, parameters: { ...gone.parameters, ...each.parameters } } : each,
    );
}

// One step up (-1) or down (1) among those of its kind; null where it stands at the end or beside its parent or heir:
// an heir comes after what it inherits from.
export function moved(list: Definitions, name: string, step: -1 | 1): Definitions | null {
  const at = list.findIndex((each) => each.name === name);
  const definition = list[at];
  if (definition === undefined) return null;
  let to = at + step;
  while (list[to] !== undefined && list[to]?.kind !== definition.kind) to += step;
  const other = list[to];
  if (other === undefined || other.inherits === name || definition.inherits === other.name) return null;
  // The two change places. What lies between is of other kinds, whose order says nothing about these.
  return list.map((each, index) => (index === at ? other : index === to ? definition : each));
}

const kLongestName = 80;

function unique(list: Definitions, wanted: string): string {
  const taken = (name: string) => find(list, name) !== undefined;
  if (!taken(wanted)) return wanted;
  let number = 2;
  while (taken(`${wanted}-${String(number)}`)) number += 1;
  return `${wanted}-${String(number)}`;
}

// "recent.disk", "rule.h_disk_util.n2": whom it is for, so that a list of them can be read.
export function proposedName(list: Definitions, { kind, groups, metrics, nodes }: Omit<Definition, "name">): string {
  const some = (names: readonly string[]) => (names.length > 2 ? [names[0] ?? "", "more"] : names).join("-");
  const name = [kind, some([...metrics, ...groups]), some(nodes)].filter((part) => part !== "").join(".");
  return unique(list, name.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, kLongestName - 4));
}

export type FaultCode =
  | "nameEmpty"
  | "nameLetters"
  | "nameTaken"
  | "nobody"
  | "noLimit"
  | "crossed"
  | "noNumber"
  | "notWhole"
  | "outOfRange"
  | "parent"
  | "peerNodes";

export interface Fault {
  // A field of the definition, or a parameter's name.
  readonly field: string;
  readonly code: FaultCode;
}

// Whether a typed value is one that the parameter may have.
export function faultOfNumber(value: number, parameter: DetectorParameter): FaultCode | null {
  if (!Number.isFinite(value)) return "noNumber";
  if (value < parameter.least || value > parameter.most) return "outOfRange";
  return parameter.is_whole && !Number.isInteger(value) ? "notWhole" : null;
}

function faultsOfRule(list: Definitions, rule: Definition, parameters: readonly DetectorParameter[]): Fault[] {
  const limit = (name: string) => {
    const parameter = parameters.find((each) => each.name === name);
    return parameter === undefined ? null : effective(list, rule, parameter).value;
  };
  const above = limit("above");
  const below = limit("below");
  const found: Fault[] = [];
  if (rule.enabled && rule.groups.length === 0 && rule.metrics.length === 0) found.push({ field: "metrics", code: "nobody" });
  if (above === null && below === null) found.push({ field: "above", code: "noLimit" });
  if (above !== null && below !== null && above < below) found.push({ field: "above", code: "crossed" });
  return found;
}

// What the server would refuse, as far as a page can tell. `list` has the definition in it.
export function faultsOf(list: Definitions, definition: Definition, kinds: readonly DetectorKindInfo[]): readonly Fault[] {
  const { name, kind, inherits, nodes } = definition;
  const parameters = parametersOf(kinds, kind);
  const found: Fault[] = [];
  if (name === "") found.push({ field: "name", code: "nameEmpty" });
  else if (!/^[A-Za-z0-9_.-]+$/.test(name) || name.length > kLongestName) found.push({ field: "name", code: "nameLetters" });
  if (list.filter((each) => each.name === name).length > 1) found.push({ field: "name", code: "nameTaken" });
  if (inherits !== "") {
    const before = list.slice(0, list.indexOf(definition));
    if (find(before, inherits)?.kind !== kind) found.push({ field: "inherits", code: "parent" });
  }
  if (kind === "peer" && nodes.length > 0) found.push({ field: "nodes", code: "peerNodes" });
  for (const parameter of parameters) {
    const value = definition.parameters[parameter.name];
    const code = value === undefined ? null : faultOfNumber(value, parameter);
    if (code !== null) found.push({ field: parameter.name, code });
  }
  if (kind === "rule") found.push(...faultsOfRule(list, definition, parameters));
  return found;
}

// Whether somebody inherits from it.
export function hasHeirs(list: Definitions, name: string): boolean {
  return heirs(list, name).length > 0;
}
