import { useQuery } from "@tanstack/react-query";

import type * as metrics from "@/generated/metrics";

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
