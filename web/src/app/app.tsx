import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider, type RouterHistory } from "@tanstack/react-router";
import type { i18n } from "i18next";
import { useState } from "react";
import { I18nextProvider } from "react-i18next";

import { ApiError } from "@/api/client";
import { LiveUpdates } from "@/api/live";

import { LiveContext } from "./live_context";
import { makeRouter } from "./router";

export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Events say when something is old; this only bounds what a missed one can do.
        staleTime: 30_000,
        // A page left open for a week must not keep every incident it ever showed.
        gcTime: 120_000,
        // An answer is an answer; only silence is worth another try.
        retry: (count, error) => count < 2 && error instanceof ApiError && error.unreachable,
        retryDelay: (attempt) => 500 * 2 ** attempt,
      },
    },
  });
}

interface AppProps {
  readonly translation: i18n;
  readonly queries: QueryClient;
  readonly history?: RouterHistory;
}

export function App({ translation, queries, history }: AppProps) {
  const [router] = useState(() => makeRouter(queries, history));
  const [live] = useState(() => new LiveUpdates(queries, "/api/v1/stream"));
  return (
    <I18nextProvider i18n={translation}>
      <QueryClientProvider client={queries}>
        <LiveContext value={live}>
          <RouterProvider router={router} />
        </LiveContext>
      </QueryClientProvider>
    </I18nextProvider>
  );
}
