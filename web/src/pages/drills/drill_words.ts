// How a drill is told in words.

import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Drill, FaultKind } from "@/api/drills";
import { useWords } from "@/app/words";
import { kMissing, significant } from "@/format/number";
import type { MarkKind } from "@/widgets/state_mark";

const kKnown = [
  "cpu",
  "io",
  "net",
  "netdelay",
  "netloss",
  "cache",
  "surge",
  "index",
  "lock",
  "slowsql",
  "stall",
  "crash",
  "partition",
  "fclock",
  "compaction",
] as const;
type Known = (typeof kKnown)[number];

function known(kind: string): Known | undefined {
  return kKnown.find((name) => name === kind);
}

export interface DrillWords {
  // "CPU taken"
  kind(name: string, problem: string): string;
  // What is done to the node.
  does(kind: FaultKind): string;
  // "CPU taken on n2 + surge on the whole cluster"
  faults(drill: Pick<Drill, "faults">): string;
}

export function useDrillWords(): DrillWords {
  const { t } = useTranslation();
  const words = useWords();
  return useMemo<DrillWords>(() => {
    const kind = (name: string, problem: string) => {
      const own = known(name);
      // A newer server may have more kinds: then the problem that it causes names it.
      return own === undefined ? words.problem(problem) : t(`faultKind.${own}`);
    };
    return {
      kind,
      does: ({ name, problem }) => {
        const own = known(name);
        return own === undefined ? words.problemSummary(problem) : t(`faultDoes.${own}`);
      },
      faults: ({ faults }) =>
        faults
          .map((fault) => t("drills.faultOn", { kind: kind(fault.kind, fault.problem), target: words.target(fault.target) }))
          .join(" + "),
    };
  }, [t, words]);
}

// "4.1 s"; one digit behind the point is all that a drill can tell.
export function secondsText(seconds: number | null): string {
  if (seconds === null) return kMissing;
  return `${seconds < 9.95 ? seconds.toFixed(1) : String(Math.round(seconds))}\u00a0s`;
}

export function numberText(value: number): string {
  return significant(value);
}

export interface Outcome {
  readonly mark: MarkKind;
  readonly word: string;
}

export function outcome(drill: Drill, t: TFunction): Outcome {
  switch (drill.phase) {
    case "done":
      return drill.passed ? { mark: "ok", word: t("drills.passed") } : { mark: "trouble", word: t("drills.notPassed") };
    case "failed":
      return { mark: "abnormal", word: t("drillPhase.failed") };
    case "cancelled":
      return { mark: "no_data", word: t("drillPhase.cancelled") };
    case "waiting":
      return { mark: "pending", word: t("drillPhase.waiting") };
    case "preparing":
    case "active":
    case "recovering":
      return { mark: "learning", word: t(`drillPhase.${drill.phase}`) };
  }
}
