// What is not submitted yet, and what can be done with it. Stays in sight.

import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Detectors } from "@/api/detectors";
import { Button } from "@/widgets/button";
import { Glyph } from "@/widgets/state_mark";

import { faultsOf } from "./definitions";
import type { DetectorWords } from "./detector_words";
import type { Draft } from "./use_draft";

interface DraftBarProps {
  readonly draft: Draft;
  readonly current: Detectors;
  readonly detectorWords: DetectorWords;
  readonly previewing: boolean;
  readonly onPreview: () => void;
  readonly onSubmit: () => void;
}

export function DraftBar({ draft, current, detectorWords, previewing, onPreview, onSubmit }: DraftBarProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { definitions, changes, outdated, contested } = draft;
  const [faulty] = definitions.flatMap((definition) =>
    faultsOf(definitions, definition, current.kinds).map((fault) => ({ name: definition.name, fault: detectorWords.fault(fault, definition.kind) })),
  );
  return (
    <section className="draft-bar" aria-label={t("detectors.draft")}>
      {outdated !== null && (
        <p className="draft-outdated">
          <Glyph kind="abnormal" />
          <span>{t("detectors.outdated", { version: current.version, author: current.author, base: outdated })}</span>
          <Button
            onClick={() => {
              draft.carryOver(current);
            }}
          >
            {t("detectors.carryOver", { version: current.version })}
          </Button>
        </p>
      )}
      {contested.length > 0 && (
        <p className="draft-outdated">
          <Glyph kind="abnormal" />
          <span>{t("detectors.contested", { version: current.version, names: contested.join(", ") })}</span>
        </p>
      )}
      <div className="draft-row">
        <p className="draft-count" role="status">
          {t("detectors.pending", { count: changes.length })}
          {faulty !== undefined && <span className="form-fault"> {t("detectors.faulty", faulty)}</span>}
        </p>
        {asking ? (
          <span className="draft-buttons">
            <span>{t("detectors.discardAsk")}</span>
            <Button
              onClick={() => {
                setAsking(false);
              }}
            >
              {t("detectors.discardNo")}
            </Button>
            <Button kind="main" onClick={draft.discard}>
              {t("detectors.discardYes")}
            </Button>
          </span>
        ) : (
          <span className="draft-buttons">
            <Button
              kind="bare"
              onClick={() => {
                setAsking(true);
              }}
            >
              {t("detectors.discard")}
            </Button>
            <Button disabled={previewing || faulty !== undefined} onClick={onPreview}>
              {previewing ? t("detectors.previewing") : t("detectors.preview")}
            </Button>
            <Button kind="main" disabled={faulty !== undefined || outdated !== null} onClick={onSubmit}>
              {t("detectors.submit")}
            </Button>
          </span>
        )}
      </div>
    </section>
  );
}
