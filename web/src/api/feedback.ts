import { useMutation, useQueryClient } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";
import { incidentKey, incidentsKey, type Incident } from "./incidents";
import { statusKey } from "./status";

export type Feedback = Schemas["Feedback"];
export type IncidentFeedback = Schemas["IncidentFeedback"];
export type NewFeedback = Schemas["NewFeedback"];
export type Judgement = Feedback["judgement"];
// One that stands; what is withdrawn stands no more.
export type StandingJudgement = Exclude<Judgement, "withdrawn">;

function withFeedback(incident: Incident, stored: Feedback): Incident {
  const { judgement } = stored;
  return {
    ...incident,
    summary: { ...incident.summary, judgement: judgement === "withdrawn" ? null : judgement },
    feedback: {
      ...incident.feedback,
      current: judgement === "withdrawn" ? null : stored,
      history: [...incident.feedback.history, stored],
    },
  };
}

// Not optimistic: a judgement that was not stored must not look as if it were.
export function useAddFeedback(incidentId: number) {
  const queries = useQueryClient();
  const detail = { queryKey: incidentKey(incidentId), exact: true };
  return useMutation({
    mutationFn: (body: NewFeedback) =>
      unwrap(client.POST("/api/v1/incidents/{id}/feedback", { params: { path: { id: incidentId } }, body })),
    onSuccess: async (stored) => {
      // A request under way is older than this answer.
      await queries.cancelQueries(detail);
      queries.setQueryData<Incident>(detail.queryKey, (incident) => (incident === undefined ? incident : withFeedback(incident, stored)));
      void queries.invalidateQueries({ queryKey: incidentsKey });
      void queries.invalidateQueries({ queryKey: statusKey });
    },
    // Somebody else was faster, or the incident says something else by now: show what is so.
    onSettled: () => {
      void queries.invalidateQueries(detail);
    },
  });
}
