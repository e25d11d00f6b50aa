import { useQuery, type QueryClient } from "@tanstack/react-query";

import { ApiError, client, unwrap, type Schemas } from "./client";

export type DemoStatus = Schemas["DemoStatus"];
export type DemoCase = Schemas["DemoCase"];

const kDemo = ["demo"] as const;

// null: this server runs no demo (it answers 404).
export function useDemo() {
  return useQuery({
    queryKey: kDemo,
    queryFn: async ({ signal }): Promise<DemoStatus | null> => {
      try {
        return await unwrap(client.GET("/api/v1/demo", { signal }));
      } catch (error) {
        if (error instanceof ApiError && error.notFound) return null;
        throw error;
      }
    },
  });
}

export function applyDemo(queries: QueryClient, demo: DemoStatus): void {
  void queries.cancelQueries({ queryKey: kDemo });
  queries.setQueryData<DemoStatus>(kDemo, demo);
}
