// The verdict: what it is, how sure, why, why not something else, and what it costs.

import { useTranslation } from "react-i18next";

import { useIncidentStatements, type Evidence, type Incident, type RankedCause } from "@/api/incidents";
import { useWords } from "@/app/words";
import { changeText, probabilityText, quantityText, shareText } from "@/format/number";
import { durationText, secondsBetween } from "@/format/time";
import { Card } from "@/widgets/card";
import { cx } from "@/widgets/class_names";
import { EmptyState } from "@/widgets/empty_state";
import { ProbabilityBar } from "@/widgets/probability_bar";
import { Sparkline } from "@/widgets/sparkline";
import { Glyph } from "@/widgets/state_mark";

import { causeKey, type Causes } from "./causes";
import { tellingStatements } from "./statements";

import "./verdict_card.css";

interface VerdictCardProps {
  readonly incident: Incident;
  readonly causes: Causes;
  readonly onChoose: (cause: RankedCause) => void;
}

const kEvidence = 3;

interface CauseLineProps {
  readonly cause: RankedCause;
  readonly chosen: boolean;
  // Absent where there is nothing to choose from.
  readonly onChoose?: () => void;
}

function CauseLine({ cause, chosen, onChoose }: CauseLineProps) {
  const { t } = useTranslation();
  const words = useWords();
  const inside = (
    <>
      <Glyph kind="trouble" size={18} />
      <span className="cause-name">
        <span className="cause-target">{words.target(cause.target)}</span>
        <span className="cause-dot" aria-hidden="true">
          ·
        </span>
        <span>{words.problem(cause.problem)}</span>
      </span>
      <span className="cause-probability">
        <b>{probabilityText(cause.probability)}</b>
        <ProbabilityBar probability={cause.probability} label={t("incident.probability")} strong />
        <span className="cause-probability-word">{t("incident.probability")}</span>
      </span>
    </>
  );
  if (onChoose === undefined) return <div className="cause">{inside}</div>;
  return (
    <button type="button" className={cx("cause", "cause-choice", chosen && "cause-chosen")} aria-pressed={chosen} onClick={onChoose}>
      {inside}
    </button>
  );
}

function bandOf(evidence: Evidence): { low: number; high: number } | undefined {
  const { band_low: low, band_high: high } = evidence;
  return Number.isFinite(low) && Number.isFinite(high) ? { low, high } : undefined;
}

interface EvidenceLineProps {
  readonly evidence: Evidence;
}

function EvidenceLine({ evidence }: EvidenceLineProps) {
  const { t } = useTranslation();
  const words = useWords();
  const band = bandOf(evidence);
  const percent = Math.round(evidence.severity * 100);
  return (
    <li className="evidence">
      <span className="evidence-severity" title={t("incident.severity", { percent })}>
        <span style={{ height: `${String(Math.max(8, percent))}%` }} />
        <span className="only-heard">{t("incident.severity", { percent })}</span>
      </span>
      <p className="evidence-text" title={words.metricAbout(evidence.metric)}>
        {words.sentence(evidence.sentence_en, evidence.sentence_zh, [evidence.since])}{" "}
        <span className="quiet">· {words.detector(evidence.detector)}</span>
      </p>
      <Sparkline values={evidence.spark} {...(band === undefined ? {} : { band })} />
    </li>
  );
}

interface TellingStatementsProps {
  readonly incidentId: number;
  readonly cause: RankedCause;
}

function TellingStatements({ incidentId, cause }: TellingStatementsProps) {
  const { t } = useTranslation();
  const changes = useIncidentStatements(incidentId).data?.changes ?? [];
  return tellingStatements(changes, cause).map(({ node, schema, digest, share, text }) => (
    <p key={`${node}/${schema}/${digest}`} className="verdict-statement">
      {t("statements.topOn", { share: shareText(share), node })} <code>{text}</code>
    </p>
  ));
}

interface FigureProps {
  readonly name: string;
  readonly hint?: string;
  readonly value: string;
  readonly under: string;
  readonly bad?: boolean;
}

function Figure({ name, hint, value, under, bad = false }: FigureProps) {
  return (
    <div className="figure" title={hint}>
      <dt>{name}</dt>
      <dd className={cx("figure-value", bad && "figure-bad")}>{value}</dd>
      <dd className="figure-under">{under}</dd>
    </div>
  );
}

