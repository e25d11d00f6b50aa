// A stand-in for the API while the page is worked on (`npm run start:fake`): replays some recordings with the true labels
// as verdicts, live. For development only; nothing of it is in the build.
//
// Why so: real series with their noise and gaps show what an invented sine does not. The diagnosis is read off the labels,
// so nothing here says how good the product is.

import type { IncomingMessage, ServerResponse } from "node:http";

import type { Plugin } from "vite";

import type { components } from "../src/generated/api.ts";
import { FakeDetectors, metricList } from "./fake_detectors.ts";
import { FakeReplay } from "./fake_replay.ts";

type Next = () => void;

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": status >= 400 ? "application/problem+json" : "application/json" });
  response.end(JSON.stringify(body));
}

function missing(response: ServerResponse, detail: string): void {
  send(response, 404, { type: "about:blank", title: "Not found", status: 404, detail });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return JSON.parse(text);
}

function stream(replay: FakeReplay, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(": hello\n\n");
  const stop = replay.listen((id, event, data) => {
    response.write(`id: ${String(id)}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  });
  const beat = setInterval(() => response.write(": alive\n\n"), 15_000);
  request.on("close", () => {
    clearInterval(beat);
    stop();
  });
}

function answerIncident(replay: FakeReplay, parts: readonly string[], request: IncomingMessage, response: ServerResponse): void {
  const id = Number(parts[1]);
  const incident = replay.incident(id);
  if (incident === null) {
    missing(response, `no incident ${String(parts[1])}`);
    return;
  }
  switch (parts[2]) {
    case undefined:
      send(response, 200, incident);
      return;
    case "charts":
      send(response, 200, { charts: replay.evidenceCharts(id) });
      return;
    case "statements":
      send(response, 200, replay.statements(id));
      return;
    case "graph":
      send(response, 200, replay.graph(id));
      return;
    case "notes":
      if (request.method === "POST") {
        void bodyOf(request).then((note) => {
          send(response, 201, replay.addNote(id, note as { author?: string; text: string }));
        });
      } else {
        send(response, 200, { notes: replay.notes(id) });
      }
      return;
    case "feedback":
      void bodyOf(request).then((given) => {
        send(response, 201, replay.addFeedback(id, given as components["schemas"]["NewFeedback"]));
      });
      return;
    default:
      missing(response, `no resource ${parts.join("/")}`);
  }
}

function answerCluster(replay: FakeReplay, parts: readonly string[], url: URL, response: ServerResponse): void {
  if (parts[1] !== "lab") {
    missing(response, `no cluster ${String(parts[1])}`);
    return;
  }
  const from = Date.parse(url.searchParams.get("from") ?? "") / 1000;
  const to = Date.parse(url.searchParams.get("to") ?? "") / 1000;
  switch (parts[2]) {
    case undefined:
      send(response, 200, replay.cluster());
      return;
    case "series":
      send(response, 200, { charts: url.searchParams.getAll("metric").map((metric) => replay.chart(metric, from, to)) });
      return;
    case "structure":
      send(response, 200, replay.structure());
      return;
    case "changes":
      send(response, 200, { changes: replay.changes(from, to) });
      return;
    default:
      missing(response, `no resource ${parts.join("/")}`);
  }
}

const kNoDrills = {
  totals: {
    judged: 0,
    passed: 0,
    missed: 0,
    never_right: 0,
    not_judged: 0,
    unfinished: 0,
    other_incidents: 0,
    detected_median_s: null,
    detected_worst_s: null,
    right_first_median_s: null,
    right_first_worst_s: null,
  },
  runs: [],
  drills: [],
};

function answer(replay: FakeReplay, detectors: FakeDetectors, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  const parts = url.pathname.replace("/api/v1/", "").split("/").map(decodeURIComponent);
  switch (parts[0]) {
    case "stream":
      stream(replay, request, response);
      return;
    case "clusters":
      if (parts.length === 1) send(response, 200, { clusters: [replay.cluster()] });
      else if (parts[2] === "detectors") {
        void detectors.answer(request.method ?? "GET", parts.slice(3), () => bodyOf(request)).then(({ status, body }) => {
          send(response, status, body);
        });
      }
      else answerCluster(replay, parts, url, response);
      return;
    case "incidents":
      if (parts.length === 1) {
        send(response, 200, { incidents: replay.incidents(url.searchParams.get("state")), next_before_id: null });
      } else {
        answerIncident(replay, parts, request, response);
      }
      return;
    case "deliveries":
      send(response, 200, { deliveries: replay.deliveries(Number(url.searchParams.get("incident_id"))) });
      return;
    case "problems":
      send(response, 200, { problems: replay.problems() });
      return;
    case "metrics":
      send(response, 200, metricList());
      return;
    case "session":
      send(response, 200, { csrf_token: "development" });
      return;
    case "faults":
      send(response, 200, { enabled: false, reason: "this is a stand-in for the API", kinds: [], targets: [], suites: [] });
      return;
    case "drills":
      send(response, 200, kNoDrills);
      return;
    case "demo":
      send(response, 200, replay.demo());
      return;
    case "status":
      send(response, 200, replay.status());
      return;
    default:
      missing(response, `no resource ${url.pathname}`);
  }
}

export function fakeApi(): Plugin {
  return {
    name: "distdiag-fake-api",
    configureServer(server) {
      const replay = new FakeReplay(new URL("../../recordings/", import.meta.url));
      replay.start();
      const detectors = new FakeDetectors();
      server.middlewares.use((request: IncomingMessage, response: ServerResponse, next: Next) => {
        if (request.url?.startsWith("/api/v1/") === true) answer(replay, detectors, request, response);
        else next();
      });
    },
  };
}
