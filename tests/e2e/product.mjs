// Starts and stops the program under test.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { until } from "./until.mjs";

const kStart_ms = 60_000;
const kStop_ms = 20_000;

export class Product {
  #binary;
  #speed;
  #storage = mkdtempSync(join(tmpdir(), "distdiag-e2e-"));
  #process = null;
  #output = "";
  #ports = { ui: 0, api: 0 };

  // `speed`: source seconds a second.
  constructor(binary, speed) {
    this.#binary = binary;
    this.#speed = speed;
  }

  get ui() {
    return `http://localhost:${this.#ports.ui}`;
  }

  get api() {
    return `http://localhost:${this.#ports.api}`;
  }

  // A second start takes the ports and the database of the first, as a restart on a machine does.
  async start() {
    const { ui, api } = this.#ports;
    const parameters = ["demo", "--speed", this.#speed, "--ui-port", ui, "--api-port", api, "--storage", this.#storage];
    // Nothing is said about DEMO_SECONDS: the test ends it.
    const environment = { ...process.env };
    delete environment.DEMO_SECONDS;
    this.#output = "";
    const child = spawn(this.#binary, parameters.map(String), { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    let ended = null;
    child.on("error", (error) => (ended = error.message));
    child.on("exit", (code, signal) => (ended = `exit status ${code ?? signal}`));
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (this.#output += bytes));
    await until("the program says its addresses", kStart_ms, () => {
      if (ended !== null) throw new Error(`${this.#binary} demo ended at once (${ended}):\n${this.#output}`);
      const page = /Dashboard\s+http:\/\/[^:\s]+:(\d+)/.exec(this.#output);
      const documents = /API documentation\s+http:\/\/[^:\s]+:(\d+)/.exec(this.#output);
      if (page === null || documents === null) return false;
      this.#ports = { ui: Number(page[1]), api: Number(documents[1]) };
      return true;
    });
    await until("the page is served", kStart_ms, async () => (await fetch(this.ui)).ok);
  }

  // Gives the exit status.
  async stop() {
    const child = this.#process;
    if (child === null) return null;
    this.#process = null;
    const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
    child.kill("SIGTERM");
    const hard = setTimeout(() => child.kill("SIGKILL"), kStop_ms);
    const status = await ended;
    clearTimeout(hard);
    return status;
  }

  async remove() {
    await this.stop();
    rmSync(this.#storage, { recursive: true, force: true });
  }

  get output() {
    return this.#output;
  }
}
