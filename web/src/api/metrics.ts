import { useQuery } from "@tanstack/react-query";

import type * as metrics from "@/generated/metrics";

import { client, unwrap, type Schemas } from "./client";

export type Metric = Schemas["Metric"];
export type MetricTable = typeof metrics;

// The table comes with the page's files, not from the server, but after the first paint: it is large and no page begins
// with a metric's name.
export function useMetricTable() {
  return useQuery<MetricTable>({
    queryKey: ["metrics"],
    queryFn: () => import("@/generated/metrics"),
    staleTime: Infinity,
    gcTime: Infinity,
    structuralSharing: false,
  });
}

// What the server knows, where the reader chooses among all: a newer one may know more than this page's own table.
export function useMetrics() {
  return useQuery({
    queryKey: ["metric catalogue"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/metrics", { signal })).then((answer) => answer.metrics),
    staleTime: Infinity,
  });
}
