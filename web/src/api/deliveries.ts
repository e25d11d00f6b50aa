import { useQuery } from "@tanstack/react-query";

import { client, unwrap, type Schemas } from "./client";

export type Delivery = Schemas["Delivery"];

export function deliveriesKey(incidentId: number) {
  return ["deliveries", incidentId] as const;
}

// How often to look again while a delivery is on its way: no event tells of it.
const kPendingInterval_ms = 3000;

export function useDeliveries(incidentId: number) {
  return useQuery({
    queryKey: deliveriesKey(incidentId),
    queryFn: ({ signal }) =>
      unwrap(client.GET("/api/v1/deliveries", { params: { query: { incident_id: incidentId } }, signal })).then(
        (answer) => answer.deliveries,
      ),
    refetchInterval: (query) =>
      query.state.data?.some(({ state }) => state === "pending") === true ? kPendingInterval_ms : false,
  });
}
