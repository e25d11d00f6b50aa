// What the draft would have done on the history that is kept, beside what is at work.

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { Backtest, BacktestIncident } from "@/api/detectors";
import { useWords } from "@/app/words";
import { shareText } from "@/format/number";
import { clockText, durationText } from "@/format/time";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { cx } from "@/widgets/class_names";
import { Clock } from "@/widgets/clock";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState, type Failure } from "@/widgets/error_state";
import { PairedColumns } from "@/widgets/paired_columns";
import { Skeleton } from "@/widgets/skeleton";
import { Glyph, StateMark, type MarkKind } from "@/widgets/state_mark";

type Run = Backtest["before"];

function alarmsOf(run: Run): number {
  return run.detectors.reduce((sum, { alarms }) => sum + alarms, 0);
}

function headline({ before, after }: Backtest, t: TFunction): string {
  const [was, is] = [alarmsOf(before), alarmsOf(after)];
  const alarms =
    was === is
      ? t("detectors.sameAlarms", { before: was })
      : was === 0
        ? t("detectors.alarmsFromNone", { after: is })
        : t("detectors.fewer", { before: was, after: is, share: shareText(is / was - 1) });
  const incidents =
    before.incidents === after.incidents
      ? t("detectors.incidentsSame", { before: before.incidents })
      : t("detectors.incidentsBoth", { before: before.incidents, after: after.incidents });
  return `${alarms} · ${incidents}`;
}

function signed(difference: number): string {
  return difference === 0 ? "±0" : difference < 0 ? `−${String(-difference)}` : `+${String(difference)}`;
}

