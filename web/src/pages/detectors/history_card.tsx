// Who changed what, when and why; and the way back.

import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useDetectorVersions, useRestoreDetectors, type Detectors, type DetectorVersion } from "@/api/detectors";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { Clock } from "@/widgets/clock";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { Skeleton } from "@/widgets/skeleton";

import { ChangeLines } from "./change_lines";
import { changesBetween } from "./changes";
import { fromContract, shipped, type Definitions } from "./definitions";
import type { DetectorWords } from "./detector_words";
import { ReasonDialog } from "./reason_dialog";

// The contract allows so many; the first view needs few.
const kFew = 20;
const kAll = 500;

interface Wanted {
  readonly version: number;
  readonly definitions: Definitions;
}

interface RestoreDialogProps {
  readonly cluster: string;
  readonly current: Detectors;
  readonly wanted: Wanted;
  readonly detectorWords: DetectorWords;
  readonly onClose: () => void;
}

function RestoreDialog({ cluster, current, wanted, detectorWords, onClose }: RestoreDialogProps) {
  const { t } = useTranslation();
  const restore = useRestoreDetectors(cluster);
  const { version, definitions } = wanted;
  const changes = changesBetween(current.detectors.map(fromContract), definitions, current.kinds);
  return (
    <ReasonDialog
      title={version === 0 ? t("detectors.restoreTitleShipped") : t("detectors.restoreTitle", { version })}
      hint={t("detectors.restoreHint")}
      action={t("detectors.restoreNow")}
      acting={t("detectors.restoring")}
      pending={restore.isPending}
      onClose={onClose}
      onDo={(author, reason) => {
        restore.mutate({ version, author, reason }, { onSuccess: onClose });
      }}
      failure={restore.isError && <ErrorState what={t("error.restore")} failure={restore.error} />}
    >
      {changes.length === 0 ? (
        <p className="quiet">{t("detectors.restoreSame")}</p>
      ) : (
        <ChangeLines changes={changes} detectorWords={detectorWords} />
      )}
    </ReasonDialog>
  );
}

interface VersionLineProps {
  readonly version: DetectorVersion;
  // Of the version before; undefined = not loaded.
  readonly before: Definitions | undefined;
  readonly current: Detectors;
  readonly open: boolean;
  readonly detectorWords: DetectorWords;
  readonly onToggle: () => void;
  readonly onRestore: () => void;
}

function VersionLine({ version, before, current, open, detectorWords, onToggle, onRestore }: VersionLineProps) {
  const { t } = useTranslation();
  const changes = open && before !== undefined ? changesBetween(before, version.definitions.detectors.map(fromContract), current.kinds) : [];
  return (
    <li className="version">
      <div className="version-row">
        <div className="version-text">
          <p className="version-head">
            <b>{t("detectors.versionShort", { version: version.id })}</b>
            {version.id === current.version && <span className="badge badge-strong">{t("detectors.isAtWork")}</span>}
            <span>{version.author}</span>
            <span className="quiet">
              <Clock time={version.time} withDate />
            </span>
          </p>
          <p className="version-reason">{version.reason}</p>
        </div>
        <span className="version-buttons">
          <button type="button" className="button button-bare" aria-expanded={open} onClick={onToggle}>
            {t("detectors.what")}
          </button>
          {version.id !== current.version && (
            <Button label={t("detectors.restoreNamed", { version: version.id })} onClick={onRestore}>
              {t("detectors.restore")}
            </Button>
          )}
        </span>
      </div>
      {open &&
        (before === undefined || changes.length === 0 ? (
          <p className="version-none quiet">{before === undefined ? t("detectors.beforeUnknown") : t("detectors.nothingDiffers")}</p>
        ) : (
          <ChangeLines changes={changes} detectorWords={detectorWords} />
        ))}
    </li>
  );
}

interface HistoryCardProps {
  readonly cluster: string;
  readonly current: Detectors;
  // The version whose changes are shown.
  readonly open: number | undefined;
  readonly detectorWords: DetectorWords;
  readonly onOpen: (version: number | undefined) => void;
}

export function HistoryCard({ cluster, current, open, detectorWords, onOpen }: HistoryCardProps) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(kFew);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const versions = useDetectorVersions(cluster, limit);
  const list = versions.data ?? [];
  const complete = list.length < limit;
  const before = (index: number): Definitions | undefined => {
    const older = list[index + 1];
    if (older !== undefined) return older.definitions.detectors.map(fromContract);
    return complete ? shipped(current.kinds) : undefined;
  };
  return (
    <Card title={t("detectors.history")} hint={t("detectors.historyHint")}>
      {versions.isPending && (
        <div className="detectors-waiting">
          <Skeleton height={64} label={t("loading.versions")} />
        </div>
      )}
      {versions.isError && versions.data === undefined && (
        <ErrorState what={t("error.versions")} failure={versions.error} onRetry={() => void versions.refetch()} />
      )}
      {versions.data?.length === 0 && (
        <EmptyState mark="pending" title={t("detectors.historyNone")} next={t("detectors.historyNoneNext")} />
      )}
      {list.length > 0 && (
        <ol className="versions">
          {list.map((version, index) => (
            <VersionLine
              key={version.id}
              version={version}
              before={before(index)}
              current={current}
              open={open === version.id}
              detectorWords={detectorWords}
              onToggle={() => {
                onOpen(open === version.id ? undefined : version.id);
              }}
              onRestore={() => {
                setWanted({ version: version.id, definitions: version.definitions.detectors.map(fromContract) });
              }}
            />
          ))}
          <li className="version">
            <div className="version-row">
              <p className="version-text">
                <b>{t("detectors.versionShort", { version: 0 })}</b> <span className="quiet">{t("detectors.shipped")}</span>
              </p>
              <span className="version-buttons">
                {!complete && (
                  <Button
                    kind="bare"
                    disabled={versions.isFetching || limit === kAll}
                    onClick={() => {
                      setLimit(kAll);
                    }}
                  >
                    {t("action.more")}
                  </Button>
                )}
                {current.version !== 0 && (
                  <Button
                    label={t("detectors.restoreShipped")}
                    onClick={() => {
                      setWanted({ version: 0, definitions: shipped(current.kinds) });
                    }}
                  >
                    {t("detectors.restore")}
                  </Button>
                )}
              </span>
            </div>
          </li>
        </ol>
      )}
      {wanted !== null && (
        <RestoreDialog
          cluster={cluster}
          current={current}
          wanted={wanted}
          detectorWords={detectorWords}
          onClose={() => {
            setWanted(null);
          }}
        />
      )}
    </Card>
  );
}
