// See tools/screenshots. Every picture shows the same moment: a fault that lasts, found, with a past behind it.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { openBrowser, openReader, settled } from "./browser.mjs";
import { palettePng } from "./palette_png.mjs";
import { Product } from "./product.mjs";
import { until } from "./until.mjs";

const kRoot = fileURLToPath(new URL("../..", import.meta.url));
const kFolder = join(kRoot, "docs/images");
// The fourth case of the demo: a past is there, the verdict has one cause, its evidence is rich.
const kCase = "A4_r1";
// So many seconds of the recording after the verdict, so that the charts show more than its first moments.
const kAfter_s = 18;
const kSpeed = 4;
const kAll_kB = 1000;

const kLooks = [
  { theme: "dark", width: 1440, height: 900 },
  { theme: "light", width: 1440, height: 900 },
  { theme: "dark", width: 390, height: 844 },
  { theme: "light", width: 390, height: 844 },
];
// On a phone the overview and the incident are what people look at.
const kPages = [
  { name: "incident", widths: [1440, 390] },
  { name: "overview", widths: [1440, 390] },
  { name: "cluster", widths: [1440] },
];

async function ask(product, path) {
  return (await fetch(`${product.api}/api/v1/${path}`)).json();
}

const product = new Product(process.env.DISTDIAG_BINARY ?? join(kRoot, "build/release/distdiag"), kSpeed);
mkdirSync(kFolder, { recursive: true });
let browser = null;
try {
  await product.start();
  browser = await openBrowser();
  const [cluster] = (await ask(product, "clusters")).clusters;
  // All pages are open before the moment comes, so that the pictures lie close together.
  const shots = [];
  for (const { theme, width, height } of kLooks) {
    for (const { name, widths } of kPages) {
      if (!widths.includes(width)) continue;
      const { page } = await openReader(browser, product.ui, { theme, width, height, zone: "Europe/Berlin" });
      await page.goto(name === "cluster" ? `/c/${cluster.name}?range=5m` : "/");
      shots.push({ name, page, file: `${name}-${theme}-${width}.png` });
    }
  }
  console.log(`waiting for case ${kCase}`);
  let incident = null;
  await until(`case ${kCase} is diagnosed`, 300_000, async () => {
    const { cases } = await ask(product, "demo");
    const running = cases.find(({ id, state }) => id === kCase && state === "fault");
    incident = running?.incident_id ?? null;
    if (incident === null) return false;
    const { detected } = (await ask(product, `incidents/${incident}`)).summary;
    const { time } = await ask(product, `clusters/${cluster.name}`);
    return Date.parse(time) - Date.parse(detected) >= kAfter_s * 1000;
  });
  await Promise.all(shots.filter(({ name }) => name === "incident").map(({ page }) => page.goto(`/incidents/${incident}`)));
  let total_kB = 0;
  for (const { page, file } of shots) {
    await settled(page);
    const picture = palettePng(await page.screenshot());
    writeFileSync(join(kFolder, file), picture);
    const size_kB = Math.round(picture.length / 1000);
    total_kB += size_kB;
    console.log(`docs/images/${file} (${size_kB} kB)`);
  }
  if (total_kB > kAll_kB) throw new Error(`the pictures have ${total_kB} kB together; ${kAll_kB} are allowed in the repository`);
} finally {
  await browser?.close();
  await product.remove();
}
