import { describe, expect, it } from "vitest";

import { changeText, probabilityText, quantityText, rangeText, shareText, significant } from "./number";

const plain = (text: string | null) => text?.replaceAll("\u00a0", " ") ?? null;

describe("significant", () => {
  it.each([
    [0.49731, "0.497"],
    [1234, "1230"],
    [99.96, "100"],
    [0, "0"],
    [-2.5, "-2.5"],
    [1e-9, "0"],
    [Number.NaN, "–"],
  ])("%d → %s", (value, text) => {
    expect(significant(value)).toBe(text);
  });
});

describe("shareText", () => {
  it.each([
    [0.584, "+58 %"],
    [1, "+100 %"],
    [-0.12, "−12 %"],
    [0.001, "0 %"],
    [-0.001, "0 %"],
    [Number.NaN, "–"],
  ])("%d → %s", (share, text) => {
    expect(plain(shareText(share))).toBe(text);
  });
});

describe("quantityText", () => {
  it.each([
    [0.4973, "s/s", "0.497 s/s"],
    [0.873, "ratio", "87.3 %"],
    [12345, "1/s", "12.3 k/s"],
    [2048, "KiB/s", "2.1 MB/s"],
    [256, "MB", "256 MB"],
    [1536, "MB", "1.54 GB"],
    [1234.5, "ms", "1.23 s"],
    [0.25, "ms", "0.25 ms"],
    [45, "1/s", "45/s"],
    [4.1e8, "ns/s", "410 ms/s"],
    [999.7, "1/s", "1 k/s"],
    [3, "count", "3"],
    [16234, "pages", "16200 pages"],
    [null, "ms", "–"],
    [Number.POSITIVE_INFINITY, "ms", "–"],
    [0, "ms", "0 ms"],
  ])("%s %s → %s", (value, unit, text) => {
    expect(plain(quantityText(value, unit))).toBe(text);
  });
});

describe("rangeText", () => {
  it("says the unit once, at the scale of the larger end", () => {
    const { low, high } = rangeText(200, 1500, "kB/s");
    expect([low, plain(high)]).toEqual(["0.2", "1.5 MB/s"]);
  });
});

describe("probabilityText", () => {
  it.each([
    [0.94, "94 %"],
    [0.9999, "> 99 %"],
    [0.002, "< 1 %"],
  ])("%d → %s", (value, text) => {
    expect(plain(probabilityText(value))).toBe(text);
  });
});

describe("changeText", () => {
  it.each([
    [30, 16.2, "−46 %"],
    [10, 12, "+20 %"],
    [64, 205, "×3.2"],
    [30, 30.01, "±0 %"],
    [null, 3, null],
    [0, 3, null],
  ])("%s, %s → %s", (before, during, text) => {
    expect(plain(changeText(before, during))).toBe(text);
  });
});
