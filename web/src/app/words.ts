// The words for what the contract names: problems, targets, metrics, in the reader's language and zone.

import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { IncidentSummary, Target } from "@/api/incidents";
import { useMetricTable } from "@/api/metrics";
import { useProblems } from "@/api/problems";
import { localiseTimes } from "@/format/time";
import { languageOf, type Language } from "@/i18n";

const kDetectorKinds = ["recent", "peer", "classifier", "seasonal", "rule", "sequence"] as const;

export interface Words {
  readonly language: Language;
  problem(name: string): string;
  // "is short of CPU: other processes take it"; empty for a problem this page doesn't know.
  problemSummary(name: string): string;
  target(target: Target): string;
  metric(name: string): string;
  metricAbout(name: string): string;
  metricGroup(name: string): string;
  // How a detector found something: "against its peers".
  detector(kind: string): string;
  // The text of the reader's language out of a pair of the contract.
  pick(english: string, chinese: string): string;
  // The same, with the given instants told in the reader's zone.
  sentence(english: string, chinese: string, instants: readonly string[]): string;
  incidentTitle(incident: IncidentSummary): string;
}

export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const problems = useProblems().data;
  const metrics = useMetricTable().data;
  const language = languageOf(i18n);
  return useMemo<Words>(() => {
    const pick = (english: string, chinese: string) => (language === "zh" && chinese !== "" ? chinese : english);
    return {
      language,
      problem: (name) => {
        const known = problems?.get(name);
        return known === undefined ? name : pick(known.title_en, known.title_zh);
      },
      problemSummary: (name) => {
        const known = problems?.get(name);
        return known === undefined ? "" : pick(known.summary_en, known.summary_zh);
      },
      target: ({ node }) => node ?? t("target.cluster"),
      metric: (name) => metrics?.metricByName.get(name)?.label[language] ?? name,
      metricAbout: (name) => {
        const known = metrics?.metricByName.get(name);
        return known === undefined ? name : `${known.description[language]} (${name}, ${metrics?.metricGroups[known.group][language] ?? ""})`;
      },
      metricGroup: (name) => {
        const groups: Partial<Record<string, Readonly<Record<Language, string>>>> = metrics?.metricGroups ?? {};
        return groups[name]?.[language] ?? name;
      },
      detector: (kind) => {
        // A newer server may have more kinds: then its own word is all there is.
        const known = kDetectorKinds.find((each) => each === kind);
        return known === undefined ? kind : t(`detectorKind.${known}`);
      },
      pick,
      sentence: (english, chinese, instants) => localiseTimes(pick(english, chinese), instants),
      incidentTitle: ({ title_en, title_zh }) => pick(title_en, title_zh),
    };
  }, [language, problems, metrics, t]);
}
