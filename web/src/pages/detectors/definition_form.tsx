// A new definition, or an existing one, until it goes into the draft.

import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { ClusterNode } from "@/api/clusters";
import type { DetectorKindInfo } from "@/api/detectors";
import { Button } from "@/widgets/button";
import { Dialog } from "@/widgets/dialog";
import { Segments } from "@/widgets/segments";

import { faultsOf, fromContract, kKinds, parametersOf, proposedName, put, type Definition, type Definitions, type Kind } from "./definitions";
import { exactText, readNumber, type DetectorWords } from "./detector_words";
import { ParameterFields } from "./parameter_fields";
import { WhomFields } from "./whom_fields";

interface DefinitionFormProps {
  readonly list: Definitions;
  // null: a new one.
  readonly definition: Definition | null;
  // The name may be changed: nothing at work is called so.
  readonly nameable: boolean;
  readonly kinds: readonly DetectorKindInfo[];
  readonly nodes: readonly ClusterNode[];
  readonly detectorWords: DetectorWords;
  readonly onClose: () => void;
  readonly onTake: (definition: Definition) => void;
}

interface Entered {
  readonly definition: Definition;
  // Fields whose text is no number that can be taken.
  readonly mistyped: boolean;
}

// The definition as it is typed.
function entered(shape: Definition, typed: Readonly<Record<string, string>>, kinds: readonly DetectorKindInfo[]): Entered {
  const parameters: Record<string, number> = {};
  let mistyped = false;
  for (const parameter of parametersOf(kinds, shape.kind)) {
    const { value, fault } = readNumber(typed[parameter.name] ?? "", parameter);
    if (fault !== null) mistyped = true;
    else if (value !== undefined) parameters[parameter.name] = value;
  }
  return { definition: { ...shape, parameters }, mistyped };
}

const kEmpty = fromContract({ name: "", kind: "recent" });

export function DefinitionForm({ list, definition, nameable, kinds, nodes, detectorWords, onClose, onTake }: DefinitionFormProps) {
  const { t } = useTranslation();
  const ids = useId();
  const [shape, setShape] = useState<Definition>(definition ?? kEmpty);
  const [name, setName] = useState<string | null>(definition?.name ?? null);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(Object.entries(definition?.parameters ?? {}).map(([key, value]) => [key, exactText(value)])),
  );
  // Faults of a form that was only just opened are no faults yet.
  const [touched, setTouched] = useState(definition !== null);

  const others = definition === null ? list : list.filter((each) => each !== definition);
  const { definition: now, mistyped } = entered({ ...shape, name: name ?? proposedName(others, shape) }, typed, kinds);
  const all = put(list, definition?.name ?? null, now);
  const faults = faultsOf(all, now, kinds);
  const at = definition === null ? list.length : list.indexOf(definition);
  const parents = list.slice(0, at).filter(({ kind }) => kind === now.kind);
  const title = definition === null ? t("detectors.newTitle") : t("detectors.editTitle", { name: definition.name });
  const nameFault = faults.find(({ field }) => field === "name");
  const kindTexts: Record<Kind, string> = {
    recent: t("detectors.kindRecent"),
    peer: t("detectors.kindPeer"),
    rule: t("detectors.kindRule"),
  };
  const changeKind = (kind: Kind) => {
    // Neither parent nor numbers of one kind mean anything for another.
    setShape({ ...shape, kind, inherits: "", nodes: kind === "peer" ? [] : shape.nodes });
    setTyped({});
  };
  return (
    <Dialog label={title} className="definition-dialog" onClose={onClose}>
      <form
        className="definition-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTouched(true);
          if (faults.length === 0 && !mistyped) onTake(now);
        }}
      >
        <h2>{title}</h2>
        <div className="form-body">
          <section className="form-part">
            <h3>{t("detectors.kind")}</h3>
            {definition === null ? (
              <Segments
                label={t("detectors.kind")}
                value={now.kind}
                segments={kKinds.filter((kind) => kinds.some((each) => each.kind === kind)).map((value) => ({ value, text: kindTexts[value] }))}
                onChange={changeKind}
              />
            ) : (
              <p className="form-kind">{kindTexts[now.kind]}</p>
            )}
            <p className="form-hint quiet">{t(`detectorKindAbout.${now.kind}`)}</p>
          </section>
          <WhomFields
            // Its own choice of all, groups or metrics begins anew with the kind.
            key={now.kind}
            definition={now}
            nodes={nodes}
            faults={touched ? faults : []}
            detectorWords={detectorWords}
            onChange={setShape}
          />
          <section className="form-part form-row">
            <label className="form-field">
              <span className="form-label">{t("detectors.parent")}</span>
              <select
                className="select"
                value={now.inherits}
                aria-describedby={`${ids}-parent`}
                onChange={(event) => {
                  setShape({ ...shape, inherits: event.target.value });
                }}
              >
                <option value="">{t("detectors.parentStandard")}</option>
                {parents.map((parent) => (
                  <option key={parent.name}>{parent.name}</option>
                ))}
              </select>
              <span id={`${ids}-parent`} className="form-hint quiet">
                {t("detectors.parentHint")}
              </span>
            </label>
            <label className="form-field">
              <span className="form-label">{t("detectors.name")}</span>
              <input
                className="field"
                type="text"
                maxLength={80}
                autoComplete="off"
                readOnly={!nameable}
                aria-invalid={touched && nameFault !== undefined}
                aria-describedby={`${ids}-name`}
                value={now.name}
                onChange={(event) => {
                  setName(event.target.value);
                  setTouched(true);
                }}
              />
              <span id={`${ids}-name`} className="form-hint quiet">
                {touched && nameFault !== undefined ? (
                  <span className="form-fault">{detectorWords.fault(nameFault, now.kind)}</span>
                ) : (
                  t("detectors.nameHint")
                )}
              </span>
            </label>
          </section>
          <ParameterFields
            parameters={parametersOf(kinds, now.kind)}
            definition={now}
            list={all}
            typed={typed}
            faults={touched ? faults : []}
            detectorWords={detectorWords}
            onType={(parameter, text) => {
              setTyped({ ...typed, [parameter]: text });
            }}
          />
        </div>
        <div className="form-buttons">
          <Button onClick={onClose}>{t("detectors.cancel")}</Button>
          <Button type="submit" kind="main" disabled={mistyped || (touched && faults.length > 0)}>
            {t("detectors.take")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
