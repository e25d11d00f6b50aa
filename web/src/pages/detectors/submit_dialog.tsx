import { useTranslation } from "react-i18next";

import { ApiError } from "@/api/client";
import { useChangeDetectors, type Detectors } from "@/api/detectors";
import { Button } from "@/widgets/button";
import { ErrorState } from "@/widgets/error_state";
import { Glyph } from "@/widgets/state_mark";

import { ChangeLines } from "./change_lines";
import { toContract } from "./definitions";
import type { DetectorWords } from "./detector_words";
import { ReasonDialog } from "./reason_dialog";
import type { Draft } from "./use_draft";

interface SubmitDialogProps {
  readonly cluster: string;
  readonly current: Detectors;
  readonly draft: Draft;
  readonly preview: "none" | "stale" | "fresh";
  readonly detectorWords: DetectorWords;
  // Asks the server anew, and carries the draft over to what it says.
  readonly onConflict: () => Promise<unknown>;
  readonly onClose: () => void;
}

export function SubmitDialog({ cluster, current, draft, preview, detectorWords, onConflict, onClose }: SubmitDialogProps) {
  const { t } = useTranslation();
  const submit = useChangeDetectors(cluster);
  const conflict = submit.error instanceof ApiError && submit.error.status === 409;
  return (
    <ReasonDialog
      title={t("detectors.submitTitle")}
      hint={t("detectors.submitHint")}
      action={t("detectors.submitNow")}
      acting={t("detectors.submitting")}
      pending={submit.isPending}
      blocked={conflict}
      onClose={onClose}
      onDo={(author, reason) => {
        submit.mutate(
          { author, reason, base_version: draft.outdated ?? current.version, detectors: draft.definitions.map(toContract) },
          {
            onSuccess: () => {
              draft.discard();
              onClose();
            },
          },
        );
      }}
      failure={
        submit.isError && (
          <>
            <ErrorState what={conflict ? t("detectors.conflict") : t("error.submit")} failure={submit.error} />
            {conflict && (
              <Button
                onClick={() => {
                  void onConflict().then(() => {
                    submit.reset();
                  });
                }}
              >
                {t("detectors.conflictLoad")}
              </Button>
            )}
          </>
        )
      }
    >
      {preview !== "fresh" && (
        <p className="preview-stale">
          <Glyph kind="abnormal" />
          <span>{preview === "none" ? t("detectors.notPreviewed") : t("detectors.previewStale")}</span>
        </p>
      )}
      <ChangeLines changes={draft.changes} detectorWords={detectorWords} />
    </ReasonDialog>
  );
}
