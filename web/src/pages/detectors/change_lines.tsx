// What changed, one line a definition, parameter by parameter.

import { useTranslation } from "react-i18next";

import type { Change, Selector } from "./changes";
import type { Definition } from "./definitions";
import type { DetectorWords } from "./detector_words";

const kSign = { added: "+", removed: "−", changed: "±", moved: "↕" } as const;

interface ChangeLinesProps {
  readonly changes: readonly Change[];
  readonly detectorWords: DetectorWords;
}

function useParts(detectorWords: DetectorWords) {
  const { t } = useTranslation();
  const texts = (definition: Definition, part: Selector): string => {
    const name = part === "metrics" ? detectorWords.metric : part === "groups" ? detectorWords.group : (text: string) => text;
    return definition[part].length === 0 ? t("detectors.all") : definition[part].map(name).join(", ");
  };
  const arrow = (before: string, after: string) => t("detectors.arrow", { before, after });
  return (change: Change): readonly string[] => {
    const { definition } = change;
    if (change.what !== "changed") {
      if (change.what !== "added") return [];
      const own = Object.entries(definition.parameters).flatMap(([name, value]) => {
        const parameter = detectorWords.parameter(definition.kind, name);
        return parameter === undefined ? [] : [`${detectorWords.label(parameter)} ${detectorWords.value(value, parameter, definition)}`];
      });
      return [detectorWords.whom(definition), ...own, ...(definition.enabled ? [] : [t("detectors.off")])];
    }
    const { before, parts, parameters } = change;
    return [
      ...parts.map((part) => {
        switch (part) {
          case "enabled":
            return definition.enabled ? t("detectors.on") : t("detectors.off");
          case "inherits": {
            const parent = (name: string) => (name === "" ? t("detectors.standard") : name);
            return `${t("detectors.inherits")} ${arrow(parent(before.inherits), parent(definition.inherits))}`;
          }
          case "groups":
            return `${t("detectors.groups")}: ${arrow(texts(before, part), texts(definition, part))}`;
          case "metrics":
            return `${t("detectors.metricsPart")}: ${arrow(texts(before, part), texts(definition, part))}`;
          case "nodes":
            return `${t("detectors.nodesPart")}: ${arrow(texts(before, part), texts(definition, part))}`;
        }
      }),
      ...parameters.map(({ parameter: name, before: old, after: now }) => {
        const parameter = detectorWords.parameter(definition.kind, name);
        if (parameter === undefined) return name;
        return `${detectorWords.label(parameter)} ${arrow(detectorWords.value(old.value, parameter, before), detectorWords.value(now.value, parameter, definition))}`;
      }),
    ];
  };
}

export function ChangeLines({ changes, detectorWords }: ChangeLinesProps) {
  const { t } = useTranslation();
  const partsOf = useParts(detectorWords);
  const word = (what: Change["what"]) => {
    switch (what) {
      case "added":
        return t("detectors.added");
      case "removed":
        return t("detectors.removedWord");
      case "changed":
        return t("detectors.changedWord");
      case "moved":
        return t("detectors.movedWord");
    }
  };
  return (
    <ul className="diff">
      {changes.map((change) => (
        <li key={`${change.what}/${change.name}`} className="diff-line">
          <span className="diff-sign" aria-hidden="true">
            {kSign[change.what]}
          </span>
          <span>
            <b className="definition-name">{change.name}</b> <span className="quiet">{word(change.what)}</span>
            {partsOf(change).map((part) => (
              <span key={part} className="diff-part">
                {part}
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}
