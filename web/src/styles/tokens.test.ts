// The contrast that the head of tokens.css promises: 4.5:1 for every colour of text on every surface that it stands on. Which of
// them a browser test sees depends on the state of the cluster at that moment; here all of them are computed.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(resolve(import.meta.dirname, "tokens.css"), "utf8");

function theme(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("}", start));
  return new Map([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = ["--bg", "--surface", "--surface-2", "--surface-3"];
const pairs: [text: string, below: string][] = [
  ...["--text", "--text-2", "--text-3", "--idle"].flatMap((text) => surfaces.map((below): [string, string] => [text, below])),
  ...["--trouble", "--warn", "--ok", "--idle", "--accent"].flatMap((text): [string, string][] => [
    [text, "--surface"],
    [text, `${text}-soft`],
  ]),
  ["--on-accent", "--accent"],
];

describe.each([":root", ':root[data-theme="dark"]'])("%s", (selector) => {
  const colours = theme(selector);
  it.each(pairs)("%s on %s", (text, below) => {
    expect(contrast(colours.get(text) ?? "", colours.get(below) ?? "")).toBeGreaterThanOrEqual(4.5);
  });
});