// A fall of throughput, or growth of latency, that a user would notice.
const kNoticeable = 0.1;

function Figures({ incident }: { readonly incident: Incident }) {
  const { t } = useTranslation();
  const { summary, verdict, impact } = incident;
  const { tps_before, tps_during, p95_before_ms, p95_during_ms } = impact;
  const slower = p95_before_ms !== null && p95_during_ms !== null && p95_during_ms > p95_before_ms * (1 + kNoticeable);
  const fewer = tps_before !== null && tps_during !== null && tps_during < tps_before * (1 - kNoticeable);
  const values = (during: number | null, unit: string, change: string | null) =>
    during === null ? "–" : `${quantityText(during, unit)}${change === null ? "" : ` (${change})`}`;
  const before = (value: number | null, unit: string) =>
    value === null ? t("incident.notMeasured") : t("incident.from", { value: quantityText(value, unit) });
  return (
    <dl className="figures">
      <Figure
        name={t("incident.delay")}
        hint={t("incident.delayHint")}
        value={durationText(secondsBetween(summary.started, summary.detected))}
        under={t("incident.delayUnder")}
      />
      {verdict.stability !== null && (
        <Figure
          name={t("incident.stability")}
          hint={t("incident.stabilityHint")}
          value={t("incident.stabilityValue", { count: Math.round(verdict.stability * 20) })}
          under={t("incident.stabilityUnder")}
        />
      )}
      <Figure
        name={t("incident.throughput")}
        value={values(tps_during, "1/s", changeText(tps_before, tps_during))}
        under={before(tps_before, "1/s")}
        bad={fewer}
      />
      <Figure
        name={t("incident.latency")}
        value={values(p95_during_ms, "ms", changeText(p95_before_ms, p95_during_ms))}
        under={before(p95_before_ms, "ms")}
        bad={slower}
      />
    </dl>
  );
}

export function VerdictCard({ incident, causes, onChoose }: VerdictCardProps) {
  const { t } = useTranslation();
  const words = useWords();
  const { named, chosen, runnerUp } = causes;
  if (chosen === null) {
    return (
      <Card title={t("incident.verdict")} className="verdict">
        <EmptyState title={t("incident.noVerdict")} next={t("incident.noVerdictNext")} />
        <Figures incident={incident} />
      </Card>
    );
  }
  const several = named.length > 1;
  const unknown = chosen.problem === "unknown";
  const summary = words.problemSummary(chosen.problem);
  return (
    <Card className={cx("verdict", incident.summary.state === "open" && "verdict-open")}>
      <section aria-label={t("incident.verdict")}>
        <div className={cx("causes", several && "causes-several")}>
          {named.map((cause) => (
            <CauseLine
              key={causeKey(cause)}
              cause={cause}
              chosen={cause === chosen}
              {...(several
                ? {
                    onChoose: () => {
                      onChoose(cause);
                    },
                  }
                : {})}
            />
          ))}
        </div>
        <p className="verdict-summary">
          {unknown ? t("incident.unknown") : summary === "" ? "" : t("incident.sentence", { target: words.target(chosen.target), summary })}
        </p>
        <h2 className="verdict-part">{t("incident.evidence")}</h2>
        {chosen.evidence.length === 0 ? (
          <p className="verdict-text quiet">{t("incident.noEvidence")}</p>
        ) : (
          <ul className="evidences">
            {chosen.evidence.slice(0, unknown ? chosen.evidence.length : kEvidence).map((evidence) => (
              <EvidenceLine key={`${evidence.node}/${evidence.metric}/${evidence.detector}`} evidence={evidence} />
            ))}
          </ul>
        )}
        <TellingStatements incidentId={incident.summary.id} cause={chosen} />
        <h2 className="verdict-part">{t("incident.runnerUp")}</h2>
        {runnerUp === null ? (
          <p className="verdict-text quiet">{t("incident.noRunnerUp")}</p>
        ) : (
          <p className="verdict-text">
            <b>
              {t("incident.runnerUpLine", {
                target: words.target(runnerUp.target),
                problem: words.problem(runnerUp.problem),
                probability: probabilityText(runnerUp.probability),
              })}
            </b>
            {runnerUp.why_not !== "" && <> — {runnerUp.why_not}</>}
          </p>
        )}
        <Figures incident={incident} />
      </section>
    </Card>
  );
}
