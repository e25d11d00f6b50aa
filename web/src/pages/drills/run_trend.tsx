// Is the diagnosis getting better or worse? One column a run: how long it took to find, and how many passed.

import { useTranslation } from "react-i18next";

import type { DrillRun } from "@/api/drills";
import { Card } from "@/widgets/card";
import { cx } from "@/widgets/class_names";
import { Clock } from "@/widgets/clock";
import { Glyph } from "@/widgets/state_mark";

import { secondsText } from "./drill_words";

const kMost = 24;

interface RunTrendProps {
  // Newest first, as the server gives them.
  readonly runs: readonly DrillRun[];
}

export function RunTrend({ runs }: RunTrendProps) {
  const { t } = useTranslation();
  const judged = runs.filter(({ totals }) => totals.judged > 0).slice(0, kMost).reverse();
  const longest = Math.max(...judged.map(({ totals }) => totals.detected_median_s ?? 0), 1);
  // One run is no trend.
  if (judged.length < 2) return null;
  return (
    <Card title={t("drills.trend")} hint={t("drills.trendHint")}>
      <ol className="trend">
        {judged.map(({ run, suite, started, totals }, index) => {
          const all = totals.passed === totals.judged;
          const height = `${String(Math.round(((totals.detected_median_s ?? 0) / longest) * 100))}%`;
          return (
            <li key={`${run}-${String(index)}`} className="trend-run" title={`${suite === "" ? t("drills.single") : suite} ${started}`}>
              <span className="only-heard">
                <Clock time={started} withDate />
              </span>
              <span className="trend-seconds">{secondsText(totals.detected_median_s)}</span>
              <span className="trend-room" aria-hidden="true">
                <span className={cx("trend-bar", !all && "trend-bar-not-all")} style={{ height }} />
              </span>
              <span className={cx("trend-passed", !all && "trend-passed-not-all")}>
                <Glyph kind={all ? "ok" : "trouble"} size={11} />
                {t("drills.ofShort", { passed: totals.passed, judged: totals.judged })}
              </span>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
