import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type Chart = Schemas["Chart"];
export type ChartSeries = Schemas["Series"];
export type Band = Schemas["Band"];
export type ChartMark = Schemas["ChartMark"];

// The contract's limit of metrics a request.
export const kMaxMetrics = 16;

export interface SeriesRequest {
  readonly cluster: string;
  readonly metrics: readonly string[];
  // RFC 3339; left out, the server takes the newest ten minutes.
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly points: number;
}

export function seriesKey(cluster: string) {
  return ["series", cluster] as const;
}

function seriesQuery(request: SeriesRequest) {
  const { cluster, from, to, points } = request;
  const metric = request.metrics.slice(0, kMaxMetrics);
  return queryOptions<Chart[]>({
    queryKey: [...seriesKey(cluster), { metric, from, to, points }],
    queryFn: ({ signal }): Promise<Chart[]> =>
      unwrap(
        client.GET("/api/v1/clusters/{cluster}/series", {
          params: {
            path: { cluster },
            query: {
              metric,
              points,
              ...(from === undefined ? {} : { from }),
              ...(to === undefined ? {} : { to }),
            },
          },
          signal,
        }),
      ).then((answer) => answer.charts),
    enabled: metric.length > 0,
    // The old lines stay until the new ones are there: nothing flickers when the range moves.
    placeholderData: keepPreviousData,
    // The moving range is a new key every few seconds: what has left the screen must not pile up.
    gcTime: 10_000,
  });
}

export function useSeries(request: SeriesRequest) {
  return useQuery(seriesQuery(request));
}
