// What a detector that only advises saw of the same trouble: a second opinion, never part of the verdict.

import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Evidence } from "@/api/incidents";
import { useWords } from "@/app/words";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";

import "./advice.css";

interface AdviceProps {
  readonly advice: readonly Evidence[];
}

const kFirst = 3;

export function Advice({ advice }: AdviceProps) {
  const { t } = useTranslation();
  const words = useWords();
  const [all, setAll] = useState(false);
  if (advice.length === 0) return null;
  return (
    <Card
      title={t("incident.advice")}
      hint={t("incident.adviceHint")}
      aside={
        advice.length > kFirst && (
          <Button
            kind="bare"
            onClick={() => {
              setAll(!all);
            }}
          >
            {all ? t("action.fewer") : t("action.all", { count: advice.length })}
          </Button>
        )
      }
    >
      <ul className="advice">
        {advice.slice(0, all ? advice.length : kFirst).map((one) => (
          <li key={`${one.node}/${one.metric}/${one.detector}`} className="advice-item">
            <p className="advice-source">
              {one.node} · {words.detector(one.detector)}
            </p>
            <p title={words.metricAbout(one.metric)}>{words.sentence(one.sentence_en, one.sentence_zh, [one.since])}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
