// Runs named tests one after the other and writes what came of them for people and machines (JUnit).

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

function escape(text) {
  return String(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    // Control characters (colours of a terminal) are not allowed in XML at all.
    .replaceAll(/[^\t\n\r\x20-\uffff]/g, "");
}

export class Report {
  #results = [];

  async run(name, test) {
    const begin = Date.now();
    let failure = null;
    try {
      await test();
    } catch (error) {
      failure = error;
    }
    const seconds = (Date.now() - begin) / 1000;
    this.#results.push({ name, seconds, failure });
    console.log(`${failure === null ? "ok  " : "FAIL"} ${name} (${seconds.toFixed(1)} s)`);
    if (failure !== null) console.log(String(failure.stack ?? failure).replaceAll(/^/gm, "     "));
    return failure === null;
  }

  get failed() {
    return this.#results.filter(({ failure }) => failure !== null).length;
  }

  get passed() {
    return this.#results.length - this.failed;
  }

  write(path) {
    const cases = this.#results.map(({ name, seconds, failure }) => {
      const inside = failure === null ? "" : `<failure message="${escape(failure.message)}">${escape(failure.stack)}</failure>`;
      return `  <testcase classname="e2e" name="${escape(name)}" time="${seconds.toFixed(3)}">${inside}</testcase>`;
    });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuite name="e2e" tests="${this.#results.length}" failures="${this.failed}" errors="0" skipped="0">`,
        ...cases,
        "</testsuite>",
        "",
      ].join("\n"),
    );
  }
}
