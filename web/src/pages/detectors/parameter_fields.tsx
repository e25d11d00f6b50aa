// The parameters as fields: what is inherited stands in grey, what can't be is told at once beside the field.

import { useId } from "react";
import { useTranslation } from "react-i18next";

import type { DetectorParameter } from "@/api/detectors";
import { cx } from "@/widgets/class_names";

import { inherited, type Definition, type Definitions, type Fault } from "./definitions";
import { exactText, readNumber, scaledText, type DetectorWords } from "./detector_words";

interface FieldProps {
  readonly parameter: DetectorParameter;
  readonly definition: Definition;
  readonly list: Definitions;
  readonly typed: string;
  readonly faults: readonly Fault[];
  readonly detectorWords: DetectorWords;
  readonly onType: (text: string) => void;
}

// Bounds that say no more than "any number" are not worth reading.
const kBoundless = 1e12;

function ParameterField({ parameter, definition, list, typed, faults, detectorWords, onType }: FieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const { value, fault: mistyped } = readNumber(typed, parameter);
  const fault = mistyped ?? faults.find(({ field }) => field === parameter.name) ?? null;
  const before = inherited(list, definition, parameter);
  const unit = detectorWords.unit(parameter, definition);
  const unitText = parameter.unit === "metric" && unit === "" ? t("detectors.ownUnit") : unit;
  // 0.9 of a ratio is read as 90 %.
  const scaled = value === undefined || mistyped !== null || parameter.unit !== "metric" ? "" : scaledText(value, unit);
  const bounded = Math.abs(parameter.least) < kBoundless && Math.abs(parameter.most) < kBoundless;
  return (
    <div className={cx("parameter", fault !== null && "parameter-wrong")}>
      <label className="parameter-label" htmlFor={`${id}-field`}>
        {detectorWords.label(parameter)}
      </label>
      <span className="parameter-input">
        <input
          id={`${id}-field`}
          className="field"
          type="text"
          inputMode="decimal"
          autoComplete="off"
          aria-invalid={fault !== null}
          aria-describedby={`${id}-about`}
          placeholder={before.value === null ? t("detectors.notSet") : exactText(before.value)}
          value={typed}
          onChange={(event) => {
            onType(event.target.value);
          }}
        />
        <span className="parameter-unit quiet">
          {unitText}
          {scaled !== "" && scaled !== `${exactText(value ?? 0)}\u00a0${unit}` && scaled !== exactText(value ?? 0) && ` ${t("detectors.equals", { text: scaled })}`}
        </span>
      </span>
      <p id={`${id}-about`} className="parameter-about quiet">
        {fault !== null && <span className="form-fault">{detectorWords.fault(fault, definition.kind)} </span>}
        {bounded && fault?.code !== "outOfRange" && `${t("detectors.range", { least: exactText(parameter.least), most: exactText(parameter.most) })} · `}
        {detectorWords.effect(parameter)}
        {before.from !== "" && ` · ${t("detectors.inheritsFrom", { name: before.from })}`}
      </p>
    </div>
  );
}

interface ParameterFieldsProps {
  readonly parameters: readonly DetectorParameter[];
  readonly definition: Definition;
  readonly list: Definitions;
  // By name, as it was typed.
  readonly typed: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];
  readonly detectorWords: DetectorWords;
  readonly onType: (name: string, text: string) => void;
}

export function ParameterFields({ parameters, definition, list, typed, faults, detectorWords, onType }: ParameterFieldsProps) {
  const { t } = useTranslation();
  const units = definition.kind === "rule" ? detectorWords.units(definition) : [];
  return (
    <section className="form-part">
      <h3>
        {t("detectors.parameters")} <span className="form-hint quiet">{t("detectors.parametersHint")}</span>
      </h3>
      {units.length > 1 && <p className="form-warning">{t("detectors.mixedUnits", { units: units.join(", ") })}</p>}
      <div className="parameters">
        {parameters.map((parameter) => (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            definition={definition}
            list={list}
            typed={typed[parameter.name] ?? ""}
            faults={faults}
            detectorWords={detectorWords}
            onType={(text) => {
              onType(parameter.name, text);
            }}
          />
        ))}
      </div>
    </section>
  );
}
