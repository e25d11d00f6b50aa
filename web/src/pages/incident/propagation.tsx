// Who moved first: the way of the trouble through nodes and metrics.

import { useTranslation } from "react-i18next";

import type { Incident } from "@/api/incidents";
import { useWords } from "@/app/words";
import { secondsBetween } from "@/format/time";
import { Button } from "@/widgets/button";
import { Card } from "@/widgets/card";
import { EmptyState } from "@/widgets/empty_state";
import { Waterfall } from "@/widgets/waterfall";

interface PropagationProps {
  readonly incident: Incident;
  // End of the picture: when it was over, else the newest tick.
  readonly end: string;
  readonly blamed: readonly string[];
  readonly all: boolean;
  readonly onAll: (all: boolean) => void;
}

const kFirst = 14;

export function Propagation({ incident, end, blamed, all, onAll }: PropagationProps) {
  const { t } = useTranslation();
  const words = useWords();
  const { first_moves: moves, summary } = incident;
  const shown = all ? moves : moves.slice(0, kFirst);
  const last = Math.max(0, ...shown.map(({ time }) => secondsBetween(summary.started, time)));
  // An incident of an hour whose moves all came in the first seconds would squeeze them into one line.
  const span_s = Math.max(5, Math.min(secondsBetween(summary.started, end), last * 1.6 + 5));
  return (
    <Card
      title={t("incident.timeline")}
      hint={t("incident.timelineHint")}
      aside={
        moves.length > kFirst && (
          <Button
            kind="bare"
            onClick={() => {
              onAll(!all);
            }}
          >
            {all ? t("action.fewer") : t("action.all", { count: moves.length })}
          </Button>
        )
      }
    >
      {moves.length === 0 ? (
        <EmptyState title={t("incident.timelineNone")} next={t("incident.timelineNoneNext")} />
      ) : (
        <Waterfall
          span_s={span_s}
          rows={shown.map((move) => ({
            key: `${move.node}/${move.metric}`,
            node: move.node,
            label: words.metric(move.metric),
            offset_s: secondsBetween(summary.started, move.time),
            time: move.time,
            severity: move.severity,
            blamed: blamed.includes(move.node),
          }))}
        />
      )}
    </Card>
  );
}
