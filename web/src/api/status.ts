import { useQuery } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type Status = Schemas["Status"];
export type Notice = Schemas["Notice"];

export const statusKey = ["status"] as const;

const kInterval_ms = 15_000;

export function useStatus() {
  return useQuery({
    queryKey: statusKey,
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/status", { signal })),
    refetchInterval: kInterval_ms,
  });
}
