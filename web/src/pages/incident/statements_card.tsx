// Statements that explain why a node's time in the database changed: the time since the trouble began against the calm
// time before it.

import { useTranslation } from "react-i18next";

import { useIncidentStatements, type StatementChange, type StatementEvidence } from "@/api/incidents";
import { useWords } from "@/app/words";
import { changeText, quantityText, shareText } from "@/format/number";
import { offsetText, spanText } from "@/format/time";
import { Card } from "@/widgets/card";
import { cx } from "@/widgets/class_names";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { CopyCode } from "@/widgets/inline_code";
import { Skeleton } from "@/widgets/skeleton";
import { Glyph } from "@/widgets/state_mark";

import { byNode } from "./statements";

import "./statements_card.css";

interface StatementsCardProps {
  readonly incidentId: number;
}

// What is smaller is noise between two short looks.
const kNoticeable = 0.1;

interface FigureProps {
  readonly name: string;
  // null = it did not run then.
  readonly now: number | null;
  readonly before: number | null;
  readonly unit: string;
  // Stands in the place of what was before when it did not run.
  readonly absent?: string;
}

function Figure({ name, now, before, unit, absent = "" }: FigureProps) {
  const { t } = useTranslation();
  const change = now === null ? null : changeText(before, now);
  const ratio = now === null || before === null || before <= 0 ? 1 : now / before;
  const arrow = ratio > 1 + kNoticeable ? "↑" : ratio < 1 - kNoticeable ? "↓" : "";
  return (
    <td className="number statement-figure">
      <span className="statement-figure-name" aria-hidden="true">
        {name}
      </span>
      <span className="statement-now">
        {change !== null && (
          <span className={cx("statement-change", arrow === "↑" && "statement-change-up")}>
            <span aria-hidden="true">{arrow}</span> {change}
          </span>
        )}
        <b>{quantityText(now, unit)}</b>
      </span>
      <span className="statement-before">
        {before === null ? absent : t("statements.before", { value: quantityText(before, unit) })}
      </span>
    </td>
  );
}

function Badges({ change }: { readonly change: StatementChange }) {
  const { t } = useTranslation();
  const { is_new, plan_changed, main_wait, schema } = change;
  if (!is_new && !plan_changed && main_wait === "" && schema === "") return null;
  return (
    <p className="statement-badges">
      {is_new && (
        <span className="badge badge-strong" title={t("statements.isNewHint")}>
          {t("statements.isNew")}
        </span>
      )}
      {plan_changed && (
        <span className="badge badge-strong" title={t("statements.planChangedHint")}>
          {t("statements.planChanged")}
        </span>
      )}
      {main_wait !== "" && (
        <span className="badge" title={t("statements.waitHint")}>
          {t("statements.wait", { wait: main_wait })}
        </span>
      )}
      {schema !== "" && <span className="quiet">{schema}</span>}
    </p>
  );
}

function StatementRow({ change }: { readonly change: StatementChange }) {
  const { t } = useTranslation();
  const { now, before, share } = change;
  const ran = now.calls_per_second > 0;
  const ranBefore = before.calls_per_second > 0;
  return (
    <tr>
      <td className="statement-share">
        <b>{shareText(share)}</b>
        <span className="statement-bar" aria-hidden="true">
          <span
            className={cx(share < 0 && "statement-bar-less")}
            style={{ width: `${String(Math.min(100, Math.abs(share) * 100))}%` }}
          />
        </span>
      </td>
      <td className="statement-text">
        <CopyCode code={change.text} />
        <Badges change={change} />
      </td>
      <Figure
        name={t("statements.calls")}
        now={now.calls_per_second}
        before={ranBefore ? before.calls_per_second : null}
        unit="1/s"
        absent={t("statements.notBefore")}
      />
      <Figure
        name={t("statements.perCall")}
        now={ran ? now.ms_per_call : null}
        before={ranBefore ? before.ms_per_call : null}
        unit="ms"
      />
      <Figure
        name={t("statements.time")}
        now={now.time_per_second}
        before={ranBefore ? before.time_per_second : null}
        unit="s/s"
      />
    </tr>
  );
}

function StatementTable({ changes }: { readonly changes: readonly StatementChange[] }) {
  const { t } = useTranslation();
  return (
    <table className="table statements-table">
      <thead>
        <tr>
          <th scope="col">{t("statements.share")}</th>
          <th scope="col">{t("statements.text")}</th>
          <th scope="col" className="number">
            {t("statements.calls")}
          </th>
          <th scope="col" className="number">
            {t("statements.perCall")}
          </th>
          <th scope="col" className="number" title={t("statements.timeHint")}>
            {t("statements.time")}
          </th>
        </tr>
      </thead>
      {byNode(changes).map(({ node, changes: ofNode }) => (
        <tbody key={node}>
          <tr className="statements-node">
            <th scope="rowgroup" colSpan={5}>
              {node}
            </th>
          </tr>
          {ofNode.map((change) => (
            <StatementRow key={`${change.schema}/${change.digest}`} change={change} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function Compared({ evidence }: { readonly evidence: StatementEvidence }) {
  const { t } = useTranslation();
  const { calm_from, calm_to, trouble_from, trouble_to } = evidence;
  if (calm_from === null || calm_to === null || trouble_from === null || trouble_to === null) return null;
  return t("statements.compared", {
    trouble: spanText(trouble_from, trouble_to),
    calm: spanText(calm_from, calm_to),
    offset: offsetText(new Date(trouble_from)),
  });
}

export function StatementsCard({ incidentId }: StatementsCardProps) {
  const { t } = useTranslation();
  const words = useWords();
  const statements = useIncidentStatements(incidentId);
  const { data } = statements;
  const note = data === undefined ? "" : words.pick(data.note_en, data.note_zh);
  return (
    <Card className="statements" title={t("statements.title")} hint={t("statements.hint")} aside={data !== undefined && <Compared evidence={data} />}>
      {statements.isError && data === undefined && (
        <ErrorState what={t("error.statements")} failure={statements.error} onRetry={() => void statements.refetch()} />
      )}
      {statements.isPending && (
        <div className="statements-waiting">
          <Skeleton height={72} label={t("loading.statements")} />
        </div>
      )}
      {data?.changes.length === 0 && (
        <EmptyState
          mark="pending"
          title={t(data.trouble_from === null ? "statements.notCompared" : "statements.none")}
          next={note === "" ? t("statements.noneNext") : note}
        />
      )}
      {data !== undefined && data.changes.length > 0 && (
        <>
          <StatementTable changes={data.changes} />
          {note !== "" && (
            <p className="statements-note">
              <Glyph kind="no_data" size={12} /> {note}
            </p>
          )}
        </>
      )}
    </Card>
  );
}
