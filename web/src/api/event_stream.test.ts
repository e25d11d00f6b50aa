import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { EventParser, EventStream, type ServerEvent, type StreamState } from "./event_stream";

describe("EventParser", () => {
  const cases: readonly [string, readonly string[], readonly ServerEvent[]][] = [
    ["one event", ["id: 4\nevent: demo\ndata: {}\n\n"], [{ id: "4", name: "demo", text: "{}" }]],
    ["an event in pieces", ["id: 4\nev", "ent: demo\nda", "ta: {}\n", "\n"], [{ id: "4", name: "demo", text: "{}" }]],
    ["lines of data joined", ["data: a\ndata: b\n\n"], [{ id: null, name: "message", text: "a\nb" }]],
    ["comments and events without data skipped", [": alive\n\nevent: x\n\n"], []],
    ["carriage returns", ["event: x\r\ndata:1\r\n\r\n"], [{ id: null, name: "x", text: "1" }]],
    ["nothing before the event is complete", ["data: a\n"], []],
    ["the id kept for later events", ["id: 9\ndata: a\n\ndata: b\n\n"], [{ id: "9", name: "message", text: "a" }, { id: "9", name: "message", text: "b" }]],
  ];
  it.each(cases)("%s", (_name, pieces, events) => {
    const parser = new EventParser();
    expect(pieces.flatMap((piece) => parser.push(piece))).toEqual(events);
  });
});

describe("EventStream", () => {
  const states: [StreamState, boolean][] = [];
  const events: ServerEvent[] = [];
  const asked: Headers[] = [];
  let open: ReadableStreamDefaultController<Uint8Array> | null = null;
  let status = 200;
  const stream = new EventStream("/stream", {
    onEvent: (event) => events.push(event),
    onState: (state, resumed) => states.push([state, resumed]),
  });
  const say = (text: string) => open?.enqueue(new TextEncoder().encode(text));

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", (_url: string, { headers, signal }: { headers: HeadersInit; signal: AbortSignal }) => {
      asked.push(new Headers(headers));
      if (status !== 200) return Promise.resolve(new Response("", { status }));
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          open = controller;
          signal.addEventListener("abort", () => {
            controller.error(new DOMException("aborted", "AbortError"));
          });
        },
      });
      return Promise.resolve(new Response(body));
    });
  });
  afterEach(() => {
    stream.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    states.length = events.length = asked.length = 0;
    status = 200;
  });

  it("comes back with the last id after the server went away", async () => {
    stream.start();
    await vi.advanceTimersByTimeAsync(0);
    say("id: 41\nevent: demo\ndata: {}\n\n");
    await vi.advanceTimersByTimeAsync(0);
    open?.close();
    await vi.advanceTimersByTimeAsync(1000);
    expect(states).toEqual([["live", false], ["lost", false], ["live", true]]);
    expect(asked.at(-1)?.get("Last-Event-ID")).toBe("41");
  });

  it("takes a connection that has gone silent for lost", async () => {
    stream.start();
    await vi.advanceTimersByTimeAsync(30_000);
    say(": alive\n\n");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(states.filter(([state]) => state === "lost")).toEqual([]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(states.filter(([state]) => state === "lost")).toHaveLength(1);
  });

  it("tries again after an HTTP error, less and less often", async () => {
    status = 503;
    stream.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.length).toBeLessThan(16);
    status = 200;
    await vi.advanceTimersByTimeAsync(12_000);
    expect(states.at(-1)?.[0]).toBe("live");
  });

  it("is quiet once stopped", async () => {
    stream.start();
    await vi.advanceTimersByTimeAsync(0);
    stream.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states).toEqual([["live", expect.any(Boolean)]]);
    expect(stream.running).toBe(false);
  });
});
