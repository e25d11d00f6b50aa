// A server in the place of fetch: answers by path, and a stream that the test speaks into.

import { vi } from "vitest";

import * as database from "./database_fixtures";
import * as detectors from "./detector_fixtures";
import * as fixtures from "./fixtures";
import { kProblems } from "./problems";

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

type Handler = (request: Request) => Answer | Promise<Answer>;

export interface FakeApi {
  // Replaces what a path answers ("GET /api/v1/clusters").
  on(route: string, handler: Handler | Answer): void;
  // Sends an event over every open stream.
  send(name: string, data: unknown): void;
  // Ends every open stream and refuses new ones, as a server does that goes away.
  goAway(): void;
  readonly requests: readonly string[];
}

export function problem(status: number, detail: string): Answer {
  return { status, body: { type: "about:blank", title: "Refused", status, detail } };
}

function standard(): Map<string, Handler | Answer> {
  return new Map<string, Handler | Answer>([
    ["GET /api/v1/clusters", { body: { clusters: [fixtures.cluster()] } }],
    ["GET /api/v1/clusters/lab", { body: fixtures.cluster() }],
    ["GET /api/v1/clusters/lab/series", { body: { charts: [fixtures.chart({ metric: "c_tps", unit: "1/s", band: null, focus_node: null, marks: [] })] } }],
    ["GET /api/v1/clusters/lab/changes", { body: { changes: [] } }],
    ["GET /api/v1/clusters/lab/structure", { body: database.structure() }],
    ["GET /api/v1/clusters/lab/detectors", { body: detectors.detectors() }],
    ["GET /api/v1/clusters/lab/detectors/versions", { body: { versions: [detectors.detectorVersion()] } }],
    ["GET /api/v1/metrics", { body: { metrics: detectors.kMetrics } }],
    ["GET /api/v1/incidents", { body: { incidents: [fixtures.summary()], next_before_id: null } }],
    ["GET /api/v1/incidents/7", { body: fixtures.incident() }],
    ["GET /api/v1/incidents/7/charts", { body: { charts: [fixtures.chart()] } }],
    ["GET /api/v1/incidents/7/graph", { body: fixtures.graph() }],
    ["GET /api/v1/incidents/7/statements", { body: database.statements() }],
    ["GET /api/v1/incidents/7/notes", { body: { notes: [] } }],
    ["GET /api/v1/deliveries", { body: { deliveries: [fixtures.delivery()] } }],
    ["GET /api/v1/problems", { body: { problems: kProblems } }],
    ["GET /api/v1/status", { body: fixtures.status() }],
    ["GET /api/v1/demo", problem(404, "no demo runs")],
    ["GET /api/v1/session", { body: { csrf_token: "token-of-this-run" } }],
    ["GET /api/v1/faults", { body: fixtures.faults() }],
    ["GET /api/v1/drills/export", { body: fixtures.scorecard([]) }],
  ]);
}

export function startFakeApi(): FakeApi {
  const routes = standard();
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const requests: string[] = [];
  const encoder = new TextEncoder();
  let gone = false;
  let id = 0;

  const openStream = (signal: AbortSignal | null | undefined): Response => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        streams.add(controller);
        controller.enqueue(encoder.encode(": hello\n\n"));
        signal?.addEventListener("abort", () => {
          if (streams.delete(controller)) controller.error(new DOMException("aborted", "AbortError"));
        });
      },
    });
    return new Response(body, { status: 200, headers: { "Content-Type": "text/event-stream" } });
  };

  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit): Promise<Response> => {
    if (gone) throw new TypeError("Failed to fetch");
    const request = typeof input === "string" ? new Request(new URL(input, window.location.origin)) : input;
    const route = `${request.method} ${new URL(request.url).pathname}`;
    requests.push(`${route}${new URL(request.url).search}`);
    if (route === "GET /api/v1/stream") return openStream(init?.signal);
    const handler = routes.get(route) ?? problem(404, `no resource ${route}`);
    const answer = typeof handler === "function" ? await handler(request) : handler;
    const status = answer.status ?? 200;
    return new Response(JSON.stringify(answer.body), {
      status,
      headers: { "Content-Type": status >= 400 ? "application/problem+json" : "application/json" },
    });
  });

  return {
    on: (route, handler) => routes.set(route, handler),
    send: (name, data) => {
      id += 1;
      const text = `id: ${String(id)}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
      for (const stream of streams) stream.enqueue(encoder.encode(text));
    },
    goAway: () => {
      gone = true;
      for (const stream of streams) stream.close();
      streams.clear();
    },
    requests,
  };
}
