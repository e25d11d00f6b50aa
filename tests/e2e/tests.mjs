// What a reader must be able to see and do. Each test waits for conditions, never for a time.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { kAxeSource, openReader, settled } from "./browser.mjs";

// The first case of the demo: another process takes the CPU of n2.
const kFirst = { node: "n2", title: /n2: CPU saturated/ };
// A whole case of the demo, at its speed, on a busy machine.
const kCase_ms = 90_000;
const kBudget_bytes = 350_000;

async function clusterName(world) {
  const { clusters } = await (await fetch(`${world.product.api}/api/v1/clusters`)).json();
  return clusters[0].name;
}

async function axeViolations(page) {
  await page.evaluate(readFileSync(kAxeSource, "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`);
}

// How many pixels of a canvas are not transparent.
function inkOf(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let ink = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) ink += 1;
  return ink;
}

export const kTests = [
  {
    name: "the first page loads within its budget and under the server's content policy",
    async test({ browser, product }) {
      const { context, page, errors } = await openReader(browser, product.ui);
      const client = await context.newCDPSession(page);
      let bytes = 0;
      await client.send("Network.enable");
      client.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
      await page.goto("/");
      await settled(page);
      await context.close();
      assert.ok(bytes > 0 && bytes <= kBudget_bytes, `the first page loads ${bytes} bytes, allowed are ${kBudget_bytes}`);
      assert.deepEqual(errors, []);
    },
  },
  {
    name: "by itself, the page names the right node and the right problem",
    async test(world) {
      const { page } = world.reader;
      await page.goto("/");
      const link = page.getByRole("link", { name: kFirst.title }).first();
      await link.waitFor({ timeout: kCase_ms });
      world.incident = Number(/\d+$/.exec(await link.getAttribute("href"))[0]);
      const panel = page.getByRole("region", { name: "Demo" });
      await panel.getByText("The model has not seen these cases").waitFor();
      assert.match(await panel.locator("li", { hasText: "A1_r1" }).innerText(), /injected\s+n2 CPU saturated\s+diagnosed\s+n2 CPU saturated/);
    },
  },
  {
    name: "the incident page explains the verdict",
    async test({ reader: { page }, incident }) {
      await page.goto("/");
      await page.getByRole("link", { name: kFirst.title }).first().click();
      await page.waitForURL(`**/incidents/${incident}`);
      await settled(page);
      assert.match(await page.locator("h1").innerText(), kFirst.title);
      const verdict = await page.getByRole("region", { name: "Verdict" }).innerText();
      assert.match(verdict, /n2\s*·\s*CPU saturated/);
      assert.match(verdict, /\d+\s%/);
      assert.match(verdict, /expected .* to .*, since \d\d:\d\d:\d\d\s\+08:00/);
      assert.match(verdict, /Why not something else/);
      assert.match(verdict, /Found in\s+\d+/);
      assert.ok((await page.getByRole("region", { name: "Who moved first" }).locator("li").count()) > 0, "no first mover");
      assert.match(await page.getByRole("region", { name: "What to check next" }).innerText(), /n2 · CPU saturated/);
    },
  },
  {
    name: "the card of the statements says why a replay has none",
    async test({ reader: { page } }) {
      const statements = page.getByRole("region", { name: "Statements" });
      await statements.getByText("Statements could not be compared").waitFor();
      assert.match(await statements.innerText(), /No statements/);
      assert.equal(await statements.locator("tr").count(), 0);
    },
  },
  {
    name: "the evidence is drawn: the abnormal node, its peers, its band",
    async test({ reader: { page } }) {
      const evidence = page.getByRole("region", { name: "Evidence" });
      const chart = evidence.getByRole("img").first();
      assert.match(await chart.getAttribute("aria-label"), /n1 .*n2 .*n3 .*expected .* to /);
      assert.ok((await chart.locator("canvas").evaluate(inkOf)) > 500, "the canvas is blank");
    },
  },
  {
    name: "dragging over a chart zooms all of them, and the address says so",
    async test({ reader: { page }, incident }) {
      const chart = page.getByRole("region", { name: "Evidence" }).getByRole("img").first();
      await chart.scrollIntoViewIfNeeded();
      const box = await chart.boundingBox();
      await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 5 });
      await page.mouse.up();
      await page.waitForURL(/from=.*to=/);
      await page.getByRole("button", { name: "Whole time" }).click();
      await page.waitForURL(`**/incidents/${incident}`);
    },
  },
  {
    name: "the anomaly graph shows scores and keeps what is picked in the address",
    async test({ reader: { page } }) {
      const graph = page.getByRole("region", { name: "Anomaly graph" });
      const vertex = graph.getByRole("button", { name: /^n2: root cause relevance/ });
      await vertex.focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(/vertex=/);
      assert.match(await graph.innerText(), /n2: root cause relevance [\d.]+ = [\d.]+ of its own/);
      assert.ok((await graph.locator(".edge-alarm").count()) > 0, "no alarm hangs on any node");
    },
  },
  {
    name: "a note is stored",
    async test({ reader: { page } }) {
      await page.getByRole("textbox", { name: "Note" }).fill("stopped the batch job on n2");
      await page.getByRole("textbox", { name: "Your name" }).fill("Lin");
      await page.getByRole("button", { name: "Add note" }).click();
      await page.getByRole("region", { name: "Notes" }).getByText("stopped the batch job on n2").first().waitFor();
      await page.reload();
      const notes = page.getByRole("region", { name: "Notes" });
      await notes.locator("li", { hasText: "stopped the batch job on n2" }).waitFor();
      assert.match(await notes.innerText(), /Lin/);
    },
  },
  {
    name: "an incident is judged, the list shows it, and it is taken back",
    async test({ reader: { page }, incident }) {
      const card = page.getByRole("region", { name: "Was this right?" });
      await card.getByRole("radio", { name: /^Yes: / }).check();
      await card.getByRole("textbox", { name: "Judged by" }).fill("Lin");
      await card.getByRole("button", { name: "Save judgement" }).click();
      await card.getByRole("button", { name: "Take back" }).waitFor();
      await page.goto("/incidents");
      await page.getByRole("row", { name: new RegExp(`#${incident}\\b`) }).getByText("judged: Right").waitFor();
      await page.goto(`/incidents/${incident}`);
      await card.getByRole("button", { name: "Take back" }).click();
      await card.getByText("Nobody has judged it yet.").waitFor();
    },
  },
  {
    name: "the delivery log says that somebody was told",
    async test({ reader: { page } }) {
      await page.getByRole("region", { name: "Delivery log" }).getByText("delivered").first().waitFor();
    },
  },
  {
    name: "dark and light, kept over a reload",
    async test({ reader: { page } }) {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await ground();
      await page.getByRole("button", { name: "Light theme" }).click();
      const light = await ground();
      assert.notEqual(light, dark);
      await page.reload();
      await settled(page);
      assert.equal(await ground(), light);
      await page.getByText("Live", { exact: true }).waitFor();
      await page.keyboard.press("t");
      await page.waitForFunction((colour) => getComputedStyle(document.body).backgroundColor === colour, dark);
    },
  },
  {
    name: "English and Chinese",
    async test({ reader: { page } }) {
      await page.getByRole("button", { name: "切换到中文" }).click();
      await page.getByRole("region", { name: "结论" }).getByText("CPU 饱和").first().waitFor();
      await page.getByRole("button", { name: "Switch to English" }).click();
      await page.getByRole("region", { name: "Verdict" }).waitFor();
    },
  },
  {
    name: "keyboard: search, g i, j, Enter, ?",
    async test({ reader: { page }, incident }) {
      await page.goto("/");
      await settled(page);
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.keyboard.press("g");
      await page.keyboard.press("i");
      await page.waitForURL("**/incidents");
      await page.locator("tbody tr").first().waitFor();
      await page.keyboard.press("j");
      await page.waitForURL(/at=\d+/);
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/incidents\/\d+$/);
      await page.keyboard.press("/");
      await page.getByRole("combobox").fill(`#${incident}`);
      await page.keyboard.press("Enter");
      await page.waitForURL(`**/incidents/${incident}`);
    },
  },
  {
    name: "the cluster page draws every signal for every node, and its address can be shared",
    async test(world) {
      const { page } = world.reader;
      const name = await clusterName(world);
      await page.goto(`/c/${name}?range=5m`);
      await settled(page);
      const board = page.getByRole("region", { name: "Golden signals" });
      for (const node of ["n1", "n2", "n3"]) {
        assert.ok((await board.getByRole("img", { name: new RegExp(`, ${node}: `) }).count()) >= 4, `too few charts of ${node}`);
      }
      assert.equal(await board.getByRole("radio", { name: "5 min" }).getAttribute("aria-checked"), "true");
      await board.getByRole("radio", { name: "Overlaid" }).click();
      await page.waitForURL(/view=overlaid/);
      assert.ok((await board.getByRole("img").first().locator("canvas").evaluate(inkOf)) > 500, "the canvas is blank");
    },
  },
  {
    name: "the page of the drills says why none is possible here, and shows the past; the API says the same",
    async test({ reader: { page }, product }) {
      await page.goto("/");
      await settled(page);
      await page.getByRole("link", { name: "Drills" }).click();
      await page.waitForURL("**/drills");
      await settled(page);
      assert.match(await page.locator("h1").innerText(), /Does it work here\?\s+Not tried yet/);
      await page.getByText("Drills are not possible here").waitFor();
      await page.getByText(/this cluster is a replay/).waitFor();
      await page.getByRole("button", { name: "Copy make lab" }).first().waitFor();
      assert.equal(await page.getByRole("button", { name: "Dry run" }).count(), 0);
      const start = (headers) =>
        fetch(`${product.api}/api/v1/drills`, {
          method: "POST",
          headers: { "Content-Type": "application/json", ...headers },
          body: JSON.stringify({ suite: "quick" }),
        });
      assert.equal((await start({})).status, 403, "without a token");
      const { csrf_token: token } = await (await fetch(`${product.api}/api/v1/session`)).json();
      assert.equal((await start({ "X-CSRF-Token": token, Origin: "http://evil.example" })).status, 403, "from another page");
      const refused = await start({ "X-CSRF-Token": token, Origin: product.ui });
      assert.equal(refused.status, 409);
      assert.match((await refused.json()).detail, /this cluster is a replay/);
    },
  },
  {
    name: "a detector is drafted, previewed on history, submitted with a reason, and taken back",
    async test({ reader: { page }, product }) {
      await page.goto("/");
      await settled(page);
      await page.getByRole("link", { name: "Detectors" }).click();
      await page.waitForURL("**/detectors");
      await settled(page);
      assert.match(await page.locator("h1").innerText(), /What watches what, and how strictly\?\s+2 detectors watch \d+ series/);
      await page.getByText("Nothing was changed: these are the shipped detectors.").waitFor();

      await page.getByRole("button", { name: "New detector …" }).click();
      const form = page.getByRole("dialog", { name: "New detector" });
      await form.getByRole("radio", { name: "Groups" }).click();
      await form.getByRole("combobox", { name: "Search a metric group" }).fill("cpu");
      await page.keyboard.press("Enter");
      const width = form.getByRole("textbox", { name: "Band width" });
      await width.fill("99");
      await form.getByText("Expected 3 to 20.").waitFor();
      await width.fill("20");
      await form.getByRole("button", { name: "Put into the draft" }).click();
      const draft = page.getByRole("region", { name: "Draft" });
      await draft.getByText("1 change, not submitted").waitFor();

      await draft.getByRole("button", { name: "Preview", exact: true }).click();
      const preview = page.getByRole("region", { name: "What the draft would have done" });
      await preview.getByRole("img", { name: /Alarms begun over time/ }).waitFor({ timeout: 60_000 });
      await preview.getByRole("row", { name: /against its own past/ }).waitFor();

      await draft.getByRole("button", { name: "Submit …" }).click();
      const question = page.getByRole("dialog", { name: "Submit these changes?" });
      await question.getByRole("textbox", { name: "Your name" }).fill("Lin");
      await question.getByRole("textbox", { name: "Reason" }).fill("less noise of the CPU");
      await question.getByRole("button", { name: "Submit", exact: true }).click();
      await page.getByText(/^Version \d+ by Lin, .*“less noise of the CPU”$/).waitFor();
      await draft.waitFor({ state: "detached" });
      const { clusters } = await (await fetch(`${product.api}/api/v1/clusters`)).json();
      const path = `${product.api}/api/v1/clusters/${encodeURIComponent(clusters[0].name)}/detectors`;
      const atWork = (await (await fetch(path)).json()).detectors.find(({ name }) => name === "recent.cpu");
      assert.deepEqual(atWork.parameters, { band_width: 20 });
      assert.ok(atWork.series > 0, "it decides for no series");

      // So that the tests after this one find the detectors as shipped.
      await page.getByRole("button", { name: "Restore …: the shipped definitions" }).click();
      const back = page.getByRole("dialog", { name: "Restore the shipped definitions?" });
      await back.getByRole("textbox", { name: "Reason" }).fill("only a test");
      await back.getByRole("button", { name: "Restore", exact: true }).click();
      await page.getByText(/^Version \d+ by Lin, .*“only a test”$/).waitFor();
      // The page tells version 0 by itself: it is what the program ships.
      const shipped = (await (await fetch(path)).json()).detectors.map(({ name, kind, parameters }) => [name, kind, parameters]);
      assert.deepEqual(shipped, [["recent", "recent", {}], ["peer", "peer", {}]]);
      const headers = { "content-type": "application/json" };
      assert.equal((await fetch(`${path}/preview`, { method: "POST", headers, body: "{}" })).status, 403, "without a token");
    },
  },
  {
    name: "no page scrolls sideways at 390 px",
    async test(world) {
      const { context, page } = await openReader(world.browser, world.product.ui, { width: 390, height: 844 });
      const name = await clusterName(world);
      for (const path of ["/", `/c/${name}`, `/c/${name}?view=overlaid`, "/incidents", `/incidents/${world.incident}`, "/detectors", "/drills"]) {
        await page.goto(path);
        await settled(page);
        const [scroll, window] = await page.evaluate(() => [document.documentElement.scrollWidth, globalThis.innerWidth]);
        assert.ok(scroll <= window, `${path} is ${scroll} px wide in a window of ${window}`);
      }
      await context.close();
    },
  },
  ...["dark", "light"].map((theme) => ({
    name: `axe finds nothing serious on any page (${theme})`,
    async test(world) {
      const { context, page } = await openReader(world.browser, world.product.ui, { theme });
      const name = await clusterName(world);
      const found = [];
      for (const path of ["/", `/c/${name}`, "/incidents", `/incidents/${world.incident}`, "/detectors", "/drills", "/nowhere"]) {
        await page.goto(path);
        if (path === "/nowhere") await page.getByText("There is no such page").waitFor();
        else await settled(page);
        found.push(...(await axeViolations(page)).map((text) => `${path} ${text}`));
      }
      await context.close();
      assert.deepEqual(found, []);
    },
  })),
  {
    name: "a new incident appears on an open page without a reload",
    async test({ reader: { page } }) {
      await page.goto("/");
      await settled(page);
      await page.evaluate(() => (globalThis.stillTheSamePage = true));
      const before = await page.locator(".demo-case-now .demo-case-id").first().innerText();
      await page.waitForFunction(
        (id) => {
          const now = document.querySelector(".demo-case-now .demo-case-id")?.textContent;
          return now !== undefined && now !== id && document.querySelector(".cluster-card .incident-link") !== null;
        },
        before,
        { timeout: 2 * kCase_ms },
      );
      assert.equal(await page.evaluate(() => globalThis.stillTheSamePage), true);
    },
  },
  {
    name: "the API page works offline and tries a request",
    async test({ browser, product, incident }) {
      const { context, page, errors } = await openReader(browser, product.api);
      const outside = [];
      page.on("request", (request) => {
        if (!request.url().startsWith(product.api) && !request.url().startsWith("data:")) outside.push(request.url());
      });
      await page.goto("/docs");
      await page.locator("#operations-clusters-listClusters").click();
      await page.getByRole("button", { name: "Execute" }).click();
      await page.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor();
      // What changes something is tried with the token of the session.
      const addNote = page.locator("#operations-incidents-addNote");
      await addNote.click();
      await addNote.getByPlaceholder("id").fill(String(incident));
      await addNote.getByRole("button", { name: "Execute" }).click();
      await addNote.locator(".live-responses-table .response-col_status", { hasText: "201" }).waitFor();
      await context.close();
      assert.deepEqual(outside, []);
      assert.deepEqual(errors, []);
    },
  },
  {
    name: "no error in the console of the whole visit",
    async test({ reader: { errors } }) {
      assert.deepEqual(errors, []);
    },
  },
  {
    name: "a lost connection is shown and heals by itself; the notes are still there",
    async test({ reader: { page }, product, incident }) {
      await page.goto(`/incidents/${incident}`);
      await page.getByText("Live", { exact: true }).waitFor();
      await product.stop();
      await page.getByText(/Connection to the server lost at/).waitFor({ timeout: 30_000 });
      await product.start();
      await page.getByText("Live", { exact: true }).waitFor({ timeout: 30_000 });
      await page.getByText(/Connection to the server lost at/).waitFor({ state: "detached" });
      await page.getByRole("region", { name: "Notes" }).getByText("stopped the batch job on n2").first().waitFor();
    },
  },
];
