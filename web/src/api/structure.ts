import { useQuery } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type DatabaseStructure = Schemas["DatabaseStructure"];
export type DatabaseServer = Schemas["DatabaseServer"];
export type DatabaseTenant = Schemas["DatabaseTenant"];
export type DatabaseUnit = Schemas["DatabaseUnit"];
export type TenantLoad = Schemas["TenantLoad"];
export type LogStream = Schemas["LogStream"];
export type LogStreamReplica = Schemas["LogStreamReplica"];

export function structureKey(cluster: string) {
  return ["structure", cluster] as const;
}

export function useStructure(cluster: string) {
  return useQuery({
    queryKey: structureKey(cluster),
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/clusters/{cluster}/structure", { params: { path: { cluster } }, signal })),
  });
}
