import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type Drill = Schemas["Drill"];
export type DrillRun = Schemas["DrillRun"];
export type DrillTotals = Schemas["DrillTotals"];
export type Scorecard = Schemas["DrillScorecard"];
export type FaultKind = Schemas["FaultKind"];
export type FaultList = Schemas["FaultList"];
export type DrillSuite = Schemas["DrillSuite"];
export type NewDrill = Schemas["NewDrill"];
export type PlannedFault = Schemas["PlannedFault"];

const kScorecard = ["drills"] as const;

// Where the browser gets the scorecard as a file.
export const kExport = { json: "/api/v1/drills/export?format=json", md: "/api/v1/drills/export?format=md" } as const;

export function isOver({ phase }: Drill): boolean {
  return phase === "done" || phase === "failed" || phase === "cancelled";
}

// Nothing that is injected is a fault: nobody is to be alarmed.
export function isControl({ faults }: Drill): boolean {
  return faults.every(({ problem }) => problem === "unknown");
}

export function useFaults() {
  return useQuery({
    queryKey: ["faults"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/faults", { signal })),
  });
}

// Past drills and the present ones, newest first, with what they add up to.
export function useScorecard() {
  return useQuery({
    queryKey: kScorecard,
    queryFn: ({ signal }): Promise<Scorecard> =>
      // As JSON it is never the text that the contract has for Markdown.
      unwrap(client.GET("/api/v1/drills/export", { signal })) as Promise<Scorecard>,
  });
}

function withDrill(card: Scorecard, drill: Drill): Scorecard {
  const known = card.drills.some(({ id }) => id === drill.id);
  const drills = known
    ? card.drills.map((other) => (other.id === drill.id ? drill : other))
    : [drill, ...card.drills].sort((a, b) => b.id - a.id);
  return { ...card, drills };
}

// Puts a drill that came by the stream in the place of the older one. Sums and trend change when one is over: the server
// adds them up.
export function applyDrill(queries: QueryClient, drill: Drill): void {
  void queries.cancelQueries({ queryKey: kScorecard });
  queries.setQueryData<Scorecard>(kScorecard, (card) => (card === undefined ? card : withDrill(card, drill)));
  if (isOver(drill) || queries.getQueryData(kScorecard) === undefined) {
    void queries.invalidateQueries({ queryKey: kScorecard });
  }
}

// A dry run: nothing is changed.
export function usePlan(body: NewDrill) {
  return useQuery({
    queryKey: ["drill plan", body],
    queryFn: ({ signal }) => unwrap(client.POST("/api/v1/drills/plan", { body, signal })).then((answer) => answer.faults),
    // The nodes may have changed since: a plan is never shown twice, and a refusal is an answer.
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
}

export function useStartDrills() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewDrill) => unwrap(client.POST("/api/v1/drills", { body })),
    onSuccess: ({ drills }) => {
      for (const drill of drills) applyDrill(queries, drill);
    },
    // Also a refusal may mean that another page has begun one.
    onSettled: () => queries.invalidateQueries({ queryKey: kScorecard }),
  });
}

export function useCancelDrill() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(client.POST("/api/v1/drills/{id}/cancel", { params: { path: { id } }, body: {} })),
    onSettled: () => queries.invalidateQueries({ queryKey: kScorecard }),
  });
}
