// Does it work here? Break something on purpose and see what the diagnosis says.

import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { isOver, useFaults, useScorecard, type Drill, type DrillRun, type FaultList } from "@/api/drills";
import { Card } from "@/widgets/card";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { InlineCode } from "@/widgets/inline_code";
import { Skeleton } from "@/widgets/skeleton";

import { useTitle } from "../use_title";
import { DrillForm, type Draft } from "./drill_form";
import { secondsText } from "./drill_words";
import { faultText, firstFault, fitted, kSeconds, parseFault } from "./draft";
import { PlanDialog, type Asked } from "./plan_dialog";
import { RunTrend } from "./run_trend";
import { RunningDrills } from "./running_drills";
import { ScorecardCard } from "./scorecard";

import "./drills_page.css";

const route = getRouteApi("/drills");

function answer(runs: readonly DrillRun[], t: TFunction): string {
  const last = runs.find(({ totals }) => totals.judged > 0)?.totals;
  if (last === undefined) return t("drills.answerNever");
  const { passed, judged, detected_median_s: median } = last;
  return median === null
    ? t("drills.answerNotFound", { passed, judged })
    : t("drills.answer", { passed, judged, median: secondsText(median) });
}

interface UnavailableProps {
  readonly reason: string;
}

function Unavailable({ reason }: UnavailableProps) {
  const { t } = useTranslation();
  return (
    <Card>
      <EmptyState
        title={t("drills.off")}
        next={
          <>
            <InlineCode text={t("drills.offNext")} />
            <span className="drills-reason">
              {t("drills.offReason")} <InlineCode text={reason} />
            </span>
          </>
        }
      />
    </Card>
  );
}

// The draft stands in the address, so it can be shown to somebody before it is done.
function useDraft(faults: FaultList | undefined): readonly [Draft, (draft: Draft) => void] {
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/drills" });
  // An empty or senseless field must be seen while it is typed in, but is nothing for an address.
  const [typed, setTyped] = useState<number | null>(null);
  const first = faults === undefined ? undefined : firstFault(faults);
  const drafted = (search.fault ?? []).map(parseFault);
  const rows = drafted.length > 0 ? drafted : first === undefined ? [] : [first];
  const draft: Draft = {
    faults: faults === undefined ? rows : rows.map((row) => fitted(row, faults)),
    seconds: typed ?? search.seconds ?? kSeconds,
  };
  const change = (next: Draft) => {
    setTyped(next.seconds);
    void navigate({
      search: (before) => ({
        ...before,
        fault: next.faults.map(faultText),
        seconds: Number.isFinite(next.seconds) && next.seconds !== kSeconds ? next.seconds : undefined,
      }),
      replace: true,
      resetScroll: false,
    });
  };
  return [draft, change];
}

export function DrillsPage() {
  const { t } = useTranslation();
  const faults = useFaults();
  const scorecard = useScorecard();
  const [draft, setDraft] = useDraft(faults.data);
  const [asked, setAsked] = useState<Asked | null>(null);
  useTitle(t("drills.title"));

  const drills = scorecard.data?.drills ?? [];
  const running = drills.filter((drill) => !isOver(drill)).reverse();
  const [current] = running;
  const sameRun = (drill: Drill) => current !== undefined && current.run !== "" && drill.run === current.run;
  return (
    <>
      <div className="page-head">
        <h1>
          {t("drills.question")} {scorecard.data !== undefined && <span className="drills-answer">{answer(scorecard.data.runs, t)}</span>}
        </h1>
        <p className="page-head-meta">{t("drills.about")}</p>
      </div>
      <div className="drills-page">
        {running.length > 0 && (
          <RunningDrills drills={running} over={drills.filter((drill) => isOver(drill) && sameRun(drill)).length} />
        )}
        {faults.isPending && (
          <Card>
            <div className="drills-waiting">
              <Skeleton height={120} label={t("loading.drills")} />
            </div>
          </Card>
        )}
        {faults.isError && faults.data === undefined && (
          <Card>
            <ErrorState what={t("error.faults")} failure={faults.error} onRetry={() => void faults.refetch()} />
          </Card>
        )}
        {faults.data?.enabled === false && <Unavailable reason={faults.data.reason} />}
        {faults.data?.enabled === true && (
          <DrillForm
            faults={faults.data}
            draft={draft}
            busy={running.length > 0}
            onDraft={setDraft}
            onLook={(request) => {
              setAsked({ request, intent: "look" });
            }}
            onStart={(request) => {
              setAsked({ request, intent: "start" });
            }}
          />
        )}
        {scorecard.data !== undefined && <RunTrend runs={scorecard.data.runs} />}
        {scorecard.isPending && (
          <Card>
            <div className="drills-waiting">
              <Skeleton height={120} label={t("loading.drills")} />
            </div>
          </Card>
        )}
        {scorecard.isError && scorecard.data === undefined && (
          <Card>
            <ErrorState what={t("error.drills")} failure={scorecard.error} onRetry={() => void scorecard.refetch()} />
          </Card>
        )}
        {scorecard.data !== undefined && <ScorecardCard card={scorecard.data} possible={faults.data?.enabled !== false} />}
      </div>
      {asked !== null && (
        <PlanDialog
          asked={asked}
          onClose={() => {
            setAsked(null);
          }}
        />
      )}
    </>
  );
}
