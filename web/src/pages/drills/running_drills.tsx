// What is broken right now, how far the diagnosis is, and the way back.

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { isControl, useCancelDrill, type Drill } from "@/api/drills";
import { useClusters } from "@/api/clusters";
import { durationText, secondsBetween } from "@/format/time";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { cx } from "@/widgets/class_names";
import { ErrorState } from "@/widgets/error_state";

import { secondsText, useDrillWords } from "./drill_words";

const kSteps = ["waiting", "preparing", "active", "recovering", "done"] as const;

interface RunningDrillsProps {
  // Not over, oldest first; at least one.
  readonly drills: readonly Drill[];
  // How many of the same run are over.
  readonly over: number;
}

interface FactsProps {
  readonly drill: Drill;
  readonly now: string | null;
}

function Facts({ drill, now }: FactsProps) {
  const { t } = useTranslation();
  const elapsed = drill.injected === null || now === null ? null : Math.max(0, secondsBetween(drill.injected, drill.undone ?? now));
  const notYet = isControl(drill) ? "–" : t("drills.notYet");
  const facts = [
    { name: t("drills.elapsed"), value: elapsed === null ? "–" : `${durationText(elapsed)} / ${durationText(drill.duration_s)}` },
    { name: t("drills.detected"), value: drill.detected_s === null ? notYet : secondsText(drill.detected_s) },
    { name: t("drills.rightFirst"), value: drill.right_first_s === null ? notYet : secondsText(drill.right_first_s) },
    { name: t("drills.rank"), value: drill.detected_s === null ? "–" : drill.rank === 0 ? t("drills.notListed") : String(drill.rank) },
  ];
  return (
    <dl className="running-facts">
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function RunningDrills({ drills, over }: RunningDrillsProps) {
  const { t } = useTranslation();
  const drillWords = useDrillWords();
  const clusters = useClusters().data;
  const cancel = useCancelDrill();
  const drill = drills.find(({ phase }) => phase !== "waiting") ?? drills[0];
  if (drill === undefined) return null;
  const now = clusters?.find(({ name }) => name === drill.cluster)?.time ?? null;
  const at = kSteps.findIndex((step) => step === drill.phase);
  return (
    <Card
      title={t("drills.running")}
      className="running"
      aside={t("drills.position", { at: over + 1, of: over + drills.length })}
    >
      <div className="running-body">
        <div className="running-head">
          <p className="running-what" role="status">
            {drillWords.faults(drill)}
            <span className="only-heard">: {t(`drillPhase.${drill.phase}`)}</span>
          </p>
          <Button
            kind="main"
            disabled={cancel.isPending || drill.phase === "recovering"}
            onClick={() => {
              cancel.mutate(drill.id);
            }}
          >
            {cancel.isPending ? t("drills.undoing") : t("drills.undoNow")}
          </Button>
        </div>
        <ol className="running-steps">
          {kSteps.map((step, index) => (
            <li
              key={step}
              className={cx("running-step", index < at && "running-step-past", index === at && "running-step-now")}
              aria-current={index === at ? "step" : undefined}
            >
              {t(`drillPhase.${step}`)}
            </li>
          ))}
        </ol>
        <Facts drill={drill} now={now} />
        {drill.incident_id !== null && (
          <Link to="/incidents/$id" params={{ id: drill.incident_id }} className="link">
            {t("drills.openIncident", { id: drill.incident_id })}
          </Link>
        )}
        {drills.length > 1 && <p className="quiet">{t("drills.undoAlso", { count: drills.length - 1 })}</p>}
      </div>
      {cancel.isError && <ErrorState what={t("error.undo")} failure={cancel.error} />}
    </Card>
  );
}
