// Debian's Chromium, driven by playwright-core of web/.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const fromWeb = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = fromWeb("playwright-core");

const kPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const kAxeSource = fromWeb.resolve("axe-core/axe.min.js");

// A profile of its own is made by playwright and removed with the browser.
export async function openBrowser() {
  if (!existsSync(kPath)) throw new Error(`no browser at ${kPath}: run tools/setup test, or set CHROMIUM`);
  return chromium.launch({
    executablePath: kPath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // /dev/shm is tiny in containers.
      "--disable-dev-shm-usage",
    ],
  });
}

// A reader: a size, a theme, a language, a zone. Its console errors are collected.
export async function openReader(browser, base, { width = 1440, height = 900, theme = "dark", locale = "en-GB", zone = "Asia/Shanghai" } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width, height },
    colorScheme: theme,
    locale,
    timezoneId: zone,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const errors = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(`${new URL(page.url()).pathname}: ${message.text()}`);
  });
  page.on("pageerror", (error) => errors.push(`${new URL(page.url()).pathname}: ${error.message}`));
  return { context, page, errors };
}

// All that a page loads at first is there: nothing stands in for something else.
export async function settled(page) {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() => document.querySelector(".skeleton") === null);
  await page.evaluate(() => document.fonts.ready.then(() => true));
}
