// The words for what the contract names: problems, targets, metrics, in the reader's language and zone.

import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { IncidentSummary, Target } from "@/api/incidents";
import { useMetricTable } from "@/api/metrics";
import { useProblems } from "@/api/problems";
import { localiseTimes } from "@/format/time";
import { languageOf, type Language } from "@/i18n";

export interface Words {
  readonly language: Language;
  problem(name: string): string;
  // "is short of CPU: other processes take it"; empty for a problem this page doesn't know.
  problemSummary(name: string): string;
  target(target: Target): string;
  metric(name: string): string;
  metricAbout(name: string): string;
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
      pick,
      sentence: (english, chinese, instants) => localiseTimes(pick(english, chinese), instants),
      incidentTitle: ({ title_en, title_zh }) => pick(title_en, title_zh),
    };
  }, [language, problems, metrics, t]);
}
