// What was said when: as it was said, never rewritten by hindsight.

import { useTranslation } from "react-i18next";

import type { VerdictRecord } from "@/api/incidents";
import { useWords } from "@/app/words";
import { probabilityText } from "@/format/number";
import { durationText, secondsBetween } from "@/format/time";
import { Card } from "@/widgets/card";
import { Clock } from "@/widgets/clock";

import { causeKey } from "./causes";

import "./history.css";

interface HistoryProps {
  readonly history: readonly VerdictRecord[];
  readonly started: string;
}

export function History({ history, started }: HistoryProps) {
  const { t } = useTranslation();
  const words = useWords();
  if (history.length === 0) return null;
  return (
    <Card title={t("incident.said")} hint={t("incident.saidHint")}>
      <ol className="history">
        {history.map(({ time, top }) => (
          <li key={time} className="history-item">
            <span className="history-time">
              <Clock time={time} />
              <span className="quiet"> +{durationText(secondsBetween(started, time))}</span>
            </span>
            {top.length === 0 ? (
              <span className="quiet">{t("incident.saidNothing")}</span>
            ) : (
              top.map((cause) => (
                <span key={causeKey(cause)} className="history-cause">
                  <b>{words.target(cause.target)}</b> {words.problem(cause.problem)}{" "}
                  <span className="quiet">{probabilityText(cause.probability)}</span>
                </span>
              ))
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