function Tallies({ before, after }: Pick<Backtest, "before" | "after">) {
  const { t } = useTranslation();
  const words = useWords();
  const names = [...new Set([...before.detectors, ...after.detectors].map(({ detector }) => detector))];
  const of = (run: Run, name: string) => run.detectors.find(({ detector }) => detector === name) ?? { alarms: 0, series: 0 };
  return (
    <table className="table preview-table">
      <caption className="only-heard">{t("detectors.alarms")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("detectors.alarms")}</th>
          <th scope="col" className="number">
            {t("detectors.now")}
          </th>
          <th scope="col" className="number">
            {t("detectors.withDraft")}
          </th>
          <th scope="col" className="number">
            {t("detectors.difference")}
          </th>
        </tr>
      </thead>
      <tbody>
        {names.map((name) => {
          const [was, is] = [of(before, name), of(after, name)];
          return (
            <tr key={name}>
              <td>{words.detector(name)}</td>
              {[was, is].map(({ alarms, series }, index) => (
                // Two columns, always these.
                <td key={index} className="number">
                  {alarms} <span className="quiet preview-series">{t("detectors.ofSeries", { count: series })}</span>
                </td>
              ))}
              <td className={cx("number", was.alarms === is.alarms && "quiet")}>{signed(is.alarms - was.alarms)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Timeline({ backtest }: { readonly backtest: Backtest }) {
  const { t, i18n } = useTranslation();
  const { before, after, slice_s, from, to } = backtest;
  const slice = durationText(slice_s);
  return (
    <figure className="preview-timeline">
      <figcaption className="preview-key">
        <span>{t("detectors.timeline", { slice })}</span>
        <span className="preview-key-item preview-key-above">{t("detectors.now")}</span>
        <span className="preview-key-item preview-key-below">{t("detectors.withDraft")}</span>
      </figcaption>
      <PairedColumns
        above={before.alarms_a_slice}
        below={after.alarms_a_slice}
        label={t("detectors.timelineLabel", {
          before: alarmsOf(before),
          after: alarmsOf(after),
          beforeMost: Math.max(0, ...before.alarms_a_slice),
          afterMost: Math.max(0, ...after.alarms_a_slice),
          slice,
        })}
        tip={(index) =>
          t("detectors.timelineSlice", {
            time: clockText(new Date(Date.parse(from) + index * slice_s * 1000), i18n.language).time,
            before: before.alarms_a_slice[index] ?? 0,
            after: after.alarms_a_slice[index] ?? 0,
          })
        }
      />
      <p className="preview-axis quiet">
        <Clock time={from} withOffset={false} />
        <Clock time={to} />
      </p>
    </figure>
  );
}

const kVerdictMark: Readonly<Record<BacktestIncident["verdict"], MarkKind>> = {
  same: "resolved",
  lost: "abnormal",
  new: "trouble",
  other_cause: "learning",
};

function PairLine({ pair }: { readonly pair: BacktestIncident }) {
  const { t } = useTranslation();
  const words = useWords();
  const { verdict, before, after } = pair;
  const shown = before ?? after;
  if (shown === null) return null;
  return (
    <li className="preview-incident">
      <span className="preview-verdict">
        <StateMark kind={kVerdictMark[verdict]} word={t(`detectors.verdict.${verdict}`)} />
      </span>
      <span className="preview-title">
        {words.incidentTitle(shown)}
        {verdict === "other_cause" && after !== null && (
          <>
            {" "}
            <span className="quiet">{t("detectors.becomes")}</span> {words.incidentTitle(after)}
          </>
        )}
      </span>
      <span className="preview-time quiet">
        <Clock time={shown.started} />
      </span>
    </li>
  );
}

interface ResultProps {
  readonly backtest: Backtest;
}

function Result({ backtest }: ResultProps) {
  const { t } = useTranslation();
  return (
    <>
      <p className="preview-headline">{headline(backtest, t)}</p>
      <div className="preview-body">
        <Tallies before={backtest.before} after={backtest.after} />
        <Timeline backtest={backtest} />
      </div>
      <h3 className="preview-incidents-head">{t("detectors.incidents")}</h3>
      {backtest.incidents.length === 0 ? (
        <p className="preview-none quiet">{t("detectors.noIncidents")}</p>
      ) : (
        <ol className="preview-incidents">
          {backtest.incidents.map((pair, index) => (
            // Their ids are all 0; the order is that of time.
            <PairLine key={index} pair={pair} />
          ))}
        </ol>
      )}
    </>
  );
}

interface PreviewCardProps {
  readonly backtest: Backtest | undefined;
  readonly failure: Failure | null;
  readonly running: boolean;
  // The draft is another one since.
  readonly stale: boolean;
  readonly onPreview: () => void;
}

export function PreviewCard({ backtest, failure, running, stale, onPreview }: PreviewCardProps) {
  const { t, i18n } = useTranslation();
  const clock = (time: string) => {
    const { date, time: at, offset } = clockText(new Date(time), i18n.language);
    return `${date}, ${at} ${offset}`;
  };
  const done = !running && failure === null ? backtest : undefined;
  return (
    <Card
      title={t("detectors.previewTitle")}
      className="preview"
      {...(done === undefined
        ? {}
        : { hint: t("detectors.previewHint", { ticks: done.ticks, from: clock(done.from), to: clock(done.to) }) })}
    >
      {running && (
        <div className="detectors-waiting">
          <Skeleton height={150} label={t("loading.preview")} />
          <p className="quiet">{t("loading.preview")} …</p>
        </div>
      )}
      {!running && failure !== null && <ErrorState what={t("error.preview")} failure={failure} onRetry={onPreview} />}
      {!running && failure === null && done === undefined && (
        <EmptyState mark="pending" title={t("detectors.previewNone")} next={t("detectors.previewNoneNext")} />
      )}
      {done !== undefined && (
        <>
          {stale && (
            <p className="preview-stale" role="status">
              <Glyph kind="abnormal" />
              <span>{t("detectors.stale")}</span>
              <Button onClick={onPreview}>{t("detectors.again")}</Button>
            </p>
          )}
          <div className={cx(stale && "preview-old")}>
            <Result backtest={done} />
          </div>
        </>
      )}
    </Card>
  );
}
