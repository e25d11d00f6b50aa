// How definitions are told in words: whom they fit, what a value means.

import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { DetectorKindInfo, DetectorParameter } from "@/api/detectors";
import { useMetricTable, useMetrics } from "@/api/metrics";
import { useWords } from "@/app/words";
import { scaleFor } from "@/format/number";

import { faultOfNumber, parametersOf, type Definition, type Fault, type Kind } from "./definitions";

type Selection = Pick<Definition, "groups" | "metrics">;

export interface DetectorWords {
  readonly parameter: (kind: Kind, name: string) => DetectorParameter | undefined;
  readonly label: (parameter: DetectorParameter) => string;
  readonly effect: (parameter: DetectorParameter) => string;
  // "ticks"; of a limit the unit of what is watched, empty where that is not one.
  readonly unit: (parameter: DetectorParameter, of: Selection) => string;
  // "8 usual changes", "90 %", "not set".
  readonly value: (value: number | null, parameter: DetectorParameter, of: Selection) => string;
  // The units of all that is chosen.
  readonly units: (of: Selection) => readonly string[];
  readonly metric: (name: string) => string;
  readonly group: (name: string) => string;
  // "everything", "group Disk on n1, n2"
  readonly whom: (definition: Pick<Definition, "groups" | "metrics" | "nodes">) => string;
  readonly fault: (fault: Fault, kind: Kind) => string;
}

// The server's own words for units, in both languages.
const kUnits = {
  ticks: "ticks",
  "usual changes": "changes",
  "usual spreads": "spreads",
  "share of the level": "ofLevel",
  "share of follow": "ofFollow",
  "share of the threshold": "ofThreshold",
  nodes: "nodes",
} as const;

function isKnownUnit(unit: string): unit is keyof typeof kUnits {
  return unit in kUnits;
}

// As it was set: a setting is never rounded to what reads well.
export function exactText(value: number): string {
  return String(Number(value.toPrecision(12)));
}

// "90 %" of 0.9 where the unit is a ratio.
export function scaledText(value: number, unit: string): string {
  const scale = scaleFor(value, unit);
  const number = String(Number((value * scale.multiplier).toPrecision(6)));
  if (scale.unit === "" || scale.unit.startsWith("/")) return number + scale.unit;
  return `${number}\u00a0${scale.unit}`;
}

export function useDetectorWords(kinds: readonly DetectorKindInfo[]): DetectorWords {
  const { t } = useTranslation();
  const words = useWords();
  const catalogue = useMetrics().data;
  const table = useMetricTable().data;
  return useMemo<DetectorWords>(() => {
    const metric = (name: string) => {
      const known = catalogue?.find((each) => each.name === name);
      return known === undefined ? words.metric(name) : words.pick(known.label_en, known.label_zh);
    };
    const units = ({ groups, metrics }: Selection): readonly string[] => {
      const all = catalogue ?? table?.metrics ?? [];
      const chosen = all.filter(({ name, group }) => (metrics.length > 0 ? metrics.includes(name) : groups.includes(group)));
      return [...new Set(chosen.map(({ unit }) => unit))];
    };
    const unit = (parameter: DetectorParameter, of: Selection) => {
      if (parameter.unit === "metric") {
        const [only, ...more] = units(of);
        return only === undefined || more.length > 0 ? "" : only;
      }
      return isKnownUnit(parameter.unit) ? t(`detectorUnit.${kUnits[parameter.unit]}`) : parameter.unit;
    };
    const whom: DetectorWords["whom"] = ({ groups, metrics, nodes }) => {
      const parts = [
        ...(metrics.length > 0 ? [metrics.map(metric).join(", ")] : []),
        ...groups.map((name) => t("detectors.group", { name: words.metricGroup(name) })),
      ];
      const what = parts.length > 0 ? parts.join(", ") : nodes.length > 0 ? t("detectors.allMetrics") : t("detectors.all");
      return nodes.length > 0 ? `${what} · ${t("detectors.onNodes", { nodes: nodes.join(", ") })}` : what;
    };
    return {
      parameter: (kind, name) => parametersOf(kinds, kind).find((each) => each.name === name),
      label: (parameter) => words.pick(parameter.label_en, parameter.label_zh),
      effect: (parameter) => words.pick(parameter.effect_en, parameter.effect_zh),
      unit,
      value: (value, parameter, of) => {
        if (value === null) return t("detectors.notSet");
        const text = unit(parameter, of);
        if (parameter.unit === "metric") return scaledText(value, text);
        return text === "" ? exactText(value) : `${exactText(value)}\u00a0${text}`;
      },
      units,
      metric,
      group: (name) => words.metricGroup(name),
      whom,
      fault: ({ field, code }, kind) => {
        const parameter = parametersOf(kinds, kind).find(({ name }) => name === field);
        return code === "outOfRange" && parameter !== undefined
          ? t("detectors.faultIs.outOfRange", { least: exactText(parameter.least), most: exactText(parameter.most) })
          : t(`detectors.faultIs.${code}`, { least: "", most: "" });
      },
    };
  }, [kinds, catalogue, table, words, t]);
}

// What is typed into a field: nothing = as inherited, null = it can't be taken.
export function readNumber(text: string, parameter: DetectorParameter): { readonly value: number | undefined; readonly fault: Fault | null } {
  const trimmed = text.trim();
  if (trimmed === "") return { value: undefined, fault: null };
  const value = Number(trimmed.replace("−", "-"));
  const code = faultOfNumber(value, parameter);
  return { value, fault: code === null ? null : { field: parameter.name, code } };
}
