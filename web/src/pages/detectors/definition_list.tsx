// All definitions by kind, in their order: the order decides.

import { useTranslation } from "react-i18next";

import type { Detectors } from "@/api/detectors";
import { useWords } from "@/app/words";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";

import type { Change } from "./changes";
import { faultsOf, kKinds, lineage, moved, parametersOf, type Definitions, type Kind } from "./definitions";
import { DefinitionRow, type RowActions } from "./definition_row";
import type { DetectorWords } from "./detector_words";

interface DefinitionListProps {
  readonly current: Detectors;
  readonly definitions: Definitions;
  readonly changes: readonly Change[];
  // The definition whose values are all shown.
  readonly open: string | undefined;
  readonly detectorWords: DetectorWords;
  readonly actions: RowActions;
  readonly onAdd: () => void;
}

type SectionProps = Omit<DefinitionListProps, "onAdd"> & { readonly kind: Kind };

function Section({ kind, current, definitions, changes, open, detectorWords, actions }: SectionProps) {
  const { t } = useTranslation();
  const words = useWords();
  const own = definitions.filter((each) => each.kind === kind);
  const gone = changes.filter(({ what, definition }) => what === "removed" && definition.kind === kind);
  const word = words.detector(kind);
  return (
    <section className="definition-section" aria-label={word}>
      <h3 className="definition-kind">
        <span className="definition-kind-name">{word}</span> <span className="definition-kind-about quiet">{t(`detectorKindAbout.${kind}`)}</span>
      </h3>
      {own.length === 0 && gone.length === 0 ? (
        <p className="definition-none quiet">{kind === "rule" ? t("detectors.noRules") : t("detectors.noneOfKind")}</p>
      ) : (
        <ol className="definitions">
          {own.map((definition, index) => (
            <DefinitionRow
              key={definition.name}
              list={definitions}
              definition={definition}
              parameters={parametersOf(current.kinds, kind)}
              place={index + 1}
              depth={lineage(definitions, definition).length}
              series={current.detectors.find(({ name, kind: other }) => name === definition.name && other === kind)?.series}
              changes={changes.filter(({ name, what }) => name === definition.name && what !== "removed")}
              faults={faultsOf(definitions, definition, current.kinds)}
              canMove={{
                up: moved(definitions, definition.name, -1) !== null,
                down: moved(definitions, definition.name, 1) !== null,
              }}
              open={open === definition.name}
              detectorWords={detectorWords}
              actions={actions}
            />
          ))}
          {gone.map(({ name }) => (
            <li key={`gone/${name}`} className="definition definition-gone definition-drafted">
              <span className="definition-place" aria-hidden="true" />
              <p className="definition-head">
                <s className="definition-name">{name}</s> <span className="badge badge-draft">{t("detectors.isRemoved")}</span>
              </p>
              <Button
                kind="bare"
                label={t("detectors.bringBackNamed", { name })}
                onClick={() => {
                  actions.revert(name);
                }}
              >
                {t("detectors.bringBack")}
              </Button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

export function DefinitionList({ onAdd, ...rest }: DefinitionListProps) {
  const { t } = useTranslation();
  return (
    <Card
      title={t("detectors.atWork")}
      hint={t("detectors.atWorkHint")}
      aside={
        <Button kind="main" onClick={onAdd}>
          {t("detectors.add")}
        </Button>
      }
    >
      {kKinds
        .filter((kind) => rest.current.kinds.some((each) => each.kind === kind))
        .map((kind) => (
          <Section key={kind} kind={kind} {...rest} />
        ))}
    </Card>
  );
}
