import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type Backtest = Schemas["Backtest"];
export type BacktestIncident = Schemas["BacktestIncident"];
export type DetectorAtWork = Schemas["DetectorAtWork"];
export type DetectorChange = Schemas["DetectorChange"];
export type DetectorDefinition = Schemas["DetectorDefinition"];
export type DetectorKindInfo = Schemas["DetectorKindInfo"];
export type DetectorParameter = Schemas["DetectorParameter"];
export type DetectorRestore = Schemas["DetectorRestore"];
export type DetectorVersion = Schemas["DetectorVersion"];
export type Detectors = Schemas["Detectors"];

function detectorsKey(cluster: string) {
  return ["detectors", cluster] as const;
}

function versionsKey(cluster: string) {
  return ["detector versions", cluster] as const;
}

// No cluster is known yet: nothing is asked.
export function useDetectors(cluster: string | undefined) {
  return useQuery({
    queryKey: detectorsKey(cluster ?? ""),
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/clusters/{cluster}/detectors", { params: { path: { cluster: cluster ?? "" } }, signal })),
    enabled: cluster !== undefined,
  });
}

// Newest first.
export function useDetectorVersions(cluster: string, limit: number) {
  return useQuery({
    queryKey: [...versionsKey(cluster), limit],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET("/api/v1/clusters/{cluster}/detectors/versions", { params: { path: { cluster }, query: { limit } }, signal }),
      ).then((answer) => answer.versions),
    // What is shown stays while more is loaded.
    placeholderData: (before) => before,
  });
}

// Runs the diagnosis twice over the history that is kept. Nothing is changed.
export function usePreviewDetectors(cluster: string) {
  return useMutation({
    mutationFn: (detectors: readonly DetectorDefinition[]) =>
      unwrap(
        client.POST("/api/v1/clusters/{cluster}/detectors/preview", {
          params: { path: { cluster } },
          body: { detectors: [...detectors] },
        }),
      ),
  });
}

function useTakeIn(cluster: string) {
  const queries = useQueryClient();
  return async (detectors: Detectors) => {
    // A request under way is older than this answer.
    await queries.cancelQueries({ queryKey: detectorsKey(cluster) });
    queries.setQueryData<Detectors>(detectorsKey(cluster), detectors);
    void queries.invalidateQueries({ queryKey: versionsKey(cluster) });
  };
}

export function useChangeDetectors(cluster: string) {
  const takeIn = useTakeIn(cluster);
  return useMutation({
    mutationFn: (body: DetectorChange) =>
      unwrap(client.POST("/api/v1/clusters/{cluster}/detectors", { params: { path: { cluster } }, body })),
    onSuccess: takeIn,
  });
}

export function useRestoreDetectors(cluster: string) {
  const takeIn = useTakeIn(cluster);
  return useMutation({
    mutationFn: ({ version, ...body }: DetectorRestore & { readonly version: number }) =>
      unwrap(
        client.POST("/api/v1/clusters/{cluster}/detectors/versions/{version}/restore", {
          params: { path: { cluster, version } },
          body,
        }),
      ),
    onSuccess: takeIn,
  });
}
