import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type Change = Schemas["Change"];

export interface ChangesRequest {
  readonly cluster: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export function changesKey(cluster: string) {
  return ["changes", cluster] as const;
}

export function useChanges(request: ChangesRequest | null) {
  return useQuery<Change[]>({
    queryKey: [...changesKey(request?.cluster ?? ""), { from: request?.from, to: request?.to }],
    queryFn: ({ signal }): Promise<Change[]> => {
      const { cluster, from, to } = request ?? { cluster: "" };
      return unwrap(
        client.GET("/api/v1/clusters/{cluster}/changes", {
          params: {
            path: { cluster },
            query: { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
          },
          signal,
        }),
      ).then((answer) => answer.changes);
    },
    enabled: request !== null,
    placeholderData: keepPreviousData,
    // The moving range is a new key every few seconds: what has left the screen must not pile up.
    gcTime: 10_000,
  });
}
