// Server-sent events over fetch.
//
// Why not EventSource: it hides the keep-alive comments, so a connection that died silently (laptop asleep, proxy gone)
// would look alive for ever; and after an HTTP error it never tries again. Here each of them ends in a new attempt that
// carries Last-Event-ID, so nothing is missed.

export interface ServerEvent {
  readonly id: string | null;
  readonly name: string;
  readonly text: string;
}

// Splits the bytes of a stream into events; what is not complete waits for the next piece. By the WHATWG HTML standard,
// section 9.2.6 "Interpreting an event stream", without the `retry` field.
export class EventParser {
  #rest = "";
  #name = "";
  #data: string[] = [];
  #id: string | null = null;

  push(piece: string): ServerEvent[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    const events: ServerEvent[] = [];
    for (const line of lines) {
      if (line === "") {
        if (this.#data.length > 0) {
          events.push({ id: this.#id, name: this.#name === "" ? "message" : this.#name, text: this.#data.join("\n") });
        }
        this.#name = "";
        this.#data = [];
        continue;
      }
      const colon = line.indexOf(":");
      if (colon === 0) continue;
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") this.#name = value;
      if (field === "data") this.#data.push(value);
      if (field === "id" && !value.includes("\0")) this.#id = value;
    }
    return events;
  }
}

export type StreamState = "connecting" | "live" | "lost";

export interface StreamListener {
  onEvent(event: ServerEvent): void;
  // `resumed`: the server was told what we saw last, so it sends what we missed (or a reset).
  onState(state: StreamState, resumed: boolean): void;
}

// The server speaks every 15 s at least.
const kSilence_ms = 40_000;
const kFirstWait_ms = 500;
const kLongestWait_ms = 8_000;

export class EventStream {
  readonly #url: string;
  readonly #listener: StreamListener;
  #abort: AbortController | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #watchdog: ReturnType<typeof setTimeout> | null = null;
  #wait_ms = kFirstWait_ms;
  #lastId: string | null = null;

  constructor(url: string, listener: StreamListener) {
    this.#url = url;
    this.#listener = listener;
  }

  get running(): boolean {
    return this.#abort !== null || this.#retry !== null;
  }

  // Also used for "try now": a running attempt is replaced.
  start(): void {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    void this.#run(abort);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#disarm();
  }

  async #run(abort: AbortController): Promise<void> {
    try {
      this.#arm(abort);
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (this.#lastId !== null) headers["Last-Event-ID"] = this.#lastId;
      const answer = await fetch(this.#url, { headers, signal: abort.signal, cache: "no-store" });
      if (!answer.ok || answer.body === null) throw new Error(`HTTP ${String(answer.status)}`);
      this.#listener.onState("live", this.#lastId !== null);
      await this.#read(answer.body, abort);
    } catch {
      // Whatever it was, the cure is the same: try again. The state says that the connection is gone.
    }
    // stop() or start() took over while we waited.
    if (this.#abort !== abort) return;
    this.#disarm();
    this.#abort = null;
    this.#listener.onState("lost", false);
    // Up to a quarter more, so that a hundred open pages don't all come back in the same instant.
    this.#retry = setTimeout(
      () => {
        this.start();
      },
      this.#wait_ms * (1 + Math.random() / 4),
    );
    this.#wait_ms = Math.min(this.#wait_ms * 2, kLongestWait_ms);
  }

  async #read(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.#abort !== abort) return;
      this.#arm(abort);
      this.#wait_ms = kFirstWait_ms;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        if (event.id !== null) this.#lastId = event.id;
        this.#listener.onEvent(event);
      }
    }
  }

  #arm(abort: AbortController): void {
    this.#disarm();
    this.#watchdog = setTimeout(() => {
      abort.abort();
    }, kSilence_ms);
  }

  #disarm(): void {
    if (this.#watchdog !== null) clearTimeout(this.#watchdog);
    this.#watchdog = null;
  }
}
