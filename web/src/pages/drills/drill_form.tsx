// Choose what to break: one of the suites, or faults that begin together.

import { useId } from "react";
import { useTranslation } from "react-i18next";

import type { FaultKind, FaultList, NewDrill } from "@/api/drills";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { Segments } from "@/widgets/segments";

import { useDrillWords, numberText } from "./drill_words";
import {
  firstFault,
  fitted,
  isReady,
  isWord,
  kindOf,
  kLeastSeconds,
  kMostFaults,
  kMostSeconds,
  kStrengths,
  newDrill,
  type DraftFault,
} from "./draft";

export interface Draft {
  readonly faults: readonly DraftFault[];
  readonly seconds: number;
}

interface StrengthProps {
  readonly fault: DraftFault;
  readonly kind: FaultKind;
  readonly onChange: (strength: string) => void;
}

function StrengthField({ fault, kind, onChange }: StrengthProps) {
  const { t } = useTranslation();
  if (kind.parameter === "") return <span className="quiet drill-no-strength">{t("drills.noStrength")}</span>;
  const word = isWord(fault.strength) ? fault.strength : null;
  return (
    <>
      <Segments
        label={t("drills.strength")}
        value={word}
        segments={kStrengths.map((value) => ({ value, text: t(`drills.${value}`) }))}
        onChange={onChange}
      />
      <label className="drill-number">
        <input
          className="field"
          type="number"
          min={kind.least}
          max={kind.most}
          step="any"
          aria-label={t("drills.number")}
          value={word === null ? fault.strength : String(kind[word])}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
        <span className="quiet">{kind.parameter}</span>
      </label>
    </>
  );
}

interface FaultRowProps {
  readonly fault: DraftFault;
  readonly faults: FaultList;
  readonly onChange: (fault: DraftFault) => void;
  // Absent for the only one.
  readonly onRemove?: (() => void) | undefined;
}

function FaultRow({ fault, faults, onChange, onRemove }: FaultRowProps) {
  const { t } = useTranslation();
  const drillWords = useDrillWords();
  const kind = kindOf(faults, fault.kind);
  return (
    <li className="drill-row">
      <div className="drill-fields">
        <select
          className="select"
          aria-label={t("drills.fault")}
          value={fault.kind}
          onChange={(event) => {
            // The number of one kind means nothing for another.
            onChange(fitted({ ...fault, kind: event.target.value, strength: "medium" }, faults));
          }}
        >
          {kind === undefined && <option value={fault.kind}>{fault.kind}</option>}
          {faults.kinds.map(({ name, problem, unavailable }) => (
            <option key={name} value={name} disabled={unavailable !== ""}>
              {unavailable === ""
                ? drillWords.kind(name, problem)
                : t("drills.kindUnavailable", { kind: drillWords.kind(name, problem), reason: unavailable })}
            </option>
          ))}
        </select>
        <select
          className="select"
          aria-label={t("drills.node")}
          disabled={kind?.scope === "cluster"}
          value={fault.node}
          onChange={(event) => {
            onChange({ ...fault, node: event.target.value });
          }}
        >
          {kind?.scope === "cluster" ? (
            <option value="">{t("target.cluster")}</option>
          ) : (
            faults.targets.map((target) => <option key={target}>{target}</option>)
          )}
        </select>
        {kind !== undefined && (
          <StrengthField
            fault={fault}
            kind={kind}
            onChange={(strength) => {
              onChange({ ...fault, strength });
            }}
          />
        )}
        {onRemove !== undefined && (
          <Button kind="bare" label={t("drills.removeFault")} onClick={onRemove}>
            ×
          </Button>
        )}
      </div>
      {kind !== undefined && (
        <p className="drill-does quiet">
          {drillWords.does(kind)}
          {kind.parameter !== "" &&
            ` ${t("drills.bounds", { least: numberText(kind.least), most: numberText(kind.most), parameter: kind.parameter })}`}
        </p>
      )}
    </li>
  );
}

interface DrillFormProps {
  readonly faults: FaultList;
  readonly draft: Draft;
  // Drills are queued or running: nothing else can begin.
  readonly busy: boolean;
  readonly onDraft: (draft: Draft) => void;
  readonly onLook: (request: NewDrill) => void;
  readonly onStart: (request: NewDrill) => void;
}

export function DrillForm({ faults, draft, busy, onDraft, onLook, onStart }: DrillFormProps) {
  const { t } = useTranslation();
  const ids = useId();
  const { seconds } = draft;
  const change = (index: number, fault: DraftFault) => {
    onDraft({ ...draft, faults: draft.faults.map((other, i) => (i === index ? fault : other)) });
  };
  const timed = seconds >= kLeastSeconds && seconds <= kMostSeconds;
  const ready = timed && draft.faults.length > 0 && draft.faults.every((fault) => isReady(fault, faults));
  const more = draft.faults.length < kMostFaults ? firstFault(faults, draft.faults) : undefined;
  return (
    <Card title={t("drills.form")} hint={t("drills.formHint")}>
      {faults.suites.length > 0 && (
        <ul className="drill-suites">
          {faults.suites.map((suite) => (
            <li key={suite.name} className="drill-suite">
              <Button
                disabled={busy || !timed}
                onClick={() => {
                  onStart({ suite: suite.name, duration_s: seconds });
                }}
              >
                {t("drills.runSuite", { suite: suite.name, count: suite.drills })}
              </Button>
              <span className="quiet">{suite.description}</span>
            </li>
          ))}
        </ul>
      )}
      <ol className="drill-rows" aria-label={t("drills.faultList")}>
        {draft.faults.map((fault, index) => (
          <FaultRow
            // A row has no identity but its place.
            key={index}
            fault={fault}
            faults={faults}
            onChange={(changed) => {
              change(index, changed);
            }}
            onRemove={
              draft.faults.length > 1
                ? () => {
                    onDraft({ ...draft, faults: draft.faults.filter((_fault, i) => i !== index) });
                  }
                : undefined
            }
          />
        ))}
      </ol>
      <div className="drill-actions">
        <Button
          kind="bare"
          disabled={more === undefined}
          onClick={() => {
            if (more !== undefined) onDraft({ ...draft, faults: [...draft.faults, more] });
          }}
        >
          {t("drills.addFault")}
        </Button>
        <label className="drill-seconds" htmlFor={`${ids}-seconds`}>
          {t("drills.duration")}
          <input
            id={`${ids}-seconds`}
            className="field"
            type="number"
            min={kLeastSeconds}
            max={kMostSeconds}
            value={Number.isNaN(seconds) ? "" : seconds}
            onChange={(event) => {
              onDraft({ ...draft, seconds: event.target.valueAsNumber });
            }}
          />
          <span className="quiet">s</span>
        </label>
        <span className="drill-buttons">
          <Button
            disabled={!ready}
            onClick={() => {
              onLook(newDrill(draft.faults, faults, seconds));
            }}
          >
            {t("drills.dryRun")}
          </Button>
          <Button
            kind="main"
            disabled={!ready || busy}
            onClick={() => {
              onStart(newDrill(draft.faults, faults, seconds));
            }}
          >
            {t("drills.start")}
          </Button>
        </span>
      </div>
      {busy && <p className="drill-busy quiet">{t("drills.busy")}</p>}
    </Card>
  );
}
