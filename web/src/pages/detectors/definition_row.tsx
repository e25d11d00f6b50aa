// One definition: whom it fits, what differs from what it inherits, for how many series it decides.

import { useTranslation } from "react-i18next";

import type { DetectorParameter } from "@/api/detectors";
import { Button } from "@/widgets/button";
import { cx } from "@/widgets/class_names";

import type { Change } from "./changes";
import { effective, inherited, type Definition, type Definitions, type Fault } from "./definitions";
import type { DetectorWords } from "./detector_words";

export interface RowActions {
  readonly edit: (name: string) => void;
  readonly turn: (name: string) => void;
  readonly move: (name: string, step: -1 | 1) => void;
  readonly remove: (name: string) => void;
  readonly revert: (name: string) => void;
  readonly toggleValues: (name: string) => void;
}

interface DefinitionRowProps {
  readonly list: Definitions;
  readonly definition: Definition;
  readonly parameters: readonly DetectorParameter[];
  // Its place among those of its kind, from 1.
  readonly place: number;
  // How many it inherits from, one after the other.
  readonly depth: number;
  // What is at work under this name; undefined = nothing yet.
  readonly series: number | undefined;
  readonly changes: readonly Change[];
  readonly faults: readonly Fault[];
  readonly canMove: { readonly up: boolean; readonly down: boolean };
  readonly open: boolean;
  readonly detectorWords: DetectorWords;
  readonly actions: RowActions;
}

function Differences({ list, definition, parameters, detectorWords }: Pick<DefinitionRowProps, "list" | "definition" | "parameters" | "detectorWords">) {
  const { t } = useTranslation();
  const own = parameters.filter(({ name }) => definition.parameters[name] !== undefined);
  if (own.length === 0) {
    return <p className="quiet">{definition.inherits === "" ? t("detectors.asStandard") : t("detectors.asInherited")}</p>;
  }
  return (
    <ul className="differences">
      {own.map((parameter) => {
        const before = inherited(list, definition, parameter);
        const now = detectorWords.value(effective(list, definition, parameter).value, parameter, definition);
        return (
          <li key={parameter.name} title={detectorWords.effect(parameter)}>
            <span className="difference-label">{detectorWords.label(parameter)}</span>{" "}
            {before.value === null ? (
              <b>{now}</b>
            ) : (
              <>
                <span className="quiet">{detectorWords.value(before.value, parameter, definition)} → </span>
                <b>{now}</b>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function AllValues({ list, definition, parameters, detectorWords }: Pick<DefinitionRowProps, "list" | "definition" | "parameters" | "detectorWords">) {
  const { t } = useTranslation();
  return (
    <table className="table values">
      <caption className="only-heard">{t("detectors.values", { name: definition.name })}</caption>
      <thead>
        <tr>
          <th scope="col">{t("detectors.parameter")}</th>
          <th scope="col" className="number">
            {t("detectors.value")}
          </th>
          <th scope="col">{t("detectors.valueFrom")}</th>
          <th scope="col" className="values-effect">
            {t("detectors.effect")}
          </th>
        </tr>
      </thead>
      <tbody>
        {parameters.map((parameter) => {
          const { value, from } = effective(list, definition, parameter);
          const own = from === definition.name;
          return (
            <tr key={parameter.name}>
              <td>{detectorWords.label(parameter)}</td>
              <td className={cx("number", own && "values-own")}>{detectorWords.value(value, parameter, definition)}</td>
              <td className={cx(!own && "quiet")}>{own ? t("detectors.own") : from === "" ? t("detectors.standard") : from}</td>
              <td className="quiet values-effect">{detectorWords.effect(parameter)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Series({ definition, series }: Pick<DefinitionRowProps, "definition" | "series">) {
  const { t } = useTranslation();
  if (series === undefined) return <p className="definition-series quiet">{t("detectors.seriesNew")}</p>;
  return (
    <p className="definition-series" title={series === 0 ? t("detectors.decidesForNone") : t("detectors.seriesHint")}>
      {t("detectors.seriesCount", { count: series })}
      {!definition.enabled && <span className="quiet"> {t("detectors.seriesOff")}</span>}
    </p>
  );
}

function Badges({ definition, changes }: Pick<DefinitionRowProps, "definition" | "changes">) {
  const { t } = useTranslation();
  const has = (what: Change["what"]) => changes.some((change) => change.what === what);
  return (
    <>
      {!definition.enabled && (
        <span className="badge badge-strong" title={t("detectors.offHint")}>
          {t("detectors.off")}
        </span>
      )}
      {has("added") && <span className="badge badge-draft">{t("detectors.isNew")}</span>}
      {has("changed") && <span className="badge badge-draft">{t("detectors.isChanged")}</span>}
      {has("moved") && <span className="badge badge-draft">{t("detectors.isMoved")}</span>}
    </>
  );
}

export function DefinitionRow(props: DefinitionRowProps) {
  const { t } = useTranslation();
  const { definition, depth, place, changes, faults, canMove, open, detectorWords, actions } = props;
  const { name, enabled, inherits } = definition;
  return (
    <li
      className={cx("definition", !enabled && "definition-off", changes.length > 0 && "definition-drafted")}
      style={{ "--depth": Math.min(depth, 4) } as React.CSSProperties}
    >
      <span className="definition-place quiet" aria-hidden="true">
        {place}
      </span>
      <div className="definition-what">
        <p className="definition-head">
          {depth > 0 && (
            <span className="definition-branch" aria-hidden="true">
              └
            </span>
          )}
          <button
            type="button"
            className="definition-name"
            aria-expanded={open}
            title={t("detectors.values", { name })}
            onClick={() => {
              actions.toggleValues(name);
            }}
          >
            {name}
          </button>
          <Badges definition={definition} changes={changes} />
        </p>
        <p className="definition-whom">{detectorWords.whom(definition)}</p>
        {inherits !== "" && <p className="definition-parent quiet">{t("detectors.inheritsFrom", { name: inherits })}</p>}
      </div>
      <div className="definition-differs">
        <Differences {...props} />
        {faults.map((fault) => (
          <p key={`${fault.field}/${fault.code}`} className="form-fault">
            {detectorWords.fault(fault, definition.kind)}
          </p>
        ))}
      </div>
      <Series {...props} />
      <div className="definition-actions">
        {changes.length > 0 && (
          <Button
            kind="bare"
            label={t("detectors.revertNamed", { name })}
            onClick={() => {
              actions.revert(name);
            }}
          >
            {t("detectors.revert")}
          </Button>
        )}
        <Button
          kind="bare"
          label={t("detectors.up", { name })}
          disabled={!canMove.up}
          onClick={() => {
            actions.move(name, -1);
          }}
        >
          ↑
        </Button>
        <Button
          kind="bare"
          label={t("detectors.down", { name })}
          disabled={!canMove.down}
          onClick={() => {
            actions.move(name, 1);
          }}
        >
          ↓
        </Button>
        <Button
          kind="bare"
          label={enabled ? t("detectors.switchOffNamed", { name }) : t("detectors.switchOnNamed", { name })}
          onClick={() => {
            actions.turn(name);
          }}
        >
          {enabled ? t("detectors.switchOff") : t("detectors.switchOn")}
        </Button>
        <Button
          label={t("detectors.editNamed", { name })}
          onClick={() => {
            actions.edit(name);
          }}
        >
          {t("detectors.edit")}
        </Button>
        <Button
          kind="bare"
          label={t("detectors.remove", { name })}
          onClick={() => {
            actions.remove(name);
          }}
        >
          ×
        </Button>
      </div>
      {open && <AllValues {...props} />}
    </li>
  );
}
