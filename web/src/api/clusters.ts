import { queryOptions, useQuery, type QueryClient } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type Cluster = Schemas["Cluster"];
export type ClusterNode = Schemas["Node"];
export type HealthCell = Schemas["HealthCell"];
export type BlindSpot = Schemas["BlindSpot"];
export type ExpectedShift = Schemas["ExpectedShift"];

const kList = ["clusters"] as const;

function one(name: string) {
  return ["cluster", name] as const;
}

export const clustersQuery = queryOptions({
  queryKey: kList,
  queryFn: ({ signal }) => unwrap(client.GET("/api/v1/clusters", { signal })).then((answer) => answer.clusters),
});

export function clusterQuery(name: string) {
  return queryOptions({
    queryKey: one(name),
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/clusters/{cluster}", { params: { path: { cluster: name } }, signal })),
  });
}

export function useClusters() {
  return useQuery(clustersQuery);
}

export function useCluster(name: string) {
  return useQuery(clusterQuery(name));
}

// Puts a cluster that came by the stream in the place of the older one. A request under way is cancelled first: its
// answer is older than the event and would turn the page back.
export function applyCluster(queries: QueryClient, cluster: Cluster): void {
  void queries.cancelQueries({ queryKey: kList });
  void queries.cancelQueries({ queryKey: one(cluster.name) });
  queries.setQueryData<Cluster[]>(kList, (clusters) => {
    if (clusters === undefined) return clusters;
    const known = clusters.some(({ name }) => name === cluster.name);
    return known
      ? clusters.map((other) => (other.name === cluster.name ? cluster : other))
      : [...clusters, cluster].sort((a, b) => a.name.localeCompare(b.name));
  });
  queries.setQueryData<Cluster>(one(cluster.name), cluster);
  // A list that was never loaded stays so after the cancel above; let it load.
  if (queries.getQueryData(kList) === undefined) void queries.invalidateQueries({ queryKey: kList });
}
