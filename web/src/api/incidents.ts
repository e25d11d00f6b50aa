import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type Incident = Schemas["Incident"];
export type IncidentSummary = Schemas["IncidentSummary"];
export type IncidentEvent = Schemas["IncidentEvent"];
export type RankedCause = Schemas["RankedCause"];
export type CauseSummary = Schemas["CauseSummary"];
export type CausePair = Schemas["CausePair"];
export type Evidence = Schemas["Evidence"];
export type FirstMove = Schemas["FirstMove"];
export type NextCheck = Schemas["NextCheck"];
export type Impact = Schemas["Impact"];
export type Target = Schemas["Target"];
export type VerdictRecord = Schemas["VerdictRecord"];
export type AnomalyGraphData = Schemas["AnomalyGraph"];
export type GraphVertex = Schemas["GraphVertex"];
export type GraphEdge = Schemas["GraphEdge"];
export type StatementEvidence = Schemas["StatementEvidence"];
export type StatementChange = Schemas["StatementChange"];

export const incidentsKey = ["incidents"] as const;

export function incidentKey(id: number) {
  return ["incident", id] as const;
}

export interface IncidentFilter {
  readonly state?: "open" | "resolved" | undefined;
  readonly cluster?: string | undefined;
}

const kPage = 50;

function incidentsQuery(filter: IncidentFilter) {
  return infiniteQueryOptions({
    queryKey: [...incidentsKey, filter],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        client.GET("/api/v1/incidents", {
          params: {
            query: {
              limit: kPage,
              ...(filter.state === undefined ? {} : { state: filter.state }),
              ...(filter.cluster === undefined ? {} : { cluster: filter.cluster }),
              ...(pageParam === null ? {} : { before_id: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_before_id,
  });
}

export function useIncidents(filter: IncidentFilter) {
  return useInfiniteQuery(incidentsQuery(filter));
}

export function incidentQuery(id: number) {
  return queryOptions({
    queryKey: incidentKey(id),
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/incidents/{id}", { params: { path: { id } }, signal })),
  });
}

export function useIncident(id: number) {
  return useQuery(incidentQuery(id));
}

export function useIncidentCharts(id: number) {
  return useQuery({
    queryKey: [...incidentKey(id), "charts"],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/incidents/{id}/charts", { params: { path: { id } }, signal })).then(
        (answer) => answer.charts,
      ),
  });
}

export function useIncidentStatements(id: number) {
  return useQuery({
    queryKey: [...incidentKey(id), "statements"],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/incidents/{id}/statements", { params: { path: { id } }, signal })),
  });
}

export function useIncidentGraph(id: number) {
  return useQuery({
    queryKey: [...incidentKey(id), "graph"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/incidents/{id}/graph", { params: { path: { id } }, signal })),
  });
}
