// What the server sends by itself, put into the query cache; and whether the connection stands.

import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

import { changesKey } from "./changes";
import { seriesKey } from "./charts";
import type { Schemas } from "./client";
import { applyCluster } from "./clusters";
import { deliveriesKey } from "./deliveries";
import { applyDemo } from "./demo";
import { applyDrill } from "./drills";
import { EventStream, type ServerEvent, type StreamState } from "./event_stream";
import { incidentKey, incidentsKey } from "./incidents";
import { structureKey } from "./structure";

export interface Connection {
  readonly state: StreamState;
  // When this state began, by the browser's clock (ms since 1970).
  readonly since: number;
}

// Charts are loaded anew at most this often: the eye does not follow faster, and a replay may tick ten times a second.
const kChartPace_ms = 2000;
// A tab in the background gives its connection back after this time, because a browser grants six of them a host and
// the seventh tab would hang. It comes back with Last-Event-ID.
const kHiddenGrace_ms = 20_000;

export class LiveUpdates {
  readonly #queries: QueryClient;
  readonly #stream: EventStream;
  readonly #listeners = new Set<() => void>();
  readonly #due = new Map<string, ReturnType<typeof setTimeout>>();
  #connection: Connection = { state: "connecting", since: Date.now() };
  #hidden: ReturnType<typeof setTimeout> | null = null;

  constructor(queries: QueryClient, url: string) {
    this.#queries = queries;
    this.#stream = new EventStream(url, {
      onEvent: (event) => {
        this.#apply(event);
      },
      onState: (state, resumed) => {
        this.#setState(state);
        // What happened between the first answers and this moment was not sent to us.
        if (state === "live" && !resumed) void queries.invalidateQueries();
      },
    });
  }

  start(): void {
    this.#stream.start();
    window.addEventListener("online", this.retry);
    document.addEventListener("visibilitychange", this.#onVisibility);
  }

  stop(): void {
    this.#stream.stop();
    window.removeEventListener("online", this.retry);
    document.removeEventListener("visibilitychange", this.#onVisibility);
    if (this.#hidden !== null) clearTimeout(this.#hidden);
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  readonly retry = (): void => {
    this.#stream.start();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly connection = (): Connection => this.#connection;

  readonly #onVisibility = (): void => {
    if (this.#hidden !== null) clearTimeout(this.#hidden);
    this.#hidden = null;
    if (document.visibilityState === "hidden") {
      this.#hidden = setTimeout(() => {
        this.#stream.stop();
      }, kHiddenGrace_ms);
    } else if (!this.#stream.running) {
      this.#stream.start();
    }
  };

  #setState(state: StreamState): void {
    if (this.#connection.state === state) return;
    this.#connection = { state, since: Date.now() };
    for (const listener of this.#listeners) listener();
  }

  #apply(event: ServerEvent): void {
    try {
      this.#put(event);
    } catch {
      // An event that can't be read says that something changed, but not what.
      void this.#queries.invalidateQueries();
    }
  }

  #put(event: ServerEvent): void {
    switch (event.name) {
      case "cluster": {
        const cluster = JSON.parse(event.text) as Schemas["Cluster"];
        applyCluster(this.#queries, cluster);
        this.#soon(seriesKey(cluster.name));
        this.#soon(changesKey(cluster.name));
        this.#soon(structureKey(cluster.name));
        for (const { id } of cluster.open_incidents) this.#soon(incidentKey(id));
        return;
      }
      case "incident": {
        const { incident } = JSON.parse(event.text) as Schemas["IncidentEvent"];
        void this.#queries.invalidateQueries({ queryKey: incidentsKey });
        void this.#queries.invalidateQueries({ queryKey: incidentKey(incident.id) });
        void this.#queries.invalidateQueries({ queryKey: deliveriesKey(incident.id) });
        return;
      }
      case "demo":
        applyDemo(this.#queries, JSON.parse(event.text) as Schemas["DemoStatus"]);
        return;
      case "drill":
        applyDrill(this.#queries, JSON.parse(event.text) as Schemas["Drill"]);
        return;
      case "reset":
        void this.#queries.invalidateQueries();
        return;
      default:
        // A newer server may say more; what we don't know we leave alone.
        return;
    }
  }

  // Load anew what is on the screen, but no more often than the pace.
  #soon(key: readonly unknown[]): void {
    const name = JSON.stringify(key);
    if (this.#due.has(name)) return;
    this.#due.set(
      name,
      setTimeout(() => {
        this.#due.delete(name);
        void this.#queries.invalidateQueries({ queryKey: key }, { cancelRefetch: false });
      }, kChartPace_ms),
    );
  }
}

export function useLiveUpdates(live: LiveUpdates): Connection {
  return useSyncExternalStore(live.subscribe, live.connection);
}

export function useStartLive(live: LiveUpdates): void {
  useEffect(() => {
    live.start();
    return () => {
      live.stop();
    };
  }, [live]);
}
