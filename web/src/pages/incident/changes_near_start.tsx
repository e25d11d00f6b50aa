import { useTranslation } from "react-i18next";

import { useChanges } from "@/api/changes";
import { Card } from "@/widgets/card";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { Skeleton } from "@/widgets/skeleton";

import { ChangeList } from "../change_list";

interface ChangesNearStartProps {
  readonly cluster: string;
  readonly started: string;
}

// A cause comes before its effect; the start itself is an estimate, hence the minute after it.
const kMost = 4;
const kBefore_ms = 10 * 60 * 1000;
const kAfter_ms = 60 * 1000;

export function ChangesNearStart({ cluster, started }: ChangesNearStartProps) {
  const { t } = useTranslation();
  const start = Date.parse(started);
  const changes = useChanges({
    cluster,
    from: new Date(start - kBefore_ms).toISOString(),
    to: new Date(start + kAfter_ms).toISOString(),
  });
  // Nearest first.
  const near = [...(changes.data ?? [])].sort(
    (a, b) => Math.abs(Date.parse(a.time) - start) - Math.abs(Date.parse(b.time) - start),
  );
  return (
    <Card title={t("incident.changes")}>
      {changes.isError && changes.data === undefined && (
        <ErrorState what={t("error.changes")} failure={changes.error} onRetry={() => void changes.refetch()} />
      )}
      {changes.isPending && (
        <div style={{ padding: "0 16px 14px" }}>
          <Skeleton height={48} />
        </div>
      )}
      {changes.data !== undefined && near.length === 0 && (
        <EmptyState mark="pending" title={t("incident.changesNone")} next={t("incident.changesNoneNext")} />
      )}
      {near.length > 0 && <ChangeList changes={near.slice(0, kMost)} around={started} />}
    </Card>
  );
}
