import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type Note = Schemas["Note"];
export type NewNote = Schemas["NewNote"];

function notesKey(incidentId: number) {
  return ["notes", incidentId] as const;
}

export function useNotes(incidentId: number) {
  return useQuery({
    queryKey: notesKey(incidentId),
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/incidents/{id}/notes", { params: { path: { id: incidentId } }, signal })).then(
        (answer) => answer.notes,
      ),
  });
}

// Not optimistic: a note that was not stored must not look as if it were.
export function useAddNote(incidentId: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewNote) =>
      unwrap(client.POST("/api/v1/incidents/{id}/notes", { params: { path: { id: incidentId } }, body })),
    onSuccess: (note) => {
      queries.setQueryData<Note[]>(notesKey(incidentId), (notes) => [...(notes ?? []), note]);
    },
  });
}
