// The anomaly graph at the incident's newest verdict.

import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { useIncidentGraph, type RankedCause } from "@/api/incidents";
import { useWords } from "@/app/words";
import { AnomalyGraph, type AnomalyEdge, type AnomalyVertex } from "@/widgets/anomaly_graph";
import { Card } from "@/widgets/card";
import { EmptyState } from "@/widgets/empty_state";
import { ErrorState } from "@/widgets/error_state";
import { Skeleton } from "@/widgets/skeleton";

interface IncidentGraphProps {
  readonly incidentId: number;
  readonly causes: readonly RankedCause[];
  readonly picked: string | null;
  readonly onPick: (vertex: string | null) => void;
}

export function IncidentGraph({ incidentId, causes, picked, onPick }: IncidentGraphProps) {
  const { t } = useTranslation();
  const words = useWords();
  const graph = useIncidentGraph(incidentId);
  const { data } = graph;

  const vertices = useMemo<AnomalyVertex[]>(() => {
    const nodes = new Set(causes.map(({ target }) => target.node));
    const metrics = new Set(causes.flatMap(({ evidence }) => evidence.map(({ metric }) => metric)));
    return (data?.vertices ?? []).map((vertex) => {
      const metric = vertex.metric ?? null;
      return {
        id: vertex.id,
        kind: vertex.kind,
        label: metric === null ? vertex.label : words.metric(metric),
        rcr: vertex.rcr,
        initialRcr: vertex.initial_rcr,
        propagatedRcr: vertex.propagated_rcr,
        criticality: vertex.criticality,
        blamed:
          vertex.kind === "node"
            ? nodes.has(vertex.label)
            : vertex.kind === "cluster"
              ? nodes.has(null)
              : metric !== null && metrics.has(metric),
      };
    });
  }, [data, causes, words]);
  const edges = useMemo<AnomalyEdge[]>(
    () =>
      (data?.edges ?? []).map((edge) => ({
        from: edge.from,
        to: edge.to,
        kind: edge.kind,
        severity: edge.severity,
        score: edge.score,
      })),
    [data],
  );

  return (
    <Card title={t("incident.graph")} hint={t("incident.graphHint")}>
      {graph.isError && data === undefined && (
        <ErrorState what={t("error.graph")} failure={graph.error} onRetry={() => void graph.refetch()} />
      )}
      {graph.isPending && (
        <div style={{ padding: "0 16px 16px" }}>
          <Skeleton height={380} />
        </div>
      )}
      {data !== undefined && !vertices.some(({ kind }) => kind === "alarm") && (
        <EmptyState mark="ok" title={t("incident.graphNone")} next={t("incident.graphNoneNext")} />
      )}
      {vertices.some(({ kind }) => kind === "alarm") && (
        <AnomalyGraph vertices={vertices} edges={edges} picked={picked} onPick={onPick} />
      )}
    </Card>
  );
}
