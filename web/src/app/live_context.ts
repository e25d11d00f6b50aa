import { createContext, useContext } from "react";

import type { LiveUpdates } from "@/api/live";

export const LiveContext = createContext<LiveUpdates | null>(null);

export function useLive(): LiveUpdates {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("LiveContext is missing above this component");
  return live;
}
