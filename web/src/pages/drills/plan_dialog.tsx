// The exact steps, before anything is done; and the last question before it is.

import { useTranslation } from "react-i18next";

import { usePlan, useStartDrills, type NewDrill, type PlannedFault } from "@/api/drills";
import { useWords } from "@/app/words";
import { Button } from "@/widgets/button";
import { Dialog } from "@/widgets/dialog";
import { ErrorState } from "@/widgets/error_state";
import { Skeleton } from "@/widgets/skeleton";
import { Glyph } from "@/widgets/state_mark";

import { kSeconds } from "./draft";
import { useDrillWords } from "./drill_words";

export interface Asked {
  readonly request: NewDrill;
  // look: a dry run only. start: ends in a button that does it.
  readonly intent: "look" | "start";
}

const kParts = ["prepare", "start", "stop", "restore"] as const;

interface StepsProps {
  readonly planned: PlannedFault;
}

function Steps({ planned }: StepsProps) {
  const { t } = useTranslation();
  const words = useWords();
  const drillWords = useDrillWords();
  return (
    <section className="plan-fault">
      <h3>{t("drills.faultOn", { kind: drillWords.kind(planned.kind, planned.kind), target: words.target(planned.target) })}</h3>
      {kParts
        .filter((part) => planned[part].length > 0)
        .map((part) => (
          <div key={part} className="plan-part">
            <p className="plan-part-name">{t(`drillStep.${part}`)}</p>
            <ol className="plan-steps">
              {planned[part].map((step, index) => (
                // The same line may be done twice.
                <li key={index}>
                  <code>{step}</code>
                </li>
              ))}
            </ol>
          </div>
        ))}
    </section>
  );
}

interface PlanDialogProps {
  readonly asked: Asked;
  readonly onClose: () => void;
}

export function PlanDialog({ asked, onClose }: PlanDialogProps) {
  const { t } = useTranslation();
  const plan = usePlan(asked.request);
  const start = useStartDrills();
  const starting = asked.intent === "start";
  const title = starting ? t("drills.confirm") : t("drills.dryRunTitle");
  return (
    <Dialog label={title} className="plan-dialog" onClose={onClose}>
      <h2>{title}</h2>
      <p className="plan-hint">
        {starting && <Glyph kind="abnormal" />}
        <span>
          {starting
            ? t("drills.confirmHint", { seconds: asked.request.duration_s ?? kSeconds })
            : t("drills.dryRunHint")}
        </span>
      </p>
      <div className="plan-body">
        {plan.isFetching && <Skeleton height={120} label={t("drills.planning")} />}
        {plan.isError && !plan.isFetching && (
          <ErrorState what={t("error.plan")} failure={plan.error} onRetry={() => void plan.refetch()} />
        )}
        {!plan.isFetching && plan.data?.map((planned, index) => <Steps key={index} planned={planned} />)}
      </div>
      {start.isError && <ErrorState what={t("error.startDrill")} failure={start.error} />}
      <div className="plan-buttons">
        <Button onClick={onClose}>{starting ? t("drills.doNot") : t("action.close")}</Button>
        {starting && (
          <Button
            kind="main"
            disabled={plan.data === undefined || plan.isFetching || start.isPending}
            onClick={() => {
              start.mutate(asked.request, { onSuccess: onClose });
            }}
          >
            {start.isPending ? t("drills.starting") : t("drills.breakIt")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
