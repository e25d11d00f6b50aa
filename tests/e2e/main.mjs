// See ./run. The order of the tests matters: they are one visit of one reader.

import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { openBrowser, openReader } from "./browser.mjs";
import { Product } from "./product.mjs";
import { Report } from "./report.mjs";
import { kTests } from "./tests.mjs";

const kRoot = fileURLToPath(new URL("../..", import.meta.url));
// Fast enough that a fault is found within seconds, slow enough that the page can be read while it lasts.
const kSpeed = 5;

const wanted = process.argv[2] ?? "";
const report = new Report();
const product = new Product(process.env.DISTDIAG_BINARY ?? join(kRoot, "build/release/distdiag"), kSpeed);

let browser = null;
try {
  const ready = await report.run("the demo starts and serves the page", async () => {
    await product.start();
    browser = await openBrowser();
  });
  if (ready) {
    const reader = await openReader(browser, product.ui);
    const world = { product, browser, reader, incident: null };
    for (const { name, test } of kTests) {
      if (name.includes(wanted)) await report.run(name, () => test(world));
    }
    await report.run("the program stops by itself when asked, with status 0", async () => {
      const status = await product.stop();
      if (status !== 0) throw new Error(`exit status ${status}:\n${product.output}`);
    });
  }
} finally {
  await browser?.close();
  await product.remove();
}

report.write(join(kRoot, "build/test-results/e2e.xml"));
console.log("report: build/test-results/e2e.xml");
console.log(`${report.passed} passed, ${report.failed} failed`);
process.exitCode = report.failed > 0 ? 1 : 0;
