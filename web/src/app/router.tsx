// The addresses. All view state lives in them: a link pasted into a chat shows the same thing, also tomorrow.

import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from "@tanstack/react-router";

import { clustersQuery, clusterQuery } from "@/api/clusters";
import { incidentQuery } from "@/api/incidents";
import { OverviewPage } from "@/pages/overview/overview_page";

import { PageFailure, PageMissing } from "./page_states";
import { clusterSearch, detectorsSearch, drillsSearch, incidentSearch, incidentsSearch } from "./search_params";
import { Shell } from "./shell";

interface RouterContext {
  readonly queries: QueryClient;
}

// A loader only begins the request; the page asks for the same and shows how it failed.
function ignore(): void {
  // as said above
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Shell,
  notFoundComponent: PageMissing,
  errorComponent: PageFailure,
});

const overview = createRoute({
  getParentRoute: () => root,
  path: "/",
  loader: ({ context }) => {
    void context.queries.query(clustersQuery).catch(ignore);
  },
  component: OverviewPage,
});

const cluster = createRoute({
  getParentRoute: () => root,
  path: "/c/$cluster",
  validateSearch: clusterSearch,
  loader: ({ context, params }) => {
    void context.queries.query(clusterQuery(params.cluster)).catch(ignore);
  },
  component: lazyRouteComponent(() => import("@/pages/cluster/cluster_page"), "ClusterPage"),
});

const incidents = createRoute({
  getParentRoute: () => root,
  path: "/incidents",
  validateSearch: incidentsSearch,
  component: lazyRouteComponent(() => import("@/pages/incidents/incidents_page"), "IncidentsPage"),
});

const incident = createRoute({
  getParentRoute: () => root,
  path: "/incidents/$id",
  params: { parse: ({ id }) => ({ id: Number(id) }), stringify: ({ id }) => ({ id: String(id) }) },
  validateSearch: incidentSearch,
  loader: ({ context, params }) => {
    void context.queries.query(incidentQuery(params.id)).catch(ignore);
  },
  component: lazyRouteComponent(() => import("@/pages/incident/incident_page"), "IncidentPage"),
});

const detectors = createRoute({
  getParentRoute: () => root,
  path: "/detectors",
  validateSearch: detectorsSearch,
  component: lazyRouteComponent(() => import("@/pages/detectors/detectors_page"), "DetectorsPage"),
});

const drills = createRoute({
  getParentRoute: () => root,
  path: "/drills",
  validateSearch: drillsSearch,
  component: lazyRouteComponent(() => import("@/pages/drills/drills_page"), "DrillsPage"),
});

const tree = root.addChildren([overview, cluster, incidents, incident, detectors, drills]);

export function makeRouter(queries: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    scrollRestoration: true,
    ...(history === undefined ? {} : { history }),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
