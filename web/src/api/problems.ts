import { useQuery } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type ProblemType = Schemas["ProblemType"];

// The kinds of trouble by name. They change with the server's version only.
export function useProblems() {
  return useQuery({
    queryKey: ["problems"],
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/problems", { signal })).then(
        (answer): ReadonlyMap<string, ProblemType> => new Map(answer.problems.map((problem) => [problem.name, problem])),
      ),
    staleTime: Infinity,
  });
}
