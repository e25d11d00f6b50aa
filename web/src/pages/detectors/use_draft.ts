// The draft: what was changed and not submitted. It outlives a reload of the page, and a version that somebody else submits.

import { useMemo, useState } from "react";

import type { Detectors } from "@/api/detectors";

import { changesBetween, rebased, type Change } from "./changes";
import { fromContract, type Definitions } from "./definitions";

interface Stored {
  readonly version: number;
  // What was at work in that version.
  readonly base: Definitions;
  readonly definitions: Definitions;
}

export interface Draft {
  readonly definitions: Definitions;
  readonly changes: readonly Change[];
  // The version it builds on, which is no longer the one at work; null = it still is.
  readonly outdated: number | null;
  // Changed by the version at work too, when the draft was carried over to it.
  readonly contested: readonly string[];
  readonly set: (definitions: Definitions) => void;
  readonly discard: () => void;
  // Builds on this version from now on.
  readonly carryOver: (onto: Detectors) => void;
}

function keyOf(cluster: string): string {
  return `distdiag.detectors.${cluster}`;
}

function isStored(value: unknown): value is Stored {
  return typeof value === "object" && value !== null && "version" in value && "base" in value && "definitions" in value;
}

function load(cluster: string): Stored | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(keyOf(cluster)) ?? "null");
    return isStored(value) ? value : null;
  } catch {
    return null;
  }
}

function keep(cluster: string, stored: Stored | null): void {
  try {
    if (stored === null) sessionStorage.removeItem(keyOf(cluster));
    else sessionStorage.setItem(keyOf(cluster), JSON.stringify(stored));
  } catch {
    // Then it ends with the page.
  }
}

export function useDraft(cluster: string, current: Detectors): Draft {
  const [stored, setStored] = useState<Stored | null>(() => load(cluster));
  const [contested, setContested] = useState<readonly string[]>([]);
  const atWork = useMemo(() => current.detectors.map(fromContract), [current]);
  const store = (next: Stored | null) => {
    keep(cluster, next);
    setStored(next);
  };
  const base = stored?.base ?? atWork;
  const definitions = stored?.definitions ?? atWork;
  const changes = useMemo(() => changesBetween(base, definitions, current.kinds), [base, definitions, current.kinds]);
  return {
    definitions,
    changes,
    outdated: stored !== null && stored.version !== current.version ? stored.version : null,
    contested,
    set: (next) => {
      // What was changed back is no draft any more.
      const differs = changesBetween(base, next, current.kinds).length > 0;
      store(differs ? { version: stored?.version ?? current.version, base, definitions: next } : null);
    },
    discard: () => {
      setContested([]);
      store(null);
    },
    carryOver: (onto) => {
      const theirs = onto.detectors.map(fromContract);
      const carried = rebased(base, definitions, theirs);
      const differs = changesBetween(theirs, carried.definitions, onto.kinds).length > 0;
      setContested(differs ? carried.contested : []);
      store(differs ? { version: onto.version, base: theirs, definitions: carried.definitions } : null);
    },
  };
}
