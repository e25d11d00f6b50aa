// Past drills, grouped by run, newest first.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { isControl, kExport, type Drill, type DrillRun, type Scorecard } from "@/api/drills";
import { kMissing } from "@/format/number";
import { Card } from "@/widgets/card";
import { Clock } from "@/widgets/clock";
import { EmptyState } from "@/widgets/empty_state";
import { StateMark } from "@/widgets/state_mark";

import { outcome, secondsText, useDrillWords } from "./drill_words";

const kColumns = 8;

interface DrillRowProps {
  readonly drill: Drill;
}

function DrillRow({ drill }: DrillRowProps) {
  const { t } = useTranslation();
  const drillWords = useDrillWords();
  const { mark, word } = outcome(drill, t);
  const judged = drill.phase === "done";
  const owed = judged && !isControl(drill);
  const cells = [
    { name: t("drills.detected"), value: owed && drill.detected_s === null ? t("drills.missed") : secondsText(drill.detected_s) },
    { name: t("drills.rightFirst"), value: owed && drill.right_first_s === null ? t("drills.never") : secondsText(drill.right_first_s) },
    { name: t("drills.rank"), value: drill.detected_s === null ? kMissing : drill.rank === 0 ? t("drills.notListed") : String(drill.rank) },
    { name: t("drills.resolved"), value: secondsText(drill.resolved_s) },
    { name: t("drills.others"), value: judged ? String(drill.other_incidents) : kMissing },
  ];
  return (
    <tr className="drill-line">
      <td className="drill-line-state">
        <StateMark kind={mark} word={word} />
      </td>
      <td className="drill-line-what">
        {drillWords.faults(drill)} <span className="quiet">#{drill.id}</span>
        {drill.message !== "" && <p className="quiet drill-line-why">{drill.message}</p>}
      </td>
      {cells.map(({ name, value }) => (
        <td key={name} className="number" data-name={name}>
          {value}
        </td>
      ))}
      <td className="number drill-line-incident">
        {drill.incident_id === null ? (
          kMissing
        ) : (
          <Link
            to="/incidents/$id"
            params={{ id: drill.incident_id }}
            className="link"
            aria-label={t("drills.openIncident", { id: drill.incident_id })}
          >
            #{drill.incident_id}
          </Link>
        )}
      </td>
    </tr>
  );
}

interface RunHeadProps {
  readonly run: DrillRun;
}

function RunHead({ run }: RunHeadProps) {
  const { t } = useTranslation();
  const { judged, passed, detected_median_s } = run.totals;
  return (
    <tr className="run-head">
      <th scope="rowgroup" colSpan={kColumns}>
        <span className="run-head-name">{run.suite === "" ? t("drills.single") : run.suite}</span>
        <Clock time={run.started} withDate />
        {judged > 0 && <span>{t("drills.runPassed", { passed, judged })}</span>}
        {detected_median_s !== null && <span>{t("drills.runMedian", { seconds: secondsText(detected_median_s) })}</span>}
      </th>
    </tr>
  );
}

// The drills of each run. One without a run is a run of its own: the server lists it so, in the same order.
function byRun({ runs, drills }: Scorecard): readonly { readonly run: DrillRun; readonly drills: readonly Drill[] }[] {
  const single = drills.filter(({ run }) => run === "");
  return runs.map((run) => ({
    run,
    drills: run.run === "" ? single.splice(0, 1) : drills.filter((drill) => drill.run === run.run),
  }));
}

interface ScorecardCardProps {
  readonly card: Scorecard;
  // Whether one can be run here.
  readonly possible: boolean;
}

export function ScorecardCard({ card, possible }: ScorecardCardProps) {
  const { t } = useTranslation();
  const groups = byRun(card);
  return (
    <Card
      title={t("drills.scorecard")}
      hint={t("drills.scorecardHint")}
      aside={
        card.drills.length > 0 && (
          <span className="drill-exports">
            <a className="link" href={kExport.json} download="drills.json">
              {t("drills.exportJson")}
            </a>
            <a className="link" href={kExport.md} download="drills.md">
              {t("drills.exportMarkdown")}
            </a>
          </span>
        )
      }
    >
      {groups.length === 0 ? (
        <EmptyState mark="pending" title={t("drills.none")} next={possible ? t("drills.noneNext") : t("drills.noneNextOff")} />
      ) : (
        <table className="table drill-table">
          <caption className="only-heard">{t("drills.scorecard")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("drills.result")}</th>
              <th scope="col">{t("drills.fault")}</th>
              {(["detected", "rightFirst", "rank", "resolved", "others", "incident"] as const).map((name) => (
                <th key={name} scope="col" className="number">
                  {t(`drills.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          {groups.map(({ run, drills }, index) => (
            <tbody key={run.run === "" ? `single-${String(index)}` : run.run}>
              <RunHead run={run} />
              {drills.map((drill) => (
                <DrillRow key={drill.id} drill={drill} />
              ))}
            </tbody>
          ))}
        </table>
      )}
    </Card>
  );
}
